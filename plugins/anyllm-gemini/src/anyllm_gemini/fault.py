"""Reading an error body: Google's own, and what gateways and emulators send in its place.

Google's is `{"error": {code, message, status, details}}`, now and then as the one element of a
list; others send text, HTML, other objects. Details are `google.rpc` messages
(google/rpc/error_details.proto): ErrorInfo, RetryInfo, QuotaFailure, RequestInfo.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

_TITLE = re.compile(r"<title[^>]*>(.*?)</title>", re.IGNORECASE | re.DOTALL)


@dataclass(frozen=True, slots=True)
class Fault:
    """What an error body says. `word` is Google's status, `reason` the ErrorInfo's."""

    message: str
    code: int | None = None
    word: str = ""
    reason: str = ""
    retry_after: float | None = None
    per_day: bool = False
    request_id: str | None = None


def holds_error(body: Any) -> bool:
    """Whether a body with status 200, or one frame of it, is an error."""
    if isinstance(body, list):
        return bool(body) and holds_error(body[0])
    return isinstance(body, dict) and bool(body.get("error"))


def read_fault(body: Any) -> Fault:
    """Return what `body` (any JSON value, or the text of a page) says; it never fails."""
    if isinstance(body, list) and body:
        body = next((one for one in body if holds_error(one)), body[0])
    if not isinstance(body, dict):
        return Fault(_page(body) if isinstance(body, str) else "" if body is None else str(body))
    said = body.get("error", body)
    if not isinstance(said, dict):
        return Fault(_page(said) if isinstance(said, str) else str(said))
    details = said.get("details")
    found = _Details(details if isinstance(details, list) else [])
    return Fault(
        str(said.get("message") or said.get("detail") or ""),
        code=_status(said.get("code")),
        word=_word(said.get("status")) or _word(said.get("type")),
        reason=_word(found.of("ErrorInfo").get("reason")),
        retry_after=_seconds(found.of("RetryInfo").get("retryDelay")),
        per_day="PerDay" in str(found.of("QuotaFailure").get("violations") or ""),
        request_id=_word(found.of("RequestInfo").get("requestId")) or None,
    )


class _Details:
    def __init__(self, details: list[Any]) -> None:
        self._details = [one for one in details if isinstance(one, dict)]

    def of(self, kind: str) -> Mapping[str, Any]:
        """Return the first detail of this type, or nothing."""
        name = f"type.googleapis.com/google.rpc.{kind}"
        return next((one for one in self._details if one.get("@type") == name), {})


def _page(text: str) -> str:
    """Return what a page says: of HTML its title, of anything else its beginning."""
    if text.lstrip().startswith("<"):
        title = _TITLE.search(text)
        return f"a page of HTML instead of JSON: {title[1].strip() if title else text.strip():.300}"
    return text.strip()


def _word(value: Any) -> str:
    return value if isinstance(value, str) else ""


def _status(value: Any) -> int | None:
    text = str(value)
    code = int(text) if len(text) == 3 and text.isascii() and text.isdigit() else 0
    return code if 400 <= code < 600 else None


def _seconds(value: Any) -> float | None:
    """Return a protobuf duration such as "34.07s" in seconds."""
    if isinstance(value, dict):  # some servers send the message's own form
        value = f"{value.get('seconds', 0)}s"
    try:
        seconds = float(str(value).removesuffix("s"))
    except ValueError:
        return None
    return seconds if 0 <= seconds < 1e9 else None
