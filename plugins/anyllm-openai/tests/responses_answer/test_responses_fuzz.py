"""Whatever is damaged in an answer: a message or a typed error comes of it, never another."""

from __future__ import annotations

import copy
import json

from hypothesis import given
from hypothesis import strategies as st

from any_llm.errors import AnyLLMError
from any_llm.plugin import MessageResponse
from tests.support.examples import examples
from tests.support.responses_replies import (
    call,
    completed,
    created,
    event,
    message,
    read,
    read_bytes,
    read_whole,
    reasoning,
    refusal,
    response,
    text,
)

NOTE = {"type": "url_citation", "url": "https://example.com", "title": "T", "start_index": 0}
SEARCH = {
    "type": "web_search_call",
    "id": "ws_1",
    "status": "completed",
    "action": {"type": "search", "query": "q", "sources": [{"type": "url", "url": "u"}]},
}
ITEMS = [
    reasoning("One", "Two", content=("Deep",), encrypted_content="gAAA="),
    message(text("Hi", NOTE, logprobs=[{"token": "Hi"}]), refusal("No"), phase="final_answer"),
    SEARCH,
    call("f", '{"a": 1}', namespace="n"),
    {"type": "mcp_call", "id": "mcp_1", "name": "n"},
]
TOP = {
    "usage": {
        "input_tokens": 5,
        "input_tokens_details": {"cached_tokens": 1, "cache_write_tokens": 1},
        "output_tokens": 5,
        "output_tokens_details": {"reasoning_tokens": 1},
        "total_tokens": 10,
    },
    "tool_usage": {"web_search": {"num_requests": 1}},
    "service_tier": "default",
    "incomplete_details": {"reason": "max_output_tokens"},
    "input_transformations": [{"type": "reasoning", "id": "x", "action": "removed"}],
    "billing": {"payer": "developer"},
}
FULL = response(*ITEMS, **TOP)
WHERE = {"item_id": "msg_1", "output_index": 1, "content_index": 0}
STREAM = [
    created(),
    event("output_item.added", item=reasoning(), output_index=0),
    event("reasoning_summary_text.delta", item_id="rs_1", summary_index=0, delta="One"),
    event("reasoning_summary_text.done", item_id="rs_1", summary_index=0, text="One"),
    event("reasoning_text.delta", item_id="rs_1", content_index=0, delta="Deep"),
    event("output_item.done", item=ITEMS[0], output_index=0),
    event("content_part.added", **WHERE, part=text("")),
    event("output_text.delta", **WHERE, delta="H", logprobs=[]),
    event("output_text.annotation.added", **WHERE, annotation=NOTE),
    event("output_text.done", **WHERE, text="Hi"),
    event("content_part.done", **WHERE, part=text("Hi", NOTE)),
    event("refusal.delta", item_id="msg_1", output_index=1, content_index=1, delta="No"),
    event("refusal.done", item_id="msg_1", output_index=1, content_index=1, refusal="No"),
    event("output_item.done", item=ITEMS[1], output_index=1),
    event("output_item.added", item=call(arguments=""), output_index=3),
    event("function_call_arguments.delta", item_id="fc_1", output_index=3, delta='{"a": 1}'),
    event("function_call_arguments.done", item_id="fc_1", output_index=3, arguments='{"a": 1}'),
    completed(*ITEMS, **TOP),
]
ERRORS = [
    event("error", error={"code": "server_error", "message": "m", "type": "t"}),
    event("error", code="bio_policy", message="m"),
    event("failed", response=response(status="failed", error={"code": "c", "message": "m"})),
    {"error": {"message": "m", "code": 400, "metadata": {"raw": "r"}}},
]

odd = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=3)
    | st.sampled_from(["", "{", "text", "message", "reasoning", "\ud800"]),
    lambda inner: (
        st.lists(inner, max_size=2)
        | st.dictionaries(st.sampled_from(["type", "index", "text", "id", "x"]), inner, max_size=2)
    ),
    max_leaves=4,
)


def places(value, path=()):
    """Yield the path of every value inside `value`."""
    if path:
        yield path
    inside = value.items() if isinstance(value, dict) else enumerate(value)
    for key, inner in inside:
        if isinstance(inner, dict | list):
            yield from places(inner, (*path, key))
        else:
            yield (*path, key)


@st.composite
def damaged(draw, whole):
    """Return `whole` with one to three of its values put out or replaced."""
    broken = copy.deepcopy(whole)
    for _ in range(draw(st.integers(1, 3))):
        if not (found := list(places(broken))):
            break
        *way, last = draw(st.sampled_from(found))
        holder = broken
        for key in way:
            holder = holder[key]
        if draw(st.booleans()):
            del holder[last]
        else:
            holder[last] = draw(odd)
    return broken


def fine(got):
    if isinstance(got.result, MessageResponse):
        return bool(got.result.model_dump_json())
    return isinstance(got.result, AnyLLMError)


@examples(500)
@given(damaged(FULL))
def test_damaged_whole_answers(body):
    assert fine(read_whole(json.dumps(body).encode(), judged=False))


@examples(500)
@given(damaged(STREAM))
def test_damaged_streams(events):
    assert fine(read(*events, judged=False))


@examples(300)
@given(st.permutations(STREAM[:-1]))
def test_events_in_any_order(events):
    assert fine(read(*events, STREAM[-1], judged=False))


@examples(200)
@given(damaged(ERRORS))
def test_damaged_errors(bodies):
    for body in bodies:
        assert fine(read_whole(json.dumps(body).encode(), judged=False))
        assert fine(read(created(), body, judged=False))


@examples(200)
@given(st.lists(st.binary(max_size=20), max_size=4))
def test_any_bytes(parts):
    assert isinstance(read_bytes([b"data: ", *parts, b"\n\n"]).result, AnyLLMError)
    assert isinstance(read_whole(b"".join(parts)).result, AnyLLMError)
