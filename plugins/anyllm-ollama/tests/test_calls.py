"""Tool calls: before and on the last line, with and without ids, whole and from imitators."""

from __future__ import annotations

import pytest

from any_llm.plugin import INVALID_JSON
from tests.support.ollama_replies import call, context, end, line, read, read_whole


def ids(got):
    return [block.id for block in got.message.content if block.type == "tool_use"]


def test_a_call_before_the_last_line():
    got = read(line("", tool_calls=[call(arguments={"city": "Oslo"})]), end())
    assert got.blocks == [("tool_use", "weather", {"city": "Oslo"})]
    assert got.message.stop_reason == "tool_use"
    assert [e.index for e in got.events if e.type.startswith("content_block")] == [0, 0, 0]


def test_a_call_on_the_last_line():
    last = end()
    last["message"] = {"role": "assistant", "content": "", "tool_calls": [call(arguments={})]}
    got = read(line("hm"), last)
    assert got.blocks == [("text", "hm"), ("tool_use", "weather", {})]
    assert got.message.stop_reason == "tool_use"
    assert (
        read_whole({**last, "message": {**last["message"], "content": "hm"}}).message == got.message
    )


def test_ids_are_the_servers_where_they_are_its_own():
    said = [call(id="call_1"), call(id="call_1"), call(id=""), call(), call(id="call_2")]
    got = read(line("", tool_calls=said[:2]), line("", tool_calls=said[2:]), end())
    found = ids(got)
    assert (found[0], found[4]) == ("call_1", "call_2")
    assert all(each.startswith("toolu_oll_seed") for each in found[1:4])
    assert len(set(found)) == 5


def test_an_id_of_an_earlier_turn_is_not_given_twice():
    ctx = context(state={"call_ids": frozenset({"call_0"})})
    got = read(line("", tool_calls=[call(id="call_0"), call(id="call_1")]), end(), ctx=ctx)
    first, second = ids(got)
    assert first.startswith("toolu_oll_")
    assert second == "call_1"


def test_calls_with_one_index_are_several():
    first = {"function": {"index": 0, "name": "q", "arguments": {"query": "a"}}}
    second = {"function": {"index": 0, "name": "q", "arguments": {"query": "b"}}}
    got = read(line("", tool_calls=[first]), line("", tool_calls=[second]), end())
    assert got.blocks == [("tool_use", "q", {"query": "a"}), ("tool_use", "q", {"query": "b"})]


@pytest.mark.parametrize(
    ("arguments", "wanted"),
    [
        ({"a": [1, {"b": None}]}, {"a": [1, {"b": None}]}),
        ({}, {}),
        (None, {}),
        ("", {}),
        ("null", {}),
        ('{"a": 1}', {"a": 1}),
        ({"é": "\u2028\U0001f600"}, {"é": "\u2028\U0001f600"}),
        ({"a": "\ud83d"}, {"a": "\ufffd"}),
    ],
)
def test_arguments_are_an_object(arguments, wanted):
    for got in (
        read(line("", tool_calls=[call(arguments=arguments)]), end()),
        read_whole({**end(), "message": {"tool_calls": [call(arguments=arguments)]}}),
    ):
        assert got.blocks == [("tool_use", "weather", wanted)]
        assert got.losses == []


@pytest.mark.parametrize(
    ("arguments", "raw"), [("{a", "{a"), ("[1]", "[1]"), ([1], "[1]"), (3, "3"), (True, "true")]
)
def test_broken_arguments_are_kept_as_they_came(arguments, raw):
    for got in (
        read(line("", tool_calls=[call(arguments=arguments)]), end()),
        read_whole({**end(), "message": {"tool_calls": [call(arguments=arguments)]}}),
    ):
        assert got.blocks == [("tool_use", "weather", {INVALID_JSON: raw})]
        assert got.told == [("content[0].input", "lossy")]


def test_keys_of_a_call_that_nobody_knows_are_told():
    got = read(line("", tool_calls=[call(type="function", index=0, thought_signature="s")]), end())
    assert got.told == [("tool_calls[0]", "lossy")]
    assert "thought_signature" in str(got.losses[0])


def test_text_behind_a_call_stays_behind_it():
    got = read(line("a", tool_calls=[call(arguments={})]), line("b"), end())
    assert got.blocks == [("text", "a"), ("tool_use", "weather", {}), ("text", "b")]
