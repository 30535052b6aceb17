"""Sending one request: its bytes, its attempts, and what a refusal means.

Bytes are made once, before the first attempt; `_signing` signs each attempt on those bytes.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Generator, Mapping
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any
from urllib.parse import quote, urlencode, urlsplit, urlunsplit

from ._explain import explain
from ._json import dumps
from ._pipeline import NONSENSE
from ._plan import Plan, asked_delay
from ._steps import Body, IOFlow, Sleep
from .auth import HTTPRequest
from .dialect import WireReply, WireRequest, wire_error
from .errors import AnyLLMError, APIStatusError, ConfigurationError
from .observe import Retrying, notify

# What a path may hold as it is (RFC 3986, 3.3), and % of what is quoted already. The HTTP library
# would quote the rest itself, but only after the signature was made.
_PATH = "/%:@!$&'()*+,;=~"


def http_request(plan: Plan, wire: WireRequest) -> HTTPRequest:
    body: Any = wire.json
    if plan.extra_body and isinstance(body, dict):
        body = _merged(body, plan.extra_body)
    content = wire.content if wire.content is not None else b"" if body is None else dumps(body)
    headers = {"accept": "text/event-stream" if plan.ctx.stream else "application/json"}
    if body is not None and wire.content is None:
        headers["content-type"] = "application/json"
    said: dict[str, Any] = {}
    for more in (plan.spec.headers, wire.headers, plan.headers):
        if more:
            said.update({name.lower(): value for name, value in more.items()})
    if said:
        _check(plan, said)
        headers.update(said)
    return HTTPRequest(method=wire.method, url=_url(plan, wire), headers=headers, content=content)


# RFC 9110, 5.1 and 5.5. A line end in a value would begin another header.
_NAME = re.compile(r"[!#$%&'*+.^_`|~0-9a-z-]+")
_VALUE = re.compile(r"[\x20-\x7e\t]*")
_FRAMING = frozenset({"content-length", "transfer-encoding"})


def _check(plan: Plan, headers: Mapping[str, Any]) -> None:
    """Refuse headers that cannot be sent. Their values, which may be secret, are not told."""
    for name, value in headers.items():
        if not _NAME.fullmatch(name):
            fault = "is no name that a header can have"
        elif name in _FRAMING:
            fault = "follows from the body; leave it out"
        elif not isinstance(value, str):
            fault = f"needs a value that is text, not a {type(value).__name__}"
        elif not _VALUE.fullmatch(value):
            fault = "has a value with characters that no header can carry"
        else:
            continue
        raise ConfigurationError(f"{plan.ctx.provider}: header {name!r:.60} {fault}")


def _merged(body: dict[str, Any], extra: Any) -> dict[str, Any]:
    """Put `extra` over `body`: objects are merged key by key, everything else is replaced."""
    merged = dict(body)
    for name, value in extra.items():
        old = merged.get(name)
        both = isinstance(old, dict) and isinstance(value, dict)
        merged[name] = _merged(old, value) if both else value  # type: ignore[arg-type]
    return merged


def _url(plan: Plan, wire: WireRequest) -> str:
    asked = {**plan.spec.query, **wire.query, **plan.query}
    try:
        return _joined(plan.base_url, wire.path, urlencode(asked) if asked else "")
    except UnicodeEncodeError as error:
        raise ConfigurationError(f"{plan.ctx.provider}: the URL is no text: {error}") from error


@lru_cache(maxsize=256)  # calls name the same few
def _joined(base_url: str, wire_path: str, asked: str) -> str:
    parts = urlsplit(base_url)
    base = parts.path.rstrip("/")
    if wire_path.startswith("/v1/"):  # people write such an address with and without its /v1
        base = base.removesuffix("/v1")
    path = quote(base + wire_path, safe=_PATH)
    query = "&".join(filter(None, [parts.query, asked]))
    return urlunsplit((parts.scheme, parts.netloc, path, query, ""))


def retried(plan: Plan, attempt: Callable[[], IOFlow]) -> IOFlow:
    number = 0
    while True:
        number += 1
        try:
            return (yield from attempt())
        except AnyLLMError as error:
            delay = plan.retry.delay(number, error)
            if delay is None:
                raise
            if plan.observers:
                explain(plan, error)
                fact = Retrying(attempt=number, error=error, delay=delay)
                notify(plan.observers, "on_retry", plan.call, fact)
        yield Sleep(delay)


def refusal(plan: Plan, reply: Any) -> Generator[Any, Any, APIStatusError]:
    content = yield Body(reply)
    whole = WireReply(status=reply.status, headers=reply.headers, content=content)
    if whole.status < 400:
        return wire_error(
            whole,
            plan.ctx,
            None,
            message=f"answered with a redirect (HTTP {whole.status}) to {_target(whole)}, which is "
            "not followed with a key; if that is the right address, set api_base to it",
        )
    try:
        error = plan.dialect.error(whole, plan.ctx)
    except NONSENSE as cause:
        error = wire_error(whole, plan.ctx, excerpt(whole))
        error.__cause__ = cause
    if error.retry_after is None:
        error.retry_after = asked_delay(whole.headers, datetime.now(UTC))
    return error


def _target(reply: WireReply) -> str:
    """Where a redirect leads, without the query, which may hold anything."""
    return reply.headers.get("location", "").partition("?")[0][:200] or "nowhere"


def excerpt(reply: WireReply) -> str:
    """The beginning of a body, in one line."""
    text = reply.content[:300].decode("utf-8", "replace")
    return " ".join(text.split()) or "an empty body"
