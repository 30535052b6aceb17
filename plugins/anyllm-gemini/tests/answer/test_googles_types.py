"""What google-genai's types know, field by field: a new one fails here, and has no place yet."""

from __future__ import annotations

from typing import get_args

import pytest

from anyllm_gemini.profile import Level
from tests.support.gemini_replies import both, chunk, read, read_whole, text

# Field of types.FunctionCall -> whether an answer's block holds it; else it is kept beside.
CALL = {"id": True, "name": True, "args": True, "partialArgs": True, "willContinue": True}
CONTENT = {"parts", "role"}
# Field of the usage -> what it adds to Messages' counts (input, output, cache read); None: beside.
USAGE = {
    "promptTokenCount": (7, 0, 0),
    "candidatesTokenCount": (0, 7, 0),
    "thoughtsTokenCount": (0, 7, 0),
    "toolUsePromptTokenCount": (7, 0, 0),
    "cachedContentTokenCount": (0, 0, 7),
    "totalTokenCount": (0, 0, 0),
    **dict.fromkeys(
        (
            *("cacheTokensDetails", "candidatesTokensDetails", "promptTokensDetails"),
            *("toolUsePromptTokensDetails", "trafficType"),
        )
    ),
}
# Outcome of code that ran -> error_code, or return_code.
OUTCOMES = {
    "OUTCOME_OK": 0,
    "OUTCOME_FAILED": 1,
    "OUTCOME_UNSPECIFIED": 1,
    "OUTCOME_DEADLINE_EXCEEDED": "execution_time_exceeded",
}


def fields(kind):
    camel = kind.model_config["alias_generator"]
    return set(map(camel, kind.model_fields))


def test_the_tables_are_complete():
    types = pytest.importorskip("google.genai.types")
    assert fields(types.FunctionCall) == set(CALL)
    assert fields(types.Content) == CONTENT
    assert fields(types.GenerateContentResponseUsageMetadata) == set(USAGE)
    assert {each.value for each in types.Outcome} == set(OUTCOMES)
    levels = {each.value for each in types.ThinkingLevel} - {"THINKING_LEVEL_UNSPECIFIED"}
    assert levels == set(get_args(Level))


def test_what_a_call_says_besides_is_kept():
    said = {"functionCall": {"name": "f", "args": {}, "brandNew": 1, "other": None}}
    got = both(chunk(text("a"), said, finish="STOP"))
    assert got.message.content[1].name == "f"
    assert got.extras["parts"] == [{"index": 1, "functionCall": {"brandNew": 1}}]


def test_what_media_say_besides_is_kept():
    media = {"mimeType": "image/png", "data": "aGk=", "displayName": "a cat"}
    got = both(chunk({"inlineData": media}, finish="STOP"), media_output="block")
    assert got.extras["parts"] == [{"index": 0, "inlineData": {"displayName": "a cat"}}]


def test_what_a_content_says_besides_is_kept():
    body = chunk(text("a"), finish="STOP")
    body["candidates"][0]["content"]["brandNew"] = 1
    for got in (read(chunk(text("b")), body), read_whole(body)):
        assert got.message.text in ("ba", "a")
        assert got.extras["content"] == {"brandNew": 1}


@pytest.mark.parametrize("field", USAGE)
def test_counts(field):
    wanted = USAGE[field]
    got = both(chunk(text("a"), finish="STOP", usage={field: 7 if wanted else ["x"]}))
    usage = got.message.usage
    into, out, read = wanted or (0, 0, 0)
    assert (usage.input_tokens, usage.output_tokens) == (into, out)
    assert (usage.cache_read_input_tokens or 0) == read
    assert ("usageMetadata" in got.extras) is (wanted is None)


@pytest.mark.parametrize("outcome", [*OUTCOMES, "OUTCOME_BRAND_NEW"])
def test_outcomes_of_code(outcome):
    ran = {"executableCode": {"language": "PYTHON", "code": "1"}}
    said = {"codeExecutionResult": {"outcome": outcome, "output": "x"}}
    got = both(chunk(ran, said, finish="STOP"))
    result = got.content[-1]["content"]
    wanted = OUTCOMES.get(outcome, 1)
    assert result.get("return_code", result.get("error_code")) == wanted
    told = [(loss.path, loss.severity) for loss in got.losses]
    assert told == ([] if outcome in OUTCOMES else [("content", "lossy")])
