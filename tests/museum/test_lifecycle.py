"""Loops, threads, closing: how adapters of this kind failed, each test named for its case."""

from __future__ import annotations

import asyncio
import gc
import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import anyio
import pytest

import any_llm
from any_llm import AsyncClient, Client, Observer, RateLimitError
from any_llm.testing import Answer, ReplayServer
from tests.museum.kit import chat_plugins
from tests.support.chat_replies import call, chunk
from tests.support.chat_replies import sse as chat_sse
from tests.support.colours import COLOURS, asked, async_client, client, options, run
from tests.support.wire import events, fault, message, sse

SAID = sse(*events())
FIRST = len(sse(*events()[:3]))
WHOLE, STREAM = Answer.of(message()), Answer.sse(SAID, pieces=[50])
HUNG = Answer.sse(SAID, after=FIRST, end="hang")
in_each_loop = pytest.mark.parametrize("backend", ["asyncio", "trio"])


def in_both_forms(request):
    return STREAM if request.json.get("stream") else WHOLE


def test_sync_event_loop_closed():
    """A second sync call, from one thread or many, inside a running loop and outside."""

    def twice(asks, _=0):
        return [asks.messages(**asked({})).text for _ in range(2)]

    async def inside(asks):
        return twice(asks)

    with ReplayServer(answer=in_both_forms) as server:
        before = threading.enumerate()
        with Client(**options(server)) as asks:
            assert twice(asks) == ["Hello there"] * 2
            assert asyncio.run(inside(asks)) == ["Hello there"] * 2
            assert asyncio.run(inside(asks)) == ["Hello there"] * 2
            assert server.connections == 1
            with ThreadPoolExecutor(8) as pool:
                assert list(pool.map(twice, [asks] * 8, range(8))) == [["Hello there"] * 2] * 8
        assert server.wait_closed()
        new = [thread for thread in threading.enumerate() if thread not in before]
        servers = "process_request"
        assert not [thread for thread in new if servers not in thread.name]


def test_sync_stream_two_loops():
    """A sync stream: read whole, closed early, two at once, inside a running loop."""

    async def inside(asks):
        return asks.messages(**asked({"stream": True})).get_final_text()

    with ReplayServer(answer=in_both_forms) as server, Client(**options(server)) as asks:
        text = "".join(asks.messages(**asked({"stream": True})).text_stream)
        assert text == asyncio.run(inside(asks)) == "Hello there"
        early = asks.messages(**asked({"stream": True}))
        next(early)
        early.close()
        one, two = (list(asks.messages(**asked({"stream": True}))) for _ in range(2))
        left, right = (asks.messages(**asked({"stream": True})) for _ in range(2))
        pairs = list(zip(left, right, strict=True))
        assert [a for a, _ in pairs] == [b for _, b in pairs] == one == two


class Ends(Observer):
    def __init__(self):
        self.outcomes = []

    def on_end(self, call, end):
        self.outcomes.append(end.outcome)


@in_each_loop
def test_cancelled_stream_skips_finally(backend):
    """Cancelled or closed after the first event: the server sees it and so do observers."""
    ends = Ends()

    async def main(server):
        async with async_client(options(server, observers=[ends])) as asks:
            with anyio.move_on_after(0.1):
                async for _ in await asks.messages(**asked({"stream": True})):
                    pass
            assert await anyio.to_thread.run_sync(server.wait_closed)
            stream = await asks.messages(**asked({"stream": True}))
            await anext(stream)
            await stream.aclose()
            assert await anyio.to_thread.run_sync(server.wait_closed)

    with ReplayServer(HUNG) as server:
        anyio.run(main, server, backend=backend)
        assert server.closed_early == 2
    assert ends.outcomes == ["cancelled", "abandoned"]


@in_each_loop
def test_concurrent_aclose_running(backend):
    """`aclose()` while another task waits for an event: that task ends, the connection closes."""
    ends = Ends()

    async def main(server):
        async with async_client(options(server, observers=[ends])) as asks:
            stream = await asks.messages(**asked({"stream": True}))
            ended = []

            async def read():
                try:
                    ended.append([event async for event in stream])
                except any_llm.AnyLLMError as error:
                    ended.append(error)

            async with anyio.create_task_group() as tasks:
                tasks.start_soon(read)
                await anyio.wait_all_tasks_blocked()
                await stream.aclose()
                await stream.aclose()
            assert len(ended) == 1
            assert await anyio.to_thread.run_sync(server.wait_closed)

    with ReplayServer(HUNG) as server:
        anyio.run(main, server, backend=backend)
    assert len(ends.outcomes) == 1
    assert "completed" not in ends.outcomes


@pytest.mark.parametrize("colour", COLOURS)
def test_error_status_stream_leak(colour):
    """Thirty refused streams on one connection, then a good call."""
    refused = Answer.of(fault("rate_limit_error", "slow down" * 1000), status=429, pieces=[512])
    with ReplayServer(*[refused] * 30, STREAM) as server:
        calls = [{"stream": True, "max_retries": 0}] * 31
        got = run(colour, options(server), *calls)
        assert all(isinstance(each.error, RateLimitError) for each in got[:30])
        assert got[30].text == "Hello there"
        assert server.wait_closed()


def living():
    """How many objects of ours, of the HTTP library and of sockets there are, by their type."""
    gc.collect()
    ours = ("any_llm", "httpx", "httpcore", "h11", "socket", "_socket", "ssl", "threading")
    kinds = map(type, gc.get_objects())
    return Counter(
        kind for kind in kinds if str(kind.__module__).partition(".")[0].startswith(ours)
    )


def test_stream_memory_growth():
    """Hundreds of streams leave no thread, no connection and no object behind."""
    with ReplayServer(STREAM) as server, client(options(server)) as asks:

        def streams(count):
            for _ in range(count):
                assert asks.messages(**asked({"stream": True})).get_final_text() == "Hello there"
            server.requests.clear()

        streams(20)
        threads, before = threading.active_count(), living()
        streams(300)
        assert not living() - before  # what other tests left may go meanwhile
        assert threading.active_count() <= threads
        assert server.connections == 1


def calls(who):
    """A stream with one call of `who`, in small pieces."""
    return chat_sse(
        chunk(call(id=f"{who}-1", type="function", name="f", arguments='{"u":')),
        chunk(call(arguments=f'"{who}"}}')),
        chunk({}, "tool_calls"),
    )


@in_each_loop
def test_cross_request_state(backend):
    """Streams of one client that run at once, one of them torn off: to each its own calls."""

    def answer(request):
        who = request.json["messages"][0]["content"]
        end = {"after": 300, "end": "reset"} if who == "torn" else {}
        return Answer.sse(calls(who), pieces=[37], delay=0.001, **end)

    got = {}

    async def ask(asks, url, who):
        turns = [{"role": "user", "content": who}]
        try:
            async with asks.stream("m", turns, 5, api_base=url) as stream:
                (block,) = (await stream.get_final_message()).content
            got[who] = (block.id, block.input)
        except any_llm.APIConnectionError:
            got[who] = None

    async def main(url):
        async with AsyncClient(plugins=chat_plugins(), env={}) as asks:
            async with anyio.create_task_group() as tasks:
                for who in ("alice", "torn", "bob"):
                    tasks.start_soon(ask, asks, url, who)
            await ask(asks, url, "carol")

    with ReplayServer(answer=answer) as server:
        anyio.run(main, server.url, backend=backend)
    mine = {who: (f"{who}-1", {"u": who}) for who in ("alice", "bob", "carol")}
    assert got == {**mine, "torn": None}
