"""Servers that take their time, or for ever."""

from __future__ import annotations

import json
import socket
import threading
import time
from typing import Any

import anyio
import pytest

import any_llm
from any_llm import AsyncClient, Client, ConfigurationError, Timeout
from any_llm.testing import Answer, ReplayServer
from tests.support.colours import COLOURS, WAYS, asked, library, options, run
from tests.support.raw import RawServer, read_head, read_request, wait_for_end
from tests.support.wire import events, message, sse

in_each_colour = pytest.mark.parametrize("colour", COLOURS)

GOOD = Answer.of(message())
SHORT = 0.05
_WAIT = 0.3


def silent_at_first(silent: int = 1) -> RawServer:
    """A server that says nothing on its first connections and answers on those that follow."""
    body = json.dumps(message()).encode()
    head = b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: %d\r\n\r\n"

    def serve(connection: socket.socket) -> None:
        quiet = server.connections <= silent
        read_head(connection)
        if not quiet:
            connection.sendall(head % len(body) + body)
        wait_for_end(connection)

    server = RawServer(serve)
    return server


def timed_out(error: BaseException | None) -> any_llm.APITimeoutError:
    assert isinstance(error, any_llm.APITimeoutError)
    assert str(error).startswith("msgs: waiting for http://127.0.0.1:")
    assert "timeout=" in str(error)
    assert "\n" not in str(error)
    assert isinstance(error.__cause__, library().TimeoutException)
    return error


@in_each_colour
@pytest.mark.parametrize("timeout", [SHORT, Timeout(read=SHORT)], ids=["seconds", "Timeout"])
def test_a_server_that_is_silent_before_the_head(colour: str, timeout: Any) -> None:
    with silent_at_first() as server:
        call = {"max_retries": 0}
        made = options(server, timeout=timeout)
        slow, good = run(colour, made, call, {**call, "timeout": 5})
        timed_out(slow.error)
        assert good.text == "Hello there"  # the call's own timeout wins, its connection was free
        assert server.wait_closed()


@in_each_colour
def test_the_timeout_of_a_call(colour: str) -> None:
    with silent_at_first(silent=3) as server:
        httpx_like = library().Timeout(5, read=SHORT)
        for timeout in (SHORT, Timeout(read=SHORT), httpx_like):
            [got] = run(colour, options(server), {"timeout": timeout, "max_retries": 0})
            assert got.stage == "call"
            timed_out(got.error)
        assert server.wait_closed()


@in_each_colour
def test_a_server_that_falls_silent_inside_a_stream(colour: str) -> None:
    hung = Answer.sse(sse(*events()[:3]), end="hang")
    with ReplayServer(hung, GOOD) as server:
        stream = {"stream": True, "timeout": 0.1}
        got, good = run(colour, options(server), stream, {"timeout": 5})
        timed_out(got.error)
        assert got.stage == "iteration"
        assert [event.type for event in got.events] == [event["type"] for event in events()[:3]]
        assert good.text == "Hello there"
        assert len(server.requests) == 2
        assert server.wait_closed()


@in_each_colour
def test_a_server_that_falls_silent_inside_a_body(colour: str) -> None:
    with ReplayServer(Answer.of(message(), end="hang", after=30), GOOD) as server:
        call = {"timeout": 0.1, "max_retries": 0}
        got, good = run(colour, options(server), call, {"timeout": 5})
        timed_out(got.error)
        assert good.text == "Hello there"
        assert server.wait_closed()


@in_each_colour
def test_a_slow_stream_that_keeps_talking_is_in_time(colour: str) -> None:
    body = sse(*events())
    talking = Answer.sse(body, pieces=[len(body) // 5], delay=0.1)
    with ReplayServer(talking) as server:
        [got] = run(colour, options(server), {"stream": True, "timeout": 0.4})
        assert got.text == "Hello there"


def test_a_timeout_is_tried_again() -> None:
    with silent_at_first() as server:
        [got] = run("sync", options(server), {"timeout": Timeout(read=0.2)})
        assert got.text == "Hello there"
        assert server.connections == 2


@in_each_colour
def test_a_connection_that_is_never_accepted(colour: str) -> None:
    def silent(connection: socket.socket) -> None:
        read_head(connection)
        wait_for_end(connection)

    # A TLS handshake that nobody answers belongs to connecting.
    with RawServer(silent) as server:
        url = server.url.replace("http://", "https://")
        began = time.monotonic()
        call = {"timeout": Timeout(connect=SHORT, read=30), "max_retries": 0}
        [got] = run(colour, options(url), call)
        assert time.monotonic() - began < 10
        assert isinstance(got.error, any_llm.APITimeoutError)
        assert str(got.error).startswith(f"msgs: connecting to {url} took too long")
        assert server.wait_closed()


@in_each_colour
def test_no_free_connection(colour: str) -> None:
    http = library().Client if colour == "sync" else library().AsyncClient
    limits = library().Limits(max_connections=0)
    with ReplayServer(GOOD) as server:
        made = options(server, http_client=http(limits=limits))
        [got] = run(colour, made, {"timeout": Timeout(pool=SHORT), "max_retries": 0})
        timed_out(got.error)
        assert not server.requests


def test_a_number_bounds_each_wait_and_keeps_the_connect_default() -> None:
    from any_llm._options import timeout_of

    usual = Timeout()
    assert (usual.connect, usual.read, usual.write, usual.pool) == (5, 600, 600, 600)
    assert timeout_of(30, usual) == Timeout(connect=5, read=30, write=30, pool=30)
    assert timeout_of(2, usual) == Timeout(connect=2, read=2, write=2, pool=2)
    assert timeout_of(30, Timeout(connect=None)) == Timeout(connect=30, read=30, write=30, pool=30)
    assert timeout_of(None, usual) is usual


@pytest.mark.parametrize(
    "wrong", [0, -1, True, "5", float("nan"), float("inf"), 1e30, [1], Timeout(read=-1)]
)
def test_what_is_no_time(wrong: Any) -> None:
    with pytest.raises(ConfigurationError, match=r"^timeout: .*seconds"):
        any_llm.Client(timeout=wrong)
    with ReplayServer(GOOD) as server:
        [got] = run("sync", options(server), {"timeout": wrong})
        assert isinstance(got.error, ConfigurationError)
        assert not server.requests


@pytest.mark.parametrize(("library", "colour"), WAYS)
def test_a_program_that_takes_its_time_is_not_a_slow_server(library: str, colour: str) -> None:
    """Only waits for bytes count: here the server answers as soon as it is listened to."""
    body = sse(*events())
    first, rest = body[: len(body) // 2], body[len(body) // 2 :]
    asked_again = threading.Event()

    def serve(connection: socket.socket) -> None:
        read_request(connection)
        head = b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ncontent-length: %d\r\n\r\n"
        connection.sendall(head % len(body) + first)
        asked_again.wait(5)
        connection.sendall(rest)
        wait_for_end(connection)

    def read(made: Any) -> str:
        with Client(**made) as client, client.stream(**asked({})) as stream:
            next(iter(stream))
            time.sleep(3 * _WAIT)
            asked_again.set()
            return stream.get_final_text()

    async def read_async(made: Any) -> str:
        async with AsyncClient(**made) as client, client.stream(**asked({})) as stream:
            await anext(aiter(stream))
            await anyio.sleep(3 * _WAIT)
            asked_again.set()
            return await stream.get_final_text()

    with RawServer(serve) as server:
        made = options(server, http_client=None, http_library=library, timeout=_WAIT, max_retries=0)
        text = read(made) if colour == "sync" else anyio.run(read_async, made, backend=colour)
    assert text == "Hello there"
