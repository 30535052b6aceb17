"""How adapters of this wire failed, retold from public issue threads; each test bears its name."""

from __future__ import annotations

from any_llm.plugin import WireReply, dumps
from anyllm_openai.responses.dialect import Responses
from tests.support.openai_requests import context

from .kit import SCHEMA, TOOL, WEB, asked, call, model, output, reasoning, result, said, text, user


def replayed(item):
    """The blocks of an answer that holds this item."""
    body = {"id": "resp_1", "model": "gpt-5", "status": "completed", "output": [item]}
    reply = WireReply(status=200, headers={}, content=dumps(body))
    blocks = Responses().decode(reply, context("openai", "gpt-5")).content
    return [block.model_dump(exclude_none=True) for block in blocks]


def test_responses_replay_thinking_as_output_text(encode):  # BerriAI/litellm#24985
    foreign = {"type": "thinking", "thinking": "my thinking...", "signature": "sig"}
    got = encode(model="gpt-5", messages=[user("q"), model(foreign, text("a")), user("next")])
    assert got.body["input"] == [asked("q"), said("a"), asked("next")]
    assert got.losses == [("messages[1].content[0]", "hint")]


def test_responses_replay_strict_union(encode):  # mozilla-ai/any-llm#1193
    item = {
        "type": "reasoning",
        "id": "rs_1",
        "summary": [],
        "encrypted_content": "...",
        "status": None,
        "new_field": 1,
    }
    messages = [user("q"), model(*replayed(item), text("a")), user("next")]
    got = encode(model="gpt-5", judged=False, messages=messages)
    assert got.body["input"][1] == {**reasoning("..."), "new_field": 1}


def test_responses_call_id_vs_item_id(encode):  # vercel/ai#15795
    item = {
        "type": "function_call",
        "id": "fc_1",
        "call_id": "call_1",
        "name": "f",
        "arguments": "{}",
    }
    messages = [user("q"), model(*replayed(item)), user(result("call_1", "ok"))]
    got = encode(model="gpt-5", messages=messages)
    assert got.body["input"][1:] == [call("call_1", "f"), output("ok", "call_1")]


def test_output_format_strict_hardcoded(encode):  # BerriAI/litellm#38211
    # Decided: a schema that strict mode would have to change goes as it is, not strict, reported.
    schema = {
        "type": "object",
        "properties": {"name": {"type": "string"}, "nickname": {"type": "string"}},
        "required": ["name"],
        "additionalProperties": False,
    }
    got = encode(output_config={"format": {"type": "json_schema", "schema": schema}})
    said_ = got.body["text"]["format"]
    assert (said_["schema"], said_["strict"]) == (schema, False)
    assert got.losses == [("output_config.format", "lossy")]


def test_responses_tools_nested_shape(encode):  # mozilla-ai/any-llm#1310
    [tool] = encode(tools=[TOOL]).body["tools"]
    assert tool == {
        "type": "function",
        "name": "get_weather",
        "description": "d",
        "parameters": SCHEMA,
        "strict": False,
    }


def test_web_search_tool_choice_not_found(encode):  # raine/claude-code-proxy#10
    choice = {"type": "tool", "name": "web_search"}
    got = encode(tools=[{**WEB, "max_uses": 8}], tool_choice=choice)
    assert got.body["tools"] == [{"type": "web_search"}]
    assert got.body["tool_choice"] == {
        "type": "allowed_tools",
        "mode": "required",
        "tools": [{"type": "web_search"}],
    }
    item = {
        "type": "web_search_call",
        "id": "ws_1",
        "status": "completed",
        "action": {
            "type": "search",
            "query": "q",
            "sources": [{"type": "url", "url": "https://x.example"}],
        },
    }
    blocks = replayed(item)
    assert [block["type"] for block in blocks] == ["server_tool_use", "web_search_tool_result"]
    again = encode(tools=[WEB], messages=[user("q"), model(*blocks, text("a")), user("next")])
    assert again.body["input"][1] == item
