"""Whatever stands in an answer is in the message, in its `provider_extras` or in the losses."""

from __future__ import annotations

import pytest

from tests.support.every_key import silent
from tests.support.gemini_replies import read, read_whole

PARTS = [
    {"text": "th", "thought": True, "thoughtSignature": "AAAA"},
    {"text": "Hello"},
    {"functionCall": {"id": "x", "name": "f", "args": {"a": {"b": 1}}}, "thoughtSignature": "BBBB"},
    {"executableCode": {"language": "PYTHON", "code": "1"}},
    {"codeExecutionResult": {"outcome": "OUTCOME_OK", "output": "1"}},
]
GROUNDING = {
    "webSearchQueries": ["q"],
    "groundingChunks": [{"web": {"uri": "https://a.test", "title": "A"}}],
    "groundingSupports": [
        {
            "segment": {"text": "Hello", "startIndex": 0, "endIndex": 5},
            "groundingChunkIndices": [0],
            "confidenceScores": [0.5],
        }
    ],
    "searchEntryPoint": {"renderedContent": "<x>"},
}
ANSWER = {
    "candidates": [
        {
            "index": 0,
            "content": {"role": "model", "parts": PARTS},
            "finishReason": "STOP",
            "safetyRatings": [{"category": "A", "probability": "LOW"}],
            "citationMetadata": {"citationSources": [{"uri": "u"}]},
            "groundingMetadata": GROUNDING,
            "avgLogprobs": -0.1,
            "tokenCount": 4,
        }
    ],
    "promptFeedback": {"safetyRatings": [{"category": "B"}]},
    "usageMetadata": {
        "promptTokenCount": 3,
        "candidatesTokenCount": 4,
        "thoughtsTokenCount": 1,
        "totalTokenCount": 8,
        "promptTokensDetails": [{"modality": "TEXT", "tokenCount": 3}],
    },
    "modelVersion": "m",
    "responseId": "r",
    "modelStatus": {"a": 1},
}


@pytest.mark.parametrize("way", [read, read_whole])
def test_no_key_of_an_answer_is_lost(way):
    """The first of several answers is the one without an index; its role is always `model`."""

    def said(answer):
        got = way(answer)
        what = got.result
        text = what.model_dump() if hasattr(what, "model_dump") else str(what)
        return text, [str(loss) for loss in got.losses]

    assert silent(ANSWER, said) == {"-candidates.0.index", "-candidates.0.content.role"}
