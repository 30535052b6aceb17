"""How an answer ended: the status of a response, and what Messages calls it.

Source: openai 3.54, types/responses/response.py and response_error.py (read 2026-11-22).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from any_llm.plugin import APIStatusError, CallContext, StopDetails

from ..common.errors import error_inside

_INCOMPLETE = {"max_output_tokens": "max_tokens", "content_filter": "refusal"}
_POLICIES: Mapping[str, str | None] = {
    "bio_policy": "bio",
    "misalignment_policy_violation": None,
    "image_content_policy_violation": None,
}
"""Codes of a failure that is a refusal -> its category in Messages."""
_TYPES: Mapping[str, str] = {
    "vector_store_timeout": "timeout_error",
    **dict.fromkeys(
        (
            "data_residency_mismatch",
            "empty_image_file",
            "failed_to_download_image",
            "image_file_not_found",
            "image_file_too_large",
            "image_parse_error",
            "image_too_large",
            "image_too_small",
            "unsupported_image_media_type",
        ),
        "invalid_request_error",
    ),
}
"""Codes whose Messages error type their name does not tell."""


def refusal_of(error: Any) -> StopDetails | None:
    """Return the refusal that an error object means, None for one that is a failure."""
    code = error.get("code") if isinstance(error, dict) else None
    if not isinstance(code, str) or code not in _POLICIES:
        return None
    message = error.get("message")
    return StopDetails(
        category=_POLICIES[code], explanation=message if isinstance(message, str) else None
    )


def failure_of(said: Mapping[str, Any], ctx: CallContext) -> APIStatusError:
    """Return the error of a response that failed, or of an `error` event."""
    error = said.get("error")
    if isinstance(error, dict):
        kind = _TYPES.get(str(error.get("code")))
        return error_inside({**said, "error": {**error, "type": kind}} if kind else said, ctx)
    if error:
        return error_inside(said, ctx)
    status = said.get("status")
    text = said.get("message") or f"the response is {status or 'failed'}, and no error says why"
    return error_inside({**said, "error": {"message": text, "code": said.get("code")}}, ctx)


def why_incomplete(response: Mapping[str, Any]) -> Any:
    """Return why a response is incomplete, whatever its status says; None when it is not."""
    return (response.get("incomplete_details") or {}).get("reason")


def stop_of(
    response: Mapping[str, Any], ctx: CallContext, *, cut: bool, calls: bool, refusal: str
) -> tuple[str, StopDetails | None]:
    """Return stop reason and details of a response that is complete, or incomplete (`cut`).

    Calls win over a refusal in words. A reason nobody knows passes through, reported.
    """
    if cut:
        why = why_incomplete(response) or "incomplete"
        reason = _INCOMPLETE.get(why)
        if reason is None:
            ctx.report("stop_reason", f"{why!r} is unknown to the Messages API; passed on")
            return str(why), None
        details = StopDetails(explanation=refusal or None) if reason == "refusal" else None
        return reason, details
    if calls:
        return "tool_use", None
    if refusal:
        return "refusal", StopDetails(explanation=refusal)
    return "end_turn", None
