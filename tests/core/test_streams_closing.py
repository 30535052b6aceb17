"""Streams that are left before their end: closed, broken off, dropped, cancelled."""

from __future__ import annotations

import contextlib
import gc
import sys
import threading
from collections.abc import Callable
from functools import partial
from typing import Any

import anyio
import pytest

import any_llm
from any_llm import AsyncClient, Client, Observer
from any_llm.testing import Answer, ReplayServer
from tests.support.colours import COLOURS, asked, async_client, client, options
from tests.support.wire import events, message, sse

LOOPS = [colour for colour in COLOURS if colour != "sync"]
in_each_loop = pytest.mark.parametrize("backend", LOOPS)

SAID = events()
HUNG = Answer.sse(sse(*SAID[:3]), pieces=[len(sse(event)) for event in SAID], end="hang")
GOOD = Answer.of(message("next"))
DROPPED = (
    r"^msgs: an async stream was dropped without being closed; "
    r"use 'async with' or await stream.close\(\)$"
)


class Ends(Observer):
    """Keeps how calls ended."""

    def __init__(self) -> None:
        self.outcomes: list[str] = []

    def on_end(self, call: any_llm.Call, end: any_llm.End) -> None:
        self.outcomes.append(end.outcome)


# --- sync ------------------------------------------------------------------------------------


def close_twice(stream: Any) -> None:
    stream.close()
    stream.close()
    assert list(stream) == []


def close_unread(stream: Any) -> None:
    stream.close()


def leave_the_block(stream: Any) -> None:
    with stream:
        for _ in stream:
            break


def fail_in_the_block(stream: Any) -> None:
    with contextlib.suppress(KeyError), stream:
        for _ in stream:
            raise KeyError


def break_off_text(stream: Any) -> None:
    with stream:
        for _ in stream.text_stream:
            break


SYNC = [close_twice, close_unread, leave_the_block, fail_in_the_block, break_off_text]


@pytest.mark.parametrize("leave", SYNC, ids=lambda leave: leave.__name__)
def test_leaving_a_stream_closes_its_connection(leave: Callable[[Any], None]) -> None:
    ends = Ends()
    with ReplayServer(HUNG, GOOD) as server:
        with client(options(server, observers=[ends])) as asks:
            stream = asks.messages(**asked({"stream": True}))
            leave(stream)
            assert server.wait_closed()
            assert ends.outcomes == ["abandoned"]
            assert stream.snapshot.model == "model-1"
            with pytest.raises(any_llm.AnyLLMError, match="closed before the message was finish"):
                stream.get_final_message()
            assert asks.messages(**asked({})).text == "next"
        assert ends.outcomes == ["abandoned", "completed"]


@pytest.mark.parametrize("read", [0, 1, 3])
@pytest.mark.parametrize("cycle", [False, True], ids=["plain", "in a cycle"])
def test_a_dropped_stream_closes_its_connection(read: int, cycle: bool) -> None:
    ends = Ends()
    with ReplayServer(HUNG, GOOD) as server, client(options(server, observers=[ends])) as asks:
        stream = asks.messages(**asked({"stream": True}))
        for _ in range(read):
            next(stream)
        box = [stream]
        if cycle:
            box.append(box)
        del stream, box
        gc.collect()
        assert server.wait_closed()
        assert ends.outcomes == ["abandoned"]
        assert asks.messages(**asked({})).text == "next"


def test_a_text_stream_alone_keeps_its_stream_until_it_is_dropped() -> None:
    with ReplayServer(HUNG) as server, client(options(server)) as asks:
        texts = asks.messages(**asked({"stream": True})).text_stream
        gc.collect()
        assert next(texts) == "Hello"
        del texts
        assert server.wait_closed()


def test_the_error_of_the_consumer_is_his_own() -> None:
    with ReplayServer(HUNG) as server, client(options(server)) as asks:
        with pytest.raises(ZeroDivisionError), asks.stream(**asked({})) as stream:
            assert [1 / 0 for _ in stream]
        assert server.wait_closed()


def test_closing_the_client_ends_its_open_streams() -> None:
    with ReplayServer(HUNG) as server:
        asks = Client(**options(server))
        stream = asks.messages(**asked({"stream": True}))
        asks.close()
        assert server.wait_closed()
        stream.close()


# --- async -----------------------------------------------------------------------------------


async def aclose_twice(stream: Any) -> None:
    await stream.close()
    await stream.aclose()
    assert [event async for event in stream] == []


async def aclose_unread(stream: Any) -> None:
    await stream.close()


async def leave_the_async_block(stream: Any) -> None:
    async with stream:
        async for _ in stream:
            break


async def fail_in_the_async_block(stream: Any) -> None:
    with contextlib.suppress(KeyError):
        async with stream:
            async for _ in stream:
                raise KeyError


async def give_up_waiting(stream: Any) -> None:
    with anyio.move_on_after(0.05) as scope:
        async for _ in stream:
            pass
    assert scope.cancelled_caught


async def give_up_waiting_in_a_block(stream: Any) -> None:
    with anyio.move_on_after(0.05) as scope:
        async with stream:
            async for _ in stream.text_stream:
                pass
    assert scope.cancelled_caught


async def cancel_the_task_group(stream: Any) -> None:
    started = anyio.Event()

    async def read() -> None:
        async for _ in stream:
            started.set()

    async with anyio.create_task_group() as tasks:
        tasks.start_soon(read)
        await started.wait()
        tasks.cancel_scope.cancel()


ABANDON = [aclose_twice, aclose_unread, leave_the_async_block, fail_in_the_async_block]
CANCEL = [give_up_waiting, give_up_waiting_in_a_block, cancel_the_task_group]


@in_each_loop
@pytest.mark.parametrize("leave", [*ABANDON, *CANCEL], ids=lambda leave: leave.__name__)
def test_leaving_an_async_stream_closes_its_connection(leave: Any, backend: str) -> None:
    ends = Ends()

    async def main(server: ReplayServer) -> None:
        async with async_client(options(server, observers=[ends])) as asks:
            stream = await asks.messages(**asked({"stream": True}))
            await leave(stream)
            assert server.wait_closed()
            assert ends.outcomes == ["cancelled" if leave in CANCEL else "abandoned"]
            assert stream.snapshot.model == "model-1"
            with pytest.raises(any_llm.AnyLLMError, match="closed before the message was finish"):
                await stream.get_final_message()
            assert (await asks.messages(**asked({}))).text == "next"

    with ReplayServer(HUNG, GOOD) as server:
        anyio.run(main, server, backend=backend)


@in_each_loop
@pytest.mark.parametrize("read", [0, 1, 3])
def test_a_dropped_async_stream_closes_its_connection_and_says_so_once(
    read: int, backend: str
) -> None:
    ends = Ends()

    async def main(server: ReplayServer) -> None:
        async with async_client(options(server, observers=[ends])) as asks:
            stream = await asks.messages(**asked({"stream": True}))
            for _ in range(read):
                await anext(stream)
            holder = [stream]
            del stream
            with pytest.warns(ResourceWarning, match=DROPPED) as said:
                holder.clear()
            assert len(said) == 1
            assert await anyio.to_thread.run_sync(server.wait_closed)
            assert ends.outcomes == ["abandoned"]
            assert (await asks.messages(**asked({}))).text == "next"

    with ReplayServer(HUNG, GOOD) as server:
        anyio.run(main, server, backend=backend)


async def cancel_once_sent(asks: AsyncClient, server: ReplayServer, fields: Any) -> None:
    """Make a call and cancel it when the server has the request, however long that takes."""
    before = len(server.requests)
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(partial(asks.messages, **fields))
        while len(server.requests) == before:  # noqa: ASYNC110  # set by the thread of the server
            await anyio.sleep(0.001)
        tasks.cancel_scope.cancel()


@in_each_loop
def test_a_call_that_is_cancelled_before_the_head_leaves_nothing(backend: str) -> None:
    ends = Ends()

    async def main(server: ReplayServer) -> None:
        async with async_client(options(server, observers=[ends])) as asks:
            await cancel_once_sent(asks, server, asked({"stream": False}))
            await cancel_once_sent(asks, server, asked({"stream": True}))
            assert ends.outcomes == ["cancelled"] * 2
            assert (await asks.messages(**asked({}))).text == "next"

    slow = Answer.of(message(), head_delay=0.3)
    with ReplayServer(slow, slow, GOOD) as server:
        anyio.run(main, server, backend=backend)
        assert server.wait_closed()


@in_each_loop
def test_a_call_that_is_cancelled_before_the_first_event_leaves_nothing(backend: str) -> None:
    async def main(server: ReplayServer) -> None:
        async with async_client(options(server)) as asks:
            await cancel_once_sent(asks, server, asked({"stream": False}))
            await cancel_once_sent(asks, server, asked({"stream": True}))
            assert await anyio.to_thread.run_sync(server.wait_closed)
            assert (await asks.messages(**asked({}))).text == "next"

    silent = Answer.sse(sse(*SAID), after=0, end="hang")
    with ReplayServer(silent, silent, GOOD) as server:
        anyio.run(main, server, backend=backend)


@in_each_loop
def test_a_manager_that_is_never_entered_sends_nothing(backend: str) -> None:
    async def main(server: ReplayServer) -> None:
        async with AsyncClient(**options(server)) as asks:
            asks.stream(**asked({}))
            gc.collect()
        assert not server.requests

    with ReplayServer(GOOD) as server:
        anyio.run(main, server, backend=backend)


@in_each_loop
def test_closing_the_async_client_ends_its_open_streams(backend: str) -> None:
    async def main(server: ReplayServer) -> None:
        asks = AsyncClient(**options(server))
        stream = await asks.messages(**asked({"stream": True}))
        await asks.close()
        await asks.aclose()
        assert await anyio.to_thread.run_sync(server.wait_closed)
        await stream.close()
        with pytest.raises(any_llm.ConfigurationError, match="this client is closed"):
            await asks.messages(**asked({}))

    with ReplayServer(HUNG) as server:
        anyio.run(main, server, backend=backend)


# --- both ------------------------------------------------------------------------------------


def test_a_stream_may_be_closed_in_another_thread_than_it_was_read_in() -> None:
    with ReplayServer(HUNG) as server, client(options(server)) as asks:
        stream = asks.messages(**asked({"stream": True}))
        next(stream)
        other = threading.Thread(target=stream.close)
        other.start()
        other.join()
        assert server.wait_closed()
        assert list(stream) == []


def test_the_collector_may_run_while_the_http_library_holds_a_lock() -> None:
    """httpcore's pool has a lock that its own thread cannot take twice."""

    def collect(frame: Any, event: str, _: object) -> None:
        if event == "call" and frame.f_code.co_name == "_assign_requests_to_connections":
            gc.collect()

    with ReplayServer(HUNG, GOOD) as server:
        with Client(**options(server, http_library="httpx")) as asks:
            box: list[Any] = [asks.messages(**asked({"stream": True}))]
            next(box[0])
            box.append(box)
            gc.collect()
            gc.disable()
            try:
                del box
                sys.setprofile(collect)
                assert asks.messages(**asked({})).text == "next"
            finally:
                sys.setprofile(None)
                gc.enable()
        assert server.wait_closed()
