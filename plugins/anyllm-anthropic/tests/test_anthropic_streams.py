"""Any stream that the grammar allows comes as it was sent; any other is a typed error."""

from __future__ import annotations

import copy
import json

from hypothesis import example, given
from hypothesis import strategies as st

from any_llm.errors import AnyLLMError, APIStatusError
from any_llm.plugin import BadReply, MessageResponse, StreamTruncated, WireReply
from tests.support.examples import examples
from tests.support.messages_replies import DIALECT, context, read_bytes, read_whole, sse
from tests.support.wire import events, fault, message

words = st.text(max_size=6).filter(lambda text: text.isprintable())
values = st.recursive(
    st.none() | st.booleans() | st.integers(-9, 9) | words,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(words, inner, max_size=3),
    max_leaves=4,
)
OURS = frozenset(("type", "index", "model_dump", "model_copy", "model_validate", "model_dump_json"))
extras = st.dictionaries(st.sampled_from(("alpha", "beta", "gamma")), values, max_size=2)
pings = st.just({"type": "ping"})
unknown = st.builds(lambda more: {"type": "progress", **more}, extras)
between = st.lists(pings | unknown, max_size=2)


def pieces(kind, name):
    return st.lists(st.builds(lambda piece: {"type": kind, name: piece}, words), max_size=3)


odd_delta = st.builds(lambda more: {"type": "odd_delta", **more}, extras)
blocks = st.one_of(
    st.tuples(
        st.builds(lambda more: {"type": "text", "text": "", **more}, extras),
        pieces("text_delta", "text"),
    ),
    st.tuples(
        st.just({"type": "thinking", "thinking": "", "signature": ""}),
        st.builds(
            lambda said, sign: [*said, {"type": "signature_delta", "signature": sign}],
            pieces("thinking_delta", "thinking"),
            words,
        ),
    ),
    st.tuples(
        st.just({"type": "tool_use", "id": "toolu_1", "name": "f", "input": {}}),
        st.builds(
            _cut := (
                lambda value, at: [
                    {"type": "input_json_delta", "partial_json": json.dumps(value)[:at]},
                    {"type": "input_json_delta", "partial_json": json.dumps(value)[at:]},
                ]
            ),
            st.dictionaries(words, st.integers(-9, 9) | words, max_size=3),
            st.integers(0, 20),
        ),
    ),
    st.tuples(st.just({"type": "redacted_thinking", "data": "D"}), st.just([])),
    st.tuples(
        st.builds(lambda more: {"type": "poem", **more}, extras), st.lists(odd_delta, max_size=2)
    ),
)


@st.composite
def streams(draw):
    """The events of a stream, and the number of its blocks."""
    start, *_, message_delta, stop = events()
    said = [*draw(between), start]
    found = draw(st.lists(blocks, max_size=4))
    for index, (block, deltas) in enumerate(found):
        said += draw(between)
        said.append({"type": "content_block_start", "index": index, "content_block": block})
        for delta in deltas:
            said.append({"type": "content_block_delta", "index": index, "delta": delta})
            said += draw(between)
        said.append({"type": "content_block_stop", "index": index})
    first = {**message_delta, "delta": {"stop_reason": None}, "usage": {"output_tokens": 1}}
    said += [first] if draw(st.booleans()) else []
    return [*said, *draw(between), {**message_delta, **draw(extras)}, stop], len(found)


@given(made=streams(), cuts=st.lists(st.integers(0, 4000), max_size=5))
@examples(150)
def test_streams_come_as_they_were_sent_however_they_are_cut(made, cuts):
    said, count = made
    body = sse(*said)
    got = read_bytes([body])
    assert [said_of(event.model_dump(mode="json")) for event in got.events] == list(
        map(said_of, said)
    )
    assert len(got.message.content) == count
    at = sorted({cut for cut in cuts if cut < len(body)})
    parts = [body[a:b] for a, b in zip([0, *at], [*at, len(body)], strict=True)]
    assert read_bytes(parts).message == got.message


@given(made=streams(), at=st.floats(0, 1, exclude_max=True))
@examples(80)
def test_a_stream_that_is_cut_is_never_a_message(made, at):
    body = sse(*made[0])
    end = body.rindex(b'"message_stop"')
    assert isinstance(read_bytes([body[: int(at * end)]]).error, StreamTruncated)


def said_of(value):
    """Without nulls, which the known types leave open, and counts that are not said."""
    if isinstance(value, dict):
        found = {name: said_of(item) for name, item in value.items() if item is not None}
        return {name: item for name, item in found.items() if name != "cache_creation"}
    return [said_of(item) for item in value] if isinstance(value, list) else value


def test_a_character_cut_in_half_is_joined():
    start, block, *_, stop, message_delta, end = events()
    halves = [
        {"type": "text_delta", "text": text} for text in ("a\ud83d", "\ude00b", "c\ud83d", "d")
    ]
    deltas = [{"type": "content_block_delta", "index": 0, "delta": delta} for delta in halves]
    got = read_bytes([sse(start, block, *deltas, stop, message_delta, end)])
    assert got.message.text == "a\N{GRINNING FACE}bc\N{REPLACEMENT CHARACTER}d"
    body = message(text="a\ud83d\ude00b\ud83d").copy()
    assert (
        read_whole(json.dumps(body).encode()).message.text
        == "a\N{GRINNING FACE}b\N{REPLACEMENT CHARACTER}"
    )


# --- nonsense --------------------------------------------------------------------------------

WHOLE = message(
    content=[
        {"type": "thinking", "thinking": "t", "signature": "s"},
        {"type": "text", "text": "a", "citations": [{"type": "char_location", "cited_text": "c"}]},
        {"type": "tool_use", "id": "toolu_1", "name": "f", "input": {"a": 1}},
        {"type": "server_tool_use", "id": "srvtoolu_1", "name": "web_search", "input": {}},
        {"type": "web_search_tool_result", "tool_use_id": "srvtoolu_1", "content": []},
    ],
    container={"id": "c", "expires_at": "2026-01-01"},
)
STREAM = [
    *events()[:1],
    *(
        {"type": "content_block_start", "index": 0, "content_block": WHOLE["content"][1]},
        {
            "type": "content_block_delta",
            "index": 0,
            "delta": {"type": "text_delta", "text": "b"},
        },
        {"type": "content_block_stop", "index": 0},
    ),
    *events()[-2:],
]
ERROR = {**fault("api_error", "m", details={"error_code": "c"}), "request_id": "r"}
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
    yield path
    if isinstance(value, dict | list):
        for key, each in value.items() if isinstance(value, dict) else enumerate(value):
            yield from places(each, (*path, key))


def put(value, path, new):
    if not path:
        return new
    changed = copy.deepcopy(value)
    place = changed
    for key in path[:-1]:
        place = place[key]
    place[path[-1]] = new
    return changed


@given(path=st.sampled_from(list(places(WHOLE))), new=odd)
@examples(200)
def test_whole_nonsense_is_a_message_or_a_typed_error(path, new):
    got = read_whole(json.dumps(put(WHOLE, path, new)).encode())
    assert isinstance(got.result, MessageResponse | AnyLLMError)


@given(path=st.sampled_from(list(places(STREAM))[1:]), new=odd)
@examples(200)
def test_streamed_nonsense_is_a_message_or_a_typed_error(path, new):
    changed = put(STREAM, path, new)
    body = b"".join(b"event: x\ndata: %s\n\n" % json.dumps(one).encode() for one in changed)
    got = read_bytes([body])
    assert isinstance(got.result, MessageResponse | AnyLLMError)
    if isinstance(got.result, MessageResponse):
        got.result.model_dump_json()


@given(path=st.sampled_from(list(places(ERROR))), new=odd, status=st.sampled_from((400, 429, 529)))
@examples(150)
def test_refusals_that_are_nonsense_are_typed_errors(path, new, status):
    content = json.dumps(put(ERROR, path, new)).encode()
    reply = WireReply(status=status, headers={}, content=content)
    error = DIALECT.error(reply, context())
    assert isinstance(error, APIStatusError)
    assert error.status == status


@given(body=st.binary(max_size=60))
@example(body=b'{"error":" "}')
@examples(100)
def test_bytes_are_typed_errors(body):
    got = read_whole(body).result
    assert isinstance(got, BadReply | APIStatusError)  # `{"error": ...}` is one of the endpoint's
    assert not str(got).endswith(": ")
    assert isinstance(read_bytes([body]).result, AnyLLMError)
