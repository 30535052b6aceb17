"""The API's own promises: how adapters of this kind failed, each test named for its case."""

from __future__ import annotations

import subprocess
import sys

import pytest

import any_llm
from any_llm import Client, PingEvent, UnsupportedFeature, from_sse, to_sse
from any_llm.testing import Answer, ReplayServer
from tests.museum.kit import HI, chat
from tests.support.chat_replies import DONE, chunk, read
from tests.support.colours import client, options
from tests.support.judge import judge_stream
from tests.support.wire import MODEL, QUESTION, events, message
from tests.support.wire import sse as native

CITY = {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]}


def test_logging_handler_on_import():
    code = (
        "import logging, os, socket\n"
        "environment, root = dict(os.environ), logging.getLogger()\n"
        "def refuse(*args): raise AssertionError(args)\n"
        "socket.socket.connect = refuse\n"
        "import any_llm, any_llm.client, anyllm_openai\n"
        "any_llm.Client(env={}).plugins.offered\n"
        "names = [name for name in logging.root.manager.loggerDict if 'llm' in name]\n"
        "for logger in (root, *map(logging.getLogger, names)):\n"
        "    assert all(type(h) is logging.NullHandler for h in logger.handlers), logger.handlers\n"
        "    assert logger is root or logger.level == logging.NOTSET, logger\n"
        "assert root.level == logging.WARNING\n"
        "assert dict(os.environ) == environment\n"
    )
    done = subprocess.run(  # noqa: S603  # our own interpreter on our own code
        [sys.executable, "-c", code], capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


@pytest.mark.parametrize(
    ("status", "kind"), [(502, "api_error"), (503, "overloaded_error"), (429, "rate_limit_error")]
)
def test_error_body_not_json(status, kind):
    page = b"<html>Bad Gateway" + b" over and over" * 1000 + b"</html>"
    answer = Answer(body=page, status=status, headers={"content-type": "text/html"})
    with ReplayServer(answer) as server, chat(max_retries=0) as asks:
        for stream in (False, True):
            with pytest.raises(any_llm.APIStatusError) as caught:
                asks.messages(**HI, api_base=server.url, stream=stream)
            assert (caught.value.status, caught.value.type) == (status, kind)
            assert "Bad Gateway" in str(caught.value)
            assert len(str(caught.value)) < 1000
            assert caught.value.body == page.decode()


def test_message_start_usage_shape():
    """What clients look for in the first event, on the wire that `to_sse` writes for them."""
    usage = {"prompt_tokens": 7, "completion_tokens": 2, "total_tokens": 9}
    got = read(
        chunk({"role": "assistant", "content": "hi"}),
        chunk({}, "stop"),
        {"id": "chatcmpl-1", "model": "m", "choices": [], "usage": usage},
        DONE,
    )
    (start,) = from_sse([to_sse(got.events[0])])
    assert start.message.usage.model_dump(exclude_none=True) == {
        "input_tokens": 0,
        "output_tokens": 0,
        "cache_creation_input_tokens": 0,
        "cache_read_input_tokens": 0,
    }
    assert (got.message.usage.input_tokens, got.message.usage.output_tokens) == (7, 2)
    judge_stream(got.events, got.message)


TOOLS = [{"name": f"t{at}", "description": "d", "input_schema": CITY} for at in range(5)]


def test_count_tokens_ignores_tools():
    """Whatever bears on the count reaches the backend that counts."""

    def count(request):
        said = request.json
        return Answer.of({"input_tokens": 8 + len(said.get("tools", ())) + len(said["system"])})

    image = {"type": "image", "source": {"type": "url", "url": "https://x.example/a.png"}}
    turns = [{"role": "user", "content": [{"type": "text", "text": "foo"}, image]}]
    with ReplayServer(answer=count) as server, client(options(server)) as asks:
        got = asks.count_tokens(MODEL, turns, system="You are helpful.", tools=TOOLS)
        assert got.input_tokens == 8 + len(TOOLS) + len("You are helpful.")
        assert server.requests[0].json == {
            "model": "model-1",
            "messages": turns,
            "system": "You are helpful.",
            "tools": TOOLS,
        }


def test_count_tokens_silent_estimate():
    """Decided: refused. A number that is not the server's would be taken for it."""
    with ReplayServer(Answer.of({})) as server, chat() as asks:
        with pytest.raises(UnsupportedFeature, match="no endpoint that counts tokens"):
            asks.count_tokens("m", QUESTION, api_base=server.url)
        assert server.requests == []


REASONS = [
    *("end_turn", "max_tokens", "stop_sequence", "tool_use", "pause_turn", "refusal"),
    *("model_context_window_exceeded", "brand_new"),
]


@pytest.mark.parametrize("reason", REASONS)
def test_stop_reason_missing_rows(reason):
    said = events()
    said[-2] = {**said[-2], "delta": {"stop_reason": reason}}
    whole = Answer.of(message(stop_reason=reason))
    with (
        ReplayServer(whole, Answer.sse(native(*said))) as server,
        Client(**options(server)) as asks,
    ):
        assert asks.messages(MODEL, QUESTION, 5).stop_reason == reason
        stream = asks.messages(MODEL, QUESTION, 5, stream=True)
        seen = list(stream)
        assert stream.get_final_message().stop_reason == reason
        assert b'"stop_reason":"%s"' % reason.encode() in to_sse(seen[-2])


def test_no_ping_during_silence():
    """Decided: pings of a backend are handed out as they come, none are made up. Who serves a
    stream knows its own clock, and writes `to_sse(PingEvent())` between two events."""
    said = events()
    said.insert(2, {"type": "ping"})
    with ReplayServer(Answer.sse(native(*said))) as server, Client(**options(server)) as asks:
        stream = asks.messages(MODEL, QUESTION, 5, stream=True)
        assert [event.type for event in stream].count("ping") == 1
        assert stream.get_final_text() == "Hello there"
    assert to_sse(PingEvent()) == b'event: ping\ndata: {"type":"ping"}\n\n'
    got = read(chunk({"content": "hi"}), chunk({}, "stop"))
    served = b"".join(to_sse(event) + to_sse(PingEvent()) for event in got.events[:-1])
    assert [event.type for event in from_sse([served])].count("ping") == len(got.events) - 1
