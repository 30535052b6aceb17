"""Any legal way to stream an answer gives the message of the whole answer."""

from __future__ import annotations

import json
from itertools import pairwise
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from any_llm.plugin import StreamTruncated
from tests.support.examples import examples
from tests.support.ollama_replies import context, end, line, read_bytes, read_whole

Json = dict[str, Any]

texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
odd = st.sampled_from(["\u0085", "\u2028", "\u2029", "\r", "\n", '"', "\\", "\U0001f600", "é"])
prose = st.lists(texts | odd, max_size=4).map("".join)
scalars = st.none() | st.booleans() | st.integers(-9, 9) | texts
arguments = st.dictionaries(texts, scalars | st.lists(scalars, max_size=2), max_size=3)
calls = st.fixed_dictionaries(
    {"function": st.fixed_dictionaries({"name": st.sampled_from("fgh"), "arguments": arguments})},
    optional={"id": st.sampled_from(["", "a", "b"])},
)


@st.composite
def answers(draw: st.DrawFn) -> tuple[Json, list[bytes]]:
    """Return a whole answer, and a stream of it in parts of any size."""
    said = {"thinking": draw(prose), "content": draw(prose)}
    called = draw(st.lists(calls, max_size=3))
    last = end(done_reason=draw(st.sampled_from(["stop", "length", ""])))
    lines = [
        line(**{"content": "", name: piece})
        for name in said
        for piece in cut(draw, said[name], 3)
        if piece or draw(st.booleans())
    ]
    with_end = draw(st.integers(0, len(called)))  # how many calls come on the last line
    lines += [line("", tool_calls=[one]) for one in called[: len(called) - with_end]]
    if with_end:
        last = {**last, "message": {"content": "", "tool_calls": called[-with_end:]}}
    escaped = draw(st.booleans())
    data = "".join(json.dumps(one, ensure_ascii=escaped) + "\n" for one in [*lines, last]).encode()
    whole = {**last, "message": {"role": "assistant", **said, "tool_calls": called}}
    return whole, cut(draw, data, 12)


def cut(draw: st.DrawFn, whole: Any, most: int) -> list[Any]:
    at = draw(st.lists(st.integers(0, len(whole)), max_size=most).map(sorted))
    return [whole[a:b] for a, b in pairwise([0, *at, len(whole)])]


@given(answers())
@examples(200)
def test_streamed_is_whole(answer):
    whole, parts = answer
    streamed = read_bytes(parts, context())
    assert streamed.message == read_whole(whole, context()).message


@given(answers(), st.data())
@examples(100)
def test_a_cut_stream_is_truncated(answer, data):
    stream = b"".join(answer[1])
    at = data.draw(st.integers(0, len(stream.rstrip(b"\n")) - 1))
    assert isinstance(read_bytes([stream[:at]], context()).error, StreamTruncated)
