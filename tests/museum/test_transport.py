"""Bytes and addresses: how adapters of this kind failed, each test named for its case."""

from __future__ import annotations

import json

import pytest

import any_llm
from any_llm import Client, ConfigurationError, LossyConversionWarning, RequestValidationError
from any_llm.framing import SSE
from any_llm.testing import Answer, ReplayServer
from tests.museum.kit import HI, chat
from tests.support.chat_replies import chunk, completion, sse
from tests.support.colours import COLOURS, options, run
from tests.support.wire import MODEL, QUESTION, message


@pytest.mark.parametrize(
    ("end", "error"),
    [
        ("reset", any_llm.APIConnectionError),
        ("cut", any_llm.APIConnectionError),
        ("whole", any_llm.StreamTruncated),
    ],
)
def test_error_mid_stream_raised(end, error):
    """The connection dies after the first words: a typed error, and no message_stop before it."""
    body = sse(chunk({"content": "p"}))
    with ReplayServer(Answer.sse(body, end=end)) as server, chat() as asks:
        stream = asks.messages(**HI, api_base=server.url, stream=True)
        seen = []
        with pytest.raises(error):
            seen.extend(event.type for event in stream)
        assert stream.snapshot.text == "p"
        assert not {"message_delta", "message_stop"} & set(seen)
        assert len(server.requests) == 1


def test_lone_surrogates():
    """Half a character is no text: U+FFFD goes instead, in texts, tool inputs and keys, and is
    reported with its place; pairs stay. Halves of an answer are mended too."""
    body = json.loads('{"role": "user", "content": "a\\ud800b"}')
    inside = json.loads('{"k\\udc00": "\\ud83d"}')
    call = {"type": "tool_use", "id": "t", "name": "f", "input": inside}
    result = {"type": "tool_result", "tool_use_id": "t", "content": "1"}
    pair = json.loads('{"role": "user", "content": "a\\ud83d\\ude00b"}')
    answer = b'{"id":"c","model":"m","choices":[{"index":0,"finish_reason":"stop","message":{'
    answer += b'"role":"assistant","content":"a\\ud800b \\ud83d\\ude00"}}]}'
    turns = [
        body,
        {"role": "assistant", "content": [call]},
        {"role": "user", "content": [result]},
    ]
    with ReplayServer(Answer(body=answer)) as server, chat() as asks:
        with pytest.warns(LossyConversionWarning, match="lone surrogate"):
            got = asks.messages(**{**HI, "messages": turns}, api_base=server.url)
        sent = server.requests[0].json["messages"]
        assert sent[0]["content"] == "a\ufffdb"
        arguments = json.loads(sent[1]["tool_calls"][0]["function"]["arguments"])
        assert arguments == {"k\ufffd": "\ufffd"}
        assert [loss.path for loss in got.losses if "surrogate" in loss.what] == [
            "messages[0].content",
            "messages[1].content[0].input.k\ufffd",
            "messages[1].content[0].input.k\ufffd",
        ]
        assert body["content"] == "a\ud800b"  # the caller's own is not touched
        got = asks.messages(**{**HI, "messages": [pair]}, api_base=server.url)
        assert server.requests[1].json["messages"] == [pair]
        assert got.text == "a\ufffdb \U0001f600"


def test_two_keys_that_mending_would_make_one_are_refused():
    inside = dict.fromkeys(["k\ud800", "k\udc00"], 1)
    call = {"type": "tool_use", "id": "t", "name": "f", "input": inside}
    turns = [*QUESTION, {"role": "assistant", "content": [call]}]
    with (
        ReplayServer(Answer(body=b"{}")) as server,
        chat() as asks,
        pytest.raises(RequestValidationError, match=r"messages\[1\]\.content\[0\]\.input"),
    ):
        asks.messages(**{**HI, "messages": turns}, api_base=server.url)
    assert server.requests == []


@pytest.mark.parametrize("size", [1, 7, 1000])
def test_sse_multiline_data(size):
    body = b'data: {"choices":[{"index":0,"delta":\r\ndata: {"content":"hi"}}]}\r\n\r\n'
    body += b": keep-alive\n\n" + sse(chunk({}, "stop"))
    with ReplayServer(Answer.sse(body, pieces=[size])) as server, chat() as asks:
        stream = asks.messages(**HI, api_base=server.url, stream=True)
        assert stream.get_final_text() == "hi"


def test_sse_line_too_long():
    text = "x" * 5_000_000
    body = sse(chunk({"content": text}), chunk({}, "stop"))
    with ReplayServer(Answer.sse(body, pieces=[65536])) as server, chat() as asks:
        assert asks.messages(**HI, api_base=server.url, stream=True).get_final_text() == text
    with pytest.raises(any_llm.BadReply):  # a line without end is an error, not a full memory
        feed_without_end(SSE(), text.encode())


def feed_without_end(framer, piece):
    for _ in range(100):
        framer.feed(piece)


@pytest.mark.parametrize("colour", COLOURS)
@pytest.mark.parametrize("tail", ["", "/", "/v1", "/v1/"])
def test_base_url_path_normalization(colour, tail):
    """Anthropic's address is known with and without /v1; an OpenAI address is taken as it is."""
    with ReplayServer(Answer.of(message())) as server:
        (got,) = run(colour, options(server.url + tail), {})
        assert got.text == "Hello there"
        assert server.requests[0].path == "/v1/messages"
    with ReplayServer(Answer.of(completion({"content": "x"}))) as server, chat() as asks:
        asks.messages(**HI, api_base=server.url + tail)
        assert server.requests[0].path == f"{tail.rstrip('/')}/chat/completions"


def test_an_empty_base_url_is_an_error():
    with Client(**options()) as asks, pytest.raises(ConfigurationError, match="api_base must be"):
        asks.messages(MODEL, QUESTION, 5, api_base="")
    with chat() as asks, pytest.raises(ConfigurationError, match="api_base must be"):
        asks.messages(**HI, api_base="")
