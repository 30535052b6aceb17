"""An engine inside the process, behind a URL scheme of its own."""

from __future__ import annotations

import gc
import json
import threading
from collections.abc import Iterator

import anyio
import pytest

from any_llm import AsyncClient, Client, ConfigurationError, PluginError, plugin
from tests.contracts.support import HELLO, Colour, Plain, manager

MODEL = "stand-in:m"


class Engine:
    """Says a text letter by letter; one piece is one blocking step."""

    def __init__(self) -> None:
        self.built = self.closed = self.stopped = self.running = 0
        self.pieces: list[str] = []
        self.gate = threading.Event()  # shut: the engine is loading its model
        self.gate.set()
        self.entered = threading.Event()
        self.ended = threading.Event()
        self.endless = False
        self.lock = threading.Lock()

    def build(self) -> EchoTransport:
        self.built += 1
        return EchoTransport(self)

    def lines(self, text: str) -> Iterator[bytes]:
        try:
            while True:
                for letter in text:
                    self.pieces.append(letter)
                    yield json.dumps({"id": "m1", "done": False, "said": letter}).encode() + b"\n"
                if not self.endless:
                    break
            yield json.dumps({"id": "m1", "done": True, "out": len(text)}).encode() + b"\n"
        finally:
            self.stopped += 1

    def end(self, count: int) -> None:
        with self.lock:
            self.running -= count
        self.ended.set()


class EchoTransport(plugin.Transport):
    def __init__(self, engine: Engine) -> None:
        self.engine = engine

    def send(self, request: plugin.HTTPRequest, timeout: plugin.Timeout) -> plugin.Reply:
        assert request.url.startswith("echo://engine/")
        asked = plugin.loads(request.content)
        with self.engine.lock:
            self.engine.running += 1
        self.engine.entered.set()
        self.engine.gate.wait(5)
        if asked["say"] == "crash":
            self.engine.end(1)
            raise plugin.APIConnectionError("the engine crashed; restart the program")
        return EchoReply(self.engine, asked)

    def close(self) -> None:
        self.engine.closed += 1


class EchoReply(plugin.Reply):
    status = 200

    def __init__(self, engine: Engine, asked: dict) -> None:
        self.engine, self.asked, self.source = engine, asked, engine.lines(asked["say"])
        self.headers = {"content-type": "application/x-ndjson"}
        self.open = True

    def chunks(self) -> Iterator[bytes]:
        if self.asked["stream"]:
            return self.source
        text = self.asked["say"]
        return iter([json.dumps({"id": "m1", "said": text, "out": len(text)}).encode()])

    def close(self) -> None:
        self.source.close()
        if self.open:
            self.open = False
            self.engine.end(1)


@pytest.fixture
def engine() -> Engine:
    return Engine()


def plugins(engine: Engine, **factory):
    factory = factory or {"sync": engine.build, "in_threads": True}
    spec = plugin.ProviderSpec(id="stand-in", dialect=Plain(), base_url="echo://engine")
    return manager(spec, transports={"echo": plugin.TransportFactory(**factory)})


def test_it_answers_whole_and_streamed(colour: Colour, engine):
    client = colour.client(plugins(engine))
    message = client.messages(MODEL, HELLO, 9)
    assert message.text == "hello"
    stream = client.messages(MODEL, HELLO, 9, stream=True)
    assert [event.delta.text for event in stream if event.type == "content_block_delta"] == [
        *"hello"
    ]
    assert stream.get_final_message() == message
    assert engine.running == 0


def test_it_is_built_once_and_closed_with_the_client_once(colour: Colour, engine):
    client = colour.client(plugins(engine))
    assert engine.built == 0
    answers = colour.at_once(20, client, "messages", MODEL, HELLO, 9)
    assert {answer.text for answer in answers} == {"hello"}
    assert (engine.built, engine.closed) == (1, 0)
    client.close()
    client.close()
    assert (engine.built, engine.closed) == (1, 1)
    with pytest.raises(ConfigurationError, match="closed"):
        client.messages(MODEL, HELLO, 9)


def test_closing_a_stream_stops_the_engine(colour: Colour, engine):
    engine.endless = True
    client = colour.client(plugins(engine))
    stream = client.messages(MODEL, HELLO, 9, stream=True)
    for event in stream:
        if event.type == "content_block_delta":
            break
    stream.close()
    assert (engine.stopped, engine.running) == (1, 0)
    said = len(engine.pieces)
    stream.close()
    assert list(stream) == []
    assert len(engine.pieces) == said


def test_a_crash_is_a_typed_error(colour: Colour, engine):
    client = colour.client(plugins(engine))
    with pytest.raises(plugin.APIError, match="stand-in: the engine crashed") as caught:
        client.messages(MODEL, [{"role": "user", "content": "crash"}], 9)
    assert caught.value.provider == "stand-in"
    assert engine.running == 0


def test_a_dropped_stream_stops_the_engine(engine):
    engine.endless = True
    with Client(plugins=plugins(engine), env={}) as client:
        stream = client.messages(MODEL, HELLO, 9, stream=True)
        next(stream)
        del stream
        gc.collect()
        assert engine.ended.wait(5)
        assert (engine.stopped, engine.running) == (1, 0)


@pytest.mark.anyio
async def test_a_dropped_async_stream_stops_the_engine_and_says_so(engine):
    engine.endless = True
    async with AsyncClient(plugins=plugins(engine), env={}) as client:
        stream = await client.messages(MODEL, HELLO, 9, stream=True)
        await anext(stream)
        engine.ended.clear()
        held = [stream]
        del stream
        with pytest.warns(ResourceWarning, match="dropped without being closed"):
            held.clear()
        gc.collect()
        assert await anyio.to_thread.run_sync(engine.ended.wait, 5)
        assert (engine.stopped, engine.running) == (1, 0)


@pytest.mark.anyio
async def test_cancelling_a_stream_stops_the_engine(engine):
    engine.endless = True
    async with AsyncClient(plugins=plugins(engine), env={}) as client:
        with anyio.CancelScope() as scope:
            stream = await client.messages(MODEL, HELLO, 9, stream=True)
            async for event in stream:
                if event.type == "content_block_delta":
                    scope.cancel()
        assert scope.cancelled_caught
        assert (engine.stopped, engine.running) == (1, 0)


@pytest.mark.anyio
async def test_cancelling_while_the_engine_is_busy_leaves_nothing_running(engine):
    engine.gate.clear()
    async with AsyncClient(plugins=plugins(engine), env={}) as client:
        with anyio.CancelScope() as scope:
            async with anyio.create_task_group() as group:

                async def cancel() -> None:
                    await anyio.to_thread.run_sync(engine.entered.wait, 5)
                    scope.cancel()

                group.start_soon(cancel)
                await client.messages(MODEL, HELLO, 9, stream=True)
        assert scope.cancelled_caught  # although the engine has not answered yet
        engine.ended.clear()
        engine.gate.set()
        assert await anyio.to_thread.run_sync(engine.ended.wait, 5)
        assert (engine.running, engine.pieces) == (0, [])


def test_one_that_cannot_be_closed_does_not_keep_the_others_open(colour: Colour, engine):
    class Stuck(EchoTransport):
        def close(self) -> None:
            raise OSError("stuck")

    def own(name: str, build) -> plugin.ProviderSpec:
        factory = plugin.TransportFactory(sync=build, in_threads=True)
        return plugin.ProviderSpec(
            id=name, dialect=Plain(), base_url="echo://engine", transport=factory
        )

    last = own("c", lambda: EchoTransport(engine))
    rows = own("a", engine.build), own("b", lambda: Stuck(engine)), last
    client = colour.client(manager(*rows))
    for name in "abc":
        client.messages(f"{name}:m", HELLO, 9)
    with pytest.raises(OSError, match="stuck"):
        client.close()
    assert engine.closed == 2


@pytest.mark.anyio
async def test_closing_is_complete_when_cancelled(engine):
    client = AsyncClient(plugins=plugins(engine), env={})
    await client.messages(MODEL, HELLO, 9)
    with anyio.CancelScope() as scope:
        scope.cancel()
        await client.close()
    assert engine.closed == 1


@pytest.mark.anyio
async def test_a_missing_colour_is_a_clear_error(engine):
    only_sync = plugins(engine, sync=engine.build)
    async with AsyncClient(plugins=only_sync, env={}) as client:
        with pytest.raises(ConfigurationError, match=r"stand-in: .*sync only; use Client"):
            await client.messages(MODEL, HELLO, 9)
    only_async = plugins(engine, asynchronous=engine.build)
    with (
        Client(plugins=only_async, env={}) as client,
        pytest.raises(ConfigurationError, match=r"stand-in: .*async only; use AsyncClient"),
    ):
        client.messages(MODEL, HELLO, 9)
    assert engine.built == 0


@pytest.mark.parametrize("scheme", ["http", "https", "HTTP"])
def test_http_belongs_to_the_core(engine, scheme):
    factory = plugin.TransportFactory(sync=engine.build)
    with pytest.raises(PluginError, match="which is the core's"):
        manager(transports={scheme: factory})


def test_a_scheme_that_nobody_carries_is_a_clear_error(colour: Colour):
    spec = plugin.ProviderSpec(id="stand-in", dialect=Plain(), base_url="echo2://engine")
    client = colour.client(manager(spec))
    with pytest.raises(ConfigurationError, match="no plugin carries echo2:// URLs"):
        client.messages(MODEL, HELLO, 9)
