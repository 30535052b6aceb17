"""Mapping 3.3: the state of reasoning rides in the signature, and goes back whole."""

from __future__ import annotations

import pytest

from anyllm_openai.chat.signature import unseal
from tests.support.chat_replies import call, chunk, completion, context, read, read_whole

TEXT = {"type": "reasoning.text", "text": "hm", "format": "unknown", "index": 0}
SECRET = {"type": "reasoning.encrypted", "data": "AAAA", "id": "rs_1", "index": 0}


def sealed(got):
    """The payloads of all thinking blocks, in order, without the issuer's name."""
    found = []
    for block in got.message.content:
        if block.type in ("thinking", "redacted_thinking"):
            state = block.signature if block.type == "thinking" else block.data
            payload = dict(unseal(state, context()))
            assert payload.pop("by") == "acme"
            found.append((block.type, payload))
    return found


@pytest.mark.parametrize("field", ["reasoning_content", "reasoning"])
def test_the_field_it_came_in(field):
    whole = read_whole(completion({field: "hm", "content": "Hi"}))
    assert sealed(whole) == [("thinking", {"field": field})]
    assert read(
        chunk({field: "h"}), chunk({field: "m"}), chunk({"content": "Hi"}, "stop")
    ).message == (whole.message)


def test_parts_of_the_content():
    said = {"content": [{"type": "thinking", "thinking": "hm"}, {"type": "text", "text": "Hi"}]}
    assert sealed(read_whole(completion(said))) == [("thinking", {"field": "content"})]


def test_reasoning_details_beside_the_text():
    said = {"reasoning": "hm", "reasoning_details": [TEXT], "content": "Hi"}
    got = read_whole(completion(said))
    assert got.blocks == [("thinking", "hm"), ("text", "Hi")]
    assert sealed(got) == [("thinking", {"field": "reasoning", "details": [TEXT]})]


def test_reasoning_details_alone_give_the_text():
    summary = {"type": "reasoning.summary", "summary": "so", "index": 1}
    got = read_whole(completion({"reasoning_details": [TEXT, summary], "content": "Hi"}))
    assert got.blocks == [("thinking", "hmso"), ("text", "Hi")]
    state = {"field": "reasoning_details", "details": [TEXT, summary]}
    assert sealed(got) == [("thinking", state)]


def test_details_without_text_are_opaque():
    whole = read_whole(completion({"reasoning_details": [SECRET], "content": "Hi"}))
    assert [block.type for block in whole.message.content] == ["redacted_thinking", "text"]
    assert sealed(whole) == [("redacted_thinking", {"details": [SECRET]})]
    streamed = read(
        chunk({"content": "", "reasoning_details": [SECRET]}), chunk({"content": "Hi"}, "stop")
    )
    assert streamed.message == whole.message


def test_the_pieces_of_one_object_are_joined():
    first = {**TEXT, "text": "h"}
    second = {**TEXT, "text": "m", "format": None}
    signed = {"type": "reasoning.text", "signature": "sig", "index": 0}
    streamed = read(
        chunk({"reasoning": "h", "reasoning_details": [first]}),
        chunk({"reasoning": "m", "reasoning_details": [second]}),
        chunk({"content": "", "reasoning_details": [signed]}),
        chunk({"reasoning_details": [SECRET]}),
        chunk({"content": "Hi"}, "stop"),
    )
    joined = {**TEXT, "signature": "sig"}
    assert sealed(streamed) == [("thinking", {"field": "reasoning", "details": [joined, SECRET]})]
    said = {"reasoning": "hm", "reasoning_details": [joined, SECRET], "content": "Hi"}
    assert streamed.message == read_whole(completion(said)).message


@pytest.mark.parametrize("other", [{"index": 1}, {"id": "rs_2"}, {"type": "reasoning.summary"}])
def test_other_objects_are_kept_apart(other):
    first, second = {**TEXT, "id": "rs_1"}, {**TEXT, "id": "rs_1", **other}
    got = read(
        chunk({"reasoning": "a", "reasoning_details": [first]}),
        chunk({"reasoning": "b", "reasoning_details": [second]}),
        chunk({}, "stop"),
    )
    assert sealed(got)[0][1]["details"] == [first, second]


def test_objects_of_one_list_are_never_joined():
    got = read_whole(completion({"reasoning": "x", "reasoning_details": [TEXT, TEXT]}))
    assert sealed(got)[0][1]["details"] == [TEXT, TEXT]


def test_only_the_first_of_a_list_goes_on_with_the_object_before_it():
    got = read(
        chunk({"reasoning": "hm", "reasoning_details": [TEXT]}),
        chunk({"reasoning": "hmhm", "reasoning_details": [TEXT, TEXT]}),
        chunk({}, "stop"),
    )
    assert sealed(got)[0][1]["details"] == [{**TEXT, "text": "hmhm"}, TEXT]


def test_state_that_comes_after_the_text_stands_behind_it():
    got = read(
        chunk({"reasoning": "hm", "reasoning_details": [TEXT]}),
        chunk({"content": "H"}),
        chunk({"reasoning_details": [SECRET]}),
        chunk({"content": "i"}, "stop"),
    )
    assert [block.type for block in got.message.content] == [
        "thinking",
        "text",
        "redacted_thinking",
    ]
    assert got.message.text == "Hi"
    assert sealed(got) == [
        ("thinking", {"field": "reasoning", "details": [TEXT]}),
        ("redacted_thinking", {"details": [SECRET]}),
    ]


def test_each_block_of_reasoning_has_its_own_state():
    got = read(
        chunk({"reasoning": "a", "reasoning_details": [TEXT]}),
        chunk({"content": "x"}),
        chunk({"reasoning": "b", "reasoning_details": [TEXT]}),
        chunk(call(id="c", name="f", arguments="{}")),
        chunk({"reasoning": "c"}),
        chunk({}, "tool_calls"),
    )
    assert [block.type for block in got.message.content] == [
        *("thinking", "text", "thinking", "tool_use", "thinking"),
    ]
    assert [payload.get("details") for _, payload in sealed(got)] == [[TEXT], [TEXT], None]


def test_half_characters_in_details_are_joined():
    half = '{"choices": [{"index": 0, "delta": {"reasoning": "%s", "reasoning_details": [%s]}}]}'
    pieces = [
        half % (code, f'{{"type": "reasoning.text", "text": "{code}", "index": 0}}')
        for code in (r"\ud83d", r"\ude00")
    ]
    got = read(*pieces, chunk({"content": "Hi"}, "stop"))
    assert got.blocks[0] == ("thinking", "\U0001f600")
    assert sealed(got)[0][1]["details"][0]["text"] == "\U0001f600"


# --- Gemini's thought signatures -------------------------------------------------------------

SIGNED = {"extra_content": {"google": {"thought_signature": "sig"}}}


def test_a_signed_call_has_its_signature_beside_it():
    said = call(id="c", name="f", arguments="{}", **SIGNED)
    whole = read_whole(completion(said, "tool_calls"))
    assert [block.type for block in whole.message.content] == ["redacted_thinking", "tool_use"]
    assert sealed(whole) == [("redacted_thinking", {"calls": {"c": "sig"}})]
    assert read(chunk(said), chunk({}, "stop")).message == whole.message


def test_a_signature_that_comes_later():
    got = read(
        chunk(call(id="c", name="f", arguments='{"a"')),
        chunk(call(arguments=": 1}", **SIGNED)),
        chunk({}, "stop"),
    )
    assert [block.type for block in got.message.content] == ["tool_use", "redacted_thinking"]
    assert sealed(got) == [("redacted_thinking", {"calls": {"c": "sig"}})]


def test_the_signature_goes_with_the_id_that_was_made():
    said = call(id="", name="f", arguments="{}", **SIGNED)
    got = read_whole(completion(said, "tool_calls"))
    assert got.message.content[1].id == "call_seed01"
    assert sealed(got) == [("redacted_thinking", {"calls": {"call_seed01": "sig"}})]


def test_a_signature_of_the_message_goes_with_its_first_call():
    said = {
        **SIGNED,
        "tool_calls": [
            {"id": "c", "function": {"name": "f", "arguments": "{}"}},
            {"id": "d", "function": {"name": "g", "arguments": "{}"}},
        ],
    }
    got = read_whole(completion(said, "tool_calls"))
    assert [block.type for block in got.message.content] == [
        *("redacted_thinking", "tool_use", "tool_use"),
    ]
    assert sealed(got) == [("redacted_thinking", {"calls": {"c": "sig"}})]
    assert got.message.provider_extras == SIGNED


@pytest.mark.parametrize("odd", [{}, {"google": None}, {"google": {"thought_signature": 7}}, "x"])
def test_other_extra_content_is_no_signature(odd):
    got = read_whole(completion(call(id="c", name="f", arguments="{}", extra_content=odd), "stop"))
    assert [block.type for block in got.message.content] == ["tool_use"]


# --- <think> tags, where a row says so -------------------------------------------------------


def tagged(*pieces, finish="stop"):
    ctx = context(think_tags=True)
    return read(*(chunk({"content": piece}) for piece in pieces), chunk({}, finish), ctx=ctx)


TAGGED = {
    "whole": (["<think>hm</think>Hi"], [("thinking", "hm"), ("text", "Hi")]),
    "space before": (["\n <think>hm</think>\nHi"], [("thinking", "hm"), ("text", "\nHi")]),
    "letter by letter": (list("<think>hm</think>Hi"), [("thinking", "hm"), ("text", "Hi")]),
    "never closed": (["<think>h", "m"], [("thinking", "hm")]),
    "half closed": (["<think>hm</thi"], [("thinking", "hm</thi")]),
    "like a closing tag": (["<think>a</", "b>c</think>d"], [("thinking", "a</b>c"), ("text", "d")]),
    "no tag": (["Hi <think>there</think>"], [("text", "Hi <think>there</think>")]),
    "nearly a tag": (["<thi", "s>"], [("text", "<this>")]),
    "a tag cut off": (["<thin"], [("text", "<thin")]),
    "nothing inside": (["<think></think>Hi"], [("text", "Hi")]),
    "a second one stays": (
        ["<think>a</think>b<think>c</think>"],
        [("thinking", "a"), ("text", "b<think>c</think>")],
    ),
}


@pytest.mark.parametrize("name", TAGGED)
def test_tags(name):
    pieces, blocks = TAGGED[name]
    got = tagged(*pieces)
    assert got.blocks == blocks
    body = completion({"content": "".join(pieces)})
    assert read_whole(body, context(think_tags=True)).message == got.message


def test_tags_say_that_they_were_tags():
    assert sealed(tagged("<think>hm</think>Hi")) == [("thinking", {"field": "tags"})]


def test_held_text_comes_out_before_another_block_begins():
    ctx = context(think_tags=True)
    got = read(
        chunk({"content": "<th"}),
        chunk(call(id="c", name="f", arguments="{}")),
        chunk({"content": "an"}),
        chunk({}, "tool_calls"),
        ctx=ctx,
    )
    assert got.blocks == [("text", "<th"), ("tool_use", "f", {}), ("text", "an")]
