"""Mapping 7.2, the end rules: an incomplete stream never looks complete."""

from __future__ import annotations

import json

import pytest

from any_llm.plugin import BadReply, Frame, StreamTruncated
from anyllm_openai.chat.stream import ChatStream
from tests.support.chat_replies import DONE, call, chunk, context, read, read_bytes, sse

TEXT, STOP = chunk({"content": "Hi"}), chunk({}, "stop")
CALL = chunk(call(id="c", name="f", arguments="{}"))

COMPLETE = {
    "done": [TEXT, STOP, DONE],
    "no done": [TEXT, STOP],
    "done with spaces": [TEXT, STOP, "  [DONE] "],
    "no usage chunk": [TEXT, STOP],
    "limit without done": [TEXT, chunk({}, "length")],
    "nothing said, but ended": [chunk({"role": "assistant"}), STOP, DONE],
    "calls, no reason, but done": [CALL, DONE],
}


@pytest.mark.parametrize("name", COMPLETE)
def test_complete(name):
    got = read(*COMPLETE[name])
    assert got.message.stop_reason in ("end_turn", "max_tokens", "tool_use")
    assert got.events[-1].type == "message_stop"


CUT = {
    "nothing at all": [],
    "only done": [DONE],
    "only a head": [{"id": "x", "choices": []}],
    "only usage, and done": [{"choices": [], "usage": {"prompt_tokens": 1}}, DONE],
    "text": [TEXT],
    "text, and done": [TEXT, DONE],
    "a role, and done": [chunk({"role": "assistant", "content": ""}), DONE],
    "calls": [CALL],
    "half a call, and done": [chunk(call(id="c", name="f", arguments='{"a"')), DONE],
    "a call without arguments, and done": [chunk(call(id="c", name="f", arguments="")), DONE],
    "the reason of another choice": [
        TEXT,
        {"choices": [{"index": 1, "delta": {}, "finish_reason": "stop"}]},
        DONE,
    ],
}


@pytest.mark.parametrize("name", CUT)
def test_cut(name):
    got = read(*CUT[name])
    assert isinstance(got.error, StreamTruncated)
    assert not {"message_delta", "message_stop"} & {event.type for event in got.events}


def test_the_error_says_who_and_what():
    assert str(read(TEXT, DONE).error).startswith("acme: the stream ended with no finish_reason")


def test_what_arrived_before_the_cut_was_handed_out():
    events = read(TEXT).events
    assert [event.type for event in events] == [
        "message_start",
        "content_block_start",
        "content_block_delta",
    ]


def test_a_connection_that_breaks_after_the_reason_lost_only_the_usage():
    got = read(TEXT, STOP)
    assert got.message.stop_reason == "end_turn"
    assert [(loss.path, loss.severity) for loss in got.losses] == [("usage", "hint")]


@pytest.mark.parametrize("size", range(1, len(b"data: [DONE]")))
def test_done_cut_in_two_is_still_the_end(size):
    data = sse(TEXT, STOP) + b"data: [DONE]"[:size]
    assert read_bytes([data]).message.stop_reason == "end_turn"


def test_a_stream_cut_at_every_byte_is_complete_or_an_error():
    data = sse(
        chunk({"reasoning": "hm"}),
        TEXT,
        chunk(call(0, id="c", name="f", arguments='{"a": [1, ')),
        chunk(call(1, id="d", name="g", arguments="{}")),
        chunk(call(0, arguments='"}"]}')),
        chunk({}, "tool_calls"),
        {"choices": [], "usage": {"prompt_tokens": 1, "completion_tokens": 2}},
        DONE,
    )
    whole = read_bytes([data]).message
    ended = data.index(b'"tool_calls"}]}') + len(b'"tool_calls"}]}')
    for at in range(len(data)):
        got = read_bytes([data[:at]])
        if at < ended:
            assert isinstance(got.error, StreamTruncated), data[:at]
        elif not isinstance(got.result, StreamTruncated):  # the usage chunk itself is cut
            assert got.message.content == whole.content
            assert got.message.stop_reason == "tool_use"


def test_behind_done_nothing_is_read():
    decoder = ChatStream(context())
    for data in (json.dumps(TEXT), json.dumps(STOP), DONE):
        decoder.feed(Frame(data.encode()))
    said = decoder.emit.take()
    assert said[-1].type == "message_stop"
    for data in (json.dumps(TEXT), '{"error": {"message": "m"}}', "junk", DONE):
        decoder.feed(Frame(data.encode()))
    decoder.close()
    assert decoder.emit.take() == []


def test_junk_in_the_middle_is_a_bad_reply_and_not_a_cut():
    assert isinstance(read(TEXT, '{"choices": [', STOP, DONE).error, BadReply)
