"""Any legal way to stream an answer gives the message of the whole; nonsense is a typed error."""

from __future__ import annotations

import json
from itertools import pairwise
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from any_llm.errors import AnyLLMError
from any_llm.plugin import MessageResponse, StreamTruncated
from tests.support.examples import examples
from tests.support.gemini_replies import chunk, context, folded, read_bytes, read_whole, sse
from tests.support.gemini_requests import NEW, encode, result, user

Json = dict[str, Any]

words = st.text(st.characters(exclude_categories=["Cs"]), max_size=8)
odd = st.sampled_from(["\u0085", "\u2028", "\r", "\n\n", "data: x", '"', "\\", "\U0001f600", "é"])
prose = st.lists(words | odd, max_size=3).map("".join)
scalars = st.none() | st.booleans() | st.integers(-9, 9) | words
arguments = st.dictionaries(words, scalars | st.lists(scalars, max_size=2), max_size=3)
ids = st.sampled_from(["a", "b", "c", "d", "e"])
said = st.fixed_dictionaries({"text": prose}, optional={"thought": st.just(True)})
called = st.fixed_dictionaries({"name": st.sampled_from("fgh")}, optional={"args": arguments})
parts = st.one_of(
    said,
    called.map(lambda call: {"functionCall": call}),
    st.just({"executableCode": {"language": "PYTHON", "code": "1"}}),
    st.just({"toolCall": {"toolType": "URL_CONTEXT", "id": "x"}}),
)


@st.composite
def answers(draw: st.DrawFn) -> list[Json]:
    """Return the chunks of an answer; no two signatures are the same."""
    found = draw(st.lists(parts, min_size=1, max_size=6))
    for at, part in enumerate(found):
        if draw(st.booleans()):
            part = {**part, "thoughtSignature": f"AAA{'ABCDEF'[at]}"}  # noqa: PLW2901
        found[at] = part
    cuts = sorted(draw(st.lists(st.integers(0, len(found)), max_size=3)))
    groups = [found[a:b] for a, b in pairwise([0, *cuts, len(found)])]
    reason = draw(st.sampled_from(["STOP", "MAX_TOKENS", "SAFETY"]))
    usage = {"promptTokenCount": 3, "candidatesTokenCount": 2, "thoughtsTokenCount": 1}
    chunks = [chunk(*group) for group in groups]
    chunks[-1] = chunk(*groups[-1], finish=reason, usage=usage)
    return chunks


def pieces(data: bytes, cuts: list[int]) -> list[bytes]:
    places = sorted(cut % (len(data) + 1) for cut in cuts)
    return [data[a:b] for a, b in pairwise([0, *places, len(data)])]


@given(answers(), st.lists(st.integers(0, 10**6), max_size=8), st.booleans())
@examples(100)
def test_streamed_is_whole(chunks, cuts, escaped):
    data = b"".join(
        f"data: {json.dumps(each, ensure_ascii=escaped)}\r\n\r\n".encode() for each in chunks
    )
    streamed = read_bytes(pieces(data, cuts))
    whole = read_whole(folded(chunks))
    array = read_bytes(pieces(json.dumps(chunks, indent=1).encode(), cuts))
    assert streamed.message.content == whole.message.content == array.message.content
    assert streamed.message.stop_reason == whole.message.stop_reason


@given(answers())
@examples(100)
def test_what_was_said_goes_back(chunks):
    """Every part but what says nothing; neighbouring prose of one kind may be one part."""
    message = read_whole(folded(chunks)).message
    calls = [block for block in message.content if block.type == "tool_use"]
    turn = {"role": "assistant", "content": message.content}
    results = [result(block.id) for block in calls]
    got = encode(model=NEW, messages=[user("a"), turn, user(*results, "b")])
    sent = [p for content in got.contents if content["role"] == "model" for p in content["parts"]]
    theirs = [part for each in chunks for part in each["candidates"][0]["content"]["parts"]]
    assert joined(sent) == joined(theirs)


def joined(found: list[Json]) -> list[Json]:
    """Join prose that no signature parts, leave out what says nothing, even out calls."""
    out: list[Json] = []
    for part in found:
        if "functionCall" in part:
            call = part["functionCall"]
            plain = {"name": call["name"], "args": call.get("args") or {}}
            part = {**part, "functionCall": plain}  # noqa: PLW2901
            if part.get("thoughtSignature", "").startswith("c2tp"):
                del part["thoughtSignature"]
        elif part.get("text") == "" and "thoughtSignature" not in part:
            continue
        last = out[-1] if out else {}
        if "text" in part and set(last) == set(part) and "thoughtSignature" not in part:
            out[-1] = {**part, "text": last["text"] + part["text"]}
        else:
            out.append(part)
    return out


@given(answers(), st.integers(0, 10**6))
@examples(100)
def test_a_cut_stream_is_never_complete(chunks, place):
    data = sse(*chunks)
    end = data.rfind(b"data: ")
    at = place % end if end else 0
    assert isinstance(read_bytes([data[:at]]).error, StreamTruncated)


# --- nonsense --------------------------------------------------------------------------------

values: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=4),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3)
    ),
    max_leaves=6,
)


@st.composite
def spoiled(draw: st.DrawFn) -> Any:
    """Return an answer with something else put in one of its places."""
    body: Any = folded(draw(answers()))
    body["candidates"][0]["groundingMetadata"] = {
        "groundingChunks": [{"web": {"uri": "u", "title": "t"}}],
        "groundingSupports": [{"segment": {"endIndex": 1}, "groundingChunkIndices": [0]}],
        "webSearchQueries": ["q"],
    }
    place = body
    for _ in range(draw(st.integers(0, 7))):
        keys = list(place) if isinstance(place, dict) else list(range(len(place)))
        if not keys:
            break
        key = draw(st.sampled_from(keys))
        if not isinstance(place[key], dict | list) or draw(st.integers(0, 3)) == 0:
            place[key] = draw(values)
            break
        place = place[key]
    return body


@given(spoiled())
@examples(300)
def test_nonsense_is_a_typed_error(body):
    for got in (
        read_whole(body, context(), judged=False),
        read_bytes([sse(body)], judged=False),
        read_bytes([json.dumps(body, indent=1).encode()], judged=False),
    ):
        assert isinstance(got.result, MessageResponse | AnyLLMError)


@given(st.binary(max_size=60))
@examples(100)
def test_noise_is_a_typed_error(noise):
    for data in (noise, b"data: " + noise, b"[" + noise, b'data: {"candidates":' + noise):
        assert read_bytes([data], judged=False).error
