"""Mapping 7.3: fragments of tool calls find their call, or are an error; never a guess."""

from __future__ import annotations

import pytest

from any_llm.plugin import BadReply
from tests.support.chat_replies import DONE, call, chunk, read

F, G = ("tool_use", "f", {"a": 1}), ("tool_use", "g", {"b": 2})


def calls(*fragments, finish="tool_calls"):
    """Read a stream with these fragments, each in a chunk of its own."""
    return read(*(chunk(each) for each in fragments), chunk({}, finish), DONE)


def together(*fragments):
    return {"tool_calls": [each["tool_calls"][0] for each in fragments]}


GOOD = {
    "one call, whole": ([call(id="c", name="f", arguments='{"a": 1}')], [F]),
    "one call in pieces": (
        [
            call(id="c", name="f", arguments=""),
            call(arguments='{"a"'),
            call(arguments=": 1"),
            call(arguments="}"),
        ],
        [F],
    ),
    "the id on every piece": (
        [
            call(id="c", name="f", arguments='{"a"'),
            call(id="c", arguments=": 1}"),
        ],
        [F],
    ),
    "id and name on every piece": (
        [
            call(id="c", name="f", arguments='{"a"'),
            call(id="c", name="f", arguments=": 1}"),
        ],
        [F],
    ),
    "id empty later": (
        [
            call(id="c", name="f", arguments='{"a"'),
            call(id="", name="", arguments=": 1}"),
        ],
        [F],
    ),
    "another id on each piece of one index (vLLM)": (
        [
            call(id="c1", name="f", arguments='{"a"'),
            call(id="c2", arguments=": 1}"),
        ],
        [F],
    ),
    "name after the arguments": (
        [
            call(id="c", name="", arguments='{"a"'),
            call(name="f", arguments=": 1}"),
        ],
        [F],
    ),
    "name in two pieces": (
        [
            call(id="c", name="get_", arguments=""),
            call(name="weather"),
            call(arguments="{}"),
        ],
        [("tool_use", "get_weather", {})],
    ),
    "name twice before the arguments": (
        [
            call(id="c", name="f", arguments=""),
            call(id="c", name="f", arguments=""),
            call(arguments='{"a": 1}'),
        ],
        [F],
    ),
    "id after the name": ([call(name="f"), call(id="c", arguments='{"a": 1}')], [F]),
    "two calls in one delta": (
        [
            together(
                call(0, id="c", name="f", arguments='{"a": 1}'),
                call(1, id="d", name="g", arguments='{"b": 2}'),
            )
        ],
        [F, G],
    ),
    "interleaved": (
        [
            call(0, id="c", name="f", arguments='{"a"'),
            call(1, id="d", name="g", arguments='{"b"'),
            call(0, arguments=": 1}"),
            call(1, arguments=": 2}"),
        ],
        [F, G],
    ),
    "interleaved, the second done first": (
        [
            call(0, id="c", name="f", arguments='{"a"'),
            call(1, id="d", name="g", arguments='{"b": 2}'),
            call(0, arguments=": 1}"),
        ],
        [F, G],
    ),
    "the first without its name yet": (
        [
            call(0, id="c", arguments='{"a"'),
            call(1, id="d", name="g", arguments='{"b": 2}'),
            call(0, name="f", arguments=": 1}"),
        ],
        [F, G],
    ),
    "indexes from 1 and with gaps": (
        [
            call(1, id="c", name="f", arguments='{"a": 1}'),
            call(7, id="d", name="g", arguments='{"b": 2}'),
        ],
        [F, G],
    ),
    "index -1": ([call(-1, id="c", name="f", arguments='{"a": 1}')], [F]),
    "index always 0, two ids": (
        [
            call(0, id="c", name="f", arguments='{"a": 1}'),
            call(0, id="d", name="g", arguments='{"b": 2}'),
        ],
        [F, G],
    ),
    "index always 0, two ids, no arguments": (
        [
            call(0, id="c", name="f", arguments=""),
            call(0, id="d", name="g", arguments=""),
        ],
        [("tool_use", "f", {}), ("tool_use", "g", {})],
    ),
    "index always 0, no ids": (
        [
            call(0, name="f", arguments='{"a": 1}'),
            call(0, name="g", arguments='{"b": 2}'),
        ],
        [F, G],
    ),
    "index always 0, no ids, the same call twice": (
        [
            call(0, name="f", arguments='{"a": 1}'),
            call(0, name="f", arguments='{"a": 1}'),
        ],
        [F, F],
    ),
    "index always 0, no ids, the second in pieces": (
        [
            call(0, name="f", arguments='{"a": 1}'),
            call(0, name="g", arguments=""),
            call(0, arguments='{"b": 2}'),
        ],
        [F, G],
    ),
    "no index, whole calls": (
        [
            call(None, id="c", name="f", arguments='{"a": 1}'),
            call(None, id="d", name="g", arguments='{"b": 2}'),
        ],
        [F, G],
    ),
    "no index, no ids": (
        [
            call(None, name="f", arguments='{"a": 1}'),
            call(None, name="g", arguments='{"b": 2}'),
        ],
        [F, G],
    ),
    "no index, arguments in pieces (Gemini)": (
        [
            call(None, id="c", name="f", arguments='{"a"'),
            call(None, arguments=": 1}"),
            call(None, id="d", name="g", arguments='{"b"'),
            call(None, arguments=": 2}"),
        ],
        [F, G],
    ),
    "no index, interleaved by ids": (
        [
            call(None, id="c", name="f", arguments='{"a"'),
            call(None, id="d", name="g", arguments='{"b"'),
            call(None, id="c", arguments=": 1}"),
            call(None, id="d", arguments=": 2}"),
        ],
        [F, G],
    ),
    "no index, no arguments, then another": (
        [
            call(None, name="f", arguments=""),
            call(None, name="g", arguments='{"b": 2}'),
        ],
        [("tool_use", "f", {}), G],
    ),
    "no index, the name again": (
        [
            call(None, name="f", arguments='{"a"'),
            call(None, name="f", arguments=": 1}"),
        ],
        [F],
    ),
    "no index, name and arguments apart": (
        [
            call(None, name="f"),
            call(None, name="f", arguments='{"a": 1}'),
        ],
        [F],
    ),
    "white space after the end": (
        [
            call(id="c", name="f", arguments='{"a": 1}'),
            call(arguments=" \n"),
        ],
        [F],
    ),
    "empty pieces after the end": (
        [
            call(id="c", name="f", arguments='{"a": 1}'),
            call(id="c", name="f", arguments=""),
            call(name="", arguments=None),
        ],
        [F],
    ),
    "nothing but a name": ([call(id="c", name="f", arguments="")], [("tool_use", "f", {})]),
    "the word null in pieces": (
        [
            call(id="c", name="f", arguments="nu"),
            call(arguments="ll"),
        ],
        [("tool_use", "f", {})],
    ),
    "an end within a piece is no end": (
        [
            call(id="c", name="f", arguments='{}{"a"'),
            call(arguments=": 1}"),
        ],
        [("tool_use", "f", {"INVALID_JSON": '{}{"a": 1}'})],
    ),
    "snapshots instead of pieces are joined": (
        [
            call(id="c", name="f", arguments='{"a"'),
            call(arguments='{"a": 1'),
        ],
        [("tool_use", "f", {"INVALID_JSON": '{"a"{"a": 1'})],
    ),
}


@pytest.mark.parametrize("name", GOOD)
def test_fragments_find_their_call(name):
    fragments, blocks = GOOD[name]
    got = calls(*fragments)
    assert got.blocks == blocks
    assert got.message.stop_reason == "tool_use"


BAD = {
    "more after the end, when another call has begun": [
        call(0, id="c", name="f", arguments='{"a": 1}'),
        call(1, id="d", name="g", arguments=""),
        call(0, arguments='{"a": 2}'),
    ],
    "one name twice on one index without ids": [
        call(name="f", arguments=""),
        call(name="f", arguments=""),
    ],
    "another name inside one call": [
        call(id="c", name="f", arguments='{"a"'),
        call(name="g", arguments=": 1}"),
    ],
    "two names on one index without ids": [call(name="f", arguments=""), call(name="g")],
    "no index: another name within the arguments": [
        call(None, name="f", arguments='{"a"'),
        call(None, name="g", arguments='{"b": 2}'),
    ],
    "no index: the same name, and arguments that begin again": [
        call(None, name="f", arguments='{"a"'),
        call(None, name="f", arguments='{"a": 1}'),
    ],
    "no name ever": [call(id="c", arguments='{"a": 1}')],
    "no name, and text after it": [call(id="c", arguments="{}"), {"content": "x"}],
    "no index, no name, nothing open": [call(None, arguments='{"a": 1}')],
}


@pytest.mark.parametrize("name", BAD)
def test_what_fits_two_readings_or_none_is_an_error(name):
    got = calls(*BAD[name])
    assert isinstance(got.error, BadReply)
    assert "message_delta" not in [event.type for event in got.events]


@pytest.mark.parametrize("again", [{"id": "c"}, {"id": "c", "name": "f"}, {}])
def test_arguments_sent_twice_are_taken_once_and_reported(again):
    got = calls(
        call(id="c", name="f", arguments='{"a"'),
        call(arguments=": 1}"),
        call(**again, arguments='{"a": 1}'),
    )
    assert got.blocks == [F]
    assert [loss.severity for loss in got.losses if loss.path == "tool_calls"] == ["emulated"]


def test_a_call_streams_as_it_comes():
    got = calls(
        call(id="c", name="f", arguments=""), call(arguments='{"a"'), call(arguments=": 1}")
    )
    pieces = [e.delta.partial_json for e in got.events if e.type == "content_block_delta"]
    assert pieces == ['{"a"', ": 1}"]


def test_a_second_call_is_not_held_once_the_first_is_complete():
    upto = [
        chunk(call(0, id="c", name="f", arguments='{"a": 1}')),
        chunk(call(1, id="d", name="g", arguments='{"b"')),
    ]
    kinds = [event.type for event in read(*upto).events]
    assert kinds == [
        "message_start",
        *("content_block_start", "content_block_delta", "content_block_stop"),
        *("content_block_start", "content_block_delta"),
    ]


def test_a_second_call_waits_for_the_first():
    upto = [
        chunk(call(0, id="c", name="f", arguments='{"a"')),
        chunk(call(1, id="d", name="g", arguments='{"b": 2}')),
    ]
    assert [e.content_block.name for e in read(*upto).events if "block_start" in e.type] == ["f"]
    released = read(*upto, chunk(call(0, arguments=": 1}"))).events
    assert [e.content_block.name for e in released if "block_start" in e.type] == ["f", "g"]


def test_prose_behind_a_call_without_a_name_waits_with_it():
    got = calls(
        call(0, id="c", arguments='{"a"'),
        {"reasoning": "hm"},
        {"content": "x"},
        call(0, name="f", arguments=": 1}"),
        {"content": "y"},
    )
    assert got.blocks == [F, ("thinking", "hm"), ("text", "xy")]


def test_a_cut_call_at_the_limit():
    got = calls(call(id="c", name="f", arguments='{"a": "b'), finish="length")
    assert got.blocks == [("tool_use", "f", {"INVALID_JSON": '{"a": "b'})]
    assert got.message.stop_reason == "max_tokens"
    assert [loss.path for loss in got.losses if loss.severity == "lossy"] == ["content[0].input"]


def test_a_broken_call_does_not_hold_back_what_follows():
    got = calls(
        call(0, id="c", name="f", arguments='{"a": '),
        call(1, id="d", name="g", arguments='{"b": 2}'),
    )
    assert got.blocks == [("tool_use", "f", {"INVALID_JSON": '{"a": '}), G]


def test_a_long_call_in_many_pieces():
    value = "x" * 200_000
    text = '{"a": "' + value + '"}'
    pieces = [call(arguments=text[at : at + 50]) for at in range(0, len(text), 50)]
    got = calls(call(id="c", name="f"), *pieces)
    assert got.blocks == [("tool_use", "f", {"a": value})]
