"""Tools for testing: a replay server that speaks real HTTP, and recorded cases."""

from .case import (
    FORMAT,
    MODES,
    Case,
    CaseError,
    Exchange,
    Expect,
    ExpectedError,
    Mode,
    Recording,
    ToolCall,
    load_cases,
)
from .replay import Answer, Received, ReplayServer

__all__ = [
    "FORMAT",
    "MODES",
    "Answer",
    "Case",
    "CaseError",
    "Exchange",
    "Expect",
    "ExpectedError",
    "Mode",
    "Received",
    "Recording",
    "ReplayServer",
    "ToolCall",
    "load_cases",
]
