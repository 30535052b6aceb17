"""Answers that are none: one typed line each, and the connection is free for the next call."""

from __future__ import annotations

import gzip
import json
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import any_llm
from any_llm import BadReply, BadRequestError, InternalServerError, StreamTruncated
from any_llm.testing import Answer, ReplayServer
from tests.support.colours import COLOURS, Got, asked, client, options, run
from tests.support.examples import examples
from tests.support.raw import RawServer, read_head
from tests.support.wire import events, fault, message, sse

in_each_colour = pytest.mark.parametrize("colour", COLOURS)

PAGE = b"""<html>\r
<head><title>502 Bad Gateway</title></head>\r
<body><center><h1>502 Bad Gateway</h1></center><hr><center>nginx</center></body>\r
</html>\r
"""
HTML = {"content-type": "text/html; charset=utf-8"}
GOOD = Answer.of(message("still works"))
BODY = json.dumps(message()).encode()


def answered(answer: Answer, colour: str = "sync", **call: Any) -> Got:
    """What a call with this answer brought; the next call on its connection must work."""
    with ReplayServer(answer, GOOD) as server:
        made = options(server, max_retries=0)
        got, good = run(colour, made, call, {"timeout": 5})
        assert good.text == "still works"
        assert server.wait_closed()
    return got


def line(got: Got, kind: type[BaseException], begins: str) -> BaseException:
    error = got.error
    assert type(error) is kind, repr(error)
    assert str(error).startswith(f"msgs: {begins}"), str(error)
    assert "\n" not in str(error)
    assert len(str(error)) < 1000
    assert error.provider == "msgs"  # type: ignore[attr-defined]
    assert got.stage == "call"
    return error


@in_each_colour
@pytest.mark.parametrize("stream", [False, True])
def test_a_page_of_a_gateway(colour: str, stream: bool) -> None:
    got = answered(Answer(body=PAGE, status=502, headers=HTML), colour, stream=stream)
    error = line(got, InternalServerError, "HTTP 502: <html> <head><title>502 Bad Gateway</title>")
    assert isinstance(error, any_llm.APIStatusError)
    assert error.body == PAGE.decode()
    assert error.status == 502


@in_each_colour
@pytest.mark.parametrize("stream", [False, True])
def test_a_page_that_says_it_is_an_answer(colour: str, stream: bool) -> None:
    got = answered(Answer(body=PAGE, headers=HTML), colour, stream=stream)
    error = line(got, BadReply, "cannot read the answer (")
    assert "<html> <head><title>502 Bad Gateway" in str(error)
    assert isinstance(error.__cause__, ValueError)


Case = tuple[Answer, type[BaseException], str]

NO_ANSWERS: list[Case] = [
    (Answer(body=b""), BadReply, "cannot read the answer (ValueError"),
    (Answer(body=b"", headers={}), BadReply, "cannot read the answer (ValueError"),
    (Answer(status=204, headers={}), BadReply, "cannot read the answer (ValueError"),
    (Answer(body=b" \n "), BadReply, "cannot read the answer (ValueError"),
    (Answer(body=BODY[:-20]), BadReply, "cannot read the answer (ValueError"),
    (Answer(body=b"\xff\xff"), BadReply, "cannot read the answer ("),
    (Answer(body=b"[" * 5000), BadReply, "cannot read the answer (ValueError: recursion"),
    (Answer(body=b"hello\nworld"), BadReply, "cannot read the answer (ValueError"),
    (Answer.of(None), BadReply, "expected a message with its content, got "),
    (Answer.of([1]), BadReply, "expected a message with its content, got "),
    (Answer.of({"type": "list"}), BadReply, "expected a message with its content, got "),
    (Answer.of({"type": "message"}), BadReply, "expected a message with its content, got "),
    (Answer.of({"type": "message", "content": []}), BadReply, "cannot read the answer (id: Field"),
    (Answer.of(message(usage=None)), BadReply, "cannot read the answer (usage: "),
    (Answer.of(message(content="hi")), BadReply, "cannot read the answer (content: "),
    (Answer.of(message(content=[None])), BadReply, "cannot read the answer (content.0: "),
    (Answer.of(message(content=[{"type": "text"}])), BadReply, "cannot read the answer (cont"),
    (Answer(body=b"", status=500), InternalServerError, "HTTP 500 without a message"),
    (Answer(body=b" \n", status=500), InternalServerError, "HTTP 500 without a message"),
    (Answer(body=b"\xff", status=500), InternalServerError, "HTTP 500: \ufffd"),
    (Answer.of({"error": "no\nway"}, status=400), BadRequestError, "no way"),
    (Answer.of({"error": {"message": "a\nb"}}, status=400), BadRequestError, "a b"),
    (Answer.of(["no"], status=400), BadRequestError, "HTTP 400: ['no']"),
    (Answer.of({"error": {"type": 5, "message": [1]}}, status=400), BadRequestError, "[1]"),
    (Answer.of(fault("api_error", ""), status=500), InternalServerError, "HTTP 500 without a"),
    (Answer.of(fault("overloaded_error", "busy")), any_llm.OverloadedError, "busy"),
]


@pytest.mark.parametrize(("answer", "kind", "begins"), NO_ANSWERS, ids=range(len(NO_ANSWERS)))
def test_a_body_that_is_no_answer(answer: Answer, kind: type[BaseException], begins: str) -> None:
    got = answered(answer)
    line(got, kind, begins)
    if kind is BadReply and "expected a message" not in begins:
        assert got.error is not None
        assert isinstance(got.error.__cause__, ValueError)


NO_STREAMS: list[Case] = [
    (Answer(body=b"", headers={}), StreamTruncated, "the stream ended before the message "),
    (Answer.sse(b""), StreamTruncated, "the stream ended before the message was finished"),
    (Answer.sse(b": comment\n\n"), StreamTruncated, "the stream ended before the message "),
    (Answer.sse(PAGE), StreamTruncated, "the stream ended before the message was finished"),
    (Answer.sse(PAGE + b"\n\n"), BadReply, "cannot read the stream (ValueError"),
    (Answer.sse(b"data: hello\n\n"), BadReply, "cannot read the stream (ValueError: "),
    (Answer.sse(b"data: [1]\n\n"), BadReply, "cannot read the stream (ValueError: an object"),
    (Answer.sse(b"data: {}\n\n"), BadReply, "cannot read the stream (ValueError: an object"),
    (Answer.sse(sse(events()[1])), BadReply, "cannot read the stream (GrammarError: content_"),
    (Answer.sse(sse(fault())), any_llm.OverloadedError, "Overloaded"),
    (Answer(body=BODY[:-20]), BadReply, "cannot read the answer (ValueError"),
    (Answer.of(fault("rate_limit_error", "slow")), any_llm.RateLimitError, "slow"),
]


@pytest.mark.parametrize(("answer", "kind", "begins"), NO_STREAMS, ids=range(len(NO_STREAMS)))
def test_a_body_that_is_no_stream(answer: Answer, kind: type[BaseException], begins: str) -> None:
    got = answered(answer, stream=True)
    line(got, kind, begins)
    if answer.body == PAGE:
        assert "<html> <head>" in str(got.error)


ZIPPED = {"content-type": "application/json", "content-encoding": "gzip"}


@in_each_colour
def test_a_compressed_body(colour: str) -> None:
    good = answered(Answer(body=gzip.compress(BODY), headers=ZIPPED), colour)
    assert good.text == "Hello there"


# On trio the HTTP libraries leave generators behind here, about which trio warns.
@pytest.mark.parametrize("colour", ["sync", "asyncio"])
def test_a_broken_compressed_body(colour: str) -> None:
    bad = answered(Answer(body=b"no gzip at all", headers=ZIPPED), colour)
    line(bad, any_llm.APIConnectionError, "the connection to http://127.0.0.1:")


# --- redirects -------------------------------------------------------------------------------


@in_each_colour
@pytest.mark.parametrize("stream", [False, True])
def test_a_redirect_carries_the_key_nowhere(colour: str, stream: bool) -> None:
    with ReplayServer(GOOD) as elsewhere:
        for status in (301, 302, 303, 307, 308):
            place = f"{elsewhere.url}/v1?token=abc"
            got = answered(
                Answer(body=b"", status=status, headers={"location": place}), colour, stream=stream
            )
            error = line(got, any_llm.APIStatusError, f"answered with a redirect (HTTP {status}) ")
            assert f"to {elsewhere.url}/v1, which" in str(error)
            assert "set api_base to it" in str(error)
        assert not elsewhere.requests


def test_a_redirect_to_nowhere() -> None:
    got = answered(Answer(body=b"", status=304, headers={}))
    line(got, any_llm.APIStatusError, "answered with a redirect (HTTP 304) to nowhere, ")


# --- what is no HTTP -------------------------------------------------------------------------


@in_each_colour
@pytest.mark.parametrize(
    "said",
    [
        b"",
        b"SSH-2.0-OpenSSH_9.9\r\n",
        b"HTTP/1.1 200 OK\r\n",
        b"HTTP/1.1 abc OK\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nbroken header\r\n\r\n",
        b"HTTP/1.1 200 OK\r\ncontent-length: 99\r\n\r\n{}",
        b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n",
        b"HTTP/1.1 200 OK\r\nx: " + b"a" * 200_000 + b"\r\n\r\n",
    ],
    ids=lambda said: said[:60].decode().strip() or "nothing",
)
def test_a_server_that_speaks_no_http(colour: str, said: bytes) -> None:
    def serve(connection: Any) -> None:
        read_head(connection)
        connection.sendall(said)

    with RawServer(serve) as server:
        got, again = run(colour, options(server, max_retries=0), {}, {"timeout": 5})
        error = line(got, any_llm.APIConnectionError, f"the connection to {server.url} broke: ")
        assert error.__cause__ is not None
        assert isinstance(again.error, any_llm.APIConnectionError)
        assert not isinstance(again.error, any_llm.APITimeoutError)  # its connection was free
        assert server.wait_closed()


# --- any bytes at all ------------------------------------------------------------------------


def test_any_bytes_cause_only_typed_errors() -> None:
    current = GOOD
    with ReplayServer(answer=lambda _: current) as server, client(options(server)) as asks:

        @examples(100)
        @given(
            body=st.sampled_from([b"", BODY, sse(*events()), sse(*events()) + PAGE]),
            odd=st.binary(max_size=40),
            place=st.floats(0, 1),
            kind=st.sampled_from(["application/json", "text/event-stream", "text/plain"]),
            call=st.tuples(st.sampled_from([200, 200, 200, 400, 500]), st.booleans()),
        )
        def check(body: bytes, odd: bytes, place: float, kind: str, call: tuple[int, bool]) -> None:
            nonlocal current
            cut, (status, stream) = int(place * len(body)), call
            body = body[:cut] + odd + body[cut:]
            current = Answer(body=body, status=status, headers={"content-type": kind})
            fields = asked({"stream": stream, "max_retries": 0, "on_loss": "ignore"})
            with suppress(any_llm.APIError):
                found = asks.messages(**fields)
                if stream:
                    found.get_final_message()

        check()
