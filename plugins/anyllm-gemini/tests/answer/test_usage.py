"""Mapping 1.6: token arithmetic, and counts that later chunks leave out."""

from __future__ import annotations

import pytest

from tests.support.gemini_replies import both, chunk, read, text


def counted(*usages, both_ways=True):
    chunks = [chunk(text("a"), usage=usage) for usage in usages[:-1]]
    chunks.append(chunk(text("b"), finish="STOP", usage=usages[-1]))
    got = both(*chunks) if both_ways else read(*chunks)
    return got.message.usage, got


CASES = [
    # prompt, cached, tools, candidates, thoughts, total -> input, cache read, output, thinking
    ((20, None, None, 151, 382, 553), (20, None, 533, 382)),
    ((100, 80, None, 2, None, 102), (20, 80, 2, None)),
    ((100, 0, None, 2, None, 102), (100, 0, 2, None)),
    ((118, None, 1961, 312, 46, 2437), (2079, None, 358, 46)),
    ((10, 20, None, 1, None, 11), (0, 20, 1, None)),
    ((10, None, None, None, 7, 17), (10, None, 7, 7)),
    # litellm: a server whose candidates hold the thoughts; only the total tells
    ((10, None, None, 30, 20, 40), (10, None, 30, 20)),
    ((10, None, None, 30, 20, None), (10, None, 50, 20)),
    ((None, None, None, None, None, None), (0, None, 0, None)),
    ((-5, None, None, True, "x", 1), (0, None, 0, None)),
]
NAMES = (
    *("promptTokenCount", "cachedContentTokenCount", "toolUsePromptTokenCount"),
    *("candidatesTokenCount", "thoughtsTokenCount", "totalTokenCount"),
)


@pytest.mark.parametrize(("said", "wanted"), CASES)
def test_arithmetic(said, wanted):
    usage = {name: value for name, value in zip(NAMES, said, strict=True) if value is not None}
    found, _ = counted(usage)
    details = found.output_tokens_details
    thinking = details.thinking_tokens if details else None
    got = (found.input_tokens, found.cache_read_input_tokens, found.output_tokens, thinking)
    assert got == wanted
    assert found.cache_creation_input_tokens == 0


def test_a_field_that_a_later_chunk_leaves_out_stands():
    first = {"promptTokenCount": 100, "cachedContentTokenCount": 80, "candidatesTokenCount": 1}
    found, _ = counted(first, {"promptTokenCount": 100, "candidatesTokenCount": 2})
    assert (found.input_tokens, found.cache_read_input_tokens, found.output_tokens) == (20, 80, 2)


def test_a_zero_of_a_later_chunk_is_one_that_was_left_out():
    first = {"promptTokenCount": 9, "candidatesTokenCount": 21}
    found, _ = counted(first, {"promptTokenCount": 87, "candidatesTokenCount": 0}, both_ways=False)
    assert (found.input_tokens, found.output_tokens) == (87, 21)


def test_the_stream_begins_with_what_is_known_of_the_prompt():
    first = {"promptTokenCount": 9, "candidatesTokenCount": 3, "thoughtsTokenCount": 4}
    _, got = counted(first, first)
    start = got.events[0].message.usage
    assert (start.input_tokens, start.output_tokens) == (9, 0)


def test_usage_may_come_alone_at_the_end():
    got = read(chunk(text("a"), finish="STOP"), {"usageMetadata": {"promptTokenCount": 4}})
    assert got.message.usage.input_tokens == 4


def test_tiers_and_what_else_is_said():
    usage = {"promptTokenCount": 4, "serviceTier": "STANDARD"}
    found, got = counted(usage)
    assert found.service_tier == "standard"
    assert got.extras == {}
    more = {**usage, "promptTokensDetails": [{"modality": "TEXT", "tokenCount": 4}]}
    _, got = counted(more)
    assert got.extras == {"usageMetadata": more}


def test_no_usage_is_zeros():
    got = both(chunk(text("a"), finish="STOP"))
    assert (got.message.usage.input_tokens, got.message.usage.output_tokens) == (0, 0)
    odd = read({**chunk(text("a"), finish="STOP"), "usageMetadata": [1]})
    assert odd.message.usage.input_tokens == 0


@pytest.mark.parametrize("usage", [None, {}, {"serviceTier": "STANDARD"}, {"totalTokenCount": "x"}])
def test_an_answer_that_was_not_counted_says_so(usage):
    found, got = counted(usage)
    assert (found.input_tokens, found.output_tokens) == (0, 0)
    assert [(loss.path, loss.severity) for loss in got.losses] == [("usage", "hint")]


def test_a_count_of_zero_is_one():
    _, got = counted({"promptTokenCount": 0, "candidatesTokenCount": 0})
    assert got.losses == []
