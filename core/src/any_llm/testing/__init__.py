"""Tools for testing: a scripted provider, a replay server of real HTTP, recorded cases, the kit.

Only `ProviderSuite` needs pytest (`pip install 'anyllm-core[testing]'`), and only when it is used.
"""

from typing import TYPE_CHECKING, Any

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
from .recorder import RecordError, record
from .replay import Answer, Received, ReplayServer

if TYPE_CHECKING:
    from .suite import ProviderSuite

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
    "ProviderSuite",
    "Received",
    "RecordError",
    "Recording",
    "ReplayServer",
    "ScriptEnded",
    "ToolCall",
    "load_cases",
    "record",
]


def __getattr__(name: str) -> Any:
    if name != "ProviderSuite":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    try:
        from .suite import ProviderSuite
    except ModuleNotFoundError as missing:
        if missing.name != "pytest":
            raise
        raise ModuleNotFoundError(
            "any_llm.testing.ProviderSuite: pytest is not installed; "
            "run: pip install 'anyllm-core[testing]'",
            name=missing.name,
        ) from missing
    return ProviderSuite
