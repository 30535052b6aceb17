"""Untrusted bytes: whatever stands in an answer, nothing but a message or a typed error comes."""

from __future__ import annotations

import copy
import json

from hypothesis import given
from hypothesis import strategies as st

from any_llm.errors import AnyLLMError
from any_llm.plugin import MessageResponse
from tests.support.chat_replies import DONE, call, chunk, completion, read, read_bytes, read_whole
from tests.support.examples import examples

ANNOTATION = {"type": "url_citation", "url_citation": {"url": "https://a.test", "title": "A"}}
DETAIL = {"type": "reasoning.text", "text": "hm", "index": 0, "id": "r"}
SAID = {
    "role": "assistant",
    "content": [{"type": "thinking", "thinking": [{"type": "text", "text": "t"}]}, "x"],
    "reasoning": "hm",
    "reasoning_details": [DETAIL, DETAIL],
    "refusal": "no",
    "annotations": [ANNOTATION],
    "audio": {"data": "AA"},
    "tool_calls": [
        {
            "index": 0,
            "id": "c",
            "type": "function",
            "function": {"name": "f", "arguments": '{"a": 1}'},
            "extra_content": {"google": {"thought_signature": "s"}},
        }
    ],
}
TOP = {
    "usage": {
        "prompt_tokens": 5,
        "completion_tokens": 5,
        "total_tokens": 10,
        "prompt_tokens_details": {"cached_tokens": 1},
        "completion_tokens_details": {"reasoning_tokens": 1},
    },
    "x_groq": {"usage": {"prompt_tokens": 1}},
    "service_tier": "default",
    "system_fingerprint": "fp",
    "cost": {"total": 1},
}
ERROR = {"error": {"message": "m", "code": 400, "metadata": {"raw": "r", "retry_after_seconds": 1}}}
FULL = completion(SAID, "tool_calls", **TOP)
FULL["choices"][0] |= {"logprobs": {"content": [{"token": "a"}]}, "stop_reason": "END"}
STREAM = [
    chunk({"reasoning": "hm", "reasoning_details": [DETAIL]}),
    chunk(SAID, **TOP),
    chunk({"content": "Hi"}),
    chunk(call(arguments="")),
    chunk({}, "tool_calls"),
    {"choices": [], "usage": TOP["usage"]},
]

odd = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=3)
    | st.sampled_from(["", "{", "text", "stop", "\ud800"]),
    lambda inner: (
        st.lists(inner, max_size=2)
        | st.dictionaries(st.sampled_from(["type", "index", "text", "id", "x"]), inner, max_size=2)
    ),
    max_leaves=4,
)


def places(value, path=()):
    """Yield the path of every value inside `value`."""
    yield path
    inside = value.items() if isinstance(value, dict) else enumerate(value)
    if isinstance(value, dict | list):
        for key, inner in inside:
            yield from (
                places(inner, (*path, key)) if isinstance(inner, dict | list) else [(*path, key)]
            )


@st.composite
def damaged(draw, whole):
    """Return `whole` with one to three of its values put out or replaced."""
    broken = copy.deepcopy(whole)
    for _ in range(draw(st.integers(1, 3))):
        *way, last = draw(st.sampled_from([path for path in places(broken) if path]))
        holder = broken
        for key in way:
            holder = holder[key]
        if draw(st.booleans()):
            del holder[last]
        else:
            holder[last] = draw(odd)
        if not [path for path in places(broken) if path]:
            break
    return broken


def fine(got):
    return isinstance(got.result, MessageResponse | AnyLLMError)


@examples(500)
@given(damaged(FULL))
def test_damaged_whole_answers(body):
    assert fine(read_whole(json.dumps(body).encode(), judged=False))


@examples(500)
@given(damaged(STREAM))
def test_damaged_streams(chunks):
    assert fine(read(*chunks, DONE, judged=False))


@examples(200)
@given(damaged([ERROR]))
def test_damaged_errors(bodies):
    for body in bodies:
        assert fine(read_whole(json.dumps(body).encode(), judged=False))
        assert fine(read(body, judged=False))


@examples(200)
@given(st.lists(st.binary(max_size=20), max_size=4))
def test_any_bytes(parts):
    assert isinstance(read_bytes([b"data: ", *parts, b"\n\n"]).result, AnyLLMError)
    assert isinstance(read_whole(b"".join(parts)).result, AnyLLMError)
