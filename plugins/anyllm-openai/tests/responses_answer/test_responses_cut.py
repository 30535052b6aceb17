"""Stop sequences that the client cuts itself, where that was opted into."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anyllm_openai.responses.cut import Cut
from tests.support.examples import examples
from tests.support.responses_replies import (
    call,
    completed,
    context,
    created,
    event,
    message,
    read,
    read_whole,
    reasoning,
    response,
)

WHERE = {"item_id": "msg_1", "output_index": 0, "content_index": 0}


def stops(*sequences):
    return context(state={"cut": sequences})


def say(*pieces):
    return [event("output_text.delta", **WHERE, delta=piece) for piece in pieces]


def test_the_text_ends_before_the_sequence():
    got = read(created(), *say("One S", "TO", "P two"), completed(), ctx=stops("STOP"))
    assert got.blocks == [("text", "One ")]
    assert (got.message.stop_reason, got.message.stop_sequence) == ("stop_sequence", "STOP")


def test_the_message_ends_at_once():
    got = read(created(), *say("One STOP"), ctx=stops("STOP"))
    assert got.events[-1].type == "message_stop"
    assert got.message.text == "One "


def test_what_it_cost_is_unknown_and_said_so():
    got = read(created(), *say("One STOP"), ctx=stops("STOP"))
    assert (got.message.usage.input_tokens, got.message.usage.output_tokens) == (0, 0)
    assert [loss.severity for loss in got.losses if loss.path == "usage"] == ["lossy"]


def test_only_the_end_that_may_begin_one_is_held_back():
    got = read(created(), *say("abcdef"), ctx=stops("xyz"))
    assert [e.delta.text for e in got.events if e.type == "content_block_delta"] == ["abcd"]


def test_what_was_held_back_follows():
    got = read(created(), *say("One S", "T"), completed(), ctx=stops("STOP"))
    assert got.blocks == [("text", "One ST")]
    assert (got.message.stop_reason, got.message.stop_sequence) == ("end_turn", None)


def test_a_whole_answer_is_cut_likewise():
    usage = {"input_tokens": 5, "output_tokens": 9}
    body = response(reasoning("Hm"), message("One STOP two"), call(), usage=usage)
    got = read_whole(body, stops("STOP"))
    assert got.blocks == [("thinking", "Hm"), ("text", "One ")]
    assert (got.message.stop_reason, got.message.stop_sequence) == ("stop_sequence", "STOP")
    assert got.message.usage.output_tokens == 9  # a whole answer says what it cost


def test_only_text_is_cut():
    one = call("f", '{"a": "STOP"}')
    got = read_whole(response(reasoning("STOP"), one), stops("STOP"))
    assert got.blocks == [("thinking", "STOP"), ("tool_use", "f", {"a": "STOP"})]
    assert got.message.stop_reason == "tool_use"


def test_a_sequence_does_not_reach_over_two_parts():
    got = read_whole(response(message("One ST", "OP two")), stops("STOP"))
    assert got.blocks == [("text", "One ST"), ("text", "OP two")]


def test_calls_before_the_cut_stay():
    got = read_whole(response(call(), message("STOP")), stops("STOP"))
    assert got.blocks == [("tool_use", "f", {})]
    assert got.message.stop_reason == "stop_sequence"


@pytest.mark.parametrize(
    ("said", "sequences", "shown", "met"),
    [
        ("abcd", ("abcd", "c"), "ab", "c"),
        ("abcd", ("bc", "abc"), "", "abc"),
        ("aab", ("ab",), "a", "ab"),
        ("x\n\ny", ("\n\n",), "x", "\n\n"),
        ("abc", ("", "z"), "abc", None),
    ],
    ids=str,
)
def test_which_sequence_counts(said, sequences, shown, met):
    got = read_whole(response(message(said)), stops(*sequences)).message
    assert (got.text, got.stop_sequence) == (shown, met)


@examples(300)
@given(
    st.text("ab", max_size=20),
    st.lists(st.text("ab", min_size=1, max_size=4), min_size=1, max_size=3),
    st.sets(st.integers(0, 20), max_size=5),
)
def test_pieces_make_no_difference(said, sequences, cuts):
    whole = Cut(sequences)
    shown = whole.feed(said)
    shown += "" if whole.met else whole.rest()
    ends = [said.find(each) + len(each) for each in sequences if each in said]
    assert (whole.met is None) == (not ends)
    if ends:
        assert len(shown) + len(whole.met) == min(ends)
    pieces, edges = Cut(sequences), sorted({0, len(said), *(at for at in cuts if at < len(said))})
    told = ""
    for start, end in pairwise(edges):
        if pieces.met is None:
            told += pieces.feed(said[start:end])
    told += "" if pieces.met else pieces.rest()
    assert (told, pieces.met) == (shown, whole.met)
