"""What other providers leave in a history, brought into a form that the API takes."""

from __future__ import annotations

import re

import pytest

from any_llm.plugin import Envelope
from tests.support.anthropic_requests import HI, NEW, OLD, encode

ID = re.compile(r"[a-zA-Z0-9_-]+")


def said(*blocks):
    return {"role": "assistant", "content": list(blocks)}


def asked(*blocks):
    return {"role": "user", "content": list(blocks)}


def text(words, **more):
    return {"type": "text", "text": words, **more}


def call(id="toolu_1", **more):
    return {"type": "tool_use", "id": id, "name": "f", "input": {"a": 1}, **more}


def result(id="toolu_1", **more):
    return {"type": "tool_result", "tool_use_id": id, "content": "ok", **more}


OWN = {"type": "thinking", "thinking": "hm", "signature": "EqUDCkYICBgC"}
OMITTED = {"type": "thinking", "thinking": "", "signature": "EqUDCkYICBgC"}
REDACTED = {"type": "redacted_thinking", "data": "EmwKAhgB"}


def test_anthropics_own_history_goes_back_as_it_came():
    turns = [
        HI,
        said(OWN, REDACTED, OMITTED, text("a"), call(caller={"type": "direct"}), call("toolu_2")),
        asked(result(is_error=True), result("toolu_2", content=[text("b")]), text("and?")),
        said(text("c", citations=[CITATION])),
        HI,
    ]
    got = encode(NEW, messages=turns)
    assert got.turns == turns
    assert got.losses == []


CITATION = {
    "type": "web_search_result_location",
    "url": "https://x.example",
    "title": "t",
    "cited_text": "c",
    "encrypted_index": "EIND",
}

# --- reasoning -------------------------------------------------------------------------------


@pytest.mark.parametrize("issuer", ["gemini", "openai-responses", "deepseek-messages"])
def test_reasoning_of_others_is_dropped_and_told(issuer):
    sealed = Envelope(issuer, {"x": 1}).seal()
    foreign = [
        {"type": "thinking", "thinking": "t", "signature": sealed},
        {"type": "redacted_thinking", "data": sealed},
    ]
    got = encode(NEW, messages=[HI, said(*foreign, OWN, text("a")), HI])
    assert got.turns[1] == said(OWN, text("a"))
    assert got.losses == [
        ("messages[1].content[0]", "hint"),
        ("messages[1].content[1]", "hint"),
    ]


@pytest.mark.parametrize("block", [{"signature": ""}, {}])
def test_reasoning_that_nobody_signed_is_dropped_and_told(block):
    bare = {"type": "thinking", "thinking": "t", **block}
    got = encode(NEW, messages=[HI, said(bare, text("a")), HI])
    assert got.turns[1] == said(text("a"))
    assert got.losses == [("messages[1].content[0]", "hint")]


def test_a_turn_that_held_nothing_else_goes_with_it():
    bare = {"type": "thinking", "thinking": "t"}
    assert encode(NEW, messages=[HI, said(bare), HI]).turns == [HI, HI]
    assert encode(NEW, messages=[HI, said(text("")), HI]).turns == [HI, HI]


def test_a_budget_is_off_while_a_turn_of_another_provider_is_under_way():
    """The API wants reasoning at its beginning, and ours has none (museum: foreign-signature)."""
    budget = {"type": "enabled", "budget_tokens": 2000}
    turns = [HI, said(call()), asked(result())]
    got = encode(OLD, messages=turns, thinking=budget)
    assert got.body["thinking"] == {"type": "disabled"}
    assert got.losses == [("thinking", "lossy")]
    for fine in ([HI, said(OWN, call()), asked(result())], [HI, said(text("a")), HI], [HI]):
        assert encode(OLD, messages=fine, thinking=budget).body["thinking"] == budget
    adaptive = {"type": "adaptive"}
    assert encode(NEW, messages=turns, thinking=adaptive).body["thinking"] == adaptive


# --- ids -------------------------------------------------------------------------------------


@pytest.mark.parametrize("id", ["functions.Bash:0", "call 1", "ä", "a/b", "x" * 70 + "."])
def test_an_id_that_the_api_refuses_is_replaced_in_call_and_result(id):
    got = encode(NEW, messages=[HI, said(call(id), call()), asked(result(id), result())])
    new = got.turns[1]["content"][0]["id"]
    assert ID.fullmatch(new)
    assert got.turns[2]["content"][0]["tool_use_id"] == new
    assert got.turns[1]["content"][1] == call()
    assert got.losses == [
        ("messages[1].content[0].id", "hint"),
        ("messages[2].content[0].tool_use_id", "hint"),
    ]


def test_different_ids_stay_different():
    ids = ["a.b", "a:b", "a b", "a_b", "a-b"]
    got = encode(NEW, messages=[HI, said(*map(call, ids)), asked(*map(result, ids))])
    assert len({block["id"] for block in got.turns[1]["content"]}) == len(ids)


def test_an_id_is_replaced_in_the_same_way_each_time():
    """The prompt cache holds over a growing history."""
    first = encode(NEW, messages=[HI, said(call("a.b")), asked(result("a.b"))]).turns
    more = [HI, said(call("a.b")), asked(result("a.b")), said(text("c")), HI]
    assert encode(NEW, messages=more).turns[:3] == first


# --- order -----------------------------------------------------------------------------------


def test_tool_results_are_put_in_front():
    image = {"type": "image", "source": {"type": "url", "url": "https://x.example/a.png"}}
    turns = [
        HI,
        said(call(), call("toolu_2")),
        asked(text("a"), result(), image, result("toolu_2")),
    ]
    got = encode(NEW, messages=turns)
    assert got.turns[2] == asked(result(), result("toolu_2"), text("a"), image)
    assert got.losses == [("messages[2].content", "hint")]


def test_results_in_neighbouring_turns_stay_as_they_are():
    """Recorded: accepted, as the API joins neighbouring turns."""
    turns = [HI, said(call(), call("toolu_2")), asked(result()), asked(result("toolu_2")), HI]
    got = encode(NEW, messages=turns)
    assert got.turns == turns
    assert got.losses == []


def test_a_result_behind_another_turn_of_the_user_comes_in_front():
    turns = [HI, said(call()), {"role": "user", "content": "wait"}, asked(result(), text("b")), HI]
    got = encode(NEW, messages=turns)
    assert got.turns == [HI, said(call()), asked(result(), text("wait"), text("b")), HI]
    assert got.losses == [("messages[2].content", "hint")]


# --- server tools ----------------------------------------------------------------------------

SEARCH = {"type": "server_tool_use", "id": "srvtoolu_1", "name": "web_search", "input": {"q": 1}}
HIT = {
    "type": "web_search_result",
    "url": "https://x.example",
    "title": "t",
    "encrypted_content": "EC",
    "page_age": None,
}
FOUND = {"type": "web_search_tool_result", "tool_use_id": "srvtoolu_1", "content": [HIT]}


def test_anthropics_own_search_goes_back():
    turns = [HI, said(SEARCH, FOUND, text("a", citations=[CITATION])), HI]
    got = encode(NEW, messages=turns)
    assert got.turns == turns
    assert got.losses == []


@pytest.mark.parametrize(
    "pair",
    [
        (
            {**SEARCH, "id": "ws_68"},
            {**FOUND, "tool_use_id": "ws_68"},
        ),
        (SEARCH, {**FOUND, "content": [{**HIT, "encrypted_content": ""}]}),
    ],
    ids=["id", "content"],
)
def test_a_search_of_another_provider_is_dropped_as_a_pair(pair):
    index = {**CITATION, "encrypted_index": ""}
    got = encode(NEW, messages=[HI, said(*pair, text("a", citations=[index, CITATION])), HI])
    assert got.turns[1] == said(text("a", citations=[CITATION]))
    assert got.losses == [
        ("messages[1].content[0]", "lossy"),
        ("messages[1].content[1]", "lossy"),
        ("messages[1].content[2].citations", "hint"),
    ]


def test_a_call_without_its_result_is_dropped_but_at_the_end():
    """Museum: unpaired-server-tool-use."""
    got = encode(NEW, messages=[HI, said(SEARCH, text("a")), HI])
    assert got.turns == [HI, said(text("a")), HI]
    assert got.losses == [("messages[1].content[0]", "lossy")]
    assert encode(NEW, messages=[HI, said(SEARCH), HI]).turns == [HI, HI]
    waiting = [HI, said(SEARCH, call()), asked(result())]
    assert encode(NEW, messages=waiting).turns == waiting


def test_what_nobody_knows_goes_back():
    odd = [{"type": "poem", "lines": ["a"]}, {"type": "mcp_tool_use", "id": "mcptoolu_1"}]
    got = encode(NEW, messages=[HI, said(*odd, text("a")), HI], judged=False)
    assert got.turns[1] == said(*odd, text("a"))
    assert got.losses == []


# --- cache -----------------------------------------------------------------------------------

MARK = {"cache_control": {"type": "ephemeral"}}


def test_four_breakpoints_are_sent_and_the_first_of_more_are_not():
    tool = {"name": "f", "input_schema": {"type": "object"}, **MARK}
    marked = {"tools": [tool], "system": [text("s", **MARK)]}
    turns = [asked(text("a", **MARK)), said(text("b", **MARK)), asked(text("c"))]
    assert encode(NEW, **marked, messages=turns).body["tools"] == [tool]
    turns[2] = asked(result(content=[text("c", **MARK)]), text("d"))
    got = encode(NEW, **marked, messages=turns)
    assert "cache_control" not in got.body["tools"][0]
    assert got.body["system"] == marked["system"]
    assert got.turns == turns
    assert got.losses == [("tools[0].cache_control", "hint")]
    got = encode(NEW, **marked, **MARK, messages=turns)
    assert [path for path, _ in got.losses] == ["tools[0].cache_control", "system[0].cache_control"]
