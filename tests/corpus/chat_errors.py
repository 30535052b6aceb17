"""Which Messages error an error body of a Chat Completions server means.

The order is that of the project's mapping: HTTP status first, then the vendor's own code and type;
never the words of the message.
"""

from __future__ import annotations

from typing import Any

from .expected import Failure

# (Messages type, statuses, vendor codes or types), first match wins.
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
    ("invalid_request_error", frozenset({400, 422}), frozenset({"invalid_request_error"})),
)
_STATUS_OF_TYPE = {
    "authentication_error": 401,
    "billing_error": 402,
    "permission_error": 403,
    "not_found_error": 404,
    "timeout_error": 504,
    "request_too_large": 413,
    "conflict_error": 409,
    "rate_limit_error": 429,
    "overloaded_error": 529,
    "invalid_request_error": 400,
    "api_error": 500,
}
_INVALID = ("invalid_", "context_length_exceeded", "exceed_context_size_error", "content_filter")


def failure(body: Any, http_status: int, *, after_output: bool = False) -> Failure:
    """Return the failure that an error body means (any JSON value, or the text of a page).

    `http_status` below 400 means an error inside a success: its status is then the one the body
    names, else that of its type.
    """
    error = _error_object(body)
    status = http_status if http_status >= 400 else _status_inside(error)
    words = {str(error.get(key)).lower() for key in ("code", "type") if error.get(key)}
    type_ = _type(status, words)
    return Failure(
        kind="status",
        status=status or _STATUS_OF_TYPE[type_],
        type=type_,
        after_output=after_output,
    )


def reported(body: Any) -> Any:
    """Return the error that a body of a 200 answer carries, or None."""
    if isinstance(body, list):
        body = body[0] if body else {}
    if body.get("error"):
        return body
    if body.get("object") == "error":
        return body
    for choice in body.get("choices") or []:
        if choice.get("error"):
            return choice
    return None


def _error_object(body: Any) -> dict[str, Any]:
    """Find the object that holds code and type: `error`, `details.error` or the body itself."""
    if isinstance(body, list) and body:
        body = body[0]
    if not isinstance(body, dict):
        return {}
    for holder in (body, body.get("details")):
        if isinstance(holder, dict) and isinstance(holder.get("error"), dict):
            found: dict[str, Any] = holder["error"]
            return found
    return body


def _status_inside(error: dict[str, Any]) -> int | None:
    for key in ("code", "status", "status_code"):
        value = str(error.get(key))
        if value.isdigit() and 400 <= int(value) < 600:
            return int(value)
    return None


def _type(status: int | None, words: set[str]) -> str:
    for type_, statuses, names in _TABLE:
        if status in statuses or words & names:
            return type_
    if status is not None and status < 500:
        return "invalid_request_error"
    if status is None and any(word.startswith(_INVALID) for word in words):
        return "invalid_request_error"
    return "api_error"
