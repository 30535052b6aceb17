"""What to do about refusals whose reason lies in what this dialect asks for by itself."""

from __future__ import annotations

from ..common.fault import Fault

_HISTORY = "its thinking is of another account, organisation or model: take those blocks out"
_SUMMARY = (
    'summaries are for verified organisations: thinking\'s display "omitted" or'
    ' quirks={"summaries": None} asks for none'
)
_INCLUDE = 'quirks={"encrypted_reasoning": False} does not ask a model that does not reason for it'

# (the server's code, the field it is about; None = whatever) -> what to do.
_ADVICE: tuple[tuple[str | None, str | None, str], ...] = (
    ("invalid_encrypted_content", None, _HISTORY),  # openai/codex#8128
    ("unsupported_value", "reasoning.summary", _SUMMARY),  # continuedev/continue#12031
    (None, "include", _INCLUDE),  # NousResearch/hermes-agent#24234
)


def advise(fault: Fault) -> str:
    """Return what to do about a fault; "" where nothing more is known."""
    for code, param, advice in _ADVICE:
        if code in {None, fault.code} and param in {None, fault.param}:
            return advice
    return ""
