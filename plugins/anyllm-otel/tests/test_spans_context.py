"""Whose child a span is, and that it is never the current one."""

from __future__ import annotations

import anyio
import pytest

from any_llm import AsyncClient, Client
from any_llm.testing import FakeAnswer, FakeProvider
from tests.contracts.support import HELLO

MODEL = "fake:m"


@pytest.mark.parametrize("stream", [False, True])
def test_a_span_is_the_child_of_the_current_one_and_never_current_itself(telemetry, stream):
    from opentelemetry import trace

    tracer = telemetry.tracer_provider.get_tracer("test")
    fake = FakeProvider("one two")
    with (
        Client(plugins=fake.plugins, env={}, observers=[telemetry.observer]) as client,
        tracer.start_as_current_span("outer") as outer,
    ):
        answer = client.messages(MODEL, HELLO, 9, stream=stream)
        if stream:
            for _ in answer:
                assert trace.get_current_span() is outer
        assert trace.get_current_span() is outer
    inner, last = telemetry.spans
    assert last.name == "outer"
    assert inner.parent.span_id == outer.get_span_context().span_id
    assert inner.context.trace_id == outer.get_span_context().trace_id


@pytest.mark.parametrize("backend", ["asyncio", "trio"])
def test_tasks_at_the_same_time_have_parents_of_their_own(telemetry, backend):
    from opentelemetry import trace

    tracer = telemetry.tracer_provider.get_tracer("test")
    fake = FakeProvider(answer=lambda _: FakeAnswer("a b", delay=0.001))

    async def one(client, name):
        with tracer.start_as_current_span(name) as outer:
            async with client.stream(f"fake:{name}", HELLO, 9) as stream:
                async for _ in stream:
                    assert trace.get_current_span() is outer

    async def main():
        options = {"plugins": fake.plugins, "env": {}, "observers": [telemetry.observer]}
        async with AsyncClient(**options) as client, anyio.create_task_group() as group:
            for name in "abcde":
                group.start_soon(one, client, name)

    anyio.run(main, backend=backend)
    outer = {span.name: span.context.span_id for span in telemetry.spans if span.parent is None}
    inner = {span.name: span.parent.span_id for span in telemetry.spans if span.parent}
    assert inner == {f"chat {name}": outer[name] for name in "abcde"}
