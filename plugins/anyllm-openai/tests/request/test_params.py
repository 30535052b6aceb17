"""Parameters: input fields -> exact body, hand-written; what is dropped stands in losses."""

from __future__ import annotations

import hashlib

import pytest

from any_llm.plugin import UnsupportedFeature

BASE = {"model": "m", "messages": [{"role": "user", "content": "hi"}], "max_tokens": 5}
OPENAI = {
    "model": "m",
    "messages": [{"role": "user", "content": "hi"}],
    "max_completion_tokens": 5,
}


def golden(id, fields, more, losses=(), **how):
    return pytest.param(fields, more, list(losses), how, id=id)


GENERIC = [
    golden("plain", {}, {}),
    golden("temperature", {"temperature": 0.2, "top_p": 0.9}, {"temperature": 0.2, "top_p": 0.9}),
    golden("top_k-unknown", {"top_k": 3}, {}, [("top_k", "lossy")]),
    golden("top_k", {"top_k": 3}, {"top_k": 3}, quirks={"top_k": True}),
    golden("stop", {"stop_sequences": ["a", "b"]}, {"stop": ["a", "b"]}),
    golden("no-stop", {"stop_sequences": []}, {}),
    golden(
        "stream",
        {},
        {"stream": True, "stream_options": {"include_usage": True}},
        stream=True,
    ),
    golden(
        "stream-without-usage", {}, {"stream": True}, stream=True, quirks={"stream_usage": False}
    ),
    golden("user-unknown", {"metadata": {"user_id": "u"}}, {}, [("metadata.user_id", "lossy")]),
    golden("user", {"metadata": {"user_id": "u"}}, {"user": "u"}, quirks={"user_id_field": "user"}),
    golden("metadata-more", {"metadata": {"team": "x"}}, {}, [("metadata.team", "lossy")]),
    golden("tier-unknown", {"service_tier": "auto"}, {}, [("service_tier", "hint")]),
    golden("speed-unknown", {"speed": "fast"}, {}, [("speed", "lossy")]),
    golden("speed-standard", {"speed": "standard"}, {}, [("speed", "hint")]),
    golden("cache", {"cache_control": {"type": "ephemeral"}}, {}, [("cache_control", "hint")]),
    golden("unknown-field", {"brand_new": 1}, {}, [("brand_new", "lossy")]),
    golden(
        "extra",
        {},
        {"reasoning_split": True},
        quirks={"extra": {"reasoning_split": True, "max_tokens": 9}},
    ),
    golden(
        "sampling-never",
        {"temperature": 1.0, "top_p": 0.5},
        {},
        [("temperature", "hint"), ("top_p", "lossy")],
        quirks={"sampling": "never"},
    ),
]


@pytest.mark.parametrize(("fields", "more", "losses", "how"), GENERIC)
def test_any_server(encode, fields, more, losses, how):
    got = encode(**how, **fields)
    assert got.body == BASE | more
    assert got.losses == losses


OPENAI_CASES = [
    golden("max_completion_tokens", {}, {}),
    golden("user", {"metadata": {"user_id": "u"}}, {"safety_identifier": "u"}),
    golden(
        "long-user",
        {"metadata": {"user_id": "u" * 129}},
        {"safety_identifier": hashlib.sha256(b"u" * 129).hexdigest()},
        [("metadata.user_id", "emulated")],
    ),
    golden("tier-auto", {"service_tier": "auto"}, {"service_tier": "auto"}),
    golden("tier-standard", {"service_tier": "standard_only"}, {"service_tier": "default"}),
    golden("tier-other", {"service_tier": "flex"}, {"service_tier": "flex"}),
    golden("speed", {"speed": "fast"}, {"service_tier": "fast"}),
    golden(
        "speed-over-tier",
        {"speed": "fast", "service_tier": "auto"},
        {"service_tier": "fast"},
        [("service_tier", "hint")],
    ),
    golden("stop-4", {"stop_sequences": list("abcd")}, {"stop": list("abcd")}),
]


@pytest.mark.parametrize(("fields", "more", "losses", "how"), OPENAI_CASES)
def test_openai(encode, fields, more, losses, how):
    got = encode("openai", **how, **fields)
    assert got.body == OPENAI | more
    assert got.losses == losses


@pytest.mark.parametrize(
    ("provider", "fields", "path"),
    [
        ("openai-compatible", {"max_tokens": 0}, "max_tokens"),
        ("openai", {"stop_sequences": list("abcde")}, "stop_sequences"),
        ("openai", {"stop_sequences": ["a"], "model": "gpt-5-mini"}, "stop_sequences"),
        ("openai", {"stop_sequences": ["a"], "model": "gpt-7-sol"}, "stop_sequences"),
        ("openai", {"speed": "fast", "service_tier": "standard_only"}, "speed"),
        ("openai-compatible", {"container": "c"}, "container"),
        ("openai-compatible", {"inference_geo": "eu"}, "inference_geo"),
        ("openai-compatible", {"diagnostics": {}}, "diagnostics"),
        ("openai-compatible", {"user_profile_id": "u"}, "user_profile_id"),
        ("openai-compatible", {"workspace_id": "w"}, "workspace_id"),
        ("openai-compatible", {"mcp_servers": []}, "mcp_servers"),
        ("openai-compatible", {"context_management": {}}, "context_management"),
        ("openai-compatible", {"fallbacks": "default"}, "fallbacks"),
        ("openai-compatible", {"fallback_credit_token": "t"}, "fallback_credit_token"),
        ("openai-compatible", {"compaction": {}}, "compaction"),
        ("openai-compatible", {"thread": {}}, "thread"),
        ("openai-compatible", {"billing_policy": {}}, "billing_policy"),
    ],
)
def test_refused(encode, provider, fields, path):
    with pytest.raises(UnsupportedFeature) as caught:
        encode(provider, **fields)
    assert (caught.value.path, caught.value.provider) == (path, provider)


@pytest.mark.parametrize(
    ("model", "fields", "sent", "losses"),
    [
        # gpt-5.1 .. 5.4 do not think unasked, so sampling goes; from 5.5 on they do.
        ("gpt-5.4", {"temperature": 0.2}, {"temperature": 0.2}, []),
        ("gpt-5.5", {"temperature": 0.2}, {}, [("temperature", "lossy")]),
        ("gpt-5.5", {"temperature": 1}, {}, [("temperature", "hint")]),
        ("gpt-9", {"top_p": 0.2}, {}, [("top_p", "lossy")]),
        (
            "gpt-5.5",
            {"temperature": 0.2, "thinking": {"type": "disabled"}},
            {"temperature": 0.2, "reasoning_effort": "none"},
            [],
        ),
        (
            "gpt-5.4",
            {"temperature": 0.2, "output_config": {"effort": "low"}},
            {"reasoning_effort": "low"},
            [("temperature", "lossy")],
        ),
        ("o3-mini", {"stop_sequences": ["a"]}, {"stop": ["a"]}, []),
        ("gpt-4o", {"temperature": 0.2, "stop_sequences": ["a"]}, None, []),
    ],
)
def test_families_of_openai(encode, model, fields, sent, losses):
    got = encode("openai", model=model, **fields)
    sent = {"temperature": 0.2, "stop": ["a"]} if sent is None else sent
    rest = {n: v for n, v in got.body.items() if n not in {"model", "messages"}}
    assert rest == {"max_completion_tokens": 5} | sent
    assert got.losses == losses


def test_the_order_of_keys_is_fixed(encode):
    fields = {
        "top_p": 0.5,
        "temperature": 0.1,
        "stop_sequences": ["x"],
        "tools": [{"name": "f", "input_schema": {}}],
        "tool_choice": {"type": "auto", "disable_parallel_tool_use": True},
        "system": "s",
        "metadata": {"user_id": "u"},
        "service_tier": "auto",
    }
    got = encode("openai", stream=True, **fields)
    assert list(got.body) == [
        "model",
        "messages",
        "max_completion_tokens",
        "temperature",
        "top_p",
        "stop",
        "stream",
        "stream_options",
        "tools",
        "tool_choice",
        "parallel_tool_calls",
        "service_tier",
        "safety_identifier",
    ]


def test_the_answer_side_learns_what_it_needs(encode):
    got = encode(
        stop_sequences=["x"],
        tools=[{"name": "a.b", "input_schema": {}}, {"name": "f", "input_schema": {}}],
        tool_choice={"type": "any"},
        output_config={"format": {"type": "json_schema", "schema": {"type": "object"}}},
    )
    short = got.body["tools"][0]["function"]["name"]
    assert got.ctx.state == {
        "tool_names": {short: "a.b"},
        "tool_names_sent": {short: "a.b", "f": "f"},
        "declared_tools": frozenset({short, "f"}),
        "stop_sequences": ("x",),
        "forced_tool": True,
        "json_schema": True,
    }
