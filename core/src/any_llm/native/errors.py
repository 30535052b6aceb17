"""Errors of a Messages endpoint: as an answer's body, or inside a 200."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..dialect import CallContext, WireReply, wire_error
from ..errors import APIStatusError, status_error


def reply_error(reply: WireReply, ctx: CallContext) -> APIStatusError:
    """Return the error of an answer that is not 2xx.

    `code` is `error.details.error_code`; the whole body, details included, is on `body`.
    """
    said = reply.body.get("error") if isinstance(reply.body, dict) else None
    if not isinstance(said, dict):
        return wire_error(reply, ctx, said or reply.body)
    error = wire_error(reply, ctx, said, type=_text(said.get("type")), code=_code(said))
    error.request_id = error.request_id or _text(reply.body.get("request_id"))
    return error


def is_error(said: Any) -> bool:
    """Whether a 200 answer or an event of it is an error; some endpoints leave its type out."""
    if not isinstance(said, dict):
        return False
    return said.get("type") == "error" or ("type" not in said and bool(said.get("error")))


def stream_error(said: Mapping[str, Any], ctx: CallContext) -> APIStatusError:
    """Return the typed error of an `error` object inside a 200 answer."""
    error = said.get("error")
    error = error if isinstance(error, dict) else {"message": error}
    text = " ".join(str(error.get("message") or "").split()) or "an error without a message"
    return status_error(
        f"{ctx.provider}: {text:.2000}",
        type=_text(error.get("type")),
        code=_code(error),
        provider=ctx.provider,
        request_id=_text(said.get("request_id")),
        body=dict(said),
    )


def _code(error: Mapping[str, Any]) -> str | None:
    details = error.get("details")
    return _text(details.get("error_code")) if isinstance(details, dict) else None


def _text(value: Any) -> str | None:
    return value if isinstance(value, str) and value else None
