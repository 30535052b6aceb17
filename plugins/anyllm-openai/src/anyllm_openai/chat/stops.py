"""Why an answer ended: the words that servers use, and what Messages calls them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any, NamedTuple

from any_llm.plugin import CallContext, StopDetails

_REASONS: Mapping[str, str] = {
    **dict.fromkeys(("stop", "eos", "eos_token", "end_turn", "stop_sequence", ""), "end_turn"),
    **dict.fromkeys(("tool_calls", "tool_call", "function_call", "tool_use"), "tool_use"),
    **dict.fromkeys(("length", "model_length", "max_tokens", "max_output_tokens"), "max_tokens"),
    **dict.fromkeys(("content_filter", "sensitive", "safety"), "refusal"),
    **{name: name for name in ("model_context_window_exceeded", "pause_turn", "refusal")},
}
_FAILURES: Mapping[str, str] = {
    "insufficient_system_resource": "overloaded_error",  # DeepSeek
    "overloaded": "overloaded_error",
    "timeout": "timeout_error",
}
# `error`, `network_error`, `server_error`, SGLang's `abort`, `cancelled`: gateways make new ones.
_FAILS = re.compile(r"(?:.*[_\W])?(?:error|fail(?:ed|ure)|abort(?:ed)?|cancell?ed)")


class Stop(NamedTuple):
    """The end of an answer in the terms of Messages."""

    reason: str
    sequence: str | None = None
    details: StopDetails | None = None


@lru_cache(maxsize=64)  # servers use the same few
def failure_type(finish: str) -> str | None:
    """Return the Messages error type of a finish_reason that means failure, else None."""
    word = finish.lower()
    return _FAILURES.get(word) or ("api_error" if _FAILS.fullmatch(word) else None)


def is_cut(finish: str) -> bool:
    """Whether this finish_reason says that the answer was cut or filtered."""
    return _REASONS.get(finish.lower()) in ("max_tokens", "refusal")


def announces_calls(finish: str) -> bool:
    """Whether this finish_reason promises tool calls."""
    return _REASONS.get(finish.lower()) == "tool_use"


def stop_of(
    finish: str, choice: Mapping[str, Any], ctx: CallContext, *, calls: bool, refusal: str
) -> Stop:
    """Return what `finish` means beside what else the choice says.

    Calls beat a plain stop (servers end calls with `stop` too) and a refusal in words; a cut or
    filtered answer stays cut or filtered. A reason nobody knows passes through, reported.
    """
    reason = _REASONS.get(finish.lower())
    if reason == "tool_use" and _REASONS.get(_word(choice, "native_finish_reason")) == "max_tokens":
        reason = "max_tokens"  # OpenRouter: the calls were cut by the limit
    if reason == "refusal":
        return Stop("refusal", details=StopDetails(explanation=refusal or None))
    if reason == "end_turn" and calls:
        return Stop("tool_use")
    if reason == "end_turn" and refusal:
        return Stop("refusal", details=StopDetails(explanation=refusal))
    if reason == "end_turn" and finish == "stop" and (met := _sequence(choice, ctx)):
        return Stop("stop_sequence", met)
    if reason == "end_turn" and ctx.state.get("stop_sequences"):
        ctx.report("stop_sequences", "the server does not say whether one of them was met", "hint")
    if reason is None:
        ctx.report("stop_reason", f"{finish!r} is unknown to the Messages API; passed on")
    return Stop(reason or finish)


def _sequence(choice: Mapping[str, Any], ctx: CallContext) -> str | None:
    """Return the stop sequence that was met, where the server names one of the request's own.

    vLLM says it in `stop_reason`, SGLang in `matched_stop`; numbers there are token ids.
    """
    asked = ctx.state.get("stop_sequences")
    if not asked:
        return None
    named = (choice.get(field) for field in ctx.profile.stop_sequence_fields)
    return next((word for word in named if isinstance(word, str) and word in asked), None)


def _word(choice: Mapping[str, Any], field: str) -> str:
    value = choice.get(field)
    return value.lower() if isinstance(value, str) else "-"
