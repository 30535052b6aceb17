"""Errors: sorted by status and by what a body says of itself, never by words in a message.

The server says `{"error": "text"}` (docs/api/errors.mdx); ollama.com and the server beside it add
`signin_url` to a 401; a runner's own error comes as JSON inside the text; imitators and proxies
send objects, plain text, pages and nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from any_llm.plugin import (
    APIStatusError,
    BadReply,
    CallContext,
    WireReply,
    loads,
    status_error,
    wire_error,
)

from .host import on_cloud

_TYPES = frozenset(
    {
        "invalid_request_error",
        "authentication_error",
        "billing_error",
        "permission_error",
        "not_found_error",
        "rate_limit_error",
        "api_error",
        "timeout_error",
        "overloaded_error",
    }
)
# llama.cpp's server, tools/server/server-common.cpp: error types of its JSON bodies.
_TOO_LONG = "exceed_context_size_error"


@dataclass(frozen=True, slots=True)
class Fault:
    """What an error body says: its text, the vendor's word for its kind, a status of its own."""

    message: str
    kind: str | None = None
    status: int | None = None
    is_json: bool = True


def error_of_reply(reply: WireReply, ctx: CallContext) -> APIStatusError:
    """Return the error of an answer whose status is not 2xx."""
    fault = _read(reply.body)
    text = _explained(fault, reply, ctx)
    return wire_error(reply, ctx, None, message=text, type=_type(fault), code=fault.kind)


def error_inside(said: Mapping[str, Any], ctx: CallContext) -> APIStatusError:
    """Return the error that a line of a 200 answer holds."""
    fault = _read(said)
    kind = _type(fault) or (None if fault.status else "api_error")
    return status_error(
        f"{ctx.provider}: {fault.message or 'an error without a message':.2000}",
        status=fault.status,
        type=kind,
        code=fault.kind,
        provider=ctx.provider,
        body=dict(said),
    )


def bad_reply(ctx: CallContext, what: str) -> BadReply:
    """Return the error for an answer that this wire does not allow."""
    return BadReply(f"{ctx.provider}: the answer cannot be read: {what}", provider=ctx.provider)


def _read(body: Any) -> Fault:
    """Return what a body (any JSON value, or the text of a page) says; it never fails."""
    if not isinstance(body, Mapping):
        text = body if isinstance(body, str) else ""
        return Fault(text.strip(), is_json=not isinstance(body, str))
    said = body.get("error")
    holder = said if isinstance(said, Mapping) else body
    text = said if isinstance(said, str) else _message(holder)
    status = next((s for s in map(_status, (holder, body)) if s), None)
    if nested := _nested(text):
        return _fault(_message(nested), nested, status)
    if isinstance(url := body.get("signin_url"), str):
        text = f"{text or 'unauthorized'}; sign in at {url}"
    return _fault(text, holder, status)


def _fault(text: str, said: Mapping[str, Any], status: int | None) -> Fault:
    """Return a fault of this text, in the words that clients look for where there are some."""
    kind = _word(said.get("type"))
    told = f"prompt is too long: {text}" if kind == _TOO_LONG else text
    return Fault(told.strip(), kind, status)


def _nested(text: str) -> Mapping[str, Any] | None:
    """Return the runner's own error, which stands as JSON in the text, more lines behind it."""
    if not text.startswith("{"):
        return None
    for candidate in (text, text.partition("\n")[0]):
        try:
            value = loads(candidate)
        except ValueError:
            continue
        inner = value.get("error") if isinstance(value, dict) else None
        return inner if isinstance(inner, dict) else None
    return None


def _explained(fault: Fault, reply: WireReply, ctx: CallContext) -> str:
    """Return the text with what can be done about it, where the status and the body tell."""
    text = fault.message or f"HTTP {reply.status} without a message"
    if reply.status == 403 and not reply.content:
        return f"{text}; a server that is bound to loopback refuses other names in Host"
    if reply.status != 404:
        return text
    if not fault.is_json:  # the server knows no such path: this is no model that is missing
        return f"{text}; is this the root of an Ollama server? set OLLAMA_HOST or api_base"
    if ctx.model == "*" or on_cloud(ctx):
        return text
    return f"{text}; get it with `ollama pull {ctx.model}`"


def _type(fault: Fault) -> str | None:
    if fault.kind == _TOO_LONG:
        return "invalid_request_error"
    return fault.kind if fault.kind in _TYPES else None


def _message(said: Mapping[str, Any]) -> str:
    found = (said.get(name) for name in ("message", "detail", "error"))
    return next((text for text in found if isinstance(text, str) and text), "")


def _status(said: Mapping[str, Any]) -> int | None:
    found = (said.get(name) for name in ("status", "status_code", "code"))
    whole = (value for value in found if isinstance(value, int) and not isinstance(value, bool))
    return next((value for value in whole if 400 <= value < 600), None)


def _word(value: Any) -> str | None:
    return value if isinstance(value, str) and value else None
