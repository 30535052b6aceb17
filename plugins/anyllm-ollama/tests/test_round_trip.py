"""Histories that move between providers, and answers that go back to where they came from."""

from __future__ import annotations

import re

from any_llm.plugin import (
    CallContext,
    Envelope,
    MessagesDialect,
    MessagesProfile,
    validate_request,
)
from tests.support.ollama_replies import call, end, line, read

from .ollama_request.kit import encode

ASKED = {"role": "user", "content": "go"}
IDS = re.compile(r"[A-Za-z0-9_-]+")
CLAUDE = {"type": "thinking", "thinking": "from Claude", "signature": "EqQBCgIYAhIM"}
GEMINI = {
    "type": "thinking",
    "thinking": "from Gemini",
    "signature": Envelope("gemini", {"s": "x"}).seal(),
}


def answer():
    """An answer of Ollama: thinking, text, two calls, one of them without an id."""
    calls = [call("f", {"a": 1}, id="call_1"), call("g", {})]
    return read(line("", thinking="hm"), line("let me", tool_calls=calls), end()).message


def results(message):
    calls = [block for block in message.content if block.type == "tool_use"]
    blocks = [{"type": "tool_result", "tool_use_id": each.id, "content": "ok"} for each in calls]
    return {"role": "user", "content": blocks}


def test_an_answer_goes_back_as_it_came():
    message = answer()
    turn = {"role": "assistant", "content": message.content}
    got = encode(messages=[ASKED, turn, results(message)])
    assert got.losses == []
    said = got.messages[1]
    assert (said["thinking"], said["content"]) == ("hm", "let me")
    functions = [each["function"] for each in said["tool_calls"]]
    assert [(each["name"], each["arguments"]) for each in functions] == [("f", {"a": 1}), ("g", {})]
    ids = [each["id"] for each in said["tool_calls"]]
    assert [each["tool_call_id"] for each in got.messages[2:]] == ids
    assert [each["tool_name"] for each in got.messages[2:]] == ["f", "g"]


def test_the_history_of_others_is_read_and_their_reasoning_dropped():
    first = {"role": "assistant", "content": [CLAUDE, {"type": "text", "text": "a"}]}
    second = {"role": "assistant", "content": [GEMINI, {"type": "text", "text": "b"}]}
    got = encode(messages=[ASKED, first, ASKED, second, ASKED])
    assert [each["content"] for each in got.messages] == ["go", "a", "go", "b", "go"]
    assert all("thinking" not in each for each in got.messages)
    assert got.losses == [
        ("messages[1].content[0]", "hint"),
        ("messages[3].content[0]", "hint"),
    ]


def test_an_answer_moves_on_to_a_messages_server():
    """Its reasoning stays at home, reported; its ids are valid there."""
    message = answer()
    turns = [ASKED, {"role": "assistant", "content": message.content}, results(message)]
    request = validate_request({"model": "claude", "messages": turns, "max_tokens": 5})
    ctx = CallContext(provider="anthropic", model="claude", profile=MessagesProfile())
    body = MessagesDialect().encode(request, ctx).json
    kinds = [block["type"] for block in body["messages"][1]["content"]]
    assert kinds == ["text", "tool_use", "tool_use"]
    assert [loss.path for loss in ctx.losses] == ["messages[1].content[0]"]
    used = [block["id"] for block in body["messages"][1]["content"] if block["type"] == "tool_use"]
    assert all(IDS.fullmatch(each) for each in used)
