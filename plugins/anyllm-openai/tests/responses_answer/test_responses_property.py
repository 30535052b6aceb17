"""Any way to stream an answer gives the message of the whole answer.

A plan (items in order) is written down twice: as a whole response, and as events that are split,
interleaved, repeated and robbed of their indexes or ids at random.
"""

from __future__ import annotations

import json
from itertools import pairwise
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from tests.support.examples import examples
from tests.support.responses_replies import (
    call,
    created,
    event,
    message,
    read_bytes,
    read_whole,
    reasoning,
    refusal,
    response,
    sse,
    text,
)

Json = dict[str, Any]

texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=10)
arguments = st.dictionaries(texts, st.none() | st.integers(-9, 9) | texts, max_size=3)
NOTE = {"type": "url_citation", "url": "https://example.com", "title": "T"}

# How a server names things: items have ids, events have output_index and content_index.
STYLES = {
    "all": (True, True, True),
    "ids": (True, False, True),
    "ids alone": (True, False, False),
    "indexes": (False, True, True),
    "nothing": (False, False, False),
}


@st.composite
def items(draw: st.DrawFn, at: int) -> Json:
    kind = draw(st.sampled_from(["text", "text", "reasoning", "call", "search", "other"]))
    if kind == "reasoning":
        more = {"encrypted_content": "gAAA="} if draw(st.booleans()) else {}
        told = draw(st.lists(texts.filter(bool), max_size=2))
        return reasoning(*told, id=f"rs_{at}", **more)
    if kind == "call":
        return call(f"f{at}", json.dumps(draw(arguments)), id=str(at))
    if kind == "search":
        action = {"type": "search", "query": draw(texts), "sources": []}
        item = {"type": "web_search_call", "id": f"ws_{at}", "status": "completed"}
        return {**item, "action": action}
    if kind == "other":
        return {"type": "mcp_call", "id": f"mcp_{at}", "name": draw(texts)}
    parts = [
        refusal(draw(texts)) if draw(st.integers(0, 9)) == 0 else text(draw(texts), *notes)
        for notes in draw(st.lists(st.sampled_from([(), (NOTE,)]), min_size=1, max_size=2))
    ]
    phase = {"phase": "commentary"} if draw(st.booleans()) else {}
    return message(*parts, id=f"msg_{at}", **phase)


@st.composite
def streams(draw: st.DrawFn) -> tuple[Json, list[bytes]]:
    """Return a whole response and a stream of it, in parts of any size."""
    named, indexed, placed = STYLES[draw(st.sampled_from(sorted(STYLES)))]
    output = [draw(items(at)) for at in range(draw(st.integers(0, 4)))]
    if not named:
        output = [{**item, "id": ""} for item in output]
    status = draw(st.sampled_from(["completed", "incomplete"]))
    details = {"incomplete_details": {"reason": "max_output_tokens"}}
    usage = draw(st.none() | st.just({"input_tokens": 3, "output_tokens": 4}))
    body = response(*output, status=status, usage=usage, **details)
    queues = [draw(events(item, at)) for at, item in enumerate(output)]
    said = draw(merged(queues)) if named or indexed else [e for queue in queues for e in queue]
    said = [without(each, named=named, indexed=indexed, placed=placed) for each in said]
    last = {**body, "output": output if draw(st.booleans()) else []}
    data = sse(created(), *draw(doubled(said, named=named)), event(status, response=last))
    cuts = sorted(draw(st.sets(st.integers(0, len(data)), max_size=5)))
    return body, [data[a:b] for a, b in pairwise([0, *cuts, len(data)])]


def without(each: Json, *, named: bool, indexed: bool, placed: bool) -> Json:
    """Return an event as a server of this style sends it."""
    gone = {
        *(() if named else ("item_id",)),
        *(() if indexed else ("output_index",)),
        *(() if placed else ("content_index", "summary_index")),
    }
    return {name: value for name, value in each.items() if name not in gone}


@st.composite
def doubled(draw: st.DrawFn, said: list[Json], *, named: bool) -> list[Json]:
    """Repeat events that end something, now or at the very end."""
    ends = [each for each in said if each["type"].endswith(".done")]
    late = draw(st.lists(st.sampled_from(ends), max_size=2)) if ends and named else []
    twice = [draw(st.integers(1, 2)) if each in ends and named else 1 for each in said]
    return [each for each, times in zip(said, twice, strict=True) for _ in range(times)] + late


@st.composite
def merged(draw: st.DrawFn, queues: list[list[Json]]) -> list[Json]:
    """Mix the events of the items; each item begins after the one before it has begun."""
    said: list[Json] = [each for queue in queues for each in queue[:1]]
    if not draw(st.booleans()):
        return [each for queue in queues for each in queue]
    left = [queue[1:] for queue in queues]
    while any(left):
        queue = draw(st.sampled_from([queue for queue in left if queue]))
        said.append(queue.pop(0))
    return said


@st.composite
def pieces(draw: st.DrawFn, said: str) -> list[str]:
    cuts = sorted(draw(st.sets(st.integers(0, len(said)), max_size=3)))
    return [said[a:b] for a, b in pairwise([0, *cuts, len(said)])]


@st.composite
def events(draw: st.DrawFn, item: Json, at: int) -> list[Json]:
    """Return the events of one item, from `added` to `done`; the deltas may be missing."""
    place = {"output_index": at, "item_id": item["id"]}
    # Encrypted content is announced, or the reasoning has ended before anything follows it.
    bare = {"content": [], "summary": [], "arguments": "", "encrypted_content": "early"}
    begun = {**item, **{name: value for name, value in bare.items() if name in item}}
    if item["type"] == "reasoning":
        begun["encrypted_content"] = "early"
    said = [event("output_item.added", item=begun, output_index=at)]
    if draw(st.booleans()):
        said += draw(deltas(item, place))
    return [*said, event("output_item.done", item=item, output_index=at)]


@st.composite
def deltas(draw: st.DrawFn, item: Json, place: Json) -> list[Json]:
    said: list[Json] = []
    if item["type"] == "function_call":
        told = draw(pieces(item["arguments"]))
        said += [event("function_call_arguments.delta", **place, delta=piece) for piece in told]
    for at, part in enumerate(item.get("summary", ())):
        where = {**place, "summary_index": at}
        told = draw(pieces(part["text"]))
        said += [event("reasoning_summary_text.delta", **where, delta=piece) for piece in told]
        said.append(event("reasoning_summary_part.done", **where, part=part))
    for at, part in enumerate(item.get("content", ())):
        said += draw(part_events(part, {**place, "content_index": at}))
    return said


@st.composite
def part_events(draw: st.DrawFn, part: Json, where: Json) -> list[Json]:
    refused = part["type"] == "refusal"
    kind = "refusal.delta" if refused else "output_text.delta"
    name = "refusal" if refused else "text"
    empty = {**part, name: "", "annotations": []}
    said = [event("content_part.added", **where, part=empty)]
    said += [event(kind, **where, delta=piece) for piece in draw(pieces(part[name]))]
    if part.get("annotations") and part[name]:
        said.append(event("output_text.annotation.added", **where, annotation=NOTE))
    return [*said, event("content_part.done", **where, part=part)]


@examples(300)
@given(streams())
def test_a_stream_gives_the_message_of_the_whole_answer(answer):
    body, parts = answer
    whole, streamed = read_whole(body), read_bytes(parts)
    assert streamed.message == whole.message
    assert sorted(map(str, streamed.losses)) == sorted(map(str, whole.losses))
