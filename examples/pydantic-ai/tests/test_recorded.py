"""An Agent on streams that OpenRouter really sent, read by the Chat dialect."""

import gzip
import json
from pathlib import Path

import pytest
from pydantic_ai import Agent

import any_llm
from any_llm.testing import Answer, ReplayServer
from pydantic_ai_any_llm import AnyLLMModel

CORPUS = Path(__file__).parents[3] / "tests/corpus/data/openai-chat.jsonl.gz"  # SOURCES.md beside
CALL = "openai-chat-a5f81fe99175b4562606"  # gpt-5.2 thinks and calls get_weather
TEXT = "openai-chat-973cdd199d5add73136b"


def recorded(name):
    with gzip.open(CORPUS, "rt", encoding="utf-8") as lines:
        return next(record for record in map(json.loads, lines) if record["id"] == name)


@pytest.fixture
def anyio_backend():
    return "asyncio"


@pytest.mark.anyio
async def test_a_recorded_call_is_made_and_its_reasoning_goes_back():
    call, text = recorded(CALL), recorded(TEXT)
    answers = [Answer.sse(r["response_text"].encode(), pieces=[50]) for r in (call, text)]
    asked = []
    with ReplayServer(*answers) as server:
        client = any_llm.AsyncClient(keys={"openrouter": "key"}, on_loss="ignore")
        model = AnyLLMModel(
            call["model"], provider="openrouter", client=client, api_base=server.url
        )
        agent = Agent(model)

        @agent.tool_plain
        def get_weather(city: str) -> str:
            asked.append(city)
            return "rain"

        async with agent.run_stream("Should I pack an umbrella for Tokyo?") as result:
            output = await result.get_output()
        second = server.requests[1].json["messages"]
    assert asked == ["Tokyo, Japan"]
    assert output == "stream identity probe"
    assert [turn["role"] for turn in second] == ["user", "assistant", "tool"]
    (details,) = second[1]["reasoning_details"]
    assert details["data"] == "encrypted_reasoning_REDACTED_1"
    assert second[2]["tool_call_id"] == "call_REDACTED_1"
