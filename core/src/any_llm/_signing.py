"""Signing and sending one attempt, and the tokens that signing may need.

A token is fetched once, however many calls wait for it, and kept for its client, provider and
credential. When the provider answers 401 to one that was kept, it is fetched once more.
"""

from __future__ import annotations

from collections.abc import Generator
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

from ._pipeline import NONSENSE
from ._plan import Plan
from ._steps import Alone, Body, Head, IOFlow, Shut
from .auth import AuthContext, GetToken, HTTPRequest, Token
from .dialect import WireReply, wire_error
from .errors import APIConnectionError, BadReply


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
    ctx = AuthContext(
        credential=plan.credential,
        settings=plan.ctx.settings,
        now=datetime.now(UTC),
        source=plan.source,
    )
    flow = plan.spec.auth.flow(request, ctx)
    try:
        ask = next(flow)
        while True:
            token = yield from _token(plan, ask)
            plan.tokens.append(token.value)
            used.append((_key(plan, ask), token))
            ask = flow.send(token)
    except StopIteration as stop:
        return stop.value


def _key(plan: Plan, ask: GetToken) -> tuple[Any, ...]:
    secret = plan.credential.get_secret_value() if plan.credential else None
    return (plan.spec.id, plan.base_url, hash(secret), ask.key)


def _token(plan: Plan, ask: GetToken) -> IOFlow:
    key = _key(plan, ask)

    def fetch() -> IOFlow:
        if kept := plan.store.token(key, datetime.now(UTC)):
            return kept  # somebody else fetched it while this call waited
        token = yield from _fetched(plan, ask)
        plan.store.keep_token(key, token)
        return token

    return plan.store.token(key, datetime.now(UTC)) or (yield Alone(("token", key), fetch))


def _fetched(plan: Plan, ask: GetToken) -> Generator[Any, Any, Token]:
    where = f"no token from {_place(ask.request.url)}"
    scheme = urlsplit(plan.base_url).scheme
    over_http = plan.spec.transport is None and scheme in {"http", "https"}
    try:  # an engine in the process has no way to a token endpoint, the client has
        reply = yield Head(ask.request, plan.timeout, plain=not over_http)
        try:
            content = yield Body(reply)
        finally:
            yield Shut(reply)
    except APIConnectionError as error:
        error.args = (f"{where}: {error}",)
        raise
    whole = WireReply(status=reply.status, headers=reply.headers, content=content)
    if whole.status >= 300:
        raise wire_error(whole, plan.ctx, None, message=f"{where}: it answered {whole.status}")
    try:
        return _usable(ask.read(whole))
    except NONSENSE as error:
        fault = type(error).__name__  # not chained: it may hold the answer, and so a token
    raise BadReply(f"{where}: cannot read its answer: {fault}")


def _usable(token: Token) -> Token:
    value: Any = token.value.get_secret_value()  # pydantic does not check what it hides
    if not isinstance(value, str) or not value.isascii() or not value.isprintable() or not value:
        raise ValueError("the token is no text that a header can carry")
    return token


def _place(url: str) -> str:
    """The address without its query, which may hold anything."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path}"
