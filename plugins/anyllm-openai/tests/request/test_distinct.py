"""Two requests that differ in one feature never send the same bytes without a word about it."""

from __future__ import annotations

from typing import Any

import pytest

from any_llm.plugin import MESSAGES_FIELDS, UnsupportedFeature, dumps
from anyllm_openai.rows import ROWS

from .kit import encode_once

HI = {"role": "user", "content": "hi"}
MARK = {"cache_control": {"type": "ephemeral"}}
PNG = {"type": "image", "source": {"type": "base64", "media_type": "image/png", "data": "iVBO"}}
PNG_URL = {"type": "image", "source": {"type": "url", "url": "https://x.example/a.png"}}
PDF = {
    "type": "document",
    "source": {"type": "base64", "media_type": "application/pdf", "data": "JVBE"},
}
NOTE = {"type": "document", "source": {"type": "text", "media_type": "text/plain", "data": "n"}}
HIT = {
    "type": "search_result",
    "source": "s",
    "title": "t",
    "content": [{"type": "text", "text": "x"}],
}
CITED = {"citations": {"enabled": True}}
SCHEMA = {"type": "object", "properties": {"a": {"type": "string"}}, "required": ["a"]}
TOOL = {"name": "f", "description": "d", "input_schema": SCHEMA}


def text(said, **more):
    return {"type": "text", "text": said, **more}


def user(*blocks):
    return {"messages": [{"role": "user", "content": list(blocks)}]}


def use(id="t", **more):
    return {"type": "tool_use", "id": id, "name": "f", "input": {"a": "1"}, **more}


def result(id="t", **more):
    return {"type": "tool_result", "tool_use_id": id, "content": "ok", **more}


def turn(*blocks, after=None):
    last = {"role": "user", "content": after or [text("go")]}
    return {"messages": [HI, {"role": "assistant", "content": list(blocks)}, last]}


def tools(**more):
    return {"tools": [{**TOOL, **more}]}


def choice(**said):
    return {"tools": [TOOL], "tool_choice": said}


def output(**said):
    return {"output_config": said}


PLAIN: dict[str, Any] = {}
SAID = turn(text("a"))
CALLED = turn(use(), after=[result()])

FIELDS: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "model": ({"model": "a"}, {"model": "b"}),
    "messages": (PLAIN, {"messages": [{"role": "user", "content": "ho"}]}),
    "max_tokens": (PLAIN, {"max_tokens": 6}),
    "system": (PLAIN, {"system": "s"}),
    "temperature": (PLAIN, {"temperature": 0.5}),
    "top_p": (PLAIN, {"top_p": 0.5}),
    "top_k": (PLAIN, {"top_k": 5}),
    "stop_sequences": (PLAIN, {"stop_sequences": ["x"]}),
    "tools": (PLAIN, tools()),
    "tool_choice": (tools(), choice(type="auto")),
    "metadata": (PLAIN, {"metadata": {"user_id": "u"}}),
    "thinking": (PLAIN, {"thinking": {"type": "enabled", "budget_tokens": 2000}}),
    "output_config": (PLAIN, output(effort="low")),
    "cache_control": (PLAIN, MARK),
    "service_tier": (PLAIN, {"service_tier": "standard_only"}),
    "speed": (PLAIN, {"speed": "fast"}),
    "inference_geo": (PLAIN, {"inference_geo": "eu"}),
    "container": (PLAIN, {"container": "c"}),
    "diagnostics": (PLAIN, {"diagnostics": {"previous_message_id": "m"}}),
    "user_profile_id": (PLAIN, {"user_profile_id": "u"}),
    "workspace_id": (PLAIN, {"workspace_id": "w"}),
    "mcp_servers": (PLAIN, {"mcp_servers": [{"type": "url"}]}),
    "context_management": (PLAIN, {"context_management": {"edits": []}}),
    "fallbacks": (PLAIN, {"fallbacks": "default"}),
    "fallback_credit_token": (PLAIN, {"fallback_credit_token": "t"}),
    "compaction": (PLAIN, {"compaction": {"type": "auto"}}),
    "thread": (PLAIN, {"thread": {"id": "t"}}),
    "billing_policy": (PLAIN, {"billing_policy": {"type": "x"}}),
}
INSIDE: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "user-image": (user(text("a")), user(text("a"), PNG)),
    "user-image-url": (user(text("a")), user(text("a"), PNG_URL)),
    "user-image-resized": (
        user(PNG),
        user({**PNG, "transformations": {"oversized_image": "error"}}),
    ),
    "user-pdf": (user(text("a")), user(text("a"), PDF)),
    "pdf-title": (user(PDF), user({**PDF, "title": "T"})),
    "pdf-context": (user(PDF), user({**PDF, "context": "c"})),
    "pdf-citations": (user(PDF), user({**PDF, **CITED})),
    "user-note": (user(text("a")), user(text("a"), NOTE)),
    "note-title": (user(NOTE), user({**NOTE, "title": "T"})),
    "note-citations": (user(NOTE), user({**NOTE, **CITED})),
    "search-result": (user(text("a")), user(text("a"), HIT)),
    "search-citations": (user(HIT), user({**HIT, **CITED})),
    "upload": (user(text("a")), user(text("a"), {"type": "container_upload", "file_id": "f"})),
    "unknown-block": (user(text("a")), user(text("a"), {"type": "brand_new"})),
    "unknown-key": (user(text("a")), user(text("a", brand_new=1))),
    "user-mark": (user(text("a")), user(text("a", **MARK))),
    "image-mark": (user(PNG), user({**PNG, **MARK})),
    "system-mark": ({"system": "s"}, {"system": [text("s", **MARK)]}),
    "system-turn": (SAID, {"messages": [*SAID["messages"], {"role": "system", "content": "s"}]}),
    "document-as-text": (user(text("<document>\nn\n</document>")), user(NOTE)),
    "thinking-block": (
        SAID,
        turn({"type": "thinking", "thinking": "t", "signature": "s"}, text("a")),
    ),
    "redacted-block": (SAID, turn({"type": "redacted_thinking", "data": "d"}, text("a"))),
    "assistant-citations": (SAID, turn(text("a", citations=[{"type": "char_location"}]))),
    "assistant-mark": (SAID, turn(text("a", **MARK))),
    "server-tool": (
        SAID,
        turn({"type": "server_tool_use", "id": "s", "name": "w", "input": {}}, text("a")),
    ),
    "prefill": (PLAIN, {"messages": [HI, {"role": "assistant", "content": "{"}]}),
    "text-behind-call": (
        turn(text("a"), use(), after=[result()]),
        turn(use(), text("a"), after=[result()]),
    ),
    "call-input": (CALLED, turn({**use(), "input": {"a": "2"}}, after=[result()])),
    "call-caller": (
        CALLED,
        turn(use(caller={"type": "code_execution_20260120"}), after=[result()]),
    ),
    "call-toolset": (CALLED, turn(use(toolset_name="s"), after=[result()])),
    "call-mark": (CALLED, turn(use(**MARK), after=[result()])),
    "result-error": (CALLED, turn(use(), after=[result(is_error=True)])),
    "result-error-that-says-so": (
        turn(use(), after=[{**result(), "content": "Error: x"}]),
        turn(use(), after=[{**result(), "content": "Error: x", "is_error": True}]),
    ),
    "result-image": (CALLED, turn(use(), after=[{**result(), "content": [text("ok"), PNG]}])),
    "result-mark": (CALLED, turn(use(), after=[result(**MARK)])),
    "result-toolset": (CALLED, turn(use(), after=[result(toolset_name="s")])),
    "result-reference": (
        CALLED,
        turn(
            use(), after=[{**result(), "content": [{"type": "tool_reference", "tool_name": "g"}]}]
        ),
    ),
    "tool-description": (tools(), tools(description="e")),
    "tool-schema": (tools(), tools(input_schema={"type": "object", "properties": {}})),
    "tool-strict": (tools(), tools(strict=True)),
    "tool-examples": (tools(), tools(input_examples=[{"a": "1"}])),
    "tool-mark": (tools(), tools(**MARK)),
    "tool-deferred": (tools(), tools(defer_loading=True)),
    "tool-eager": (tools(), tools(eager_input_streaming=True)),
    "tool-callers": (tools(), tools(allowed_callers=["code_execution_20260120"])),
    "tool-typed": (
        tools(),
        {"tools": [TOOL, {"type": "web_search_20260318", "name": "web_search"}]},
    ),
    "choice-any": (choice(type="auto"), choice(type="any")),
    "choice-tool": (choice(type="any"), choice(type="tool", name="f")),
    "choice-none": (choice(type="auto"), choice(type="none")),
    "choice-one-call": (choice(type="auto"), choice(type="auto", disable_parallel_tool_use=True)),
    "thinking-disabled": (PLAIN, {"thinking": {"type": "disabled"}}),
    "thinking-adaptive": (PLAIN, {"thinking": {"type": "adaptive"}}),
    "thinking-between-tools": (
        {"thinking": {"type": "adaptive"}},
        {"thinking": {"type": "between_tools"}},
    ),
    "thinking-budget": (
        {"thinking": {"type": "enabled", "budget_tokens": 2000}},
        {"thinking": {"type": "enabled", "budget_tokens": 20_000}},
    ),
    "thinking-display": (
        {"thinking": {"type": "adaptive"}},
        {"thinking": {"type": "adaptive", "display": "summarized"}},
    ),
    "effort": (output(effort="low"), output(effort="max")),
    "format": (PLAIN, output(format={"type": "json_schema", "schema": SCHEMA})),
    "cache-ttl": (
        {"system": [text("s", **MARK)]},
        {"system": [text("s", cache_control={"type": "ephemeral", "ttl": "1h"})]},
    ),
}
FEATURES = FIELDS | INSIDE
PLACES = [(row.spec.id, "m") for row in ROWS] + [
    ("openai", model) for model in ("gpt-4o", "gpt-5-mini", "gpt-5.4", "gpt-5.6-sol", "o3")
]


def sent(provider, model, fields):
    """The bytes and the losses, or the refusal."""
    try:
        got = encode_once(provider, {"model": model, **fields})
    except UnsupportedFeature as refused:
        return "refused", refused.path
    return dumps(got.body), sorted(got.losses)


def test_every_field_of_the_api_is_a_feature_here():
    assert set(FIELDS) == MESSAGES_FIELDS - {"stream"}  # how, not what: the client's business


# Two values of one thing: where it cannot go at all, both are reported, in the same words.
VALUES = {
    "thinking-budget": "thinking",
    "thinking-display": "thinking",
    "effort": "output_config.effort",
    "cache-ttl": "system[0].cache_control",
}


@pytest.mark.parametrize("feature", FEATURES)
@pytest.mark.parametrize(("provider", "model"), PLACES)
def test_no_feature_vanishes(provider, model, feature):
    before, after = FEATURES[feature]
    first, second = sent(provider, model, before), sent(provider, model, after)
    if second[0] == "refused" or first != second:
        return
    assert any(path.startswith(VALUES[feature]) for path, _ in second[1])
