"""Sending one request: its bytes, its signature, its attempts, and what a refusal means.

Bytes are made once, before the first attempt; each attempt is signed on those bytes.
"""

from __future__ import annotations

from collections.abc import Callable, Generator
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode, urlsplit, urlunsplit

from ._json import dumps
from ._pipeline import NONSENSE
from ._plan import Plan, asked_delay
from ._steps import Alone, Body, Head, IOFlow, Shut, Sleep
from .auth import AuthContext, GetToken, HTTPRequest, Token
from .dialect import WireReply, WireRequest, wire_error
from .errors import AnyLLMError, APIStatusError, BadReply
from .observe import Retrying, notify


def http_request(plan: Plan, wire: WireRequest) -> HTTPRequest:
    body: Any = wire.json
    if plan.extra_body and isinstance(body, dict):
        body = _merged(body, plan.extra_body)
    content = wire.content if wire.content is not None else b"" if body is None else dumps(body)
    headers = {"accept": "text/event-stream" if plan.ctx.stream else "application/json"}
    if body is not None and wire.content is None:
        headers["content-type"] = "application/json"
    for more in (plan.spec.headers, wire.headers, plan.headers):
        headers.update({name.lower(): value for name, value in more.items()})
    return HTTPRequest(method=wire.method, url=_url(plan, wire), headers=headers, content=content)


def _merged(body: dict[str, Any], extra: Any) -> dict[str, Any]:
    """Put `extra` over `body`: objects are merged key by key, everything else is replaced."""
    merged = dict(body)
    for name, value in extra.items():
        old = merged.get(name)
        both = isinstance(old, dict) and isinstance(value, dict)
        merged[name] = _merged(old, value) if both else value  # type: ignore[arg-type]
    return merged


def _url(plan: Plan, wire: WireRequest) -> str:
    parts = urlsplit(plan.base_url)
    query = "&".join(
        filter(None, [parts.query, urlencode({**plan.spec.query, **wire.query, **plan.query})])
    )
    return urlunsplit((parts.scheme, parts.netloc, parts.path.rstrip("/") + wire.path, query, ""))


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
                fact = Retrying(attempt=number, error=error, delay=delay)
                notify(plan.observers, "on_retry", plan.call, fact)
        yield Sleep(delay)


def signed(plan: Plan, request: HTTPRequest) -> IOFlow:
    """Sign and send; when a kept token is refused with 401, once more with a fresh one."""
    for last in (False, True):
        used: list[tuple[Any, Token]] = []
        final = yield from _sign(plan, request, used)
        reply = yield Head(final, plan.timeout)
        if reply.status != 401 or not used or last:
            return reply
        yield Shut(reply)
        for key, token in used:
            plan.store.drop_token(key, token)
    raise AssertionError("unreachable")


def _sign(plan: Plan, request: HTTPRequest, used: list[tuple[Any, Token]]) -> IOFlow:
    ctx = AuthContext(credential=plan.credential, settings=plan.ctx.settings, now=datetime.now(UTC))
    flow = plan.spec.auth.flow(request, ctx)
    try:
        ask = next(flow)
        while True:
            token = yield from _token(plan, ask)
            used.append((_token_key(plan, ask), token))
            ask = flow.send(token)
    except StopIteration as stop:
        return stop.value


def _token_key(plan: Plan, ask: GetToken) -> tuple[Any, ...]:
    secret = plan.credential.get_secret_value() if plan.credential else None
    return (plan.spec.id, plan.base_url, hash(secret), ask.key)


def _token(plan: Plan, ask: GetToken) -> IOFlow:
    key = _token_key(plan, ask)

    def fetch() -> IOFlow:
        if kept := plan.store.token(key, datetime.now(UTC)):
            return kept  # somebody else fetched it while this call waited
        reply = yield Head(ask.request, plan.timeout)
        try:
            content = yield Body(reply)
        finally:
            yield Shut(reply)
        whole = WireReply(status=reply.status, headers=reply.headers, content=content)
        if whole.status >= 300:
            raise wire_error(
                whole,
                plan.ctx,
                None,
                message=f"no token: the token endpoint answered {whole.status}",
            )
        try:
            token = ask.read(whole)
        except NONSENSE as error:
            raise BadReply(f"the token endpoint's answer holds no token: {error}") from error
        plan.store.keep_token(key, token)
        return token

    return plan.store.token(key, datetime.now(UTC)) or (yield Alone(("token", key), fetch))


def refusal(plan: Plan, reply: Any) -> Generator[Any, Any, APIStatusError]:
    content = yield Body(reply)
    whole = WireReply(status=reply.status, headers=reply.headers, content=content)
    if whole.status < 400:
        return wire_error(
            whole,
            plan.ctx,
            None,
            message=f"answered with a redirect (HTTP {whole.status}), which is not followed with "
            "a key; set api_base to the address that it names",
        )
    try:
        error = plan.dialect.error(whole, plan.ctx)
    except NONSENSE as cause:
        error = wire_error(whole, plan.ctx, excerpt(whole))
        error.__cause__ = cause
    if error.retry_after is None:
        error.retry_after = asked_delay(whole.headers, datetime.now(UTC))
    return error


def excerpt(reply: WireReply) -> str:
    return reply.content[:300].decode("utf-8", "replace").strip() or "an empty body"
