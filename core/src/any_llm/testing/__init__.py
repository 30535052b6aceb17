"""Tools for testing: a scripted provider, a replay server of real HTTP, and recorded cases."""

from ._script import FakeAnswer
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
from .fake import FakeCall, FakeProvider, ScriptEnded
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
    "FakeAnswer",
    "FakeCall",
    "FakeProvider",
    "Mode",
    "Received",
    "Recording",
    "ReplayServer",
    "ScriptEnded",
    "ToolCall",
    "load_cases",
]
