"""What a stencil reads is what a parser reads, and it reads nearly all of a stream."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from any_llm.plugin import Frame, Stencil

TEXT = ("choices", 0, "delta", "content")
FREE = (("id",), ("created",), ("obfuscation",))

plain = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
padding = st.text("abcXYZ0189", min_size=1, max_size=16)
number = st.integers(1, 10**12)


def chunk(text: str, **more: Any) -> dict[str, Any]:
    choice = {"index": 0, "delta": {"content": text}, "finish_reason": None}
    return {"id": "c1", "created": 1764, "choices": [choice], "obfuscation": "k3", **more}


def frame(said: Any, event: str = "") -> Frame:
    return Frame(json.dumps(said, ensure_ascii=False, separators=(",", ":")).encode(), event)


def learned(*frames: Frame, path: tuple[str | int, ...] = TEXT) -> tuple[Stencil, list[str]]:
    """Return a stencil that learned these frames, and the list of the texts that it reads."""
    stencil, texts = Stencil(*FREE), list[str]()
    for each in frames * (3 - len(frames)):  # a form is learned from the second frame
        stencil.learn(each, json.loads(each.data), path, texts.append)
    return stencil, texts


@given(st.lists(st.tuples(plain, plain, padding, number), min_size=1, max_size=8))
def test_the_text_of_a_frame_that_is_alike_is_read_whatever_it_is(said):
    stencil, texts = learned(
        frame(chunk("a", id="c-1", created=1, obfuscation="k")),
        frame(chunk("b", id="c-2", created=2, obfuscation="m")),
    )
    for text, name, padded, created in said:
        again = chunk(text, id=f"c-{name}", created=created, obfuscation=padded)
        assert stencil.read(frame(again))
    assert texts == [text for text, *_ in said]


@given(st.data())
def test_bytes_that_are_read_mean_what_was_learned_with_that_text(data):
    """Whatever happens to a frame, a stencil that reads it agrees with the parser."""
    first, second = chunk("one", obfuscation="k"), chunk("two", obfuscation="m")
    stencil, texts = learned(frame(first), frame(second))
    body = bytearray(frame(chunk(data.draw(plain))).data)
    for _ in range(data.draw(st.integers(0, 3))):
        at = data.draw(st.integers(0, len(body) - 1))
        body[at : at + data.draw(st.integers(0, 2))] = data.draw(
            st.sampled_from([b"", b'"', b"\\", b"}", b"{", b",", b"0", b" ", b"\n", b"\xff", b":"])
        )
    if stencil.read(Frame(bytes(body))):
        said = json.loads(bytes(body))  # a ValueError here is a frame that no parser takes
        assert said["choices"][0]["delta"].pop("content") == texts[-1]
        del second["choices"][0]["delta"]["content"]
        assert {**said, "obfuscation": "m"} == second


@pytest.mark.parametrize(
    "other",
    [
        chunk("x", model="another"),
        chunk("x", choices=[{"index": 0, "delta": {"content": "x"}, "finish_reason": "stop"}]),
        chunk("x", obfuscation=None),
        chunk("x", obfuscation=["k"]),
        chunk("x", created=1765),  # never seen to differ
        {**chunk("x"), "more": 1},
        ["k"],
    ],
)
def test_a_frame_that_says_anything_else_is_left_alone(other):
    stencil, texts = learned(frame(chunk("a", obfuscation="k")), frame(chunk("b", obfuscation="m")))
    assert not stencil.read(frame(other))
    assert texts == []


@pytest.mark.parametrize(
    "literal", [b'"a', b'a"', b'"a"b"', b'"\\ud83d"', b'"\xff"', b"1", b"null"]
)
def test_a_text_that_is_no_string_is_left_alone(literal):
    good = frame(chunk("a"))
    stencil, texts = learned(good)
    assert not stencil.read(Frame(good.data.replace(b'"a"', literal)))
    assert texts == []


@pytest.mark.parametrize(
    "literal", ['"\\u4f60\\u597d"', '"\\ud83d\\ude00"', '"\\"\\n"', '"你"', '""']
)
def test_escapes_are_read_as_the_parser_reads_them(literal):
    good = frame(chunk("a"))
    stencil, texts = learned(good)
    assert stencil.read(Frame(good.data.replace(b'"a"', literal.encode())))
    assert texts == [json.loads(literal)]


def test_an_event_of_another_name_is_left_alone():
    stencil, _ = learned(frame(chunk("a"), "delta"))
    assert not stencil.read(frame(chunk("b"), "error"))


def test_a_zero_is_left_alone_as_it_often_means_that_nothing_was_counted():
    stencil, _ = learned(frame(chunk("a", created=5)), frame(chunk("a", created=6)))
    assert stencil.read(frame(chunk("a", created=7)))
    assert not stencil.read(frame(chunk("a", created=0)))


def test_nothing_is_read_behind_a_frame_that_was_left_alone():
    """What that frame said may change what the next ones mean."""
    stencil, texts = learned(frame(chunk("a")))
    assert stencil.read(frame(chunk("b")))
    assert not stencil.read(frame({"type": "ping"}))
    assert not stencil.read(frame(chunk("c")))
    stencil.learn(frame(chunk("c")), chunk("c"), TEXT, texts.append)
    assert stencil.read(frame(chunk("d")))
    assert texts == ["b", "d"]


@pytest.mark.parametrize(
    "data",
    [
        b'{"text":"a","text":"b"}',  # the last of two counts
        b'{"other":{"text":"a"},"text":"b"}',  # the same key elsewhere
        b'{"text":"b"} ',
        b'{"text":12}',
        b'{"text":null}',
        b'{"text":["b"]}',
    ],
)
def test_what_can_be_told_in_two_ways_is_not_learned(data):
    stencil, texts = learned(Frame(data), path=("text",))
    assert not stencil.read(Frame(data.replace(b"b", b"c"))) or texts == ["c"]


def test_a_path_to_another_member_of_that_name_is_not_learned():
    data = b'{"a":{"text":"x"},"b":{"text":"x"}}'
    stencil, _ = learned(Frame(data), path=("a", "text"))
    assert not stencil.read(Frame(data))


def test_a_key_within_a_text_is_no_key():
    data = b'{"note":"\\"text\\":\\"n\\"","text":"a"}'
    stencil, texts = learned(Frame(data), path=("text",))
    assert stencil.read(Frame(data.replace(b'"a"', b'"b"')))
    assert texts == ["b"]


@pytest.mark.parametrize("padding", [b"", b" ", b"       "])
def test_blanks_before_the_last_bracket_are_padding(padding):
    first = b'{"type":"content_block_delta","delta":{"text":"a"}   }'
    stencil, texts = learned(Frame(first), path=("delta", "text"))
    assert stencil.read(Frame(b'{"type":"content_block_delta","delta":{"text":"b"}%b}' % padding))
    assert texts == ["b"]


def test_blanks_within_a_text_stay():
    stencil, texts = learned(Frame(b'{"text":"a }"}'), path=("text",))
    assert stencil.read(Frame(b'{"text":"b } "}'))
    assert texts == ["b } "]


def test_a_stream_whose_frames_are_all_different_is_not_learned_for_ever():
    stencil = Stencil(*FREE)
    for number in range(20):
        if stencil.learns:
            said = chunk("a", **{f"key{number}": 1})
            stencil.learn(frame(said), said, TEXT, [].append)
    assert not stencil.learns


def test_a_form_that_is_used_is_worth_the_next():
    stencil, texts = Stencil(*FREE), list[str]()
    stencil.learn(frame(chunk("a")), chunk("a"), TEXT, texts.append)
    for number in range(20):
        said = chunk("a", **{f"key{number}": 1})
        assert stencil.learns
        stencil.learn(frame(said), said, TEXT, texts.append)
        assert all(stencil.read(frame(said)) for _ in range(10))


def test_the_last_frame_that_was_read_is_kept_for_what_stands_beside_its_text():
    stencil, _ = learned(frame(chunk("a", created=5)), frame(chunk("a", created=6)))
    assert stencil.last_read() == b""
    for created in (7, 8):
        assert stencil.read(frame(chunk("b", created=created)))
    assert json.loads(stencil.last_read())["created"] == 8
    assert stencil.last_read() == b""
