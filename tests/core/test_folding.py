"""A `Folder` gives the message that the emitter's events give, whatever a decoder says."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from any_llm.plugin import (
    Accumulator,
    Citation,
    Container,
    Emitter,
    Folder,
    GrammarError,
    MessageResponse,
    OutputTokensDetails,
    PingEvent,
    RedactedThinkingBlock,
    ServerToolUseBlock,
    StopDetails,
    TextBlock,
    UnknownBlock,
    UnknownDelta,
    Usage,
)

SOURCE = {"type": "web_search_result_location", "url": "http://a.example", "cited_text": "a"}
KEYS = st.integers(0, 2)
TEXTS = st.sampled_from(["", "one", " two", "\ud83d", "\ude00", "smile \U0001f600"])
JSON = st.sampled_from(["", " ", "{", '"a": 1', "}", "null", "[1]", '{"n": 1e999}', "INVALID_JSON"])

# What a decoder may say: the method, and how its arguments are made. Blocks are made anew for each
# side, as both fill them.
WORDS: list[st.SearchStrategy[tuple[str, Any]]] = [
    st.tuples(st.just("text"), TEXTS.map(lambda text: lambda: ((text,), {}))),
    st.tuples(st.just("thinking"), TEXTS.map(lambda text: lambda: ((text,), {}))),
    st.just(("signature", lambda: (("sealed",), {}))),
    st.just(("citation", lambda: ((Citation.model_validate(SOURCE),), {}))),
    st.tuples(
        st.just("tool"), KEYS.map(lambda k: lambda: ((k,), {"id": f"toolu_{k}", "name": "look"}))
    ),
    st.tuples(
        st.just("tool_json"), st.tuples(KEYS, JSON).map(lambda said: lambda: (said, {}))
    ),
    st.tuples(st.just("stop"), KEYS.map(lambda k: lambda: ((k,), {}))),
    st.tuples(
        st.just("delta"),
        st.tuples(KEYS, st.sampled_from(["new", 5])).map(
            lambda said: lambda: ((said[0], UnknownDelta("odd_delta", odd=said[1])), {})
        ),
    ),
    st.tuples(
        st.just("open"),
        KEYS.map(
            lambda k: lambda: (
                (k, ServerToolUseBlock.model_validate(
                    {"type": "server_tool_use", "id": "s", "name": "web_search", "input": {}}
                )),
                {},
            )
        ),
    ),
    st.just(("block", lambda: ((RedactedThinkingBlock(data="x"),), {}))),
    st.just(("block", lambda: ((TextBlock(text="whole"),), {}))),
    st.tuples(
        st.just("block"),
        st.sampled_from([{"model": "m-2"}, {}, "m-2"]).map(
            lambda to: lambda: (
                (UnknownBlock.model_validate({"type": "fallback", "to": to}),), {}
            )
        ),
    ),
]  # fmt: skip
ENDS = st.fixed_dictionaries(
    {},
    optional={
        "stop_sequence": st.just("END"),
        "stop_details": st.builds(lambda: StopDetails(explanation="no")),
        "container": st.just(Container(id="c")),
        "provider_extras": st.just({"cost": 1}),
        "model": st.just("not this"),
        "nothing": st.none(),
    },
)
USAGES = [
    lambda: Usage(input_tokens=3, output_tokens=5, service_tier="standard"),
    lambda: Usage(output_tokens=1, output_tokens_details=OutputTokensDetails(thinking_tokens=1)),
    lambda: Usage.model_validate({"input_tokens": 0, "output_tokens": 2, "seconds": 0.5}),
]


def said(emit: Emitter, words: list[tuple[str, Any]], end: dict[str, Any], usage: Any) -> list[str]:
    """Say it all; return the words that could not stand where they were."""
    refused = []
    emit.start(id="msg_1", model="m-1", usage=Usage(input_tokens=3), provider="p")
    emit.start(id="msg_2", model="m-3")
    for place, (word, make) in enumerate(words):
        positional, named = make()
        try:
            getattr(emit, word)(*positional, **named)
        except GrammarError as error:
            refused.append(f"{place}: {error}")
    emit.finish("end_turn", usage(), **end)
    return refused


@given(st.lists(st.one_of(WORDS), max_size=12), ENDS, st.sampled_from(USAGES))
def test_the_same_message_and_the_same_faults(words, end, usage) -> None:  # type: ignore[no-untyped-def]
    emit, folder = Emitter(), Folder()
    assert said(emit, words, end, usage) == said(folder, words, end, usage)
    broken: tuple[list[int], list[int]] = [], []
    sums = Accumulator(broken[0].append)
    sums.add(emit.take())
    wanted, found = sums.snapshot(), folder.message(broken[1].append)
    assert found == wanted
    assert found.model_dump() == wanted.model_dump()
    assert found.model_fields_set == wanted.model_fields_set
    assert broken[0] == broken[1]
    assert MessageResponse.model_validate(found.model_dump()) == found


def test_what_is_not_finished_is_no_message() -> None:
    folder = Folder()
    folder.start(id="msg_1", model="m-1")
    folder.text("half")
    with pytest.raises(GrammarError, match="not finished"):
        folder.message()


def test_events_of_a_messages_stream_are_not_for_it() -> None:
    with pytest.raises(GrammarError, match="ping"):
        Folder().native(PingEvent())
