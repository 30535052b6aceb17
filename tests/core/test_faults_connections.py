"""Connections that are refused, cut, reset or misdirected: typed errors, and nothing left open."""

from __future__ import annotations

import socket
from typing import Any

import pytest

from any_llm import APIConnectionError, APITimeoutError, Client, StreamTruncated
from any_llm.testing import Answer, ReplayServer
from tests.support.colours import COLOURS, asked, library, options, run
from tests.support.raw import RawServer, read_head, reset
from tests.support.wire import events, message, sse

in_each_colour = pytest.mark.parametrize("colour", COLOURS)

GOOD = Answer.of(message("still works"))
STREAM = sse(*events("Hé", "llo"))


def line(error: BaseException | None, begins: str) -> APIConnectionError:
    assert isinstance(error, APIConnectionError), repr(error)
    assert str(error).startswith(f"msgs: {begins}"), str(error)
    assert "\n" not in str(error)
    assert error.__cause__ is not None
    return error


@in_each_colour
@pytest.mark.parametrize("stream", [False, True])
def test_nobody_listens(colour: str, stream: bool) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    url = f"http://127.0.0.1:{port}"
    [got] = run(colour, options(url, max_retries=0), {"stream": stream})
    error = line(got.error, f"cannot connect to {url}: ")
    assert "check the address" in str(error)
    assert isinstance(error.__cause__, library().ConnectError)
    assert got.stage == "call"


@pytest.mark.parametrize("http_library", ["httpx", "httpx2"])
def test_a_host_whose_punycode_says_nothing(http_library: Any) -> None:
    """It goes to a proxy as it is; the library cannot decode it for the words of an error."""
    pytest.importorskip(http_library)
    with socket.create_server(("127.0.0.1", 0)) as free:
        proxy = f"http://127.0.0.1:{free.getsockname()[1]}"
    made = {**options("http://xn--/", max_retries=0), "proxy": proxy, "http_library": http_library}
    with Client(**made) as client, pytest.raises(APIConnectionError) as caught:
        client.messages(**asked({}))
    line(caught.value, "cannot connect to http://xn--: ")


@in_each_colour
def test_a_plain_server_behind_https(colour: str) -> None:
    def serve(connection: Any) -> None:
        connection.recv(65536)
        connection.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n")

    with RawServer(serve) as server:
        url = server.url.replace("http:", "https:")
        [got] = run(colour, options(url, max_retries=0), {})
        line(got.error, f"cannot connect to {url}: ")
        assert server.wait_closed()


@in_each_colour
@pytest.mark.parametrize("hard", [False, True], ids=["closed", "reset"])
@pytest.mark.parametrize("stream", [False, True])
def test_the_connection_ends_before_the_head(colour: str, hard: bool, stream: bool) -> None:
    def serve(connection: Any) -> None:
        read_head(connection)
        if hard:
            reset(connection)

    with RawServer(serve) as server:
        [got] = run(colour, options(server, max_retries=0), {"stream": stream})
        line(got.error, f"the connection to {server.url} broke: ")
        assert got.stage == "call"
        assert server.wait_closed()


@in_each_colour
@pytest.mark.parametrize("end", ["cut", "reset"])
def test_a_whole_answer_is_cut(colour: str, end: Any) -> None:
    with ReplayServer(Answer.of(message(), end=end, after=40), GOOD) as server:
        got, good = run(colour, options(server, max_retries=0), {}, {})
        line(got.error, f"the connection to {server.url} broke: ")
        assert good.text == "still works"
        assert server.wait_closed()


def test_a_stream_is_cut_at_every_byte() -> None:
    """Clean ends, where the body is whole and only the message is not."""
    answers = [Answer.sse(STREAM[:at]) for at in range(len(STREAM))]
    last = STREAM.index(b'"message_stop"}') + len(b'"message_stop"}')
    expected = [event["type"] for event in events("Hé", "llo")]
    with ReplayServer(*answers, GOOD) as server:
        call = {"stream": True, "max_retries": 0}
        *found, good = run("sync", options(server), *(call for _ in answers), {})
        assert good.text == "still works"
    for at, got in enumerate(found):
        assert [event.type for event in got.events] == expected[: len(got.events)]
        if at >= last:  # only the blank line after the last event is missing
            assert got.text == "Héllo"
            continue
        assert isinstance(got.error, StreamTruncated), (at, got.error)
        assert str(got.error).startswith("msgs: the stream ended before the message was finished;")
        assert got.stage == ("iteration" if got.events else "call")
        assert got.message is None


@in_each_colour
@pytest.mark.parametrize("end", ["cut", "reset"])
def test_a_stream_is_torn_off_in_places(colour: str, end: Any) -> None:
    places = [0, 1, 200, len(STREAM) // 2, len(STREAM) - 30]
    answers = [Answer.sse(STREAM, end=end, after=at) for at in places]
    with ReplayServer(*answers, GOOD) as server:
        call = {"stream": True, "max_retries": 0}
        *found, good = run(colour, options(server), *(call for _ in places), {})
        assert good.text == "still works"
        for got in found:
            error = line(got.error, f"the connection to {server.url} broke: ")
            assert not isinstance(error, (StreamTruncated, APITimeoutError))
            assert got.message is None
        assert server.wait_closed()


@in_each_colour
def test_a_cut_after_the_message_is_complete_loses_nothing(colour: str) -> None:
    for end in ("cut", "reset"):
        with ReplayServer(Answer.sse(STREAM, end=end, pieces=[100]), GOOD) as server:
            got, good = run(colour, options(server), {"stream": True}, {"max_retries": 0})
            assert got.text == "Héllo"
            assert good.text == "still works"
            assert len(server.requests) == 2


@in_each_colour
def test_cookies_of_one_call_are_not_sent_with_another(colour: str) -> None:
    baked = {"set-cookie": "session=of-one-user; Path=/", "content-type": "application/json"}
    with ReplayServer(Answer.of(message(), headers=baked)) as server:
        run(colour, options(server, http_client=None), {}, {"api_key": "another-users-key"})
        assert len(server.requests) == 2
        assert "cookie" not in server.requests[1].headers
