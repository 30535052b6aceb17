"""`thinking` and effort, in each server's form."""

from __future__ import annotations

import pytest

from any_llm.plugin import UnsupportedFeature

TOOL = {"name": "f", "input_schema": {"type": "object", "properties": {}}}
OFF = {"type": "disabled"}
ADAPTIVE = {"type": "adaptive"}
BUDGET = ("thinking.budget_tokens", "lossy")
EFFORT = ("output_config.effort", "lossy")
HINT = ("thinking", "hint")
LOSSY = ("thinking", "lossy")


def on(tokens):
    return {"type": "enabled", "budget_tokens": tokens}


def run(encode, provider, model, thinking, effort, **more):
    fields = {"thinking": thinking} if thinking else {}
    if effort:
        fields["output_config"] = {"effort": effort}
    # Some servers have words of their own, which the judge does not know.
    judged = provider != "groq" and effort in {None, "low", "medium", "high", "xhigh", "max"}
    got = encode(provider, model=model, judged=judged, **fields, **more)
    known = {"model", "messages", "max_tokens", "max_completion_tokens", "tools", "tool_choice"}
    return {n: v for n, v in got.body.items() if n not in known}, got.losses


def word(effort):
    return {"reasoning_effort": effort}


CASES = [
    # any server: the words of OpenAI, as they are
    ("openai-compatible", "m", None, None, {}, []),
    ("openai-compatible", "m", None, "max", word("max"), []),
    ("openai-compatible", "m", None, "brand_new", word("brand_new"), []),
    ("openai-compatible", "m", on(1024), None, word("low"), [BUDGET]),
    ("openai-compatible", "m", on(2048), None, word("low"), [BUDGET]),
    ("openai-compatible", "m", on(2049), None, word("medium"), [BUDGET]),
    ("openai-compatible", "m", on(8192), None, word("medium"), [BUDGET]),
    ("openai-compatible", "m", on(8193), None, word("high"), [BUDGET]),
    ("openai-compatible", "m", on(24576), None, word("high"), [BUDGET]),
    ("openai-compatible", "m", on(24577), None, word("xhigh"), [BUDGET]),
    ("openai-compatible", "m", on(1024), "high", word("high"), [BUDGET]),
    ("openai-compatible", "m", OFF, None, word("none"), []),
    ("openai-compatible", "m", OFF, "high", word("none"), [EFFORT]),
    ("openai-compatible", "m", ADAPTIVE, None, {}, [HINT]),
    ("openai-compatible", "m", ADAPTIVE, "low", word("low"), []),
    (
        "openai-compatible",
        "m",
        {"type": "between_tools"},
        "low",
        word("low"),
        [("thinking.type", "lossy")],
    ),
    ("openai-compatible", "m", {"type": "brand_new"}, None, {}, [("thinking.type", "lossy")]),
    (
        "openai-compatible",
        "m",
        {**ADAPTIVE, "display": "omitted"},
        "low",
        word("low"),
        [("thinking.display", "lossy")],
    ),
    (
        "openai-compatible",
        "m",
        {**ADAPTIVE, "display": "summarized"},
        "low",
        word("low"),
        [("thinking.display", "hint")],
    ),
    ("openai-compatible", "m", {**ADAPTIVE, "x": 1}, "low", word("low"), [("thinking.x", "lossy")]),
    # OpenAI's families
    ("openai", "gpt-4o", ADAPTIVE, None, {}, [LOSSY]),
    ("openai", "gpt-4o", OFF, None, {}, [HINT]),
    ("openai", "gpt-4o", None, "low", {}, [EFFORT]),
    ("openai", "o3", OFF, None, word("low"), [LOSSY]),
    ("openai", "o3", None, "max", word("high"), [EFFORT]),
    ("openai", "gpt-5-mini", OFF, None, word("minimal"), [LOSSY]),
    ("openai", "gpt-5-mini", on(1024), None, word("low"), [BUDGET]),
    ("openai", "gpt-5.1", OFF, None, word("none"), []),
    ("openai", "gpt-5.1", None, "xhigh", word("high"), [EFFORT]),
    ("openai", "gpt-5.4", ADAPTIVE, None, {}, [LOSSY]),
    ("openai", "gpt-5.5", ADAPTIVE, None, {}, [HINT]),
    ("openai", "gpt-5.5", None, "max", word("xhigh"), [EFFORT]),
    ("openai", "gpt-5.6-sol", None, "max", word("max"), []),
    ("openai", "gpt-5.2-chat-latest", None, "medium", word("medium"), []),
    ("openai", "gpt-5.2-chat-latest", None, "low", word("medium"), [EFFORT]),
    ("openai", "gpt-5.2-chat-latest", OFF, None, word("medium"), [LOSSY]),
    ("openai", "gpt-8", None, "max", word("max"), []),
    ("openai", "openai/gpt-oss-20b", None, "max", word("high"), [EFFORT]),
    # switches and budgets of others
    ("deepseek", "deepseek-v4-pro", OFF, None, {"thinking": {"type": "disabled"}}, []),
    ("deepseek", "deepseek-v4-pro", ADAPTIVE, None, {"thinking": {"type": "enabled"}}, []),
    (
        "deepseek",
        "deepseek-v4-pro",
        on(2000),
        None,
        {"thinking": {"type": "enabled"}, **word("low")},
        [BUDGET],
    ),
    ("deepseek", "deepseek-v4-pro", None, "medium", word("high"), [EFFORT]),
    ("deepseek", "deepseek-v4-pro", None, "max", word("max"), []),
    ("zai", "glm-4.7", on(2000), None, {"thinking": {"type": "enabled"}}, [BUDGET]),
    ("zai", "glm-5.3", OFF, None, word("low"), [LOSSY]),
    ("zai", "glm-5.3", None, "medium", word("high"), [EFFORT]),
    ("moonshot", "kimi-k2.6", OFF, None, {"thinking": {"type": "disabled"}}, []),
    ("moonshot", "kimi-k3", None, "max", word("max"), []),
    ("moonshot", "kimi-k3", OFF, None, word("low"), [LOSSY]),
    (
        "minimax",
        "MiniMax-M3",
        ADAPTIVE,
        None,
        {"thinking": {"type": "adaptive"}, "reasoning_split": True},
        [],
    ),
    ("minimax", "MiniMax-M2.7", OFF, None, {"reasoning_split": True}, [LOSSY]),
    (
        "dashscope",
        "qwen3.8-max",
        on(4000),
        None,
        {"enable_thinking": True, "thinking_budget": 4000},
        [],
    ),
    ("dashscope", "qwen3.8-max", OFF, None, {"enable_thinking": False}, []),
    ("dashscope", "qwen3.8-max", None, "low", {}, [EFFORT]),
    (
        "llamacpp",
        "m",
        on(4000),
        None,
        {"chat_template_kwargs": {"enable_thinking": True}, "thinking_budget_tokens": 4000},
        [],
    ),
    ("llamacpp", "m", OFF, None, {"chat_template_kwargs": {"enable_thinking": False}}, []),
    (
        "vllm",
        "m",
        on(4000),
        None,
        {"chat_template_kwargs": {"enable_thinking": True}, **word("medium")},
        [BUDGET],
    ),
    ("openrouter", "a/b", on(4000), None, {"reasoning": {"max_tokens": 4000}}, []),
    ("openrouter", "a/b", on(4000), "low", {"reasoning": {"max_tokens": 4000}}, [EFFORT]),
    ("openrouter", "a/b", None, "max", {"reasoning": {"effort": "max"}}, []),
    ("openrouter", "a/b", ADAPTIVE, None, {"reasoning": {"enabled": True}}, []),
    ("openrouter", "a/b", OFF, None, {"reasoning": {"enabled": False}}, []),
    (
        "together",
        "a/b",
        on(4000),
        None,
        {"reasoning": {"enabled": True}, **word("medium")},
        [BUDGET],
    ),
    (
        "groq",
        "qwen/qwen3-32b",
        on(4000),
        None,
        {**word("default"), "reasoning_format": "parsed"},
        [BUDGET],
    ),
    ("groq", "qwen/qwen3-32b", OFF, None, {**word("none"), "reasoning_format": "parsed"}, []),
    ("groq", "openai/gpt-oss-120b", OFF, None, word("low"), [LOSSY]),
    ("groq", "llama-3.3-70b-versatile", ADAPTIVE, None, {}, [LOSSY]),
    ("mistral", "mistral-small-latest", on(9000), None, word("high"), [BUDGET]),
    ("mistral", "mistral-small-latest", OFF, None, word("none"), []),
    ("mistral", "magistral-medium", ADAPTIVE, None, {}, [HINT]),
    ("xai", "grok-4.5", OFF, None, word("low"), [LOSSY]),
    ("xai", "grok-4.3", OFF, None, word("none"), []),
    ("xai", "grok-code-fast-1", None, "low", {}, [EFFORT]),
]


@pytest.mark.parametrize(
    "case",
    [
        pytest.param(case, id=f"{case[0]}-{case[1]}-{index}".replace("/", "_"))
        for index, case in enumerate(CASES)
    ],
)
def test_forms(encode, case):
    provider, model, thinking, effort, sent, losses = case
    assert run(encode, provider, model, thinking, effort) == (sent, losses)


TOOLS = [
    ("gpt-5-mini", None, "high", word("high"), []),
    ("gpt-5.4", None, None, {}, []),
    ("gpt-5.4", None, "high", {}, [EFFORT]),
    ("gpt-5.5", ADAPTIVE, None, {}, [LOSSY]),
    ("gpt-5.5", OFF, None, word("none"), []),
    ("gpt-5.6-sol", None, None, word("none"), [("tools", "hint")]),
    ("gpt-5.6-sol", None, "high", word("none"), [EFFORT]),
    ("gpt-5.6-sol", on(1024), None, word("none"), [LOSSY]),
    ("gpt-5.6-sol", OFF, None, word("none"), []),
    ("gpt-9", None, None, word("none"), [("tools", "hint")]),
]


@pytest.mark.parametrize("case", TOOLS)
def test_tools_and_thinking_on_openais_chat(encode, case):
    model, thinking, effort, sent, losses = case
    assert run(encode, "openai", model, thinking, effort, tools=[TOOL]) == (sent, losses)


@pytest.mark.parametrize("choice", [{"type": "any"}, {"type": "tool", "name": "f"}])
@pytest.mark.parametrize(
    ("provider", "model", "off"),
    [
        ("deepseek", "deepseek-v4-pro", {"thinking": {"type": "disabled"}}),
        ("dashscope", "qwen3.8-max", {"enable_thinking": False}),
    ],
)
def test_a_forced_choice_turns_off_thinking_that_nobody_asked_for(
    encode, provider, model, off, choice
):
    more = {"tools": [TOOL], "tool_choice": choice}
    assert run(encode, provider, model, None, None, **more) == (off, [("tool_choice", "emulated")])
    assert run(encode, provider, model, OFF, None, **more) == (off, [])
    for thinking, effort in ((ADAPTIVE, None), (on(2000), None), (None, "high")):
        with pytest.raises(UnsupportedFeature) as caught:
            run(encode, provider, model, thinking, effort, **more)
        assert caught.value.path == "tool_choice"


def test_a_forced_choice_for_a_model_that_always_thinks(encode):
    choice = {"type": "tool", "name": "f"}
    with pytest.raises(UnsupportedFeature, match="while it thinks"):
        encode("moonshot", model="kimi-k3", tools=[TOOL], tool_choice=choice)
