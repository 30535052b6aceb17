"""Odd shapes inside of what the schema leaves open: refused by name, never a crash."""

from __future__ import annotations

import pytest

from any_llm import Client
from any_llm.errors import UnsupportedFeature
from any_llm.plugin import Envelope
from any_llm.testing import Answer, ReplayServer

from .kit import SCHEMA, TOOL, WEB

BODY = {"model": "gpt-5.6-sol", "max_tokens": 20, "messages": [{"role": "user", "content": "x"}]}
SAID = {"type": "message", "role": "assistant", "content": [{"type": "output_text", "text": "hi"}]}


def asking(server):
    return Client(
        env={},
        keys={"openai": "k"},
        api_base={"openai": server.url},
        quirks={"openai": {"wire_api": "responses"}},
    )


def refused(**fields):
    with (
        ReplayServer(Answer.of({"status": "completed", "output": [SAID]})) as server,
        asking(server) as client,
        pytest.raises(UnsupportedFeature) as caught,
    ):
        client.raw({**BODY, **fields}, provider="openai", on_loss="ignore")
    assert not server.requests
    return str(caught.value)


@pytest.mark.parametrize("value", ["here", 5, ["here"], True], ids=repr)
def test_a_place_that_is_no_object(value):
    assert "tools[0].user_location" in refused(tools=[{**WEB, "user_location": value}])


@pytest.mark.parametrize("value", ["a.b", 5, {"a": 1}, True], ids=repr)
def test_domains_that_are_no_list(value):
    assert "tools[0].allowed_domains" in refused(tools=[{**WEB, "allowed_domains": value}])


def test_a_tool_whose_type_is_empty():
    assert "tools[0]" in refused(tools=[{"type": "", "name": "f"}])


@pytest.mark.parametrize(
    "odd",
    [
        {"required": [["city"]]},
        {"required": [{}]},
        {"required": 5},
        {"additionalProperties": [1]},
        {"properties": {"city": {"anyOf": 5}}, "required": []},
        {"properties": {"city": {"enum": 5}}, "required": []},
        {"$defs": 5},
        {"properties": {"city": {"enum": None, "type": "string"}}, "required": 5},
        {"$defs": ["a"]},
    ],
    ids=repr,
)
def test_a_strict_schema_that_is_none(odd):
    tool = {**TOOL, "strict": True, "input_schema": {**SCHEMA, **odd}}
    assert "tools[0].strict" in refused(tools=[tool])


FORGED = [
    {"summary": 5},
    {"summary": "abc"},
    {"summary": [5]},
    {"content": "abc"},
    {"content": [None]},
    {"more": "abc"},
    {"more": ["a"]},
    {"id": {"a": 1}},
    {"encrypted_content": {"a": 1}},
]


@pytest.mark.parametrize("kind", ["thinking", "redacted_thinking"])
@pytest.mark.parametrize("odd", FORGED, ids=repr)
def test_a_forged_signature_is_foreign(odd, kind):
    state = Envelope("openai-responses", {"by": "openai", "encrypted_content": "E", **odd}).seal()
    block = {
        "thinking": {"type": kind, "thinking": "t", "signature": state},
        "redacted_thinking": {"type": kind, "data": state},
    }[kind]
    turn = {"role": "assistant", "content": [block, {"type": "text", "text": "a"}]}
    messages = [*BODY["messages"], turn, *BODY["messages"]]
    with ReplayServer(Answer.of({"status": "completed", "output": [SAID]})) as server:
        with asking(server) as client:
            body = {**BODY, "messages": messages}
            message = client.raw(body, provider="openai", on_loss="ignore")
        assert [item["type"] for item in server.requests[0].json["input"]] == ["message"] * 3
    assert [(loss.path, loss.what) for loss in message.losses if "reasoning" in loss.what] == [
        ("messages[1].content[0]", "reasoning of another provider is dropped")
    ]
