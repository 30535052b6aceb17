"""What a type checker sees of the front doors. Read by mypy and pyright, never run."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from typing import Any, Literal, assert_type

from pydantic import BaseModel

import any_llm
from any_llm import (
    AsyncClient,
    AsyncMessagesClient,
    AsyncMessageStream,
    Client,
    MessageResponse,
    MessagesClient,
    MessageStream,
    MessageStreamEvent,
    MessageTokensCount,
    ModelInfo,
    ParsedMessage,
    RawContentBlockDeltaEvent,
    TextDelta,
)

MODEL = "local:default"
TURNS = [{"role": "user", "content": "hi"}]


class City(BaseModel):
    name: str


@dataclass
class Point:
    x: int


def whole() -> None:
    assert_type(any_llm.messages(MODEL, TURNS, 10), MessageResponse)
    assert_type(any_llm.messages(MODEL, TURNS, 10, stream=False), MessageResponse)
    assert_type(any_llm.messages(MODEL, TURNS, 10, stream=None), MessageResponse)
    assert_type(any_llm.messages(model=MODEL, messages=TURNS, max_tokens=10), MessageResponse)
    more = any_llm.messages(
        "default",
        TURNS,
        10,
        provider="local",
        system="be brief",
        temperature=0.5,
        tools=[{"name": "f", "input_schema": {}}],
        tool_choice={"type": "auto"},
        client_args={"timeout": 5},
        timeout=5,
        num_ctx=4096,
    )
    assert_type(more, MessageResponse)


def typed() -> None:
    assert_type(any_llm.messages(MODEL, TURNS, 10, output_format=City), ParsedMessage[City])
    point = any_llm.messages(MODEL, TURNS, 10, output_format=Point, stream=False)
    assert_type(point, ParsedMessage[Point])
    assert_type(point.parsed_output, Point | None)
    listed = any_llm.messages(MODEL, TURNS, 10, output_format=list[int])
    assert_type(listed.parsed_output, list[int] | None)


def streamed() -> None:
    stream = any_llm.messages(MODEL, TURNS, 10, stream=True)
    assert_type(stream, MessageStream[MessageResponse])
    for event in stream:
        assert_type(event, MessageStreamEvent)
        if isinstance(event, RawContentBlockDeltaEvent) and isinstance(event.delta, TextDelta):
            assert_type(event.delta.text, str)
    as_iterator: Iterator[MessageStreamEvent] = stream
    del as_iterator
    with stream as entered:
        assert_type(entered, MessageStream[MessageResponse])
    assert_type(stream.text_stream, Iterator[str])
    assert_type(stream.get_final_message(), MessageResponse)
    assert_type(stream.get_final_text(), str)
    assert_type(stream.snapshot, MessageResponse)


def decided_at_run_time(stream: bool, kind: Any) -> None:
    answer = any_llm.messages(MODEL, TURNS, 10, stream=stream)
    assert_type(answer, MessageResponse | ParsedMessage[Any] | MessageStream[MessageResponse])
    any_llm.messages(MODEL, TURNS, 10, output_format=kind)


async def whole_async() -> None:
    assert_type(await any_llm.amessages(MODEL, TURNS, 10), MessageResponse)
    assert_type(await any_llm.amessages(MODEL, TURNS, 10, stream=False), MessageResponse)
    parsed = await any_llm.amessages(MODEL, TURNS, 10, output_format=City, client_args={})
    assert_type(parsed, ParsedMessage[City])
    assert_type(parsed.parsed_output, City | None)


async def streamed_async() -> None:
    stream = await any_llm.amessages(MODEL, TURNS, 10, stream=True)
    assert_type(stream, AsyncMessageStream[MessageResponse])
    async for event in stream:
        assert_type(event, MessageStreamEvent)
    as_iterator: AsyncIterator[MessageStreamEvent] = stream
    del as_iterator
    async with stream as entered:
        assert_type(entered, AsyncMessageStream[MessageResponse])
    assert_type(stream.text_stream, AsyncIterator[str])
    assert_type(await stream.get_final_message(), MessageResponse)
    assert_type(await stream.get_final_text(), str)


async def decided_at_run_time_async(stream: bool) -> None:
    answer = await any_llm.amessages(MODEL, TURNS, 10, stream=stream)
    assert_type(answer, MessageResponse | ParsedMessage[Any] | AsyncMessageStream[MessageResponse])


def client() -> None:
    with Client(keys={"openai": "k"}, timeout=5, max_retries=1) as asks:
        assert_type(asks, Client)
        assert_type(asks.messages(MODEL, TURNS, 10), MessageResponse)
        assert_type(asks.messages(MODEL, TURNS, 10, output_format=City), ParsedMessage[City])
        streamed = asks.messages(MODEL, TURNS, 10, stream=True)
        assert_type(streamed, MessageStream[MessageResponse])
        with asks.stream(MODEL, TURNS, 10) as stream:
            assert_type(stream, MessageStream[MessageResponse])
            assert_type(stream.get_final_message(), MessageResponse)
        with asks.stream(MODEL, TURNS, 10, output_format=City, system="x") as cities:
            assert_type(cities, MessageStream[ParsedMessage[City]])
            assert_type(cities.get_final_message().parsed_output, City | None)
            assert_type(cities.snapshot, MessageResponse)
        assert_type(asks.raw({"model": MODEL}), MessageResponse)
        assert_type(asks.raw_stream({"model": MODEL}), MessageStream[MessageResponse])
        assert_type(asks.count_tokens(MODEL, TURNS), MessageTokensCount)
        assert_type(asks.models.list("openai"), list[ModelInfo])
        assert_type(asks.models.retrieve("openai:gpt-5"), ModelInfo)
        takes_any(asks)


async def async_client() -> None:
    async with AsyncClient(keys={"openai": "k"}) as asks:
        assert_type(asks, AsyncClient)
        assert_type(await asks.messages(MODEL, TURNS, 10), MessageResponse)
        assert_type(await asks.messages(MODEL, TURNS, 10, output_format=City), ParsedMessage[City])
        streamed = await asks.messages(MODEL, TURNS, 10, stream=True)
        assert_type(streamed, AsyncMessageStream[MessageResponse])
        async with asks.stream(MODEL, TURNS, 10) as stream:
            assert_type(stream, AsyncMessageStream[MessageResponse])
        async with asks.stream(MODEL, TURNS, 10, output_format=City) as cities:
            assert_type(cities, AsyncMessageStream[ParsedMessage[City]])
            assert_type((await cities.get_final_message()).parsed_output, City | None)
        awaited = await asks.stream(MODEL, TURNS, 10)
        assert_type(awaited, AsyncMessageStream[MessageResponse])
        assert_type(await asks.raw({"model": MODEL}), MessageResponse)
        raw_stream = await asks.raw_stream({"model": MODEL})
        assert_type(raw_stream, AsyncMessageStream[MessageResponse])
        assert_type(await asks.count_tokens(MODEL, TURNS), MessageTokensCount)
        assert_type(await asks.models.list("openai"), list[ModelInfo])
        assert_type(await asks.models.retrieve("openai:gpt-5"), ModelInfo)
        takes_any_async(asks)


def takes_any(asks: MessagesClient) -> None:
    assert_type(asks.messages(MODEL, TURNS, 10), MessageResponse)


def takes_any_async(asks: AsyncMessagesClient) -> None:
    del asks


def answers_are_turns(answer: MessageResponse, flag: Literal[True]) -> None:
    turns = [*TURNS, {"role": "assistant", "content": answer.content}, answer]
    assert_type(any_llm.messages(MODEL, turns, 10), MessageResponse)
    assert_type(any_llm.messages(MODEL, (turn for turn in turns), 10), MessageResponse)
    assert_type(any_llm.messages(MODEL, turns, 10, stream=flag), MessageStream[MessageResponse])


def mistakes() -> None:
    any_llm.messages(MODEL, TURNS)  # type: ignore[call-overload]
    any_llm.messages(MODEL, TURNS, "10")  # type: ignore[call-overload]
    any_llm.messages(MODEL, 5, 10)  # type: ignore[call-overload]
    any_llm.messages(MODEL, TURNS, 10, stream="yes")  # type: ignore[call-overload]
    any_llm.messages(MODEL, TURNS, 10, top_k="x")  # type: ignore[call-overload]
    Client(api_kee="x")  # type: ignore[call-arg]
    Client(timeout="x")  # type: ignore[arg-type]
    AsyncClient(keys=5)  # type: ignore[arg-type]
