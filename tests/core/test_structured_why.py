"""An answer without an object says why there is none, and keeps the message."""

from __future__ import annotations

import json
import pickle
import string
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, ConfigDict, ValidationError

from any_llm.errors import StructuredOutputError
from any_llm.losses import Loss
from any_llm.structured import OutputFormat
from tests.core.structured_types import (
    OSLO,
    THOUGHT,
    City,
    Node,
    Open,
    Point,
    Row,
    Tree,
    fails,
    message,
    with_blocks,
)

REASONS = {"max_tokens", "refusal", "invalid", "empty"}


@pytest.mark.parametrize("text", [OSLO[:12], "", OSLO[:-1], "Sure! ```json\n{", "```json\n{}"])
def test_truncated(text):
    error = fails(message(text, stop_reason="max_tokens"), provider="acme")
    assert error.reason == "max_tokens"
    assert error.provider == "acme"
    assert str(error).startswith("acme: no City for output_format: the answer was cut off at max_")
    assert "(5 output tokens)" in str(error)
    assert "raise max_tokens" in str(error)
    assert isinstance(error.__cause__, ValidationError)


def test_thinking_used_up_the_tokens():
    error = fails(with_blocks(THOUGHT, stop_reason="max_tokens"))
    assert error.reason == "max_tokens"


def test_context_window_full():
    error = fails(message("{", stop_reason="model_context_window_exceeded"))
    assert error.reason == "max_tokens"
    assert "context window" in str(error)
    assert "shorten the input" in str(error)


@pytest.mark.parametrize("text", ["I can't help with that.", OSLO, ""])
def test_refused(text):
    details = {"type": "refusal", "category": "bio", "explanation": "No pathogens."}
    error = fails(message(text, stop_reason="refusal", stop_details=details))
    assert error.reason == "refusal"
    assert "the model refused to answer: bio: No pathogens." in str(error)


@pytest.mark.parametrize("details", [None, {"type": "refusal", "category": None}])
def test_refused_without_a_word(details):
    error = fails(message("", stop_reason="refusal", stop_details=details))
    assert "the model refused to answer (the whole" in str(error)


@pytest.mark.parametrize("blocks", [[], [THOUGHT], [{"type": "text", "text": " \n"}]])
def test_empty(blocks):
    error = fails(with_blocks(*blocks, stop_reason="end_turn"))
    assert error.reason == "empty"
    assert "stop_reason end_turn" in str(error)
    assert (blocks[0]["type"] if blocks else "nothing") in str(error)


@pytest.mark.parametrize(
    "text",
    [
        "Oslo.",
        "[1]",
        '"Oslo"',
        "null",
        '{"name": "Oslo"',
        OSLO + "}",
        "Here you are: " + OSLO,
        "Here you are:\n```json\n" + OSLO + "\n```",
        '{"name": 5}',
        '{"people": 3}',
        '{"name": "Oslo", "people": -1}',
        '{"name": "\\ud83d"}',
        '{"name": "\ud83d"}',
        "[" * 300 + "]" * 300,
        '{"name": ' + "9" * 5000 + "}",
        '{"name": "a\nb"}',
    ],
    ids=range(16),
)
def test_invalid(text):
    error = fails(message(text))
    assert error.reason == "invalid"
    assert isinstance(error.__cause__, ValidationError)
    assert "the answer does not fit: " in str(error)


def test_the_error_names_the_path_and_shows_the_beginning():
    error = fails(message('{"value": [{"name": "Oslo"}, {"people": "many"}]}'), list[City])
    assert "value.1.name: Field required" in str(error)
    assert "value.1.people: Input should be a valid integer" in str(error)
    assert 'it reads \'{"value": [{"name": "Oslo"}' in str(error)


def test_many_faults_make_no_long_error():
    rows = [{"name": "x" * 10_000, "people": -1}] * 500
    error = fails(message(json.dumps({"value": rows})), list[City])
    assert "and 497 more" in str(error)
    assert len(str(error)) < 800


@pytest.mark.parametrize("said", ["NaN", "Infinity", "-Infinity"])
def test_what_is_no_json_is_no_number(said):
    error = fails(message(f'{{"value": {said}}}'), float)
    assert error.reason == "invalid"
    assert "it is no JSON object" in str(error)


def test_a_wrapped_type_is_not_taken_bare():
    assert fails(message("[1, 2]"), list[int]).reason == "invalid"
    assert fails(message("{}"), list[int]).reason == "invalid"


def test_a_stop_sequence_that_cut_the_object_is_named():
    error = fails(message('{"name": "', stop_reason="stop_sequence", stop_sequence="O"))
    assert error.reason == "invalid"
    assert "cut by stop sequence 'O'" in str(error)


def test_a_whole_object_of_another_shape_is_not_called_truncated():
    assert fails(message('{"nom": "Oslo"}', stop_reason="max_tokens")).reason == "invalid"


def test_the_type_says_how_strict_it_is():
    class Strict(BaseModel):
        model_config = ConfigDict(strict=True)

        a: int

    assert OutputFormat(Open).parse(message('{"a": "5"}')).parsed_output.a == 5
    assert fails(message('{"a": "5"}'), Strict).reason == "invalid"


def test_the_error_crosses_processes_with_the_message():
    error = fails(message("no"), provider="acme")
    error = pickle.loads(pickle.dumps(error))  # noqa: S301  # our own bytes
    assert (error.reason, error.provider, error.request_id) == ("invalid", "acme", "req_1")
    assert error.response.text == "no"
    assert error.response.losses == (Loss("top_k", "not carried"),)


@given(
    st.lists(st.text(alphabet='{}[]":,`\n\\naevlu1 ' + string.hexdigits + "\ud83d", max_size=12)),
    st.sampled_from(["end_turn", "max_tokens", "tool_use", "refusal", "stop_sequence", None]),
    st.sampled_from([City, Node, Tree, list[int], Any, Row, Point]),
)
def test_no_text_breaks_it(texts, stop_reason, tp):
    answer = message(*texts, stop_reason=stop_reason)
    output_format = OutputFormat.of(tp)
    try:
        parsed = output_format.parse(answer)
    except StructuredOutputError:
        assert fails(answer, tp).reason in REASONS
    else:
        assert parsed == answer
        assert stop_reason != "refusal"


@given(st.integers(0, len(OSLO) - 1))
def test_no_beginning_of_an_answer_passes_for_it(cut):
    assert fails(message(OSLO[:cut], stop_reason="max_tokens")).reason == "max_tokens"
    assert fails(message(OSLO[:cut])).reason == ("invalid" if cut else "empty")
