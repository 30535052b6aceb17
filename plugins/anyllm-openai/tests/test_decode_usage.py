"""Mapping 5.3: token counts from every place and under every name."""

from __future__ import annotations

import pytest

from tests.support.chat_replies import DONE, chunk, completion, read, read_whole

TEXT = {"content": "Hi"}


def counted(usage):
    """(input, output, cache read, cache written, thinking) of an answer with this usage."""
    whole = read_whole(completion(TEXT, usage=usage)).message
    last = {"id": "chatcmpl-1", "model": "m-1", "choices": [], "usage": usage}
    streamed = read(chunk(TEXT), chunk({}, "stop"), last, DONE).message
    assert streamed == whole
    return in_short(whole.usage)


def in_short(said):
    details = said.output_tokens_details
    return (
        said.input_tokens,
        said.output_tokens,
        said.cache_read_input_tokens,
        said.cache_creation_input_tokens,
        details.thinking_tokens if details else None,
    )


def openai(prompt, completion_tokens, **details):
    into = {k: v for k, v in details.items() if k in ("cached_tokens", "cache_write_tokens")}
    out = {k: v for k, v in details.items() if k == "reasoning_tokens"}
    return {
        "prompt_tokens": prompt,
        "completion_tokens": completion_tokens,
        "total_tokens": details.get("total", prompt + completion_tokens),
        **({"prompt_tokens_details": into} if into else {}),
        **({"completion_tokens_details": out} if out else {}),
    }


CASES = {
    "plain": (openai(10, 5), (10, 5, None, None, None)),
    "cached": (openai(1000, 4, cached_tokens=900), (100, 4, 900, None, None)),
    "nothing cached": (openai(10, 4, cached_tokens=0), (10, 4, 0, None, None)),
    "written": (
        openai(1000, 4, cached_tokens=600, cache_write_tokens=300),
        (100, 4, 600, 300, None),
    ),
    "more cached than there is": (openai(23, 4, cached_tokens=158), (0, 4, 158, None, None)),
    "thinking inside": (openai(10, 50, reasoning_tokens=40), (10, 50, None, None, 40)),
    "thinking beside (xAI)": (
        openai(10, 5, reasoning_tokens=40, total=55),
        (10, 45, None, None, 40),
    ),
    "more thinking than completion": (
        openai(60, 6000, cached_tokens=51, reasoning_tokens=6001, total=6061),
        (9, 6000, 51, None, 6001),
    ),
    "thinking at the top (Together)": (
        {**openai(10, 50), "reasoning_tokens": 40},
        (10, 50, None, None, 40),
    ),
    "DeepSeek": (
        {**openai(100, 5), "prompt_cache_hit_tokens": 64, "prompt_cache_miss_tokens": 36},
        (36, 5, 64, None, None),
    ),
    "Moonshot": ({**openai(100, 5), "cached_tokens": 30}, (70, 5, 30, None, None)),
    "Mistral": ({**openai(100, 5), "num_cached_tokens": 30}, (70, 5, 30, None, None)),
    "details null": (
        {**openai(10, 5), "prompt_tokens_details": None, "completion_tokens_details": None},
        (10, 5, None, None, None),
    ),
    "details full of nulls": (
        openai(10, 5, cached_tokens=None, cache_write_tokens=None, reasoning_tokens=None),
        (10, 5, None, None, None),
    ),
    "half of it null": (
        {"prompt_tokens": 22, "completion_tokens": None, "total_tokens": None},
        (22, 0, None, None, None),
    ),
    "negative": (openai(-3, -4), (0, 0, None, None, None)),
    "floats": ({"prompt_tokens": 10.0, "completion_tokens": 5.0}, (10, 5, None, None, None)),
    "no numbers": (
        {"prompt_tokens": "many", "completion_tokens": True},
        (0, 0, None, None, None),
    ),
    "details of another kind": (
        {**openai(10, 5), "prompt_tokens_details": 7, "completion_tokens_details": "x"},
        (10, 5, None, None, None),
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_counts(name):
    usage, expected = CASES[name]
    assert counted(usage) == expected


@pytest.mark.parametrize("usage", [None, {}, {"prompt_tokens": None, "completion_tokens": None}])
def test_no_counts_are_a_note_and_no_warning(usage):
    got = read_whole(completion(TEXT, usage=usage))
    assert in_short(got.message.usage) == (0, 0, None, None, None)
    assert [(loss.path, loss.severity) for loss in got.losses] == [("usage", "hint")]


def test_inside_a_choice():
    body = completion(TEXT)
    body["choices"][0]["usage"] = {**openai(100, 5), "cached_tokens": 30}
    assert in_short(read_whole(body).message.usage) == (70, 5, 30, None, None)
    last = chunk({}, "stop")
    last["choices"][0]["usage"] = {**openai(100, 5), "cached_tokens": 30}
    assert in_short(read(chunk(TEXT), last).message.usage) == (70, 5, 30, None, None)


def test_in_x_groq():
    last = chunk({}, "stop", x_groq={"id": "req_1", "usage": openai(10, 5)})
    first = chunk(TEXT, x_groq={"id": "req_1"})
    assert in_short(read(first, last, DONE).message.usage) == (10, 5, None, None, None)


def test_the_last_count_stands_and_nothing_is_summed():
    got = read(
        chunk(TEXT, usage=openai(10, 1)),
        chunk(TEXT, usage=openai(10, 2)),
        chunk({}, "stop", usage=None),
        {"choices": [], "usage": openai(10, 3)},
        DONE,
    )
    assert in_short(got.message.usage) == (10, 3, None, None, None)


def test_usage_before_the_end_of_the_content():
    got = read({"choices": [], "usage": openai(10, 3)}, chunk(TEXT), chunk({}, "stop"))
    assert in_short(got.message.usage) == (10, 3, None, None, None)
    assert got.events[0].message.usage.input_tokens == 10


TIERS = [
    ("default", "standard", None),
    ("standard", "standard", None),
    ("priority", "priority", None),
    ("fast", "priority", None),
    ("flex", None, "flex"),
    ("scale", None, "scale"),
    ({"odd": 1}, None, {"odd": 1}),
    (None, None, None),
]


@pytest.mark.parametrize(("said", "tier", "kept"), TIERS)
def test_service_tiers(said, tier, kept):
    whole = read_whole(completion(TEXT, service_tier=said)).message
    assert whole.usage.service_tier == tier
    assert (getattr(whole, "provider_extras", None) or {}).get("service_tier") == kept
    streamed = read(chunk(TEXT, service_tier=said), chunk({}, "stop", service_tier=said))
    assert streamed.message == whole
    assert streamed.events[0].message.usage.service_tier == tier


def test_a_tier_that_comes_late_stands_in_the_message_all_the_same():
    got = read(chunk(TEXT, service_tier=None), chunk({}, "stop", service_tier="default"))
    assert got.message.usage.service_tier == "standard"


def test_what_usage_says_beyond_messages_is_kept():
    usage = {**openai(10, 5), "cost": 0.01}
    assert read_whole(completion(TEXT, usage=usage)).message.provider_extras == {"usage": usage}
    audio = {**openai(10, 5), "prompt_tokens_details": {"cached_tokens": 1, "audio_tokens": 2}}
    assert read_whole(completion(TEXT, usage=audio)).message.provider_extras == {"usage": audio}
    silent = {**openai(10, 5), "prompt_tokens_details": {"cached_tokens": 1, "audio_tokens": 0}}
    assert not hasattr(read_whole(completion(TEXT, usage=silent)).message, "provider_extras")
