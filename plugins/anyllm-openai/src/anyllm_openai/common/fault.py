"""Reading an error body: at least twenty-five shapes of it are in use, and pages of HTML.

OpenAI `{error: {message, type, param, code}}`; llama.cpp and OpenRouter with a number as code;
Mistral, Cerebras and Baseten without the `error` around it; xAI `{code, error: text}`; FastAPI
`{detail: text or list}`; Gemini's compatible endpoint a list of one; Pollinations `{error: text,
details: {error}}`; Azure `error.status`; gateways HTML or nothing. Seen in recordings, 2026-11-22.
"""

from __future__ import annotations

import re
from typing import Any, NamedTuple

from .bare import base_fails, base_type

_TITLE = re.compile(r"<title[^>]*>(.*?)</title>", re.IGNORECASE | re.DOTALL)
_HEAD = 4096  # a title stands there or nowhere


class Fault(NamedTuple):
    """What an error body says: `code` and `kind` are the vendor's own words for it.

    `param` is the field of the request that it is about.
    """

    message: str
    code: str | None = None
    kind: str | None = None
    param: str | None = None
    status: int | None = None
    retry_after: float | None = None
    request_id: str | None = None

    @property
    def words(self) -> frozenset[str]:
        """The code and the type in lower case."""
        return frozenset(word.lower() for word in (self.code, self.kind) if word)


def read_fault(body: Any) -> Fault:
    """Return what `body` (any JSON value, or the text of a page) says; it never fails."""
    if isinstance(body, list) and body:
        body = body[0]
    if not isinstance(body, dict):
        return Fault(_page(body) if isinstance(body, str) else _text(body))
    said = _innermost(body)
    metadata = said.get("metadata")
    metadata = metadata if isinstance(metadata, dict) else {}
    return Fault(
        _message(said, metadata),
        code=_word(said.get("code")) or _word(said.get("error_code")),
        kind=_word(said.get("type")),
        param=_word(said.get("param")),
        status=_status(said),
        retry_after=_seconds(metadata.get("retry_after_seconds")),
        request_id=_word(body.get("request_id")),
    )


def _innermost(body: dict[str, Any]) -> dict[str, Any]:
    """Return the object that holds message, code and type."""
    for holder in (body, body.get("details")):
        if isinstance(holder, dict) and isinstance(holder.get("error"), dict):
            found: dict[str, Any] = holder["error"]
            return found
    if base_fails(body):
        base: dict[str, Any] = body["base_resp"]
        return {**base, "code": base.get("status_code"), "type": base_type(base["status_code"])}
    errors = body.get("errors")
    if isinstance(errors, list) and errors and isinstance(errors[0], dict):
        first: dict[str, Any] = errors[0]
        return first
    return body


def _message(said: dict[str, Any], metadata: dict[str, Any]) -> str:
    for name in ("message", "error", "detail", "msg", "error_msg", "status_msg", "errors"):
        if text := _text(said.get(name)):
            break
    else:
        text = ""
    if raw := metadata.get("raw"):  # OpenRouter: its own message says only who failed
        source = metadata.get("provider_name") or "upstream"
        text = f"{text} ({source}: {_text(raw):.1000})"
    return text


def _text(value: Any) -> str:
    """Return a message as text: FastAPI lists its faults, others nest an object."""
    if value is None or isinstance(value, str):
        return (value or "").strip()
    if isinstance(value, dict):
        if isinstance(value.get("loc"), list):
            return f"{'.'.join(map(str, value['loc']))}: {_text(value.get('msg'))}"
        return _text(value["message"]) if value.get("message") else str(value)
    if isinstance(value, list):
        return "; ".join(map(_text, value))
    return str(value)


def _page(text: str) -> str:
    """Return what a page says: of HTML its title, of anything else its beginning."""
    if "<html" in text[:1000].lower() or text.lstrip().startswith("<"):
        title = _TITLE.search(text[:_HEAD])
        return f"a page of HTML instead of JSON: {title[1].strip() if title else text.strip():.300}"
    return text.strip()


def _word(value: Any) -> str | None:
    if isinstance(value, str):
        return value or None
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else None


def _status(said: dict[str, Any]) -> int | None:
    for name in ("status", "status_code", "statusCode", "raw_status_code", "code", "error_code"):
        word = _word(said.get(name)) or ""
        if len(word) == 3 and word.isascii() and word.isdigit() and "400" <= word < "600":
            return int(word)
    return None


def _seconds(value: Any) -> float | None:
    if isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value < 1e9:
        return float(value)
    return None
