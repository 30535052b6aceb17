"""How adapters of this kind failed, retold from public issue threads; each test bears its name."""

from __future__ import annotations

import pytest

from any_llm.plugin import CallContext, UnsupportedFeature, dumps
from anyllm_openai.chat.signature import seal

PNG = (
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJ"
    "RU5ErkJggg=="
)
IMAGE = {"type": "image", "source": {"type": "base64", "media_type": "image/png", "data": PNG}}
IMAGE_PART = {"type": "image_url", "image_url": {"url": f"data:image/png;base64,{PNG}"}}
WEATHER = {
    "name": "get_weather",
    "description": "d",
    "input_schema": {
        "type": "object",
        "properties": {"city": {"type": "string"}},
        "required": ["city"],
    },
}
MARK = {"type": "ephemeral"}


def text(said, **more):
    return {"type": "text", "text": said, **more}


def user(*content):
    return {"role": "user", "content": content[0] if isinstance(content[0], str) else list(content)}


def model(*content):
    return {
        "role": "assistant",
        "content": content[0] if isinstance(content[0], str) else list(content),
    }


def use(id="t", name="f", input=None):
    return {"type": "tool_use", "id": id, "name": name, "input": input or {}}


def result(id="t", content="1", **more):
    return {"type": "tool_result", "tool_use_id": id, "content": content, **more}


def call(id="t", name="f", arguments="{}"):
    return {"id": id, "type": "function", "function": {"name": name, "arguments": arguments}}


def calling(*calls, content=None):
    return {"role": "assistant", "content": content, "tool_calls": list(calls)}


def tool(id="t", content="1"):
    return {"role": "tool", "tool_call_id": id, "content": content}


def test_openai_tool_image_as_plain_string(encode):  # BerriAI/litellm#25476
    got = encode(
        "openai",
        messages=[user("shot"), model(use("toolu_1", "shot")), user(result("toolu_1", [IMAGE]))],
    )
    assert got.messages[2:] == [
        tool("toolu_1", "[image from tool result toolu_1]"),
        user(text("[image from tool result toolu_1]"), IMAGE_PART),
    ]


def test_image_block_silently_dropped(encode):  # waybarrios/vllm-mlx#776
    got = encode(messages=[user(text("before"), IMAGE, text("after"))])
    assert got.messages == [user(text("before"), IMAGE_PART, text("after"))]
    empty = {**IMAGE, "source": {**IMAGE["source"], "data": ""}}
    with pytest.raises(UnsupportedFeature, match="is empty"):
        encode(messages=[user(empty)])


def test_image_bare_base64(encode):  # vercel/ai#16655
    assert encode(messages=[user(IMAGE)]).messages == [user(IMAGE_PART)]
    by_url = {"type": "image", "source": {"type": "url", "url": "https://x.example/a.png"}}
    part = {"type": "image_url", "image_url": {"url": "https://x.example/a.png"}}
    assert encode(messages=[user(by_url)]).messages == [user(part)]


def test_system_block_list_forwarded_verbatim(encode):  # mozilla-ai/any-llm#1232
    system = [text("You are terse.", cache_control=MARK), text("Use metric.")]
    got = encode(system=system)
    assert got.messages[0] == {"role": "system", "content": "You are terse.\n\nUse metric."}
    assert b"cache_control" not in dumps(got.body)


def test_thinking_history_dropped(encode):  # mozilla-ai/any-llm#1311
    ctx = CallContext(provider="groq", model="m")
    ours = {"type": "thinking", "thinking": "THINKPROBE", "signature": seal(ctx, field="reasoning")}
    turn = model(ours, use("toolu_1", "lookup_city", {"city": "x"}))
    messages = [user("q"), turn, user(result("toolu_1", "ok"))]
    sent = call("toolu_1", "lookup_city", '{"city":"x"}')
    got = encode("groq", messages=messages)
    assert got.messages[1] == {**calling(sent), "reasoning": "THINKPROBE"}
    assert encode("fireworks", messages=messages).messages[1] == calling(sent)


def test_reasoning_field_name_roundtrip(encode):  # pydantic/pydantic-ai#4009
    def turn(provider, field):
        signature = seal(CallContext(provider=provider, model="m"), field=field)
        return model({"type": "thinking", "thinking": "r", "signature": signature}, text("a"))

    for field in ("reasoning", "reasoning_content"):
        messages = [user("q"), turn("vllm", field), user("next")]
        assert encode("vllm", messages=messages).messages[1] == model("a") | {field: "r"}
        assert encode("sglang", messages=messages).messages[1] == model("a")


def test_reasoning_content_missing_on_tool_turn(encode):  # QuantumNous/new-api#4795
    thought = {"type": "thinking", "thinking": "I should list", "signature": "s"}
    fields = {
        "model": "kimi-k2.6",
        "max_tokens": 4096,
        "thinking": {"type": "enabled", "budget_tokens": 1024},
    }
    with_it = [user("ls"), model(thought, use()), user(result(content="a"))]
    without = [user("ls"), model(use()), user(result(content="a"))]
    for provider in ("moonshot", "openai-compatible", "litellm"):
        got = encode(provider, messages=with_it, **fields)
        assert got.messages[1] == {**calling(call()), "reasoning_content": "I should list"}
        got = encode(provider, messages=without, **fields)
        assert got.messages[1] == {**calling(call()), "reasoning_content": " "}
    assert encode("fireworks", messages=with_it, **fields).messages[1] == calling(call())


def test_redacted_thinking_after_tool_use(encode):  # Alishahryar1/free-claude-code#326
    # Decided: what another issuer sealed is dropped, and told as a hint.
    opaque = {"type": "redacted_thinking", "data": "opaque"}
    messages = [user("a"), model(use("call_abc", "Skill"), opaque), user(result("call_abc", "ok"))]
    got = encode(messages=messages)
    assert got.messages == [user("a"), calling(call("call_abc", "Skill")), tool("call_abc", "ok")]
    assert got.losses == [("messages[1].content[1]", "hint")]


@pytest.mark.parametrize(
    ("quirks", "sent", "losses"),
    [
        ({}, False, []),
        (
            {"parallel_tool_calls": False},
            None,
            [("tool_choice.disable_parallel_tool_use", "lossy")],
        ),
    ],
)
def test_disable_parallel_ignored(encode, quirks, sent, losses):  # mozilla-ai/any-llm#1311
    # Decided: sent where the server knows it, else reported; never a failure.
    choice = {"type": "auto", "disable_parallel_tool_use": True}
    got = encode(quirks=quirks, tools=[WEATHER], tool_choice=choice)
    assert got.body.get("parallel_tool_calls") is sent
    assert got.losses == losses
    assert "parallel_tool_calls" not in encode(tool_choice=choice).body


def test_max_tokens_vs_max_completion_tokens(encode):  # mozilla-ai/any-llm#865
    for provider, name, other in (
        ("openai", "max_completion_tokens", "max_tokens"),
        ("deepseek", "max_tokens", "max_completion_tokens"),
        ("openai-compatible", "max_tokens", "max_completion_tokens"),
    ):
        body = encode(provider, model="gpt-5-mini", max_tokens=64).body
        assert body[name] == 64
        assert other not in body


def test_assistant_content_none_needed(encode):  # pydantic/pydantic-ai#2641
    got = encode("openai", messages=[user("a"), model(use()), user(result(content=""))])
    assert got.messages == [user("a"), calling(call()), tool(content="")]


def test_empty_assistant_message_generated(encode):  # vllm-project/vllm#38738
    messages = [user("a"), model(use()), user(result())]
    assert encode("vllm", messages=messages).messages == [user("a"), calling(call()), tool()]
    ids = encode("mistral", messages=messages).messages[1:]
    assert [m["role"] for m in ids] == ["assistant", "tool"]


def test_empty_assistant_content_null(encode):  # vercel/ai#14950
    got = encode(messages=[user("a"), model(""), user("b")])
    assert all(message["content"] is not None for message in got.messages)
    assert got.messages == [user(text("a"), text("b"))]


def test_tool_choice_none_500(encode):  # BerriAI/litellm#24443
    got = encode("openai", tools=[WEATHER], tool_choice={"type": "none"})
    assert got.body["tool_choice"] == "none"
    assert len(got.body["tools"]) == 1


def test_tools_missing_but_choice_set(encode):  # BerriAI/litellm#25477
    search = {"type": "web_search_20250305", "name": "web_search", "max_uses": 8}
    with pytest.raises(UnsupportedFeature, match="web_search_20250305") as caught:
        encode(tools=[search], tool_choice={"type": "tool", "name": "web_search"})
    assert caught.value.path == "tools[0]"


def test_unknown_server_tool_type(encode):  # SaladDay/cc-switch-cli#468
    # Decided: refused by name: to leave a tool out would change the answer.
    with pytest.raises(UnsupportedFeature, match="advisor_20260301") as caught:
        encode(tools=[WEATHER, {"type": "advisor_20260301", "name": "advisor"}])
    assert caught.value.path == "tools[1]"


@pytest.mark.parametrize("kind", [{}, {"type": None}, {"type": ""}, {"type": "custom"}])
def test_tool_type_missing_rejected(encode, kind):  # envoyproxy/ai-gateway#1953
    got = encode(tools=[{**WEATHER, **kind}])
    assert got.body["tools"][0]["function"]["name"] == "get_weather"


def test_tool_without_parameters(encode):  # mozilla-ai/any-llm#1047
    got = encode(tools=[{"name": "now", "input_schema": {"type": "object"}}])
    assert got.body["tools"][0]["function"]["parameters"] == {"type": "object", "properties": {}}


def test_tool_name_case_mutated(encode):  # router-for-me/CLIProxyAPI#1741
    names = ["Bash", "mcp__a.b__c", "1st-tool"]
    got = encode(tools=[{**WEATHER, "name": name} for name in names])
    sent = [each["function"]["name"] for each in got.body["tools"]]
    assert [got.ctx.state["tool_names"].get(name, name) for name in sent] == names
    assert (sent[0], sent[2]) == ("Bash", "1st-tool")


def test_user_text_before_tool_result(encode):  # ogx-ai/ogx#6367
    turn = user(result("toolu_1", "1"), text("and New York?"), result("toolu_2", "2"))
    messages = [user("weather?"), model(use("toolu_1", "w"), use("toolu_2", "w")), turn]
    assert encode(messages=messages).messages == [
        user("weather?"),
        calling(call("toolu_1", "w"), call("toolu_2", "w")),
        tool("toolu_1", "1"),
        tool("toolu_2", "2"),
        user("and New York?"),
    ]


def test_duplicate_tool_results(encode):  # BerriAI/litellm#16711
    # Decided: refused before sending, as Messages servers refuse it.
    messages = [user("a"), model(use()), user(result(), result(content="2"))]
    with pytest.raises(UnsupportedFeature, match="already"):
        encode(messages=messages)


def test_tool_id_too_long(encode):  # openclaw/openclaw#875
    one, two = "toolu_" + "x" * 80, "toolu_" + "x" * 81
    messages = [user("a"), model(use(one), use(two)), user(result(one), result(two))]
    for provider, most in (("openai", 40), ("openai-compatible", 64)):
        got = encode(provider, messages=messages)
        ids = [each["id"] for each in got.messages[1]["tool_calls"]]
        assert ids == [each["tool_call_id"] for each in got.messages[2:]]
        assert len(set(ids)) == 2
        assert max(map(len, ids)) <= most
        longer = [*messages, model("b"), user("c")]
        assert encode(provider, messages=longer).messages[1] == got.messages[1]


def test_cache_control_ttl_leak(encode):  # BerriAI/litellm#38790
    block = result(content=[text("1", cache_control=MARK)], cache_control=MARK)
    schema = {"type": "object", "properties": {"cache_control": {"type": "string"}}}
    got = encode(
        messages=[user("a"), model(use(input={"cache_control": "x"})), user(block)],
        system=[text("s", cache_control={**MARK, "ttl": "1h", "scope": "global"})],
        tools=[{"name": "f", "input_schema": schema, "cache_control": MARK}],
    )
    assert got.messages[2] == calling(call(arguments='{"cache_control":"x"}'))
    assert got.messages[3] == tool()
    assert got.body["tools"][0]["function"]["parameters"] == schema
    assert dumps(got.body).count(b"cache_control") == 2
    assert {severity for _, severity in got.losses} == {"hint"}


def test_mid_system_strict_upstream(encode):  # QuantumNous/new-api#7307
    # Decided: in place where that is known to work, else marked user text, reported.
    system = {"role": "system", "content": "Available agents: x"}
    got = encode(messages=[user("a"), model("b"), system, user("c")])
    assert [m["role"] for m in got.messages] == ["user", "assistant", "user"]
    assert got.losses == [("messages[2]", "emulated")]


def test_billing_header_breaks_prefix_cache(encode):  # anthropics/claude-code#68900
    # Decided: left out, in a system prompt only, and told as a hint.
    def body(nonce):
        first = text(f"x-anthropic-billing-header: cc_version=2.1; cc_entrypoint=cli; cch={nonce};")
        return dumps(encode(system=[first, text("You are Claude Code.", cache_control=MARK)]).body)

    assert body("36ee5") == body("99999")
    said = "x-anthropic-billing-header: mine"
    assert encode(messages=[user(said)]).messages == [user(said)]


def test_output_format_strict_hardcoded(encode):  # BerriAI/litellm#38211
    schema = {
        "type": "object",
        "properties": {"name": {"type": "string"}, "nickname": {"type": "string"}},
        "required": ["name"],
        "additionalProperties": False,
    }
    asked = {"format": {"type": "json_schema", "schema": schema}}
    got = encode("openai", output_config=asked)
    assert got.body["response_format"]["json_schema"] == {
        "name": "output",
        "schema": schema,
        "strict": False,
    }
    assert got.losses == [("output_config.format", "lossy")]


def test_thinking_config_silently_dropped(encode):  # langchain-ai/langchain-google#1435
    thinking = {"type": "enabled", "budget_tokens": 1024}
    got = encode(model="brand-new-99-ultra", max_tokens=4096, thinking=thinking)
    assert got.body["reasoning_effort"] == "low"
