"""Mapping 7.2: the rows of the stream machine."""

from __future__ import annotations

import pytest

from tests.support.chat_replies import DONE, call, chunk, context, read, read_bytes, sse

HELLO = [chunk({"content": "Hel"}), chunk({"content": "lo"}), chunk({}, "stop")]


def kinds(got):
    return [event.type for event in got.events]


def deltas(got):
    return [event.delta.model_dump() for event in got.events if event.type == "content_block_delta"]


def test_the_plain_stream():
    got = read(*HELLO, DONE)
    assert kinds(got) == [
        "message_start",
        "content_block_start",
        "content_block_delta",
        "content_block_delta",
        "content_block_stop",
        "message_delta",
        "message_stop",
    ]
    assert [delta["text"] for delta in deltas(got)] == ["Hel", "lo"]


def test_each_chunk_is_said_at_once():
    ctx = context()
    parts = [sse(each) for each in HELLO]
    got = [len(read_bytes(parts[:n], ctx).events) for n in (1, 2)]
    assert got == [3, 4]


@pytest.mark.parametrize("cut", [1, 2, 3, 7, 64])
def test_any_chunking_gives_the_same_events(cut):
    chunks = [
        *[chunk({"reasoning": "é\u2028 "}), chunk({"content": "naïve \U0001f600"})],
        *[chunk(call(id="c", name="f", arguments='{"a": "\u0085')), chunk(call(arguments='"}'))],
        chunk({}, "tool_calls"),
    ]
    data = sse(*chunks, DONE)
    parts = [data[at : at + cut] for at in range(0, len(data), cut)]
    assert read_bytes(parts).events == read_bytes([data]).events


def test_comments_blank_lines_names_and_keep_alives_say_nothing():
    first, *rest = (sse(each) for each in HELLO)
    noise = (
        b": OPENROUTER PROCESSING\n\n:\n\n\n\nevent: ping\n\nretry: 3\n\n"
        b"event: ping\ndata: {}\n\nevent: ping\ndata:\n\n"
    )
    got = read_bytes([noise, first, noise, b"event: message\n", *rest, noise])
    assert got.message == read(*HELLO).message


def test_crlf():
    data = sse(*HELLO, DONE).replace(b"\n", b"\r\n")
    assert read_bytes([data]).message == read(*HELLO).message


def test_what_azure_sends_first_starts_nothing():
    filtered = {"id": "", "model": "", "choices": [], "prompt_filter_results": [{"index": 0}]}
    got = read(filtered, *HELLO, DONE)
    assert (got.message.id, got.message.model) == ("chatcmpl-1", "m-1")


@pytest.mark.parametrize("choices", [None, []])
def test_without_a_choice_only_the_head_counts(choices):
    got = read({"id": "early", "model": "m-0", "choices": choices}, *HELLO)
    assert (got.message.id, got.message.model) == ("early", "m-0")
    assert got.blocks == [("text", "Hello")]


def test_the_first_id_stays():
    assert read(chunk({"content": "a"}), chunk({}, "stop", id="other")).message.id == "chatcmpl-1"


@pytest.mark.parametrize("index", [1, 2])
def test_other_choices_are_left_out(index):
    other = chunk({"content": "other"}, "length")
    other["choices"][0]["index"] = index
    got = read(HELLO[0], other, *HELLO[1:])
    assert got.blocks == [("text", "Hello")]
    assert got.message.stop_reason == "end_turn"
    assert [loss.path for loss in got.losses if loss.severity == "lossy"] == ["choices"]


def test_a_choice_without_an_index_is_the_first():
    chunks = [{"choices": [{"delta": {"content": "Hi"}, "finish_reason": "stop"}]}]
    assert read(*chunks).blocks == [("text", "Hi")]


def test_two_choices_in_one_chunk():
    both = chunk({"content": "a"}, "stop")
    both["choices"].insert(0, {"index": 1, "delta": {"content": "b"}, "finish_reason": "stop"})
    assert read(both).blocks == [("text", "a")]


NOTHING = [
    None,
    {},
    {"role": "assistant"},
    {"role": "assistant", "content": ""},
    {"role": "", "content": None},
    {"content": None, "reasoning_content": None, "reasoning": None, "refusal": None},
    {"reasoning_content": ""},
    {"reasoning": "", "reasoning_details": []},
    {"content": "", "tool_calls": []},
    {"content": "", "tool_calls": None, "function_call": None},
    {"content": []},
    {"content": [{"type": "text", "text": ""}]},
    {"refusal": ""},
]


@pytest.mark.parametrize("nothing", NOTHING, ids=str)
def test_a_delta_that_says_nothing_opens_and_closes_nothing(nothing):
    quiet = chunk()
    quiet["choices"][0]["delta"] = nothing
    got = read(quiet, HELLO[0], quiet, *HELLO[1:], quiet, DONE)
    assert kinds(got) == kinds(read(*HELLO, DONE))


def test_text_beside_an_empty_list_of_calls():
    got = read(*(chunk({"content": c, "tool_calls": []}) for c in "ab"), chunk({}, "stop"))
    assert got.blocks == [("text", "ab")]


def test_reasoning_then_text_then_calls():
    got = read(
        chunk({"reasoning_content": "h"}),
        chunk({"reasoning_content": "m", "content": ""}),
        chunk({"content": "Hi"}),
        chunk(call(id="c", name="f", arguments="{}")),
        chunk({}, "tool_calls"),
    )
    assert got.blocks == [("thinking", "hm"), ("text", "Hi"), ("tool_use", "f", {})]


def test_the_signature_is_one_and_last_in_its_block():
    got = read(chunk({"reasoning": "h"}), chunk({"reasoning": "m"}), *HELLO)
    of_first = [each["type"] for each in deltas(got)][:3]
    assert of_first == ["thinking_delta", "thinking_delta", "signature_delta"]


def test_reasoning_between_texts_keeps_its_place():
    said = [{"content": "\n"}, {"reasoning": "hm"}, {"content": "Hi"}]
    got = read(*map(chunk, said), chunk({}, "stop"))
    assert got.blocks == [("text", "\n"), ("thinking", "hm"), ("text", "Hi")]


def test_reasoning_and_text_in_one_delta():
    got = read(chunk({"reasoning": "hm", "content": "Hi"}), chunk({}, "stop"))
    assert got.blocks == [("thinking", "hm"), ("text", "Hi")]


def test_content_as_text_and_as_a_list_in_one_stream():
    thinking = {"type": "thinking", "thinking": [{"type": "text", "text": "hm"}]}
    got = read(
        chunk({"content": [thinking]}),
        chunk({"content": [thinking]}),
        chunk({"content": [{"type": "text", "text": "a"}]}),
        chunk({"content": "b"}),
        chunk({}, "stop"),
    )
    assert got.blocks == [("thinking", "hmhm"), ("text", "ab")]


def test_text_after_calls_keeps_its_place():
    got = read(
        chunk(call(id="c", name="f", arguments="{}")),
        chunk({"content": "\n"}, "tool_calls"),
        chunk({}, "stop"),
    )
    assert got.blocks == [("tool_use", "f", {}), ("text", "\n")]
    assert got.message.stop_reason == "tool_use"


def test_text_within_an_unfinished_call_waits_behind_it():
    got = read(
        chunk(call(id="c", name="f", arguments='{"a":')),
        chunk({"content": "x"}),
        chunk(call(arguments="1}")),
        chunk({"content": "y"}),
        chunk({}, "tool_calls"),
    )
    assert got.blocks == [("tool_use", "f", {"a": 1}), ("text", "xy")]


def test_nothing_is_closed_at_the_finish_reason():
    got = read(chunk({"reasoning": "hm"}), chunk({}, "stop"), chunk({"content": "Hi"}), DONE)
    assert got.blocks == [("thinking", "hm"), ("text", "Hi")]


def test_the_first_finish_reason_counts():
    got = read(chunk({"content": "Hi"}, "length"), chunk({}, "stop"), chunk({}, None), DONE)
    assert got.message.stop_reason == "max_tokens"


def test_half_a_character_in_each_of_two_chunks():
    pieces = (r'{"content": "a\ud83d"}', r'{"content": "\ude00b"}')
    frames = [f'{{"choices": [{{"index": 0, "delta": {piece}}}]}}' for piece in pieces]
    got = read(*frames, chunk({}, "stop"))
    assert got.blocks == [("text", "a\U0001f600b")]


def test_half_a_character_in_arguments():
    half = '{"choices": [{"index": 0, "delta": {"tool_calls": [{"index": 0, "function": %s}]}}]}'
    got = read(
        chunk(call(id="c", name="f", arguments='{"a": "')),
        half % r'{"arguments": "\ud83d"}',
        half % r'{"arguments": "\ude00\"}"}',
        chunk({}, "tool_calls"),
    )
    assert got.blocks == [("tool_use", "f", {"a": "\U0001f600"})]


def test_streams_keep_nothing_from_each_other():
    first = [chunk(call(id="A", name="f", arguments='{"u":')), chunk(call(arguments='"a"}'))]
    second = [chunk(call(id="B", name="f", arguments='{"u":')), chunk(call(arguments='"b"}'))]
    cut = read(first[0])
    for each, user in ((first, "a"), (second, "b")):
        assert read(*each, chunk({}, "stop")).blocks == [("tool_use", "f", {"u": user})]
    assert cut.error
