"""Untrusted bytes: whatever stands in an answer, nothing but a message or a typed error comes."""

from __future__ import annotations

import copy
import json

from hypothesis import given
from hypothesis import strategies as st

from any_llm.errors import AnyLLMError, APIStatusError
from any_llm.plugin import MessageResponse, WireReply
from anyllm_ollama.errors import error_of_reply
from tests.support.examples import examples
from tests.support.ollama_replies import call, context, end, line, ndjson, read_bytes, read_whole

FULL = {
    **end(remote_model="r", logprobs=[{"token": "a"}]),
    "message": {
        "role": "assistant",
        "content": "hi",
        "thinking": "hm",
        "images": ["A"],
        "tool_calls": [call(id="c", arguments={"a": 1}, type="function")],
    },
}
STREAM = [line("", thinking="hm"), line("a"), line("", tool_calls=[call()]), FULL]
ERROR = {"error": {"message": "m", "type": "t", "code": 400}, "signin_url": "u", "status": 400}

odd = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=5)
    | st.just("\ud800"),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=5,
)


def places(value, path=()):
    """Every place in a JSON value."""
    yield path
    if isinstance(value, dict | list):
        for key, each in value.items() if isinstance(value, dict) else enumerate(value):
            yield from places(each, (*path, key))


def put(value, path, new):
    """The value with `new` at one place."""
    if not path:
        return new
    changed = copy.deepcopy(value)
    place = changed
    for key in path[:-1]:
        place = place[key]
    place[path[-1]] = new
    return changed


def survived(result):
    assert isinstance(result, MessageResponse | AnyLLMError)


@given(st.data())
@examples(300)
def test_any_value_at_any_place_of_a_whole_answer(data):
    body = put(FULL, data.draw(st.sampled_from(list(places(FULL)))), data.draw(odd))
    survived(read_whole(json.dumps(body).encode(), judged=False).result)


@given(st.data())
@examples(300)
def test_any_value_at_any_place_of_a_stream(data):
    lines = put(STREAM, data.draw(st.sampled_from(list(places(STREAM))[1:])), data.draw(odd))
    body = b"".join(json.dumps(each).encode() + b"\n" for each in lines)
    survived(read_bytes([body], judged=False).result)


@given(st.binary(max_size=60), st.integers(0, 400), st.sampled_from(["flip", "cut", "insert"]))
@examples(300)
def test_any_bytes(noise, at, how):
    body = ndjson(*STREAM)
    at %= len(body)
    behind = {"flip": at + len(noise), "cut": len(body), "insert": at}[how]
    body = body[:at] + noise + body[behind:]
    survived(read_bytes([body], context(), judged=False).result)
    survived(read_whole(body, context(), judged=False).result)


@given(st.data(), st.sampled_from([400, 401, 403, 404, 429, 500, 503]))
@examples(200)
def test_any_error_body(data, status):
    body = put(ERROR, data.draw(st.sampled_from(list(places(ERROR)))), data.draw(odd))
    reply = WireReply(status=status, headers={}, content=json.dumps(body).encode())
    assert isinstance(error_of_reply(reply, context()), APIStatusError)
    survived(read_bytes([reply.content], judged=False).result)
