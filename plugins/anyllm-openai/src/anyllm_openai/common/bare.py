"""Errors inside a 200 that stand under no `error` key, as gateways and some vendors send them.

MiniMax `base_resp: {status_code, status_msg}`; Cloudflare `{success: false, errors}`; Baidu
`{error_code, error_msg}`; Azure's gateway `{statusCode, message}`; FastAPI `{detail}`; others
`{code, msg}`, `{status: "error", message}`, `{message, type: "..._error"}`. Seen 2026-11-22.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

# MiniMax, platform.minimax.io/docs/api-reference/errorcode, read 2026-11-23.
_BASE_TYPES: Mapping[str, str] = {
    "1004": "authentication_error",
    "2049": "authentication_error",
    "1002": "rate_limit_error",
    "1039": "rate_limit_error",
    "1008": "billing_error",
    "2013": "invalid_request_error",
}
_MESSAGES = ("message", "msg", "error_msg")
_CODES = ("code", "error_code", "statusCode", "status_code")


def base_fails(body: Mapping[str, Any]) -> bool:
    """Whether a body's `base_resp` says that the call failed."""
    base = body.get("base_resp")
    return isinstance(base, dict) and str(base.get("status_code") or 0) != "0"


def base_type(code: object) -> str | None:
    """Return the Messages error type of a code in `base_resp`, None for one that says less."""
    return _BASE_TYPES.get(str(code))


def holds_error(body: Mapping[str, Any]) -> bool:
    """Whether a body without choices is an error in one of the shapes that have no `error` key."""
    if body.get("object") == "error" or body.get("success") is False or base_fails(body):
        return True
    if body.get("detail"):
        return True
    if not any(body.get(name) for name in _MESSAGES):
        return False
    kind = body.get("type")
    failed = body.get("status") == "error" or (isinstance(kind, str) and kind.endswith("_error"))
    return failed or any(_is_fault(body.get(name)) for name in _CODES)


def _is_fault(code: Any) -> bool:
    """Whether a code says failure: a word, or a number that is no success of HTTP."""
    word = str(code) if code else "0"
    return not (word.isascii() and word.isdigit()) or int(word[:9]) >= 400
