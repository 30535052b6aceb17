"""The errors of this wire: HTTP errors, and errors inside a 200, whole or streamed.

The HTTP status and Google's own status word decide what an error is; inside a 200 the error's own
`code` stands in for the status. Source: ai.google.dev/gemini-api/docs/troubleshooting, 2026-11.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from any_llm.plugin import (
    APIStatusError,
    BadReply,
    CallContext,
    WireReply,
    request_id,
    retry_delay,
    status_error,
)

from .fault import Fault, read_fault

# google/rpc/code.proto
_STATUS = {
    "INVALID_ARGUMENT": 400,
    "FAILED_PRECONDITION": 400,
    "OUT_OF_RANGE": 400,
    "UNAUTHENTICATED": 401,
    "PERMISSION_DENIED": 403,
    "NOT_FOUND": 404,
    "ABORTED": 409,
    "ALREADY_EXISTS": 409,
    "RESOURCE_EXHAUSTED": 429,
    "CANCELLED": 499,
    "UNKNOWN": 500,
    "INTERNAL": 500,
    "DATA_LOSS": 500,
    "UNIMPLEMENTED": 501,
    "UNAVAILABLE": 503,
    "DEADLINE_EXCEEDED": 504,
}
_TYPES = {
    401: "authentication_error",
    402: "billing_error",
    403: "permission_error",
    404: "not_found_error",
    408: "timeout_error",
    409: "conflict_error",
    413: "request_too_large",
    429: "rate_limit_error",
    503: "overloaded_error",
    504: "timeout_error",
    529: "overloaded_error",
}
# ErrorInfo.reason says more than the 400 or 403 it comes with (google/api/error_reason.proto).
_REASONS = {
    "API_KEY_INVALID": "authentication_error",
    "API_KEY_EXPIRED": "authentication_error",
    "BILLING_DISABLED": "billing_error",
}
# Google has no status of its own for this; clients look for Anthropic's words.
_TOO_LONG = re.compile(r"token count.{0,40}exceed|number of tokens allowed", re.IGNORECASE)


def error_of_reply(reply: WireReply, ctx: CallContext) -> APIStatusError:
    """Return the error of an answer whose status is not 2xx."""
    return _error(read_fault(reply.body), reply.status, reply.body, ctx, reply.headers)


def error_inside(
    body: Any, ctx: CallContext, headers: Mapping[str, str] | None = None
) -> APIStatusError:
    """Return the error that a 200 answer, or one frame of it, holds."""
    fault = read_fault(body)
    return _error(fault, fault.code or _STATUS.get(fault.word), body, ctx, headers or {})


def bad_reply(ctx: CallContext, what: str) -> BadReply:
    """Return the error for an answer that this wire does not allow."""
    return BadReply(f"{ctx.provider}: the answer cannot be read: {what}", provider=ctx.provider)


def _error(
    fault: Fault, status: int | None, body: Any, ctx: CallContext, headers: Mapping[str, str]
) -> APIStatusError:
    text = fault.message.strip() or f"HTTP {status} without a message"
    if fault.word == "INVALID_ARGUMENT" and _TOO_LONG.search(text):
        text = f"prompt is too long: {text}"
    delay = retry_delay(headers)
    should = {"true": True, "false": False}.get(headers.get("x-should-retry", ""))
    if should is None and status == 429 and fault.per_day:
        should = False  # spent until tomorrow
    return status_error(
        f"{ctx.provider}: {text:.2000}",
        status=status,
        type=_type(status, fault),
        code=fault.reason or fault.word or None,
        provider=ctx.provider,
        request_id=request_id(headers) or fault.request_id,
        retry_after=fault.retry_after if delay is None else delay,
        should_retry=should,
        body=body,
    )


def _type(status: int | None, fault: Fault) -> str:
    if kind := _REASONS.get(fault.reason):
        return kind
    if status == 400 and fault.word == "FAILED_PRECONDITION":
        return "permission_error"  # not from this country, or not without billing
    if kind := _TYPES.get(status or 0):
        return kind
    return "invalid_request_error" if 400 <= (status or 500) < 500 else "api_error"
