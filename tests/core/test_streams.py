"""Reading a stream: events, text, snapshots, the final message, and the connection afterwards."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Iterator
from typing import Any

import anyio
import pytest

import any_llm
from any_llm import (
    AnyLLMError,
    AsyncMessageStream,
    Client,
    MessageResponse,
    MessageStream,
    ParsedMessage,
    RawMessageStartEvent,
)
from any_llm.plugin import request_id
from any_llm.testing import Answer, ReplayServer
from tests.support.colours import COLOURS, asked, async_client, client, options, run
from tests.support.wire import events, fault, message, sse

in_each_colour = pytest.mark.parametrize("colour", COLOURS)
LOOPS = [colour for colour in COLOURS if colour != "sync"]

SAID = events("Hel", "lo", " there")
TYPES = [event["type"] for event in SAID]
ONE_BY_ONE = Answer.sse(sse(*SAID), pieces=[len(sse(event)) for event in SAID])
AT_ONCE = Answer.sse(sse(*SAID))
STREAM = {"stream": True}


def in_loop(backend: str, function: Any, *args: Any) -> Any:
    return anyio.run(function, *args, backend=backend)


# --- the protocol ----------------------------------------------------------------------------


def test_a_stream_is_an_iterator_and_a_context_manager() -> None:
    with ReplayServer(ONE_BY_ONE) as server, client(options(server)) as asks:
        stream = asks.messages(**asked(STREAM))
        assert isinstance(stream, MessageStream)
        assert isinstance(stream, Iterator)
        assert isinstance(next(stream), RawMessageStartEvent)
        assert [event.type for event in stream] == TYPES[1:]
        assert list(stream) == []
        with pytest.raises(StopIteration):
            next(stream)
        with asks.messages(**asked(STREAM)) as stream:
            assert [event.type for event in stream] == TYPES


@pytest.mark.parametrize("backend", LOOPS)
def test_an_async_stream_is_an_async_iterator_and_context_manager(backend: str) -> None:
    async def main(server: ReplayServer) -> None:
        async with async_client(options(server)) as asks:
            stream = await asks.messages(**asked(STREAM))
            assert isinstance(stream, AsyncMessageStream)
            assert isinstance(stream, AsyncIterator)
            assert isinstance(await anext(stream), RawMessageStartEvent)
            assert [event.type async for event in stream] == TYPES[1:]
            assert [event async for event in stream] == []
            with pytest.raises(StopAsyncIteration):
                await anext(stream)
            async with await asks.messages(**asked(STREAM)) as stream:
                assert [event.type async for event in stream] == TYPES

    with ReplayServer(ONE_BY_ONE) as server:
        in_loop(backend, main, server)


def test_text_and_the_final_message() -> None:
    with ReplayServer(ONE_BY_ONE) as server, client(options(server)) as asks:
        with asks.stream(**asked({})) as stream:
            assert list(stream.text_stream) == ["Hel", "lo", " there"]
            assert list(stream.text_stream) == []
            assert stream.get_final_text() == "Hello there"
            assert stream.get_final_message() == stream.snapshot
        with asks.stream(**asked({})) as stream:
            assert next(stream.text_stream) == "Hel"
            assert stream.get_final_text() == "Hello there"
        with asks.stream(**asked({})) as stream:
            assert stream.get_final_message().text == "Hello there"


@pytest.mark.parametrize("backend", LOOPS)
def test_async_text_and_the_final_message(backend: str) -> None:
    async def main(server: ReplayServer) -> None:
        async with async_client(options(server)) as asks:
            async with asks.stream(**asked({})) as stream:
                assert [text async for text in stream.text_stream] == ["Hel", "lo", " there"]
                assert [text async for text in stream.text_stream] == []
                assert await stream.get_final_text() == "Hello there"
                assert await stream.get_final_message() == stream.snapshot
            async with asks.stream(**asked({})) as stream:
                assert await anext(stream.text_stream) == "Hel"
                assert await stream.get_final_text() == "Hello there"
            stream = await asks.stream(**asked({}))
            assert (await stream.get_final_message()).text == "Hello there"

    with ReplayServer(ONE_BY_ONE) as server:
        in_loop(backend, main, server)


def test_the_snapshot_grows_with_the_events_and_does_not_change_behind_ones_back() -> None:
    with ReplayServer(ONE_BY_ONE) as server, client(options(server)) as asks:
        with asks.stream(**asked({})) as stream:
            seen = [(event.type, stream.snapshot) for event in stream]
        texts = [snapshot.text for _, snapshot in seen]
        assert texts == ["", "", "Hel", "Hello", "Hello there", *["Hello there"] * 3]
        assert seen[4][1].stop_reason is None
        assert seen[-1][1] == stream.snapshot
        assert stream.snapshot.stop_reason == "end_turn"
        assert stream.snapshot.usage.output_tokens == 3


def test_a_whole_answer_and_a_streamed_one_are_the_same_message() -> None:
    body = message("Hello there")
    for colour in COLOURS:
        with ReplayServer(Answer.of(body), ONE_BY_ONE) as server:
            whole, streamed = run(colour, options(server), {}, STREAM)
        assert whole.message == streamed.message
        assert whole.message is not None
        assert streamed.message is not None
        assert whole.message.model_dump() == streamed.message.model_dump()
        assert list(whole.message.model_dump(exclude_none=True)) == [
            name for name, value in body.items() if value is not None
        ]


def test_how_the_bytes_are_cut_decides_nothing() -> None:
    body = sse(*SAID, {"type": "ping"}) + b"data: [DONE]\n\n"  # what follows the end is not read
    sizes = [[1], [7], [64], [len(body)]]
    with ReplayServer(*(Answer.sse(body, pieces=size) for size in sizes)) as server:
        found = run("sync", options(server), *([STREAM] * len(sizes)))
    assert all(got.events == found[0].events for got in found)
    assert [event.type for event in found[0].events] == TYPES


def test_request_id_and_losses() -> None:
    headers = {"content-type": "text/event-stream", "request-id": "req_1"}
    for colour in COLOURS:
        with ReplayServer(Answer(body=sse(*SAID), headers=headers)) as server:
            [got] = run(colour, options(server), {**STREAM, "num_ctx": 5})
        assert got.message is not None
        assert got.message.request_id == "req_1"
        assert [(loss.path, loss.severity) for loss in got.message.losses] == [
            ("num_ctx", "passed_through")
        ]


def test_a_request_id_is_found_as_the_headers_look_names_up() -> None:
    class AnyCase(dict[str, str]):  # as the headers of some HTTP libraries are
        def get(self, name: str, default: Any = None) -> Any:
            return {key.lower(): value for key, value in self.items()}.get(name.lower(), default)

    assert request_id(AnyCase({"X-Request-Id": "req_1"})) == "req_1"
    assert request_id(AnyCase({"Server": "x"})) is None


def test_a_typed_stream() -> None:
    said = events('{"city": ', '"Rome"}')
    with ReplayServer(Answer.sse(sse(*said))) as server, client(options(server)) as asks:
        with asks.stream(**asked({"output_format": dict[str, str]})) as stream:
            final = stream.get_final_message()
        assert isinstance(final, ParsedMessage)
        assert final.parsed_output == {"city": "Rome"}


def test_no_text() -> None:
    without = [SAID[0], *SAID[-2:]]
    with ReplayServer(Answer.sse(sse(*without))) as server, client(options(server)) as asks:
        with asks.stream(**asked({})) as stream, pytest.raises(AnyLLMError, match="holds no text"):
            stream.get_final_text()
        assert stream.get_final_message().content == []


# --- errors ----------------------------------------------------------------------------------


@in_each_colour
def test_events_before_an_error_in_the_same_chunk_are_handed_out_first(colour: str) -> None:
    for last in (sse(fault()), b"data: nonsense\n\n", sse({"type": "message_stop"}), b""):
        with ReplayServer(Answer.sse(sse(*SAID[:4]) + last)) as server:
            [got] = run(colour, options(server), STREAM)
        assert [event.type for event in got.events] == TYPES[:4]
        assert isinstance(got.error, any_llm.APIError)
        assert got.stage == "iteration"


@in_each_colour
def test_an_error_in_the_stream_is_its_http_twin(colour: str) -> None:
    kinds = {
        "overloaded_error": (any_llm.OverloadedError, 529),
        "rate_limit_error": (any_llm.RateLimitError, 429),
        "authentication_error": (any_llm.AuthenticationError, 401),
        "api_error": (any_llm.InternalServerError, 500),
        "timeout_error": (any_llm.GatewayTimeoutError, 504),
        "brand_new_error": (any_llm.InternalServerError, 500),
    }
    headers = {"content-type": "text/event-stream", "request-id": "req_1"}
    answers = [Answer(body=sse(*SAID[:2], fault(kind)), headers=headers) for kind in kinds]
    with ReplayServer(*answers) as server:
        found = run(colour, options(server), *([STREAM] * len(kinds)))
    for got, (kind, (cls, status)) in zip(found, kinds.items(), strict=True):
        error = got.error
        assert type(error) is cls
        assert isinstance(error, any_llm.APIStatusError)
        assert (error.type, error.status, error.request_id) == (kind, status, "req_1")


def test_after_an_error_the_stream_is_over_and_incomplete() -> None:
    with ReplayServer(Answer.sse(sse(*SAID[:4], fault()))) as server:
        with client(options(server)) as asks, asks.stream(**asked({})) as stream:
            with pytest.raises(any_llm.OverloadedError):
                list(stream)
            assert list(stream) == []
            assert stream.snapshot.text == "Hello"
            with pytest.raises(AnyLLMError, match="before the message was finished"):
                stream.get_final_message()
        assert server.wait_closed()


@in_each_colour
def test_what_fails_before_the_first_event_fails_at_the_call(colour: str) -> None:
    refused = Answer.of(fault("permission_error"), status=403)
    for answer in (refused, Answer.sse(sse(fault("permission_error")))):
        with ReplayServer(answer) as server:
            [got] = run(colour, options(server), STREAM)
        assert isinstance(got.error, any_llm.PermissionDeniedError)
        assert got.stage == "call"


# --- the connection afterwards ---------------------------------------------------------------


@in_each_colour
@pytest.mark.parametrize("answer", [ONE_BY_ONE, AT_ONCE], ids=["one by one", "at once"])
def test_a_stream_read_to_its_end_gives_its_connection_to_the_next_call(
    colour: str, answer: Answer
) -> None:
    with ReplayServer(answer) as server:
        found = run(colour, options(server), STREAM, STREAM, STREAM)
        assert [got.text for got in found] == ["Hello there"] * 3
        assert server.connections == 1


@in_each_colour
@pytest.mark.parametrize("after", ["silence", "pings"])
def test_a_server_that_never_ends_its_body_holds_nobody_up(colour: str, after: str) -> None:
    pings = b": still here\n\n" * 2000 if after == "pings" else b""
    sizes = [len(sse(*SAID)), *([14] if pings else [])]
    endless = Answer.sse(sse(*SAID) + pings, pieces=sizes, delay=0.01, end="hang")
    with ReplayServer(endless, Answer.of(message("next"))) as server:
        began = time.monotonic()
        got, good = run(colour, options(server), STREAM, {"timeout": 5})
        assert got.text == "Hello there"
        assert [event.type for event in got.events] == TYPES
        assert good.text == "next"
        assert time.monotonic() - began < 10  # of 20 s that the pings go on
        assert server.wait_closed()


def test_a_backend_that_only_answers_whole_streams_too() -> None:
    with ReplayServer(Answer.of(message("Hello there"))) as server:
        for colour in COLOURS:
            with pytest.warns(any_llm.LossyConversionWarning, match="answers whole"):
                [got] = run(colour, options(server), STREAM)
            assert got.text == "Hello there"
            assert got.events[0].type == "message_start"
            assert got.events[-1].type == "message_stop"


def test_a_stream_outlives_the_clients_name() -> None:
    with ReplayServer(ONE_BY_ONE) as server:
        stream = Client(**options(server)).messages(**asked(STREAM))
        assert isinstance(stream.get_final_message(), MessageResponse)
        assert server.wait_closed()
