"""The fields of a request beside its messages: each golden, with what is reported."""

from __future__ import annotations

from hashlib import sha256

import pytest

from any_llm.plugin import UnsupportedFeature

from .kit import (
    BREAKPOINT,
    IMAGE,
    MARK,
    PDF,
    SCHEMA,
    TOOL,
    asked,
    input_text,
    model,
    result,
    text,
    use,
    user,
)

BASE = {"model": "m", "input": [asked("hi")], "max_output_tokens": 5, "store": False}
NEW, OPT_IN, OLDER, PLAIN = "gpt-5.6-sol", "gpt-5.2", "gpt-5-mini", "gpt-4o"
ENCRYPTED = {"include": ["reasoning.encrypted_content"]}


def test_the_least(encode):
    assert encode().body == BASE
    got = encode(model=NEW)
    assert got.body == {**BASE, "model": NEW, **ENCRYPTED}
    assert got.losses == []


def test_a_stream_is_asked_for(encode):
    assert encode(stream=True).body == {**BASE, "stream": True}


def test_the_order_of_keys_is_fixed(encode):
    got = encode(
        model=NEW,
        stream=True,
        system="s",
        tools=[TOOL],
        tool_choice={"type": "auto", "disable_parallel_tool_use": True},
        thinking={"type": "adaptive"},
        output_config={"effort": "low", "format": {"type": "json_schema", "schema": SCHEMA}},
        cache_control={**MARK, "ttl": "1h"},
        service_tier="auto",
        metadata={"user_id": "u"},
    )
    assert list(got.body) == [
        *("model", "instructions", "input", "max_output_tokens", "stream", "tools"),
        *("tool_choice", "parallel_tool_calls", "text", "reasoning", "include"),
        *("prompt_cache_options", "service_tier", "safety_identifier", "store"),
    ]


# id -> (model, fields, what the body has besides, losses)
GOLDEN = {
    "sampling": (PLAIN, {"temperature": 0.2, "top_p": 0.9}, {"temperature": 0.2, "top_p": 0.9}, []),
    "sampling of a model that thinks": (
        NEW,
        {"temperature": 0.2, "top_p": 1},
        ENCRYPTED,
        [("temperature", "lossy"), ("top_p", "hint")],
    ),
    "sampling of a model that does not think now": (
        OPT_IN,
        {"temperature": 0},
        {**ENCRYPTED, "temperature": 0},
        [],
    ),
    "sampling without thinking": (
        NEW,
        {"temperature": 0.2, "thinking": {"type": "disabled"}},
        {**ENCRYPTED, "temperature": 0.2, "reasoning": {"effort": "none"}},
        [],
    ),
    "top_k": (PLAIN, {"top_k": 5}, {}, [("top_k", "lossy")]),
    "user": (PLAIN, {"metadata": {"user_id": "u"}}, {"safety_identifier": "u"}, []),
    "a long user": (
        PLAIN,
        {"metadata": {"user_id": "u" * 129}},
        {"safety_identifier": sha256(b"u" * 129).hexdigest()},
        [("metadata.user_id", "emulated")],
    ),
    "tier auto": (PLAIN, {"service_tier": "auto"}, {"service_tier": "auto"}, []),
    "tier standard": (PLAIN, {"service_tier": "standard_only"}, {"service_tier": "default"}, []),
    "fast": (PLAIN, {"speed": "fast"}, {"service_tier": "fast"}, []),
    "fast and auto": (
        PLAIN,
        {"speed": "fast", "service_tier": "auto"},
        {"service_tier": "fast"},
        [("service_tier", "hint")],
    ),
    "cached by itself": (NEW, {"cache_control": MARK}, ENCRYPTED, [("cache_control", "hint")]),
    "cached for long": (
        NEW,
        {"cache_control": {**MARK, "ttl": "1h"}},
        {**ENCRYPTED, "prompt_cache_options": {"ttl": "12h"}},
        [("cache_control", "hint")],
    ),
    "cached for long by an older model": (
        PLAIN,
        {"cache_control": {**MARK, "ttl": "1h"}},
        {},
        [("cache_control", "hint")],
    ),
    "a schema": (
        PLAIN,
        {"output_config": {"format": {"type": "json_schema", "schema": SCHEMA}}},
        {
            "text": {
                "format": {
                    "type": "json_schema",
                    "name": "output",
                    "schema": SCHEMA,
                    "strict": True,
                }
            }
        },
        [],
    ),
    "a schema that strict mode cannot hold": (
        PLAIN,
        {
            "output_config": {
                "format": {"type": "json_schema", "schema": {"title": "My Out!", "type": "object"}}
            }
        },
        {
            "text": {
                "format": {
                    "type": "json_schema",
                    "name": "My_Out_",
                    "schema": {"title": "My Out!", "type": "object"},
                    "strict": False,
                }
            }
        },
        [("output_config.format", "lossy")],
    ),
}


@pytest.mark.parametrize("what", GOLDEN)
def test_golden(encode, what):
    model, fields, more, losses = GOLDEN[what]
    got = encode(model=model, **fields)
    assert got.body == {**BASE, "model": model, **more}
    assert got.losses == losses


def test_lifetimes_of_marks(encode):
    marks = [MARK, {**MARK, "ttl": "5m"}, {**MARK, "ttl": "1h"}]
    got = encode(model=NEW, system=[text("s", cache_control=mark) for mark in marks])
    assert [part["prompt_cache_breakpoint"] for part in got.body["input"][0]["content"]] == [
        {"mode": "explicit"},
        {"mode": "explicit", "ttl": "30m"},
        {"mode": "explicit", "ttl": "12h"},
    ]


def test_no_tokens_fill_the_cache(encode):
    got = encode(model=NEW, max_tokens=0, cache_control={**MARK, "ttl": "1h"})
    assert "max_output_tokens" not in got.body
    assert got.body["prompt_cache_options"] == {"ttl": "12h", "prewarm": True}
    assert got.ctx.state["prewarm"] is True
    assert "prewarm" not in encode(model=NEW).ctx.state
    with pytest.raises(UnsupportedFeature, match="filling the cache"):
        encode(model=PLAIN, max_tokens=0)
    assert encode(model=PLAIN, max_tokens=0, quirks={"prewarm": True}).ctx.state["prewarm"] is True


def test_a_gateway_has_the_marks_of_this_wire(encode):
    got = encode("openrouter", messages=[user(text("a", cache_control=MARK))])
    assert got.body["input"] == [asked(input_text("a", **BREAKPOINT))]
    with pytest.raises(UnsupportedFeature, match="filling the cache"):
        encode("openrouter", max_tokens=0)


# --- thinking --------------------------------------------------------------------------------

AUTO = {"summary": "auto"}
ADAPTIVE = {"type": "adaptive"}
BUDGET = ("thinking.budget_tokens", "lossy")
MODEL_DECIDES = ("thinking", "hint")


def on(tokens):
    return {"type": "enabled", "budget_tokens": tokens}


# id -> (model, thinking, effort, reasoning, losses)
THINKING = {
    "adaptive": (NEW, ADAPTIVE, None, AUTO, [MODEL_DECIDES]),
    "summarized": (
        NEW,
        {**ADAPTIVE, "display": "summarized"},
        None,
        AUTO,
        [MODEL_DECIDES, ("thinking.display", "hint")],
    ),
    "omitted": (NEW, {**ADAPTIVE, "display": "omitted"}, None, None, [MODEL_DECIDES]),
    "between tools": (
        NEW,
        {"type": "between_tools"},
        None,
        AUTO,
        [("thinking.type", "lossy"), MODEL_DECIDES],
    ),
    "effort alone": (NEW, None, "high", {"effort": "high"}, []),
    "adaptive with effort": (NEW, ADAPTIVE, "max", {"effort": "max", **AUTO}, []),
    "a small budget": (NEW, on(1024), None, {"effort": "low", **AUTO}, [BUDGET]),
    "a budget": (NEW, on(8192), None, {"effort": "medium", **AUTO}, [BUDGET]),
    "a large budget": (NEW, on(24576), None, {"effort": "high", **AUTO}, [BUDGET]),
    "a huge budget": (NEW, on(60000), None, {"effort": "xhigh", **AUTO}, [BUDGET]),
    "a budget with effort": (NEW, on(1024), "high", {"effort": "high", **AUTO}, [BUDGET]),
    "off": (NEW, {"type": "disabled"}, None, {"effort": "none"}, []),
    "off, which it cannot": (
        OLDER,
        {"type": "disabled"},
        None,
        {"effort": "minimal"},
        [("thinking", "lossy")],
    ),
    "an effort it does not know": (
        OLDER,
        None,
        "max",
        {"effort": "high"},
        [("output_config.effort", "lossy")],
    ),
    "a model that thinks when told how much": (
        OPT_IN,
        ADAPTIVE,
        "low",
        {"effort": "low", **AUTO},
        [],
    ),
    "and was not told": (OPT_IN, ADAPTIVE, None, AUTO, [("thinking", "lossy")]),
    "a model that does not think": (PLAIN, ADAPTIVE, None, None, [("thinking", "lossy")]),
    "nor takes an effort": (PLAIN, None, "low", None, [("output_config.effort", "lossy")]),
    "and may be told not to": (PLAIN, {"type": "disabled"}, None, None, [("thinking", "hint")]),
    "a model that always thinks": ("gpt-5.2-chat-latest", ADAPTIVE, None, AUTO, [MODEL_DECIDES]),
    "and takes one effort": (
        "gpt-5.2-chat-latest",
        ADAPTIVE,
        "medium",
        {"effort": "medium", **AUTO},
        [],
    ),
    "a model nobody knows": ("gpt-99", ADAPTIVE, "max", {"effort": "max", **AUTO}, []),
    "a name nobody knows": ("prod", ADAPTIVE, "max", {"effort": "max", **AUTO}, []),
}


@pytest.mark.parametrize("what", THINKING)
def test_thinking(encode, what):
    model, thinking, effort, reasoning, losses = THINKING[what]
    fields = {
        **({"thinking": thinking} if thinking else {}),
        **({"output_config": {"effort": effort}} if effort else {}),
    }
    got = encode(model=model, **fields)
    assert got.body.get("reasoning") == reasoning
    assert sorted(got.losses) == sorted(losses)


@pytest.mark.parametrize("model", [NEW, "gpt-5.4", "gpt-5.5"])
def test_tools_and_thinking_go_together(encode, model):
    """Chat Completions refuses the two: it is why this wire is the default."""
    got = encode(model=model, tools=[TOOL], thinking=ADAPTIVE, output_config={"effort": "low"})
    assert got.body["reasoning"] == {"effort": "low", "summary": "auto"}
    assert got.losses == []


def test_summaries_can_be_left_out(encode):
    got = encode(model=NEW, thinking=ADAPTIVE, quirks={"summaries": None})
    assert "reasoning" not in got.body
    detailed = encode(model=NEW, thinking=ADAPTIVE, quirks={"summaries": "detailed"})
    assert detailed.body["reasoning"] == {"summary": "detailed"}


INCLUDED = [
    *[
        (model, {}, True)
        for model in (NEW, OPT_IN, OLDER, "o3", "o4-mini", "gpt-6-astra", "gpt-99")
    ],
    *[
        (model, {}, False)
        for model in (PLAIN, "gpt-4.1-nano", "gpt-3.5-turbo", "gpt-5-chat-latest")
    ],
    (PLAIN, {"thinking": ADAPTIVE}, False),
    ("prod", {}, False),
    ("prod", {"thinking": ADAPTIVE}, True),
    ("prod", {"output_config": {"effort": "low"}}, True),
    ("prod", {"thinking": {"type": "disabled"}}, False),
    ("prod", {"quirks": {"encrypted_reasoning": True}}, True),
    (NEW, {"quirks": {"encrypted_reasoning": False}}, False),
]


@pytest.mark.parametrize(("model", "fields", "included"), INCLUDED)
def test_encrypted_reasoning_is_asked_of_models_that_reason(encode, model, fields, included):
    """Others answer 400: encrypted content is not supported with this model."""
    got = encode("azure", model=model, **fields)
    assert (got.body.get("include") == ENCRYPTED["include"]) is included


# --- what is a server's Chat Completions is no concern of this wire ------------------------------


def test_chat_quirks_of_a_server_do_not_leak(encode):
    odd = {
        "string_content": True,
        "tool_results": "text",
        "pdf": "none",
        "tool_id_max": 9,
        "tool_id_pattern": "[a-z]{9}",
        "budget_field": "reasoning.max_tokens",
        "effort_field": "reasoning_effort",
        "thinking": "chat_template_kwargs",
        "tools_and_effort": "none",
    }
    fields = {
        "model": "m",
        "thinking": on(4000),
        "tools": [TOOL],
        "messages": [user(PDF), model(use("call_1")), user(result("call_1", [text("a"), IMAGE]))],
    }
    got = encode("openai-compatible", quirks=odd, **fields)
    assert got.body["input"] == encode("openai", **fields).body["input"]
    assert got.body["reasoning"] == {"effort": "medium", "summary": "auto"}
    assert got.losses == [BUDGET]
