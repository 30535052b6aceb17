"""Faults over TLS, on every HTTP library: handshakes, cuts, waits, streams left behind."""

from __future__ import annotations

import socket
import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any

import anyio
import pytest

from any_llm import APIConnectionError, APITimeoutError, AsyncClient, Client
from tests.support.colours import WAYS, asked, options, run
from tests.support.proxy import Proxy
from tests.support.raw import RawServer, read_request, wait_for_end
from tests.support.wire import events, sse

BODY = sse(*events())
HALF = BODY[: len(BODY) // 2]
HEAD = b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n"

on_each_way = pytest.mark.parametrize(("library", "colour"), WAYS)
by_and_by = pytest.mark.parametrize("through", ["straight", "tunnel"])


@pytest.fixture(scope="module")
def authority() -> Any:
    return pytest.importorskip("trustme").CA()


def certificate(authority: Any, name: str = "127.0.0.1") -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(name).configure_cert(context)
    return context


@contextmanager
def made(url: str, authority: Any, library: str, through: str) -> Iterator[dict[str, Any]]:
    """Options of a client of ours that trusts the authority; `through` a proxy's tunnel or not."""
    trusting = ssl.create_default_context()
    authority.configure_trust(trusting)
    common = options(url, http_client=None, http_library=library, verify=trusting)
    common["max_retries"] = 0
    with Proxy() as proxy:
        yield common if through == "straight" else {**common, "proxy": proxy.url}


def half(then: Callable[[socket.socket], object]) -> Callable[[socket.socket], None]:
    """Serve the first half of a stream, and `then` something else than the rest."""

    def serve(connection: socket.socket) -> None:
        read_request(connection)
        connection.sendall(HEAD + b"%x\r\n%b\r\n" % (len(HALF), HALF))
        then(connection)

    return serve


@on_each_way
def test_a_handshake_that_never_comes(library: str, colour: str, authority: Any) -> None:
    with RawServer(wait_for_end) as server:
        url = server.url.replace("http:", "https:")
        with made(url, authority, library, "straight") as client:
            [got] = run(colour, client, {"timeout": 0.05})
        assert type(got.error) is APITimeoutError
        assert str(got.error).startswith(f"msgs: connecting to {url} took too long")
        assert server.wait_closed()


@on_each_way
@by_and_by
def test_a_certificate_of_somebody_else(
    library: str, colour: str, through: str, authority: Any
) -> None:
    with (
        RawServer(wait_for_end, certificate(authority, "example.org")) as server,
        made(server.url, authority, library, through) as client,
    ):
        [got] = run(colour, client, {})
        assert type(got.error) is APIConnectionError
        assert str(got.error).startswith(f"msgs: cannot connect to {server.url}: ")
        assert "CERTIFICATE_VERIFY_FAILED" in str(got.error)
        assert server.wait_closed()


def farewell(connection: Any) -> None:
    with suppress(OSError):
        connection.unwrap()


@on_each_way
@by_and_by
@pytest.mark.parametrize("then", [farewell, lambda _: None], ids=["farewell", "silence"])
def test_a_stream_that_ends_too_early(
    library: str, colour: str, through: str, then: Any, authority: Any
) -> None:
    with (
        RawServer(half(then), certificate(authority)) as server,
        made(server.url, authority, library, through) as client,
    ):
        [got] = run(colour, client, {"stream": True})
        assert type(got.error) is APIConnectionError
        assert str(got.error).startswith(f"msgs: the connection to {server.url} broke: ")
        assert (got.stage, bool(got.events)) == ("iteration", True)
        assert server.wait_closed()


@on_each_way
@by_and_by
def test_a_stream_that_stands_still(
    library: str, colour: str, through: str, authority: Any
) -> None:
    with (
        RawServer(half(wait_for_end), certificate(authority)) as server,
        made(server.url, authority, library, through) as client,
    ):
        [got] = run(colour, client, {"stream": True, "timeout": 0.2})
        assert type(got.error) is APITimeoutError
        assert str(got.error).startswith(f"msgs: waiting for {server.url} took too long")
        assert server.wait_closed()


@on_each_way
@by_and_by
def test_a_head_that_never_comes(library: str, colour: str, through: str, authority: Any) -> None:
    with (
        RawServer(wait_for_end, certificate(authority)) as server,
        made(server.url, authority, library, through) as client,
    ):
        [got] = run(colour, client, {"timeout": 0.2})
        assert type(got.error) is APITimeoutError
        assert str(got.error).startswith(f"msgs: waiting for {server.url} took too long")
        assert server.wait_closed()


@on_each_way
@by_and_by
def test_a_stream_that_is_left_in_its_middle(
    library: str, colour: str, through: str, authority: Any
) -> None:
    """Its connection is gone at once, also where the server says no goodbye."""

    def leave(client: dict[str, Any]) -> None:
        with Client(**client) as kept:
            with kept.stream(**asked({})) as stream:
                next(iter(stream))
            assert server.wait_closed()

    async def leave_async(client: dict[str, Any]) -> None:
        async with AsyncClient(**client) as kept:
            async with kept.stream(**asked({})) as stream:
                await anext(aiter(stream))
            assert await anyio.to_thread.run_sync(server.wait_closed)

    with (
        RawServer(half(wait_for_end), certificate(authority)) as server,
        made(server.url, authority, library, through) as client,
    ):
        if colour == "sync":
            leave(client)
        else:
            anyio.run(leave_async, client, backend=colour)
