"""Fields nobody asked for, odd counts, half characters, reasoning in odd places."""

from __future__ import annotations

import json

import pytest

from any_llm.plugin import Envelope
from anyllm_openai.chat.tags import ThinkTags
from anyllm_openai.common.fault import read_fault
from tests.support.chat_replies import DONE, call, chunk, completion, context, read, read_whole

HI = {"content": "hi"}


def extras(got):
    return (got.message.model_extra or {}).get("provider_extras")


def payload(block):
    envelope = Envelope.open(block.signature)
    assert envelope is not None
    return envelope.payload


def test_unknown_text_grows():
    got = read(chunk({"note": "ab", **HI}), chunk({"note": "cd"}, "stop"), DONE)
    assert got.message == read_whole(completion({"note": "abcd", **HI})).message


def test_audio_is_kept_in_pieces_until_the_end():
    chunks = [chunk({"audio": {"data": each}}) for each in "abab"]
    assert extras(read(*chunks, chunk({}, "stop"), DONE)) == {"audio": {"data": "abab"}}


@pytest.mark.parametrize("name", ["reasoning_text", "thinking"])
def test_other_names_of_reasoning(name):
    got = read(chunk({name: "ab"}), chunk({name: "cd"}), chunk(HI, "stop"), DONE)
    assert got.blocks == [("thinking", "abcd"), ("text", "hi")]
    assert payload(got.message.content[0])["field"] == name


@pytest.mark.parametrize(
    "usage",
    [
        {"prompt_tokens": "12", "completion_tokens": "3"},
        {"input_tokens": 12, "output_tokens": 3},
    ],
)
def test_counts_in_other_words(usage):
    got = read_whole(completion(HI, usage=usage))
    assert (got.message.usage.input_tokens, got.message.usage.output_tokens) == (12, 3)
    assert (got.losses, extras(got)) == ([], None)


@pytest.mark.parametrize(
    "usage", [[1], 7, {"prompt_tokens": "many"}, {"prompt_tokens": 1, "completion_tokens": "x"}]
)
def test_counts_nobody_can_read_are_kept(usage):
    got = read_whole(completion(HI, usage=usage))
    assert extras(got) == {"usage": usage}
    assert [(loss.path, loss.severity) for loss in got.losses] == [("usage", "lossy")]


def test_zeros_at_the_end_count_nothing():
    counts, zeros = ({"prompt_tokens": n, "completion_tokens": n} for n in (5, 0))
    got = read(chunk(HI, usage=counts), chunk({}, "stop", usage=zeros), DONE)
    assert got.message.usage.output_tokens == 5


HALF = "\ud800"
HALVES = {
    "id": {**completion(HI), "id": HALF},
    "model": {**completion(HI), "model": HALF},
    "extra": {**completion(HI), "zzz": {HALF: [HALF]}},
    "finish": completion(HI, HALF),
    "part": completion({"content": [{"type": "x", "text": HALF}]}),
    "part of no known kind": completion({"content": [{"type": "text", "text": HALF}, HALF]}),
    "field of a message": completion({**HI, "zzz": HALF}),
    "id of a call": completion(call(id=HALF, name="f", arguments="{}"), "tool_calls"),
    "name of a call": completion(call(id="c", name=HALF, arguments="{}"), "tool_calls"),
    "arguments": completion(call(id="c", name="f", arguments=f'{{"a": "{HALF}"}}'), "tool_calls"),
    "escaped": completion(call(id="c", name="f", arguments='{"a": "\\ud800"}'), "tool_calls"),
    "object": completion(call(id="c", name="f", arguments={"a": HALF}), "tool_calls"),
    "refusal": completion({"refusal": HALF}),
    "reasoning": completion({"reasoning": HALF, "content": "x"}),
    "details": completion(
        {"reasoning_details": [{"type": "reasoning.text", "text": HALF, "id": HALF}]}
    ),
}


@pytest.mark.parametrize("name", HALVES)
def test_half_a_character_anywhere(name):
    body = HALVES[name]
    choice = body["choices"][0]
    streamed = {**body, "choices": [{**choice, "delta": choice["message"]}]}
    del streamed["choices"][0]["message"]
    for got in (read_whole(body, judged=False), read(streamed, DONE, judged=False)):
        got.message.model_dump_json()


def test_halves_of_one_character_still_meet():
    got = read(chunk({"content": "\ud83d"}), chunk({"content": "\ude00"}, "stop"), DONE)
    assert got.blocks == [("text", "\N{GRINNING FACE}")]


@pytest.mark.parametrize("depth", [150, 190, 400, 900])
def test_nesting_too_deep_to_write_again(depth):
    deep = "[" * depth + "]" * depth
    body = json.dumps(completion(HI))[:-1] + ', "y": "\\ud800", "x": ' + deep + "}"
    read_whole(body.encode(), judged=False).message.model_dump_json()


def test_a_signed_part_keeps_its_signature():
    part = {"type": "thinking", "thinking": "hm", "signature": "S"}
    got = read_whole(completion({"content": [part, {"type": "text", "text": "x"}]}))
    assert got.blocks == [("thinking", "hm"), ("text", "x")]
    assert payload(got.message.content[0])["signature"] == "S"


def test_details_without_a_name_stay_apart():
    one, two = ({"type": "reasoning.encrypted", "data": each} for each in "ab")
    chunks = [chunk({"reasoning_details": [each]}) for each in (one, two)]
    thought = chunk({"reasoning": "hm"})
    got = read(thought, *chunks, chunk(HI, "stop"), DONE)
    assert payload(got.message.content[0])["details"] == [one, two]


def test_a_detail_that_is_sent_again_counts_once():
    one = {"type": "reasoning.encrypted", "id": "r", "data": "a", "index": 0}
    chunks = [chunk({"reasoning": "h", "reasoning_details": [one]})] * 2
    got = read(*chunks, chunk(HI, "stop"), DONE)
    assert payload(got.message.content[0])["details"] == [one]


def test_only_the_head_of_a_page_is_searched_for_its_title():
    assert "Bad" in read_fault("<html><title>Bad</title>" + "<title" * 10_000).message
    assert "Late" not in read_fault("<html>" + " " * 5000 + "<title>Late</title>").message


def test_blanks_before_a_tag_are_not_read_again():
    tags = ThinkTags()
    for _ in range(1000):
        assert tags.split("\n") == ("", "")
        assert tags._held == ""
    assert tags.split("x") == ("", "\n" * 1000 + "x")
    got = read(*[chunk({"content": " "})] * 3, chunk({"content": "<think>a</think>b"}, "stop"),
               ctx=context(think_tags=True))  # fmt: skip
    assert got.blocks == [("thinking", "a"), ("text", "b")]
