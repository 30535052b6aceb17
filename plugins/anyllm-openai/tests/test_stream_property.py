"""Any legal way to stream an answer gives the message of the whole answer.

A plan (reasoning, text, calls) is written down twice: as a whole answer, and as a stream that is
cut, interleaved and repeated at random in one of the ways in which servers name their calls.
"""

from __future__ import annotations

import json
from itertools import pairwise
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from tests.support.chat_replies import DONE, completion, read_bytes, read_whole, sse
from tests.support.examples import examples

Json = dict[str, Any]

texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
scalars = st.none() | st.booleans() | st.integers(-9, 9) | texts
arguments = st.dictionaries(texts, scalars | st.lists(scalars, max_size=2), max_size=3)
names = st.from_regex(r"[A-Za-z0-9_-]{1,8}", fullmatch=True)

# How a server names its calls: index, id, whether calls may be interleaved.
STYLES = {
    "index and id": (True, True, True),
    "index": (True, False, True),
    "id": (False, True, True),
    "nothing": (False, False, False),
    "index 0 and id": (None, True, False),
}


@st.composite
def plans(draw: st.DrawFn) -> Json:
    """Return reasoning, text and calls of one answer, and how it is streamed."""
    return {
        "style": draw(st.sampled_from(sorted(STYLES))),
        "field": draw(st.sampled_from(["reasoning_content", "reasoning"])),
        "details": draw(st.booleans()),
        "thinking": draw(texts),
        "text": draw(texts),
        "calls": draw(st.lists(st.tuples(names, arguments), max_size=4)),
        "finish": draw(st.sampled_from(["stop", "tool_calls", "length", "content_filter"])),
        "usage": draw(st.none() | st.just({"prompt_tokens": 3, "completion_tokens": 4})),
    }


def whole_answer(plan: Json) -> Json:
    message: Json = {"role": "assistant", "content": plan["text"] or None}
    if plan["thinking"]:
        message[plan["field"]] = plan["thinking"]
        if plan["details"]:
            message["reasoning_details"] = [detail(plan["thinking"])]
    if plan["calls"]:
        message["tool_calls"] = [
            {**identity(plan, at), "function": {"name": name, "arguments": json.dumps(value)}}
            for at, (name, value) in enumerate(plan["calls"])
        ]
    return completion(message, finish(plan), usage=plan["usage"])


def finish(plan: Json) -> str:
    return "stop" if plan["finish"] == "tool_calls" and not plan["calls"] else plan["finish"]


def identity(plan: Json, at: int) -> Json:
    """Return the id of a call, where this way of streaming has one."""
    return {"id": f"id_{at}"} if STYLES[plan["style"]][1] else {}


def detail(text: str) -> Json:
    return {"type": "reasoning.text", "text": text, "format": None, "index": 0}


@st.composite
def streams(draw: st.DrawFn) -> tuple[Json, list[bytes]]:
    """Return a whole answer and a stream of it, in parts of any size."""
    plan = draw(plans())
    chunks = [chunk(delta) for delta in draw(deltas(plan))]
    chunks.append(chunk({}, finish(plan)))
    if draw(st.booleans()):
        chunks.append(chunk(draw(st.sampled_from([{}, {"content": ""}, None])), finish(plan)))
    if plan["usage"]:
        last = {"id": "", "choices": [], "usage": plan["usage"]}
        chunks += [last] if draw(st.booleans()) else [chunk({}, usage=plan["usage"])]
    data = sse(*draw(noisy(chunks)), *([DONE] if draw(st.booleans()) else []))
    cuts = sorted(draw(st.sets(st.integers(0, len(data)), max_size=5)))
    edges = [0, *cuts, len(data)]
    return whole_answer(plan), [data[a:b] for a, b in pairwise(edges)]


def chunk(delta: Any, reason: str | None = None, **more: Any) -> Json:
    choice = {"index": 0, "delta": delta, "finish_reason": reason}
    return {"id": "chatcmpl-1", "model": "m-1", "choices": [choice], **more}


@st.composite
def noisy(draw: st.DrawFn, chunks: list[Json]) -> list[Json]:
    """Put chunks that say nothing between the others."""
    nothing: list[Any] = [
        chunk({}),
        chunk(None),
        chunk({"role": "assistant", "content": "", "tool_calls": []}),
        chunk({"content": None, "reasoning": "", "reasoning_content": None}),
        {"choices": []},
        {"choices": None, "usage": None},
    ]
    said: list[Json] = []
    for each in chunks:
        said += draw(st.lists(st.sampled_from(nothing), max_size=1))
        said.append(each)
    return said


@st.composite
def pieces(draw: st.DrawFn, text: str) -> list[str]:
    cuts = sorted(draw(st.sets(st.integers(0, len(text)), max_size=3)))
    edges = [0, *cuts, len(text)]
    return [text[a:b] for a, b in pairwise(edges)]


@st.composite
def deltas(draw: st.DrawFn, plan: Json) -> list[Json]:
    """Return what says the plan's blocks, piece by piece."""
    said: list[Json] = []
    for piece in draw(pieces(plan["thinking"])) if plan["thinking"] else []:
        said.append({plan["field"]: piece})
        if plan["details"]:
            said[-1]["reasoning_details"] = [detail(piece)]
    said += [{"content": piece} for piece in draw(pieces(plan["text"]))]
    queues = [draw(fragments(plan, at)) for at in range(len(plan["calls"]))]
    for fragment in draw(merged(queues, mixed=STYLES[plan["style"]][2])):
        if said and "tool_calls" in said[-1] and draw(st.booleans()):
            said[-1]["tool_calls"].append(fragment)
        else:
            said.append({"tool_calls": [fragment]})
    return said


@st.composite
def fragments(draw: st.DrawFn, plan: Json, at: int) -> list[Json]:
    """Return one call in fragments that its style allows."""
    indexed, identified, _ = STYLES[plan["style"]]
    name, value = plan["calls"][at]
    place = {"index": at} if indexed else {"index": 0} if indexed is None else {}
    made: list[Json] = []
    for number, piece in enumerate(draw(pieces(json.dumps(value)))):
        fragment: Json = {**place, "function": {"arguments": piece}}
        if number == 0:
            fragment |= identity(plan, at)
            fragment["function"]["name"] = name
            fragment |= draw(st.sampled_from([{}, {"type": "function"}, {"type": None}]))
        elif identified and (not indexed or draw(st.booleans())):
            fragment |= identity(plan, at)  # many servers repeat it
            if draw(st.booleans()):
                fragment["function"]["name"] = name
        made.append(fragment)
    if identified and draw(st.booleans()):  # and some send the whole call once more
        again = {"name": name, "arguments": json.dumps(value)}
        made.append({**place, **identity(plan, at), "function": again})
    return made


@st.composite
def merged(draw: st.DrawFn, queues: list[list[Json]], *, mixed: bool) -> list[Json]:
    """Return all fragments in one order that keeps each call's own, and the order of beginnings."""
    line: list[Json] = []
    begun = 0
    while any(queues):
        ready = [queue for queue in queues[:begun] if queue]
        if begun < len(queues) and (mixed or not ready):
            ready.append(queues[begun])
        queue = draw(st.sampled_from(ready))
        if begun < len(queues) and queue is queues[begun]:
            begun += 1
        line.append(queue.pop(0))
    return line


@examples(300)
@given(streams())
def test_streamed_equals_whole(case):
    body, parts = case
    whole, streamed = read_whole(body), read_bytes(parts)
    assert streamed.message == whole.message


@examples(150)
@given(streams(), st.data())
def test_a_stream_cut_anywhere_is_complete_or_an_error(case, data):
    body, parts = case
    stream = b"".join(parts)
    cut = data.draw(st.integers(0, len(stream)))
    got, whole = read_bytes([stream[:cut]]), read_whole(body).message
    if type(got.result) is type(whole):
        assert got.message.content == whole.content
        assert got.message.stop_reason == whole.stop_reason
