"""Content, where somebody opted in: the conventions' JSON schemas say what it looks like."""

from __future__ import annotations

import json

import pytest

from any_llm import Client, OverloadedError
from any_llm.testing import FakeAnswer, FakeProvider
from anyllm_otel.observer import CAPTURE, wants_content
from tests.contracts.support import HELLO

PNG = {"type": "base64", "media_type": "image/png", "data": "iVBO"}
TURNS = [
    {"role": "user", "content": "Weather in Paris?"},
    {
        "role": "assistant",
        "content": [
            {"type": "thinking", "thinking": "hm", "signature": "s"},
            {"type": "redacted_thinking", "data": "sealed"},
            {"type": "tool_use", "id": "call_1", "name": "weather", "input": {"city": "Paris"}},
            {"type": "server_tool_use", "id": "srv_1", "name": "web_search", "input": {"q": "x"}},
            {"type": "web_search_tool_result", "tool_use_id": "srv_1", "content": []},
        ],
    },
    {
        "role": "user",
        "content": [{"type": "tool_result", "tool_use_id": "call_1", "content": "rainy, 57 F"}],
    },
    {
        "role": "user",
        "content": [
            {"type": "text", "text": "and this?"},
            {"type": "image", "source": PNG},
            {"type": "image", "source": {"type": "url", "url": "https://x.example/a.png"}},
            {"type": "document", "source": {"type": "file", "file_id": "f_1"}},
            {"type": "brand_new", "field": 1},
        ],
    },
]
TOOL = {"name": "weather", "description": "d", "input_schema": {"type": "object"}}


def call(telemetry, fake, *, stream=False, capture_content=True, **fields):
    watching = telemetry.make(capture_content=capture_content)
    with Client(plugins=fake.plugins, env={}, observers=[watching], max_retries=0) as client:
        answer = client.messages("fake:m", TURNS, 9, stream=stream, **fields)
        if stream:
            answer.get_final_message()
    return {
        name: json.loads(value)
        for name, value in telemetry.span.attributes.items()
        if name.startswith(("gen_ai.input", "gen_ai.output.m", "gen_ai.system", "gen_ai.tool"))
    }


def test_what_was_asked(telemetry):
    said = call(telemetry, FakeProvider("x"), system="be brief", tools=[TOOL])
    assert said["gen_ai.system_instructions"] == [{"type": "text", "content": "be brief"}]
    assert said["gen_ai.tool.definitions"] == [
        {
            "type": "function",
            "name": "weather",
            "description": "d",
            "parameters": {"type": "object"},
        }
    ]
    question, call_, result, pictures = said["gen_ai.input.messages"]
    assert question == {
        "role": "user",
        "parts": [{"type": "text", "content": "Weather in Paris?"}],
    }
    assert call_ == {
        "role": "assistant",
        "parts": [
            {"type": "reasoning", "content": "hm"},
            {"type": "redacted_thinking"},
            {
                "type": "tool_call",
                "id": "call_1",
                "name": "weather",
                "arguments": {"city": "Paris"},
            },
            {
                "type": "server_tool_call",
                "id": "srv_1",
                "name": "web_search",
                "server_tool_call": {"type": "web_search", "arguments": {"q": "x"}},
            },
            {
                "type": "server_tool_call_response",
                "id": "srv_1",
                "server_tool_call_response": {"type": "web_search", "content": []},
            },
        ],
    }
    response = {"type": "tool_call_response", "id": "call_1", "response": "rainy, 57 F"}
    assert result == {"role": "tool", "parts": [response]}
    image = {"modality": "image"}
    assert pictures == {
        "role": "user",
        "parts": [
            {"type": "text", "content": "and this?"},
            {"type": "blob", **image, "mime_type": "image/png", "content": "iVBO"},
            {"type": "uri", **image, "mime_type": None, "uri": "https://x.example/a.png"},
            {"type": "file", "modality": "document", "mime_type": None, "file_id": "f_1"},
            {"type": "brand_new", "field": 1},
        ],
    }


@pytest.mark.parametrize("stream", [False, True])
def test_what_was_answered(telemetry, stream):
    answer = FakeAnswer("rainy", FakeAnswer.tool_use("weather", {"city": "Rome"}, id="call_2"))
    said = call(telemetry, FakeProvider(answer), stream=stream)
    assert said["gen_ai.output.messages"] == [
        {
            "role": "assistant",
            "parts": [
                {"type": "text", "content": "rainy"},
                {
                    "type": "tool_call",
                    "id": "call_2",
                    "name": "weather",
                    "arguments": {"city": "Rome"},
                },
            ],
            "finish_reason": "tool_call",
        }
    ]


def test_what_had_come_when_it_broke(telemetry):
    broken = FakeAnswer("half", error=OverloadedError("words of the provider", status=529))
    with pytest.raises(OverloadedError):
        call(telemetry, FakeProvider(broken), stream=True)
    (message,) = json.loads(telemetry.span.attributes["gen_ai.output.messages"])
    assert message["parts"] == [{"type": "text", "content": "half"}]
    assert message["finish_reason"] == "error"
    assert "words of the provider" in telemetry.span.status.description


@pytest.mark.parametrize(
    ("value", "wanted"),
    [
        ("true", True),
        ("SPAN_ONLY", True),
        ("span_and_event", True),
        ("EVENT_ONLY", False),
        ("NO_CONTENT", False),
        ("false", False),
        ("", False),
        (None, False),
    ],
)
def test_the_environment_opts_in(telemetry, monkeypatch, value, wanted):
    monkeypatch.delenv(CAPTURE, raising=False)
    if value is not None:
        monkeypatch.setenv(CAPTURE, value)
    said = call(telemetry, FakeProvider("x"), capture_content=None)
    assert bool(said) is wanted
    assert wants_content({} if value is None else {CAPTURE: value}) is wanted


def test_an_argument_wins_over_the_environment(telemetry, monkeypatch):
    monkeypatch.setenv(CAPTURE, "true")
    assert call(telemetry, FakeProvider("x"), capture_content=False) == {}


def test_messages_are_not_touched(telemetry):
    before = json.dumps(TURNS)
    call(telemetry, FakeProvider("x"))
    assert json.dumps(TURNS) == before
    assert HELLO == [{"role": "user", "content": "hello"}]
