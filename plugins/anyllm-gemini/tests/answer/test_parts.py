"""Mapping 1.6: every kind of part that Google knows, and those that it does not."""

from __future__ import annotations

import pytest

from any_llm.plugin import BadReply, Envelope
from anyllm_gemini.said import DATA
from tests.support.gemini_replies import COUNTED, both, call, chunk, context, read, read_whole, text

MEDIA = {"mimeType": "image/png", "data": "aGk="}
# Field of types.Part -> a value, and what becomes of a part that holds it: a block, an envelope
# with the part for Google, an error, or a place beside the data of a part.
FIELDS = {
    "text": ("Hi", "block"),
    "functionCall": ({"name": "f", "args": {}}, "block"),
    "inlineData": (MEDIA, "error"),
    "fileData": ({"mimeType": "image/png", "fileUri": "https://a.test/b"}, "error"),
    "executableCode": ({"language": "PYTHON", "code": "1"}, "envelope"),
    "codeExecutionResult": ({"outcome": "OUTCOME_OK", "output": "1"}, "envelope"),
    "toolCall": ({"toolType": "URL_CONTEXT", "id": "x"}, "envelope"),
    "toolResponse": ({"toolType": "URL_CONTEXT", "id": "x"}, "envelope"),
    "functionResponse": ({"name": "f", "response": {}}, "unknown"),
    "mediaResolution": ({"level": "MEDIA_RESOLUTION_LOW"}, "beside"),
    "videoMetadata": ({"fps": 1.0}, "beside"),
    "partMetadata": ({"a": 1}, "beside"),
    "audioTranscription": ({"text": "Hi"}, "beside"),
    "mediaProcessing": ({"a": 1}, "beside"),
    "speechMetadata": ({"a": 1}, "beside"),
    "documentMetadata": ({"a": 1}, "beside"),
    "spreadsheetMetadata": ({"a": 1}, "beside"),
    "audioMetadata": ({"a": 1}, "beside"),
    "thought": (True, "sign"),
    "thoughtSignature": ("AAAA", "sign"),
}


def test_every_field_of_googles_part_is_in_the_table():
    types = pytest.importorskip("google.genai.types")
    camel = types.Part.model_config["alias_generator"]
    assert sorted(map(camel, types.Part.model_fields)) == sorted(FIELDS)
    assert set(DATA) <= set(FIELDS)


@pytest.mark.parametrize("field", FIELDS)
def test_parts(field):
    value, wanted = FIELDS[field]
    got = both(chunk({field: value}, finish="STOP"))
    if wanted == "error":
        assert isinstance(got.error, BadReply)
        assert "media_output" in str(got.error)
        return
    kinds = [block.type for block in got.message.content]
    if wanted == "block":
        assert kinds[0] in ("text", "tool_use")
        assert got.losses == []
    elif wanted == "sign":
        assert kinds == []
    else:
        payload = Envelope.open(got.message.content[0].data).payload
        assert payload == {"part": {field: value}}
        unknown = wanted in ("unknown", "beside")
        assert [loss.path for loss in got.losses] == (["content"] if unknown else [])
        assert got.extras.get("parts") == ([{"index": 0, field: value}] if unknown else None)


@pytest.mark.parametrize("field", [name for name, (_, how) in FIELDS.items() if how == "beside"])
def test_what_stands_beside_the_data_of_a_part_is_kept(field):
    value = FIELDS[field][0]
    got = both(chunk(text("a"), {"text": "b", field: value}, finish="STOP"))
    assert got.message.text == "ab"
    assert got.extras["parts"] == [{"index": 1, field: value}]
    assert got.losses == []


def test_a_kind_that_nobody_knows_survives():
    part = {"hologram": {"a": 1}, "thoughtSignature": "AAAA"}
    got = both(chunk(text("a"), part, text("b"), finish="STOP"))
    assert [block.type for block in got.message.content] == ["text", "redacted_thinking", "text"]
    assert Envelope.open(got.message.content[1].data).payload == {"part": part}
    assert got.extras["parts"] == [{"index": 1, **part}]
    assert "hologram" in got.losses[0].what


@pytest.mark.parametrize(
    "part",
    [
        *({}, {"text": ""}, {"text": "", "thought": True}, {"text": None}),
        {"text": None, "functionCall": None, "thought": False, "thoughtSignature": None},
        {"hologram": None},
    ],
)
def test_parts_that_say_nothing(part):
    got = both(chunk(part, text("a"), finish="STOP"))
    assert got.content == [{"type": "text", "text": "a"}]
    assert got.losses == []
    assert "parts" not in got.extras


def test_a_signature_alone_is_kept_but_never_given_back():
    got = both(chunk(text("a"), {"thoughtSignature": "AAAA"}, finish="STOP"))
    assert got.content == [{"type": "text", "text": "a"}]
    assert got.extras["parts"] == [{"index": 1, "thoughtSignature": "AAAA"}]


# --- text and thinking -----------------------------------------------------------------------


def test_thoughts_are_one_block_and_say_who_thought():
    got = both(
        chunk(text("a", thought=True)), chunk(text("b", thought=True), text("c"), finish="STOP")
    )
    [thinking, answer] = got.message.content
    assert (thinking.thinking, answer.text) == ("ab", "c")
    assert Envelope.open(thinking.signature) == Envelope("gemini", {})


def test_thoughts_between_texts():
    parts = [text("a", thought=True), text("b"), text("c", thought=True), text("d")]
    got = both(chunk(*parts, finish="STOP"))
    assert [block.type for block in got.message.content] == ["thinking", "text", "thinking", "text"]


@pytest.mark.parametrize(
    "parts",
    [
        [{"content": {}}],
        [{"content": {"role": "model"}}],
        [{"content": {"role": "model", "parts": []}}],
        [{}],
    ],
)
def test_a_candidate_without_parts(parts):
    body = {"candidates": [{**parts[0], "finishReason": "STOP"}]}
    for got in (read(body), read_whole(body)):
        assert got.message.content == []
        assert got.message.stop_reason == "end_turn"


def test_other_candidates_are_left_out_and_told():
    body = chunk(text("a"), finish="STOP")
    body["candidates"].append({"index": 1, "content": {"parts": [text("b")]}})
    only_other = {"candidates": [{"index": 1, "content": {"parts": [text("c")]}}]}
    got = read(body, only_other)
    assert got.message.text == "a"
    assert [loss.path for loss in got.losses] == ["candidates"]


def test_other_candidates_without_an_index_are_told_too():
    said = [{"content": {"parts": [text(name)]}, "finishReason": "STOP"} for name in "ab"]
    reply = {"candidates": said, "usageMetadata": COUNTED}
    for got in (read(reply), read_whole(reply)):
        assert got.message.text == "a"
        assert [loss.path for loss in got.losses] == ["candidates"]


def test_ids_and_model():
    got = both(chunk(text("a"), finish="STOP"))
    assert (got.message.id, got.message.model) == ("r1", "m-1")
    bare = {"candidates": [{"content": {"parts": [text("a")]}, "finishReason": "STOP"}]}
    for got in (read(bare), read_whole(bare)):
        assert got.message.id == "msg_seed01"
        assert got.message.model == "asked-model"


# --- media -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("part", "block"),
    [
        (
            {"inlineData": MEDIA},
            {
                "type": "image",
                "source": {"type": "base64", "media_type": "image/png", "data": "aGk="},
            },
        ),
        (
            {"inlineData": {"mimeType": "audio/L16;rate=24000", "data": "aGk="}},
            {
                "type": "audio",
                "source": {"type": "base64", "media_type": "audio/L16;rate=24000", "data": "aGk="},
            },
        ),
        (
            {"fileData": {"mimeType": "application/pdf", "fileUri": "https://a.test"}},
            {
                "type": "document",
                "source": {
                    "type": "url",
                    "url": "https://a.test",
                    "media_type": "application/pdf",
                },
            },
        ),
    ],
)
def test_media_are_blocks_where_that_is_asked_for(part, block):
    signed = {**part, "thoughtSignature": "AAAA"}
    got = both(chunk(text("a"), signed, finish="STOP"), media_output="block")
    assert got.content[2] == block
    assert Envelope.open(got.content[1]["data"]).payload == {"next": "AAAA"}


# --- what stands beside the answer -----------------------------------------------------------


def test_extras_are_kept_in_both_modes():
    first = chunk(text("a"), safetyRatings=[{"category": "A"}], avgLogprobs=-0.5)
    last = chunk(finish="STOP", safetyRatings=[{"category": "B"}], tokenCount=3)
    last |= {"createTime": "2026-11-23T00:00:00Z", "modelStatus": {"a": 1}, "brandNew": [1]}
    last["promptFeedback"] = {"safetyRatings": [{"category": "C"}]}
    got = both(first, last)
    assert got.extras == {
        "safetyRatings": [{"category": "B"}],
        "avgLogprobs": -0.5,
        "tokenCount": 3,
        "createTime": "2026-11-23T00:00:00Z",
        "modelStatus": {"a": 1},
        "brandNew": [1],
        "promptFeedback": {"safetyRatings": [{"category": "C"}]},
    }
    assert got.losses == []


def test_what_each_chunk_adds_grows():
    def citing(n, finish=None):
        said = {"citationSources": [{"startIndex": n}]}
        logs = {"chosenCandidates": [{"token": str(n)}], "logProbabilitySum": n}
        return chunk(text("a"), finish=finish, citationMetadata=said, logprobsResult=logs)

    got = read(citing(1), citing(2, "STOP"))
    assert got.extras["citationMetadata"] == {
        "citationSources": [{"startIndex": 1}, {"startIndex": 2}]
    }
    assert got.extras["logprobsResult"] == {
        "chosenCandidates": [{"token": "1"}, {"token": "2"}],
        "logProbabilitySum": 2,
    }


def test_nothing_beside_is_no_extras():
    assert not hasattr(both(chunk(text("a"), finish="STOP")).message, "provider_extras")


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"nonsense",
        b"3",
        b'"text"',
        b"null",
        b"[]",
        b"[1]",
        b'{"candidates": 5}',
        b'{"candidates": ["x"]}',
        b'{"candidates": [{"content": "x", "finishReason": "STOP"}]}',
        b'{"candidates": [{"content": {"parts": ["x"]}, "finishReason": "STOP"}]}',
        b'{"candidates": [{"content": {"parts": [{"text": 5}]}, "finishReason": "STOP"}]}',
        b'{"candidates": [{"content": {"parts": [{"functionCall": []}]}, "finishReason": "STOP"}]}',
        b'{"candidates": [{"content": {"parts": [{"functionCall": {}}]}, "finishReason": "STOP"}]}',
    ],
)
def test_nonsense_is_a_typed_error(body):
    assert isinstance(read_whole(body, context()).error, BadReply)
    streamed = read(body.decode())
    assert streamed.error


def test_calls_need_no_arguments():
    got = both(chunk({"functionCall": {"name": "f"}}, call("g", {}), finish="STOP"))
    assert [(block.name, block.input) for block in got.message.content] == [("f", {}), ("g", {})]
