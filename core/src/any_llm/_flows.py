"""The steps that a dialect's own flow may ask for, turned into I/O: Send, Fetch, Cached."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from ._pipeline import NONSENSE, why
from ._plan import Plan
from ._send import http_request, refusal, retried
from ._signing import signed
from ._steps import Alone, Body, IOFlow, Shut
from .dialect import Cached, Fetch, Flow, Send, WireReply, WireRequest
from .errors import AnyLLMError, BadReply


def perform(plan: Plan, flow: Flow) -> IOFlow:
    """Run a dialect's flow: translate its steps into I/O, and its stumbles into BadReply."""
    answer: Any = None
    failed: BaseException | None = None
    asked = False
    while True:
        try:
            step = flow.throw(failed) if failed is not None else flow.send(answer)
        except StopIteration as stop:
            return stop.value
        except AnyLLMError:
            raise
        except NONSENSE as error:
            if not asked:  # the wire has said nothing yet: this is a fault of the dialect
                raise
            raise BadReply(f"cannot read the answer: {why(error)}") from error
        answer = failed = None
        try:
            match step:
                case Send(wire):
                    asked = True
                    answer = yield from _ask(plan, wire)
                case Fetch(url, path):
                    asked = True
                    from . import _fetch  # off unless a client allows it

                    answer = yield from _fetch.fetch(
                        url, path, plan.ctx.provider, plan.fetch, plan.timeout
                    )
                case Cached(key, inner):
                    asked = True
                    answer = yield from _cached(plan, key, inner)
                case _:
                    raise TypeError(f"{plan.ctx.provider}: its dialect yielded {step!r:.200}")
        except AnyLLMError as error:
            failed = error


def _ask(plan: Plan, wire: WireRequest) -> IOFlow:
    """Send a dialect's own request; the answer is a WireReply with a 2xx status."""
    request = http_request(_without_extra(plan), wire)

    def attempt() -> IOFlow:
        reply = yield from signed(plan, request)
        try:
            if reply.status >= 300:
                raise (yield from refusal(plan, reply))
            content = yield Body(reply)
        finally:
            yield Shut(reply)
        return WireReply(status=reply.status, headers=reply.headers, content=content)

    return (yield from retried(plan, attempt))


def _without_extra(plan: Plan) -> Plan:
    """The plan without the caller's extra body, which belongs to the Messages request alone."""
    return replace(plan, extra_body={}) if plan.extra_body else plan


def _cached(plan: Plan, key: Any, inner: Callable[[], Flow]) -> IOFlow:
    secret = plan.credential.get_secret_value() if plan.credential else None
    full = (plan.spec.id, plan.base_url, hash(secret), key)

    def run() -> IOFlow:
        if kept := plan.store.get(full):
            return kept[0]
        value = yield from perform(plan, inner())
        plan.store.keep(full, value)
        return value

    kept = plan.store.get(full)
    return kept[0] if kept else (yield Alone(("cached", full), run))
