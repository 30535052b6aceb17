"""The judge, judged: what it must say of recordings whose bytes were read by hand."""

from __future__ import annotations

from functools import cache

import pytest

from tests.corpus import gemini_oracle, records
from tests.corpus.expected import Answer, Call, Failure, Outside
from tests.corpus.gemini_wire import Body, parts_of, split


@cache
def recordings():
    return {record["id"]: record for record in records.available("gemini")}


def judged(identity):
    return gemini_oracle.judge(recordings()[identity])


def call(identity, name, arguments):
    return ("tool_use", Call(id=identity, name=name, arguments=arguments))


# Recording -> blocks, stop reason, (input, output, cache read, thinking) tokens, opaque state.
ANSWERS = {
    # enums as numbers
    "gemini-50b33897230147b75463": (
        [("text", "This is a test.")],
        "end_turn",
        (5, 299, None, 294),
        False,
    ),
    # the same in a stream that is a JSON array
    "gemini-0e36edc2439ffe3d008d": (
        [("text", "I told my wife she was drawing her eyebrows too high. She looked surprised.")],
        "end_turn",
        (11, 248, None, 232),
        False,
    ),
    # nothing but thoughts before the limit
    "gemini-ca334cb26a09ef302704": ([], "max_tokens", (4, 499, None, 499), False),
    # a signature on an empty text
    "gemini-31b56cb7111f181acfa7": (
        [("text", "The sun rises on a new horizon.")],
        "end_turn",
        (6, 8, None, None),
        True,
    ),
    # a call with an id
    "gemini-e8e41de75137d0d685f8": (
        [call("ZohCv3vw", "square_root", {"number": 132413})],
        "tool_use",
        (104, 19, None, None),
        True,
    ),
    # calls in pieces
    "gemini-86ffcb38f61d965218e3": (
        [
            call(None, "getWeather", {"location": "Boston"}),
            call(None, "getWeather", {"location": "San Francisco"}),
        ],
        "tool_use",
        (26, 155, None, 132),
        True,
    ),
    # usage without candidatesTokenCount
    "gemini-5e43dfe39a898d98d953": ([("text", "Hello.\n")], "end_turn", (13, 0, None, None), False),
    # a prompt that was blocked
    "gemini-92d308862c8a427d4aa7": ([], "refusal", None, False),
    # an answer that was blocked
    "gemini-2ed8144e6234260b016a": ([], "refusal", (19, 33, None, 27), False),
    # events that no blank line parts
    "gemini-838b5b3a8d6542bb67fd": (
        [
            (
                "text",
                (
                    "AI? It's simple! We just feed a computer a HUGE pile of information, tell it"
                    " to find patterns, and then it pretends to be smart! Like teaching a parrot"
                    " to say cool things. Mostly magic, though.\n"
                ),
            )
        ],
        "end_turn",
        (21, 47, None, None),
        False,
    ),
}
FAILURES = {
    # no content and UNEXPECTED_TOOL_CALL
    "gemini-d9d74068259fa67b0b21": Failure(kind="status", status=500, type="api_error"),
    # cut off: thoughts without an end
    "gemini-d48a4185486ec36678e5": Failure(kind="incomplete", after_output=True),
    # an error as bare JSON behind two chunks
    "gemini-feef1b374140d9ea0065": Failure(
        kind="status", status=499, type="invalid_request_error", after_output=True
    ),
    # 400 with the reason API_KEY_INVALID
    "gemini-011551df2166cc4d3ff8": Failure(kind="status", status=400, type="authentication_error"),
    "gemini-74ce4d2e9bd41983ba6a": Failure(kind="status", status=429, type="rate_limit_error"),
}


@pytest.mark.parametrize("identity", ANSWERS)
def test_answer(identity):
    blocks, stop_reason, tokens, opaque = ANSWERS[identity]
    answer = judged(identity)
    assert isinstance(answer, Answer)
    assert list(answer.blocks) == blocks
    assert answer.stop_reason == stop_reason
    usage = answer.usage
    counted = usage and (
        usage.input_tokens,
        usage.output_tokens,
        usage.cache_read_input_tokens,
        usage.thinking_tokens,
    )
    assert counted == tokens
    assert answer.vendor_state == opaque


@pytest.mark.parametrize("identity", FAILURES)
def test_failure(identity):
    assert judged(identity) == FAILURES[identity]


def test_sources_and_counts_that_go_up_and_down():
    answer = judged("gemini-37342222ad246aa97add")
    assert len(answer.citations) == 4
    assert answer.text == '{\n  "city": "Mexico City",\n  "country": "Mexico"\n} '
    assert (answer.usage.input_tokens, answer.usage.output_tokens) == (87, 99)


def test_what_is_outside():
    assert judged("gemini-161bfd7180c62358d5db") == Outside(reason="media in the answer")


def test_streams_are_taken_apart():
    one, two = '{"a":1}', '{"b":2}'
    for text in (
        f"data: {one}\n\ndata: {two}\n\n",
        f"data:{one}\r\n\r\ndata:{two}",
        f"data: {one}\ndata: {two}\n",
        f": hello\n\ndata: {one}\n\n{two}\n",
        f"[{one}\n,\r\n{two}\n]\n",
    ):
        assert split(text) == Body(chunks=({"a": 1}, {"b": 2})), text
    assert split(f"data: {one}\n\ndata: {two[:3]}") == Body(chunks=({"a": 1},), torn=True)
    assert split(f"[{one},") == Body(chunks=(), torn=True)
    assert parts_of(split('data: {"candidates": [{"index": 1, "content": {"parts": [1]}}]}')) == []
