"""One body for each row of the mapping, whole, as the server gets it."""

from __future__ import annotations

from typing import Any

import pytest

from anyllm_ollama.signature import OWN

from .kit import HI, PNG, SCHEMA, TOOL, encode, result, said, text, turn, use

BARE: dict[str, Any] = {
    "model": "m",
    "messages": [HI],
    "stream": False,
    "think": False,
    "options": {"num_predict": 5},
    "truncate": False,
}
WIRE_TOOL = {
    "type": "function",
    "function": {"name": "f", "description": "d", "parameters": SCHEMA},
}
OWN_THOUGHT = {"type": "thinking", "thinking": "hm", "signature": OWN}


def called(id="t", index=0, name="f", arguments=None):
    said = {"index": index, "name": name, "arguments": arguments or {"a": "1"}}
    return {"id": id, "function": said}


def answered(content="ok", id="t", name="f", **more):
    return {"role": "tool", "content": content, **more, "tool_name": name, "tool_call_id": id}


# What is asked for -> what differs from the bare body.
GOLDENS: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "nothing but a question": ({}, {}),
    "system": ({"system": "be"}, {"messages": [{"role": "system", "content": "be"}, HI]}),
    "system-blocks": (
        {"system": [text("a"), text("b")]},
        {"messages": [{"role": "system", "content": "a\nb"}, HI]},
    ),
    "system-later": (
        {
            "messages": [
                HI,
                {"role": "system", "content": "now"},
                {"role": "assistant", "content": "a"},
                HI,
            ]
        },
        {
            "messages": [
                HI,
                {"role": "system", "content": "now"},
                {"role": "assistant", "content": "a"},
                HI,
            ]
        },
    ),
    "text-blocks": (
        said(text("a"), text("b")),
        {"messages": [{"role": "user", "content": "a\nb"}]},
    ),
    "turns-in-a-row": (
        {"messages": [HI, {"role": "user", "content": "ho"}]},
        {"messages": [{"role": "user", "content": "hi\nho"}]},
    ),
    "image": (
        said(PNG, text("what?")),
        {"messages": [{"role": "user", "content": "what?", "images": ["iVBO"]}]},
    ),
    "image-alone": (said(PNG), {"messages": [{"role": "user", "content": "", "images": ["iVBO"]}]}),
    "call-and-result": (
        turn(text("let me"), use(), after=[result()]),
        {
            "messages": [
                HI,
                {"role": "assistant", "content": "let me", "tool_calls": [called()]},
                answered(),
            ]
        },
    ),
    "results-in-the-order-of-calls-before-text": (
        turn(
            use("t1"),
            use("t2", name="g", input={}),
            after=[result("t2", "two"), result("t1", [text("o"), text("ne")]), text("so?")],
        ),
        {
            "messages": [
                HI,
                {
                    "role": "assistant",
                    "content": "",
                    "tool_calls": [
                        called("t1"),
                        {"id": "t2", "function": {"index": 1, "name": "g", "arguments": {}}},
                    ],
                },
                answered("o\nne", "t1"),
                answered("two", "t2", "g"),
                {"role": "user", "content": "so?"},
            ]
        },
    ),
    "result-with-a-picture": (
        turn(use(), after=[result(content=[PNG, text("there")])]),
        {
            "messages": [
                HI,
                {"role": "assistant", "content": "", "tool_calls": [called()]},
                answered("there", images=["iVBO"]),
            ]
        },
    ),
    "result-without-content": (
        turn(use(), after=[{"type": "tool_result", "tool_use_id": "t"}]),
        {
            "messages": [
                HI,
                {"role": "assistant", "content": "", "tool_calls": [called()]},
                answered(""),
            ]
        },
    ),
    "own-thinking": (
        turn(OWN_THOUGHT, text("a")),
        {
            "messages": [
                HI,
                {"role": "assistant", "content": "a", "thinking": "hm"},
                {"role": "user", "content": "go"},
            ]
        },
    ),
    "unsigned-thinking": (
        turn({"type": "thinking", "thinking": "hm", "signature": ""}, use(), after=[result()]),
        {
            "messages": [
                HI,
                {"role": "assistant", "content": "", "thinking": "hm", "tool_calls": [called()]},
                answered(),
            ]
        },
    ),
    "broken-input-goes-back-as-it-is": (
        turn(use(input={"INVALID_JSON": "{a"}), after=[result()]),
        {
            "messages": [
                HI,
                {
                    "role": "assistant",
                    "content": "",
                    "tool_calls": [called(arguments={"INVALID_JSON": "{a"})],
                },
                answered(),
            ]
        },
    ),
    "sampling": (
        {"temperature": 0.5, "top_p": 1, "top_k": 40, "max_tokens": 9},
        {"options": {"num_predict": 9, "temperature": 0.5, "top_p": 1, "top_k": 40}},
    ),
    "tools": ({"tools": [TOOL]}, {"tools": [WIRE_TOOL]}),
    "format": (
        {"output_config": {"format": {"type": "json_schema", "schema": SCHEMA}}},
        {"format": SCHEMA},
    ),
}


@pytest.mark.parametrize("what", GOLDENS)
def test_the_body_is_this_and_nothing_is_lost(what):
    asked, differs = GOLDENS[what]
    got = encode(**asked)
    assert got.body == {**BARE, **differs}
    assert got.losses == []


def test_streaming_is_said_either_way():
    assert encode(stream=True).body == {**BARE, "stream": True}
    request, ctx = encode(stream=True), encode()
    assert (request.body["stream"], ctx.body["stream"]) == (True, False)


def test_the_body_begins_as_the_shorter_conversation_did():
    before = encode(**turn(use(), after=[result()])).messages
    longer = turn(use(), after=[result()])
    longer["messages"] += [{"role": "assistant", "content": "a"}, HI]
    assert encode(**longer).messages[: len(before)] == before
