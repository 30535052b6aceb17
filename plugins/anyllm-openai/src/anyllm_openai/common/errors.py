"""The errors of this wire: HTTP errors, and errors inside a 200, whole or streamed.

What kind of error it is, the status and the vendor's own `code` and `type` decide, never the words
of its message. Where the status says enough it wins; inside a 200 the error object's own status
stands in for it. Body shapes are read in `fault.py`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from any_llm.plugin import (
    APIError,
    APIStatusError,
    BadReply,
    CallContext,
    WireReply,
    dumps,
    request_id,
    retry_delay,
    status_error,
)

from .fault import Fault, read_fault

# (Messages type, statuses, vendor's codes and types in lower case): the first match wins.
_TABLE: tuple[tuple[str, frozenset[int], frozenset[str]], ...] = (
    (
        "authentication_error",
        frozenset({401}),
        frozenset({"invalid_api_key", "authentication_error"}),
    ),
    (
        "billing_error",
        frozenset({402}),
        frozenset({"insufficient_quota", "credit_balance_exhausted", "billing_error"}),
    ),
    ("permission_error", frozenset({403}), frozenset({"permission_error"})),
    ("not_found_error", frozenset({404}), frozenset({"model_not_found", "not_found_error"})),
    ("timeout_error", frozenset({408, 504}), frozenset({"timeout_error"})),
    ("request_too_large", frozenset({413}), frozenset({"request_too_large"})),
    ("conflict_error", frozenset({409}), frozenset()),
    ("invalid_request_error", frozenset({400, 422}), frozenset()),
    (
        "rate_limit_error",
        frozenset({429}),
        frozenset({"rate_limit_exceeded", "rate_limit_error", "slow_down"}),
    ),
    (
        "overloaded_error",
        frozenset({503, 529}),
        frozenset({"server_is_overloaded", "overloaded_error"}),
    ),
)
_TOO_LONG = frozenset({"context_length_exceeded", "exceed_context_size_error"})
_INVALID = _TOO_LONG | {"content_filter"}


def error_of_reply(
    reply: WireReply, ctx: CallContext, *, advise: Callable[[Fault], str] | None = None
) -> APIStatusError:
    """Return the error of an answer whose status is not 2xx.

    `advise` says what to do about it, where more is known than the server says.
    """
    fault = read_fault(reply.body)
    if advise and (advice := advise(fault)):
        fault = fault._replace(message=f"{fault.message} ({advice})")
    return _error(fault, reply.status, reply.body, ctx, reply.headers)


def error_inside(
    body: Any, ctx: CallContext, headers: Mapping[str, str] | None = None
) -> APIStatusError:
    """Return the error that a 200 answer, or one frame of it, holds.

    Its status is the one that the error object names, else that of its type.
    """
    fault = read_fault(body)
    return _error(fault, fault.status, body, ctx, headers or {})


def not_an_object(
    value: Any, ctx: CallContext, headers: Mapping[str, str] | None = None
) -> APIError:
    """Return the error for an answer that is no object: Gemini's endpoint puts errors in a list."""
    if isinstance(value, list) and value and isinstance(value[0], dict) and value[0].get("error"):
        return error_inside(value, ctx, headers)
    return bad_reply(ctx, f"a completion is a JSON object, not {value!r:.200}")


def failed_finish(finish: str, kind: str, ctx: CallContext, choice: Any) -> APIStatusError:
    """Return the error of an answer that ends with a finish_reason that means failure."""
    fault = Fault(f"the answer ended with finish_reason {finish!r}", code=finish, kind=kind)
    return _error(fault, None, choice, ctx, {})


def _error(
    fault: Fault, status: int | None, body: Any, ctx: CallContext, headers: Mapping[str, str]
) -> APIStatusError:
    words = fault.words
    text = fault.message or f"HTTP {status} without a message"
    if words & _TOO_LONG:
        text = f"prompt is too long: {text}"
    delay = retry_delay(headers)
    return status_error(
        f"{ctx.provider}: {text:.2000}",
        status=status,
        type=_type(status, words),
        code=fault.code,
        provider=ctx.provider,
        request_id=request_id(headers) or fault.request_id,
        retry_after=fault.retry_after if delay is None else delay,
        should_retry={"true": True, "false": False}.get(headers.get("x-should-retry", "")),
        body=body,
    )


def _type(status: int | None, words: frozenset[str]) -> str:
    for kind, statuses, names in _TABLE:
        if status in statuses or words & names:
            return kind
    if status is not None:
        return "invalid_request_error" if 400 <= status < 500 else "api_error"
    invalid = words & _INVALID or any(word.startswith("invalid_") for word in words)
    return "invalid_request_error" if invalid else "api_error"


def json_text(value: Any, ctx: CallContext) -> str:
    """Return a value of the answer as JSON text; BadReply for numbers that JSON does not have."""
    try:
        return dumps(value).decode()
    except ValueError as error:
        raise bad_reply(ctx, f"{value!r:.200} is no JSON") from error


def bad_reply(ctx: CallContext, what: str) -> BadReply:
    """Return the error for an answer that this wire does not allow."""
    return BadReply(f"{ctx.provider}: the answer cannot be read: {what}", provider=ctx.provider)
