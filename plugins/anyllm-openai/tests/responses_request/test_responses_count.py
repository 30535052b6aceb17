"""`count_tokens`: what is asked of `/responses/input_tokens`, and what its answers mean."""

from __future__ import annotations

import json

import pytest

from any_llm.errors import APIStatusError
from any_llm.plugin import BadReply, Send, WireReply, validate_request
from anyllm_openai.responses.dialect import Responses
from tests.support.openai_judge import judge_responses
from tests.support.openai_requests import BASE, context

from .kit import SCHEMA, TOOL, asked

FIELDS = {
    "model": "gpt-5.6-sol",
    "system": "s",
    "tools": [TOOL],
    "tool_choice": {"type": "any", "disable_parallel_tool_use": True},
    "thinking": {"type": "adaptive"},
    "output_config": {"effort": "low", "format": {"type": "json_schema", "schema": SCHEMA}},
}
NOT_COUNTED = {
    "stop_sequences": ["x"],
    "temperature": 0.1,
    "top_k": 3,
    "metadata": {"user_id": "u"},
    "service_tier": "auto",
    "speed": "fast",
    "cache_control": {"type": "ephemeral"},
    "max_tokens": 0,
}


def counted(fields, body, status=200):
    """Run the flow against this answer; return its result, what it asked for, the context."""
    request = validate_request({**BASE, **fields})
    ctx = context("openai", request.model)
    flow = Responses().count_tokens(request, ctx)
    step = next(flow)
    assert isinstance(step, Send)
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    try:
        flow.send(WireReply(status=status, headers={}, content=content))
    except StopIteration as end:
        return end.value, step.request, ctx
    raise AssertionError("the flow wants more answers")


def test_what_is_counted():
    count, wire, ctx = counted({**FIELDS, **NOT_COUNTED}, {"input_tokens": 7})
    assert count.input_tokens == 7  # as the server said
    assert (wire.method, wire.path) == ("POST", "/responses/input_tokens")
    assert wire.json == {
        "model": "gpt-5.6-sol",
        "instructions": "s",
        "input": [asked("hi")],
        "tools": [{"type": "function", **TOOL_ON_WIRE}],
        "tool_choice": "required",
        "parallel_tool_calls": False,
        "text": {
            "format": {"type": "json_schema", "name": "output", "schema": SCHEMA, "strict": True}
        },
        "reasoning": {"effort": "low", "summary": "auto"},
    }
    judge_responses(wire.json, closed=True, counts=True)
    assert ctx.losses == []


TOOL_ON_WIRE = {
    "name": "get_weather",
    "description": "d",
    "parameters": SCHEMA,
    "strict": False,
}


@pytest.mark.parametrize("body", [{}, [], {"input_tokens": "7"}, {"input_tokens": True}])
def test_answers_without_a_number(body):
    with pytest.raises(BadReply, match="no input_tokens"):
        counted({}, body)


def test_an_error_inside_a_200():
    with pytest.raises(APIStatusError, match="no such model"):
        counted({}, {"error": {"message": "no such model", "code": "model_not_found"}})
