"""pydantic-ai's own Agent, on a server that says recorded or written-down Messages answers."""

import json
from dataclasses import dataclass

import pytest
from pydantic import BaseModel
from pydantic_ai import Agent, BinaryContent, ImageUrl, NativeOutput, ToolOutput
from pydantic_ai.exceptions import ModelHTTPError, ModelRateLimitError, UserError
from pydantic_ai.messages import (
    ModelRequest,
    ThinkingPart,
    ToolCallPart,
    UserPromptPart,
)

import any_llm
from any_llm.plugin import ApiKey, ProviderSpec, hookimpl
from any_llm.testing import Answer, ReplayServer
from pydantic_ai_any_llm import AnyLLMModel

FACTS = {"id": "msg_1", "type": "message", "role": "assistant", "model": "m-1"}
USAGE = {"input_tokens": 10, "output_tokens": 4, "cache_read_input_tokens": 100}
TEXT = {"type": "text", "text": "It is sunny, ä."}
THINKING = {"type": "thinking", "thinking": "Hm.", "signature": "c2ln"}
REDACTED = {"type": "redacted_thinking", "data": "b3BhcXVl"}
CALL = {"type": "tool_use", "id": "t1", "name": "weather", "input": {"city": "Paris"}}


class Vendor:
    """A plugin by hand: a vendor that speaks Messages."""

    @staticmethod
    @hookimpl
    def anyllm_providers():
        key = ApiKey(header="x-api-key", prefix="")
        return [ProviderSpec(id="acme", dialect="messages", base_url="https://a.example", auth=key)]


def replied(*content, stop="end_turn", usage=USAGE):
    return FACTS | {"content": list(content), "stop_reason": stop, "usage": usage}


def streamed(message):
    events = any_llm.MessageStream.of(any_llm.MessageResponse.model_validate(message))
    return Answer.sse(b"".join(map(any_llm.to_sse, events)), pieces=[11])


def model(server, **more):
    plugins = any_llm.PluginManager(autoload=False)
    plugins.register(Vendor)
    client = any_llm.AsyncClient(plugins=plugins, keys={"acme": "key"}, max_retries=0)
    return AnyLLMModel("acme:m-1", client=client, api_base=server.url, **more)


def answers(*messages, stream=False):
    return ReplayServer(*map(streamed if stream else Answer.of, messages))


async def run(agent, prompt, *, stream, **more):
    """Run an agent whole or streamed; both give the same result object's face."""
    if not stream:
        return await agent.run(prompt, **more)
    async with agent.run_stream(prompt, **more) as result:
        output = await result.get_output()
        return Streamed(output, result.all_messages(), result.usage)


@dataclass
class Streamed:
    output: object
    messages: list
    usage: object

    def all_messages(self):
        return self.messages


@pytest.fixture(params=[False, True], ids=["whole", "streamed"])
def stream(request):
    return request.param


@pytest.fixture
def anyio_backend():
    return "asyncio"


pytestmark = pytest.mark.anyio


async def test_a_tool_is_called_and_reasoning_goes_back_as_it_came(stream):
    first = replied(THINKING, REDACTED, CALL, stop="tool_use")
    with answers(first, replied(TEXT), stream=stream) as server:
        agent = Agent(model(server), instructions="Be brief.", system_prompt="You know weather.")

        @agent.tool_plain
        def weather(city: str) -> str:
            """Tell the weather."""
            assert city == "Paris"
            return "sunny"

        result = await run(agent, "What is the weather in Paris?", stream=stream)
        bodies = [request.json for request in server.requests]
    assert result.output == TEXT["text"]
    assert bodies[0]["system"] == [
        {"type": "text", "text": "You know weather."},
        {"type": "text", "text": "Be brief."},
    ]
    assert bodies[0]["tool_choice"] == {"type": "auto"}
    (tool,) = bodies[0]["tools"]
    assert (tool["name"], tool["description"]) == ("weather", "Tell the weather.")
    assert tool["input_schema"]["properties"] == {"city": {"type": "string"}}
    result_block = {
        "type": "tool_result",
        "tool_use_id": "t1",
        "content": [{"type": "text", "text": "sunny"}],
    }
    assert bodies[1]["messages"][1:] == [
        {"role": "assistant", "content": [THINKING, REDACTED, CALL]},
        {"role": "user", "content": [result_block]},
    ]


async def test_usage_and_reasons(stream):
    with answers(replied(TEXT), stream=stream) as server:
        result = await run(Agent(model(server)), "Hello", stream=stream)
    response = result.all_messages()[-1]
    assert response.usage.input_tokens == 110
    assert response.usage.cache_read_tokens == 100
    assert response.usage.output_tokens == 4
    assert response.finish_reason == "stop"
    assert response.provider_details["finish_reason"] == "end_turn"
    assert (response.provider_name, response.model_name) == ("acme", "m-1")
    assert response.provider_response_id == "msg_1"


class Weather(BaseModel):
    city: str
    degrees: int


VALUE = {"city": "Paris", "degrees": 21}


async def test_output_by_the_format_of_the_api(stream):
    with answers(replied({"type": "text", "text": json.dumps(VALUE)}), stream=stream) as server:
        agent = Agent(model(server), output_type=NativeOutput(Weather))
        result = await run(agent, "Weather?", stream=stream)
        config = server.requests[0].json["output_config"]
    assert result.output == Weather(**VALUE)
    assert config["format"]["type"] == "json_schema"
    assert set(config["format"]["schema"]["required"]) == {"city", "degrees"}


async def test_output_by_a_tool_that_must_be_called(stream):
    call = {"type": "tool_use", "id": "t1", "name": "final", "input": VALUE}
    with answers(replied(call, stop="tool_use"), stream=stream) as server:
        agent = Agent(model(server), output_type=ToolOutput(Weather, name="final"))
        result = await run(agent, "Weather?", stream=stream)
        assert server.requests[0].json["tool_choice"] == {"type": "any"}
    assert result.output == Weather(**VALUE)


@pytest.mark.filterwarnings("ignore::any_llm.LossyConversionWarning")
async def test_broken_json_is_shown_to_the_model_as_it_was(stream):
    raw = '{"city": "Par'
    broken = CALL | {"input": {"INVALID_JSON": raw}}
    with answers(replied(broken, stop="tool_use"), replied(TEXT), stream=stream) as server:
        agent = Agent(model(server))

        @agent.tool_plain
        def weather(city: str) -> str:
            raise AssertionError(f"called with half of its arguments: {city}")

        result = await run(agent, "Weather?", stream=stream)
        turns = server.requests[1].json["messages"]
    call = next(p for m in result.all_messages() for p in m.parts if isinstance(p, ToolCallPart))
    assert call.args == raw
    assert turns[1]["content"] == [broken]
    assert turns[2]["content"][0]["is_error"] is True


async def test_pictures_and_documents():
    with answers(replied(TEXT)) as server:
        parts = [
            "Look:",
            ImageUrl("https://a.example/b.png"),
            BinaryContent(b"ABC", media_type="image/png"),
            BinaryContent(b"ABC", media_type="application/pdf"),
            BinaryContent(b"ABC", media_type="text/plain"),
        ]
        await Agent(model(server)).run(parts)
        (turn,) = server.requests[0].json["messages"]
    base64 = {"type": "base64", "data": "QUJD"}
    assert turn["content"] == [
        {"type": "text", "text": "Look:"},
        {"type": "image", "source": {"type": "url", "url": "https://a.example/b.png"}},
        {"type": "image", "source": base64 | {"media_type": "image/png"}},
        {"type": "document", "source": base64 | {"media_type": "application/pdf"}},
        {
            "type": "document",
            "source": {"type": "text", "media_type": "text/plain", "data": "ABC"},
        },
    ]


async def test_what_messages_has_no_block_for_is_refused_before_anything_is_sent():
    with answers(replied(TEXT)) as server:
        with pytest.raises(UserError, match="audio"):
            await Agent(model(server)).run([BinaryContent(b"ABC", media_type="audio/wav")])
        assert server.requests == []


async def test_a_file_that_a_tool_returns_is_in_its_result():
    with answers(replied(CALL, stop="tool_use"), replied(TEXT)) as server:
        agent = Agent(model(server))

        @agent.tool_plain
        def weather(city: str) -> BinaryContent:
            assert city == "Paris"
            return BinaryContent(b"ABC", media_type="image/png")

        await agent.run("Weather?")
        (block,) = server.requests[1].json["messages"][2]["content"]
    assert block["type"] == "tool_result"
    source = {"type": "base64", "media_type": "image/png", "data": "QUJD"}
    assert {"type": "image", "source": source} in block["content"]


async def test_a_search_of_the_provider_goes_back_as_it_came(stream):
    search = {"type": "server_tool_use", "id": "s1", "name": "web_search", "input": {"query": "a"}}
    hit = {"type": "web_search_result", "url": "https://a.example", "title": "A"}
    found = {"type": "web_search_tool_result", "tool_use_id": "s1", "content": [hit]}
    with answers(replied(search, found, TEXT), replied(TEXT), stream=stream) as server:
        agent = Agent(model(server))
        result = await run(agent, "Search", stream=stream)
        history = result.all_messages()
        await run(agent, "Again", stream=stream, message_history=history)
        turn = server.requests[1].json["messages"][1]
    types = [block["type"] for block in turn["content"]]
    assert types == ["server_tool_use", "web_search_tool_result", "text"]
    assert turn["content"][0] == search
    assert turn["content"][1]["content"][0]["url"] == "https://a.example"


async def test_errors_are_sorted_as_any_llm_sorts_them(stream):
    error = {"type": "error", "error": {"type": "rate_limit_error", "message": "slow down"}}
    answer = Answer.of(error, status=429, headers={"retry-after": "7"})
    with ReplayServer(answer) as server, pytest.raises(ModelRateLimitError) as raised:
        await run(Agent(model(server)), "Hello", stream=stream)
    assert isinstance(raised.value, ModelHTTPError)
    assert (raised.value.status_code, raised.value.retry_after) == (429, 7)
    assert isinstance(raised.value.__cause__, any_llm.RateLimitError)


async def test_a_cut_stream_never_looks_complete():
    whole = streamed(replied({"type": "text", "text": "Hello there"}))
    half = Answer.sse(whole.body[: len(whole.body) * 2 // 3])
    from pydantic_ai.exceptions import ModelConnectionError

    with ReplayServer(half) as server, pytest.raises(ModelConnectionError, match="ended before"):
        await run(Agent(model(server)), "Hello", stream=True)


async def test_settings_become_fields():
    with answers(replied(TEXT)) as server:
        settings = {
            "max_tokens": 50,
            "temperature": 0.5,
            "stop_sequences": ["x"],
            "thinking": "high",
            "any_llm_fields": {"metadata": {"user_id": "u"}},
        }
        await Agent(model(server)).run("Hello", model_settings=settings)
        body = server.requests[0].json
    assert body["max_tokens"] == 50
    assert (body["temperature"], body["stop_sequences"]) == (0.5, ["x"])
    assert body["thinking"] == {"type": "adaptive"}
    assert body["output_config"] == {"effort": "high"}
    assert body["metadata"] == {"user_id": "u"}


async def test_tokens_are_counted():
    with ReplayServer(Answer.of({"input_tokens": 12})) as server:
        request = ModelRequest([UserPromptPart("Hello")])
        from pydantic_ai.models import ModelRequestParameters

        usage = await model(server).count_tokens([request], None, ModelRequestParameters())
        assert server.requests[0].path == "/v1/messages/count_tokens"
    assert usage.input_tokens == 12


async def test_reasoning_is_a_part(stream):
    with answers(replied(THINKING, TEXT), stream=stream) as server:
        result = await run(Agent(model(server)), "Hello", stream=stream)
    part = result.all_messages()[-1].parts[0]
    assert isinstance(part, ThinkingPart)
    assert (part.content, part.signature) == ("Hm.", "c2ln")
