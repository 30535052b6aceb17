"""Why an answer ended: Google's finish and block reasons, and what Messages calls them.

Source: google-genai 3.4 types.FinishReason and types.BlockedReason, 2026-11.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from any_llm.plugin import APIStatusError, CallContext, StopDetails, status_error

CUT = frozenset({"MAX_TOKENS", "CONTINUATION"})
REFUSALS = frozenset(
    (
        *("SAFETY", "RECITATION", "BLOCKLIST", "PROHIBITED_CONTENT", "SPII", "LANGUAGE"),
        *("IMAGE_SAFETY", "IMAGE_PROHIBITED_CONTENT", "IMAGE_RECITATION", "IMAGE_OTHER"),
        *("MODEL_ARMOR", "ESCALATION", "PUP_LIMITED_DISABLED"),
    )
)
# Google throws such a candidate away: HTTP 200, no content. Whether asking again can help.
FAILURES: Mapping[str, bool] = {
    "MALFORMED_FUNCTION_CALL": True,
    "MALFORMED_RESPONSE": True,
    "UNEXPECTED_TOOL_CALL": True,
    "TOO_MANY_TOOL_CALLS": False,
    "MISSING_THOUGHT_SIGNATURE": False,
    "NO_IMAGE": False,
}
UNSAID = frozenset({"OTHER", "FINISH_REASON_UNSPECIFIED"})
# Gemini has no reason for calls; emulators make one up (aimock, measured 2026-11).
_CALLS = frozenset({"FUNCTION_CALL", "TOOL_CALL", "TOOL_CALLS", "TOOL_USE"})


@dataclass(frozen=True, slots=True)
class Stop:
    """The end of an answer in the terms of Messages."""

    reason: str
    details: StopDetails | None = None


def stop_of(
    reason: str, candidate: Mapping[str, Any], ctx: CallContext, *, calls: bool, content: bool
) -> Stop:
    """Return what a finish reason means for an answer with these calls and this content.

    Raises the typed error of a reason that means failure. A reason nobody knows passes through.
    """
    if reason in CUT:
        return Stop("max_tokens")
    if reason in REFUSALS:
        return _refusal(f"finishReason={reason}", candidate.get("finishMessage"))
    if reason in FAILURES or (reason in UNSAID and not content):
        raise _failure(reason, candidate, ctx)
    if reason in UNSAID:
        ctx.report("stop_reason", f"Gemini says only {reason}: the answer may be incomplete")
    elif reason in _CALLS and calls:
        return Stop("tool_use")
    elif reason != "STOP":
        ctx.report("stop_reason", f"{reason!r} is unknown to the Messages API; passed on")
        return Stop(reason)
    return Stop("tool_use" if calls else "end_turn")


def blocked(feedback: Mapping[str, Any]) -> Stop:
    """Return the end of an answer whose prompt was blocked."""
    return _refusal(f"blockReason={feedback['blockReason']}", feedback.get("blockReasonMessage"))


def _refusal(what: str, message: Any) -> Stop:
    said = f"gemini {what}" + (f": {message}" if message else "")
    return Stop("refusal", StopDetails(explanation=said))


def _failure(reason: str, candidate: Mapping[str, Any], ctx: CallContext) -> APIStatusError:
    message = candidate.get("finishMessage")
    said = f"{ctx.provider}: the answer ended with finishReason {reason}"
    return status_error(
        f"{said}: {message}"[:2000] if message else said,
        type="api_error",
        code=reason,
        provider=ctx.provider,
        should_retry=None if FAILURES.get(reason, True) else False,
        body={"finishReason": reason, **candidate},
    )
