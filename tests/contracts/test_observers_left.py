"""Streams that are abandoned, calls that are cancelled: one end each, however they were left."""

from __future__ import annotations

import gc
import threading

import anyio
import pytest

from any_llm import AsyncClient, Client, plugin
from any_llm.testing import Answer, ReplayServer
from tests.contracts.support import HELLO, Plain, manager, row
from tests.contracts.watching import HANGS, MODEL, Lossy, Setting


def close_unread(stream):
    stream.close()


def close_early(stream):
    next(stream)
    stream.close()
    stream.close()


def leave_with(stream):
    with stream:
        for event in stream:
            if event.type == "content_block_delta":
                break


@pytest.mark.parametrize("leave", [close_unread, close_early, leave_with])
def test_a_stream_that_is_abandoned(colour, recorder, leave):
    setting = Setting(colour, recorder, HANGS)
    with setting as client:
        leave(client.messages(MODEL, HELLO, 9, stream=True))
        assert recorder.order == ["request", "first", "end"]
        assert (recorder.end.outcome, recorder.end.error) == ("abandoned", None)
        assert recorder.end.message.id == "m1"
        assert setting.server.wait_closed()
    gc.collect()
    assert recorder.order.count("end") == 1


class OnlyWhole(Lossy):
    modes = frozenset({"whole"})


@pytest.mark.parametrize("dialect", [Lossy(), OnlyWhole()], ids=["streamed", "replayed"])
@pytest.mark.parametrize("taken", [0, 1])
def test_a_stream_that_is_dropped(recorder, dialect, taken):
    given = [HANGS] if type(dialect) is Lossy else []
    setting = Setting(Sync(), recorder, *given, dialect=dialect)
    with setting as client, client:
        stream = client.messages(MODEL, HELLO, 9, stream=True)
        for _ in range(taken):
            next(stream)
        del stream
        gc.collect()
        assert recorder.ended.wait(5)
    assert recorder.order == ["request", "first", "end"]
    assert recorder.end.outcome == "abandoned"


class Sync:
    """Makes clients that the test closes itself."""

    def client(self, plugins, **options):
        return Client(plugins=plugins, env={}, **options)


class Async:
    def client(self, plugins, **options):
        return AsyncClient(plugins=plugins, env={}, **options)


@pytest.mark.anyio
async def test_an_async_stream_that_is_dropped(recorder):
    setting = Setting(Async(), recorder, HANGS)
    with setting as client:
        async with client:
            held = [await client.messages(MODEL, HELLO, 9, stream=True)]
            await anext(held[0])
            with pytest.warns(ResourceWarning, match="dropped without being closed"):
                held.clear()
            assert await anyio.to_thread.run_sync(recorder.ended.wait, 5)
            assert recorder.order == ["request", "first", "end"]
            assert recorder.end.outcome == "abandoned"


@pytest.mark.anyio
async def test_an_async_replayed_stream_that_is_dropped(recorder):
    with Setting(Async(), recorder, dialect=OnlyWhole()) as client:
        async with client:
            stream = await client.messages(MODEL, HELLO, 9, stream=True)
            await anext(stream)
            del stream
            gc.collect()
            assert await anyio.to_thread.run_sync(recorder.ended.wait, 5)
    assert recorder.order == ["request", "first", "end"]
    assert recorder.end.outcome == "abandoned"


# --- cancellation ----------------------------------------------------------------------------


@pytest.mark.anyio
async def test_a_call_that_is_cancelled_before_its_answer(recorder):
    arrived = threading.Event()

    def answer(_):
        arrived.set()
        return Answer(body=b"x", end="hang", after=0, pieces=[1])

    with ReplayServer(answer=answer) as server:
        plugins = manager(row(server, dialect=Lossy()))
        async with AsyncClient(
            plugins=plugins, env={}, observers=[recorder], on_loss="ignore"
        ) as client:
            with anyio.CancelScope() as scope:
                async with anyio.create_task_group() as group:

                    async def cancel():
                        await anyio.to_thread.run_sync(arrived.wait, 5)
                        scope.cancel()

                    group.start_soon(cancel)
                    await client.messages(MODEL, HELLO, 9)
        assert server.wait_closed()
    assert recorder.order == ["request", "end"]
    assert recorder.end.outcome == "cancelled"
    assert not isinstance(recorder.end.error, Exception)


@pytest.mark.anyio
async def test_a_stream_that_is_cancelled(recorder):
    setting = Setting(Async(), recorder, HANGS)
    with setting as client:
        async with client:
            with anyio.CancelScope() as scope:
                stream = await client.messages(MODEL, HELLO, 9, stream=True)
                async for event in stream:
                    if event.type == "content_block_delta" and event.delta.text == "l":
                        scope.cancel()  # the next read waits for ever, but for this
            assert scope.cancelled_caught
        assert setting.server.wait_closed()
    assert recorder.order == ["request", "first", "end"]
    assert recorder.end.outcome == "cancelled"
    assert recorder.end.message.text == "hel"


def test_a_call_that_is_interrupted(recorder):
    class Interrupted(plugin.Transport):
        def send(self, request, timeout):
            raise KeyboardInterrupt

    spec = plugin.ProviderSpec(
        id="stand-in",
        dialect=Plain(),
        base_url="echo://x",
        transport=plugin.TransportFactory(sync=Interrupted),
    )
    client = Client(plugins=manager(spec), env={}, observers=[recorder])
    with client, pytest.raises(KeyboardInterrupt):
        client.messages(MODEL, HELLO, 9)
    assert recorder.order == ["request", "end"]
    assert recorder.end.outcome == "cancelled"


def test_a_dropped_stream_is_told_where_no_lock_of_an_observer_can_be_held(recorder):
    """The collector may run while this thread is inside the observer, with its lock."""

    class Locking(plugin.Observer):
        def __init__(self):
            self.lock = threading.Lock()

        def on_end(self, call, end):
            with self.lock:
                recorder.on_end(call, end)

    locking = Locking()
    with Setting(Sync(), locking, HANGS) as client, client:
        stream = client.messages(MODEL, HELLO, 9, stream=True)
        next(stream)
        with locking.lock:
            del stream
            gc.collect()
        assert recorder.ended.wait(5)
    assert recorder.end.outcome == "abandoned"
