"""Calls that share ids, go on behind their end, or hold what is no JSON."""

from __future__ import annotations

import pytest

from any_llm.plugin import INVALID_JSON
from tests.support.chat_replies import DONE, call, chunk, completion, read, read_whole


def calls(*fragments):
    return read(*(chunk(each) for each in fragments), chunk({}, "tool_calls"), DONE)


def test_one_id_on_two_indexes_is_two_calls():
    one = call(0, id="get", name="get", arguments='{"a": 1}')
    two = [call(1, id="get", name="get", arguments=""), call(1, id="get", arguments='{"a": 2}')]
    got = calls(one, *two)
    assert got.blocks == [("tool_use", "get", {"a": 1}), ("tool_use", "get", {"a": 2})]


def test_two_names_without_anything_else_are_two_calls():
    fragment = call(None, name="f", arguments="")
    whole = completion({"tool_calls": fragment["tool_calls"] * 2}, "tool_calls")
    assert calls(fragment, fragment).message.content == read_whole(whole).message.content
    assert len(read_whole(whole).blocks) == 2


@pytest.mark.parametrize("text", ['{"a": 1}}', '{"a": 1}{"b": 2}', "{}x", '{}{"a": 1}'])
def test_surplus_is_the_same_wherever_it_was_cut(text):
    expected = [("tool_use", "f", {INVALID_JSON: text})]
    for at in range(len(text)):
        got = calls(call(id="c", name="f", arguments=text[:at]), call(arguments=text[at:]))
        assert got.blocks == expected
        assert "content[0].input" in [loss.path for loss in got.losses]
    single = calls(call(id="c", name="f"), *(call(arguments=each) for each in text))
    assert single.blocks == expected


@pytest.mark.parametrize("names", [("get", "get_w"), ("get", "get"), ("get", "", "get_w")])
def test_a_name_that_is_told_again(names):
    fragments = [call(id="c", name=name, arguments="") for name in names]
    assert calls(*fragments, call(arguments="{}")).blocks == [("tool_use", names[-1], {})]


@pytest.mark.parametrize("number", ["NaN", "Infinity", "-Infinity", "1e999"])
def test_numbers_that_json_does_not_have(number):
    text = f'{{"a": {number}, "b": "\\u00e9"}}'
    fragment = call(id="c", name="f", arguments=text)
    for got in (calls(fragment), read_whole(completion(fragment, "tool_calls"))):
        assert got.blocks == [("tool_use", "f", {INVALID_JSON: text})]
        assert "content[0].input" in [loss.path for loss in got.losses]


def test_an_index_as_text():
    got = calls(
        call("0", id="c", name="f", arguments='{"a"'),
        call("1", id="d", name="g", arguments="{}"),
        call(0, arguments=": 1}"),
    )
    assert got.blocks == [("tool_use", "f", {"a": 1}), ("tool_use", "g", {})]


def test_what_waits_behind_a_call_without_a_name_is_looked_at_once(monkeypatch):
    from anyllm_openai.chat import line

    looked = []
    original = line.Line._settle

    def counted(self):
        looked.append(len(self._unsettled))
        original(self)

    monkeypatch.setattr(line.Line, "_settle", counted)
    deltas = [{"reasoning": "a"}, {"content": "b"}] * 200
    got = calls(call(0, id="c", arguments="{"), *deltas, call(0, name="f", arguments="}"))
    assert got.blocks[0] == ("tool_use", "f", {})
    assert sum(looked) <= 2
