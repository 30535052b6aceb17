"""Two requests that differ in one feature never send the same bytes without a word about it."""

from __future__ import annotations

from functools import partial
from typing import Any

import pytest

from any_llm.plugin import MESSAGES_FIELDS, Envelope, UnsupportedFeature, dumps
from tests.support.distinct import vanished
from tests.support.gemini_requests import NEW, OLD, assistant, encode, result, use, user

MARK = {"cache_control": {"type": "ephemeral"}}
CITED = {"citations": {"enabled": True}}
PNG = {"type": "image", "source": {"type": "base64", "media_type": "image/png", "data": "iVBO"}}
PNG_URL = {"type": "image", "source": {"type": "url", "url": "https://x.test/a.png"}}
PDF = {
    "type": "document",
    "source": {"type": "base64", "media_type": "application/pdf", "data": "JVBE"},
}
NOTE = {"type": "document", "source": {"type": "text", "media_type": "text/plain", "data": "n"}}
HIT_TEXT = [{"type": "text", "text": "x"}]
HIT = {"type": "search_result", "source": "s", "title": "t", "content": HIT_TEXT}
SCHEMA = {"type": "object", "properties": {"a": {"type": "string"}}, "required": ["a"]}
TOOL = {"name": "f", "description": "d", "input_schema": SCHEMA}
SEARCH = {"type": "web_search_20260318", "name": "web_search"}
Pair = tuple[dict[str, Any], dict[str, Any]]


def text(said, **more):
    return {"type": "text", "text": said, **more}


def asks(*blocks):
    return {"messages": [user(*blocks)]}


def turn(*blocks, after=("go",)):
    return {"messages": [user("hi"), assistant(*blocks), user(*after)]}


def tools(**more):
    return {"tools": [{**TOOL, **more}]}


def search(**more):
    return {"tools": [{**SEARCH, **more}]}


def choice(**said):
    return {"tools": [TOOL], "tool_choice": said}


def sealed(**payload):
    return {"type": "redacted_thinking", "data": Envelope("gemini", payload).seal()}


PLAIN: dict[str, Any] = {}
SAID = turn("a")
CALLED = turn(use("t", a="1"), after=[result("t")])
FORMAT = {"type": "json_schema", "schema": SCHEMA}
BUDGET = {"type": "enabled", "budget_tokens": 2000}

FIELDS: dict[str, Pair] = {
    "model": (PLAIN, {"model": "other"}),
    "messages": (PLAIN, asks("ho")),
    "max_tokens": (PLAIN, {"max_tokens": 6}),
    "system": (PLAIN, {"system": "s"}),
    "temperature": (PLAIN, {"temperature": 0.5}),
    "top_p": (PLAIN, {"top_p": 0.5}),
    "top_k": (PLAIN, {"top_k": 5}),
    "stop_sequences": (PLAIN, {"stop_sequences": ["x"]}),
    "stream": (PLAIN, {"stream": True}),
    "tools": (PLAIN, tools()),
    "tool_choice": (tools(), choice(type="auto")),
    "metadata": (PLAIN, {"metadata": {"user_id": "u"}}),
    "thinking": (PLAIN, {"thinking": BUDGET}),
    "output_config": (PLAIN, {"output_config": {"effort": "low"}}),
    "cache_control": (PLAIN, MARK),
    "service_tier": (PLAIN, {"service_tier": "standard_only"}),
    "speed": (PLAIN, {"speed": "fast"}),
    **{
        name: (PLAIN, {name: "x"})
        for name in (
            *("inference_geo", "container", "diagnostics", "user_profile_id", "workspace_id"),
            *("mcp_servers", "context_management", "fallbacks", "fallback_credit_token"),
            *("compaction", "thread", "billing_policy"),
        )
    },
}
INSIDE: dict[str, Pair] = {
    "image": (asks("a"), asks("a", PNG)),
    "image-url": (asks("a"), asks("a", PNG_URL)),
    "image-type": (
        asks(PNG),
        asks({**PNG, "source": {**PNG["source"], "media_type": "image/webp"}}),
    ),
    "image-resized": (asks(PNG), asks({**PNG, "transformations": {"oversized_image": "error"}})),
    "image-mark": (asks(PNG), asks({**PNG, **MARK})),
    "pdf": (asks("a"), asks("a", PDF)),
    "pdf-title": (asks(PDF), asks({**PDF, "title": "T"})),
    "pdf-context": (asks(PDF), asks({**PDF, "context": "c"})),
    "pdf-citations": (asks(PDF), asks({**PDF, **CITED})),
    "note": (asks("a"), asks("a", NOTE)),
    "note-as-text": (asks("<document>\nn\n</document>"), asks(NOTE)),
    "note-citations": (asks(NOTE), asks({**NOTE, **CITED})),
    "hit": (asks("a"), asks("a", HIT)),
    "hit-citations": (asks(HIT), asks({**HIT, **CITED})),
    "upload": (asks("a"), asks("a", {"type": "container_upload", "file_id": "f"})),
    "unknown-block": (asks("a"), asks("a", {"type": "brand_new"})),
    "unknown-key": (asks("a"), asks(text("a", brand_new=1))),
    "mark": (asks("a"), asks(text("a", **MARK))),
    "two-texts": (asks("a\nb"), asks("a", "b")),
    "system-mark": ({"system": "s"}, {"system": [text("s", **MARK)]}),
    "system-turn": (SAID, {"messages": [*SAID["messages"], {"role": "system", "content": "s"}]}),
    "system-turn-as-text": (
        asks("hi", "<system>\ns\n</system>"),
        {"messages": [user("hi"), {"role": "system", "content": "s"}]},
    ),
    "thought": (SAID, turn({"type": "thinking", "thinking": "t", "signature": "s"}, "a")),
    "redacted": (SAID, turn({"type": "redacted_thinking", "data": "d"}, "a")),
    "signature": (SAID, turn("a", sealed(prev="AAAA", chars=1))),
    "part": (SAID, turn(sealed(part={"toolCall": {"id": "x"}}), "a")),
    "assistant-citations": (SAID, turn(text("a", citations=[{"type": "char_location"}]))),
    "server-tool": (
        SAID,
        turn({"type": "server_tool_use", "id": "s", "name": "w", "input": {}}, "a"),
    ),
    "prefill": (PLAIN, {"messages": [user("hi"), assistant("{")]}),
    "text-behind-call": (
        turn("a", use("t"), after=[result("t")]),
        turn(use("t"), "a", after=[result("t")]),
    ),
    "call-input": (CALLED, turn(use("t", a="2"), after=[result("t")])),
    "call-caller": (
        CALLED,
        turn({**use("t", a="1"), "caller": {"type": "x"}}, after=[result("t")]),
    ),
    "call-toolset": (CALLED, turn({**use("t", a="1"), "toolset_name": "s"}, after=[result("t")])),
    "call-signature": (CALLED, turn(sealed(next="AAAA"), use("t", a="1"), after=[result("t")])),
    "result-error": (CALLED, turn(use("t", a="1"), after=[result("t", is_error=True)])),
    "result-image": (CALLED, turn(use("t", a="1"), after=[result("t", [text("ok"), PNG])])),
    "result-mark": (CALLED, turn(use("t", a="1"), after=[result("t", **MARK)])),
    "result-toolset": (CALLED, turn(use("t", a="1"), after=[result("t", toolset_name="s")])),
    "result-reference": (
        CALLED,
        turn(
            use("t", a="1"),
            after=[result("t", [text("ok"), {"type": "tool_reference", "tool_name": "x"}])],
        ),
    ),
    "tool-description": (tools(), tools(description="e")),
    "tool-schema": (tools(), tools(input_schema={**SCHEMA, "required": []})),
    "tool-strict": (tools(), tools(strict=True)),
    "tool-examples": (tools(), tools(input_examples=[{"a": "x"}])),
    "tool-examples-as-text": (
        tools(description='d\n\nExamples of input:\n{"a":"x"}'),
        tools(input_examples=[{"a": "x"}]),
    ),
    "tool-mark": (tools(), tools(**MARK)),
    "tool-deferred": (tools(), tools(defer_loading=True)),
    "tool-eager": (tools(), tools(eager_input_streaming=True)),
    "tool-callers": (tools(), tools(allowed_callers=["code_execution_20260120"])),
    "tool-unknown": (tools(), tools(brand_new=1)),
    "tool-bash": (tools(), {"tools": [TOOL, {"type": "bash_20250124", "name": "bash"}]}),
    "search": (tools(), {"tools": [TOOL, SEARCH]}),
    "search-uses": (search(), search(max_uses=3)),
    "search-allowed": (search(), search(allowed_domains=["a.org"])),
    "search-blocked": (search(), search(blocked_domains=["a.org"])),
    "search-place": (search(), search(user_location={"type": "approximate"})),
    "search-unknown": (search(), search(response_inclusion="x")),
    "fetch": (search(), {"tools": [SEARCH, {"type": "web_fetch_20260309", "name": "web_fetch"}]}),
    "choice-any": (choice(type="auto"), choice(type="any")),
    "choice-none": (choice(type="auto"), choice(type="none")),
    "choice-tool": (choice(type="any"), choice(type="tool", name="f")),
    "choice-single": (
        choice(type="auto"),
        choice(type="auto", disable_parallel_tool_use=True),
    ),
    "choice-unknown": (choice(type="auto"), choice(type="auto", brand_new=1)),
    "format": (PLAIN, {"output_config": {"format": FORMAT}}),
    "format-name": (
        {"output_config": {"format": FORMAT}},
        {"output_config": {"format": {**FORMAT, "name": "n"}}},
    ),
    "effort": ({"output_config": {"effort": "low"}}, {"output_config": {"effort": "high"}}),
    "task-budget": (PLAIN, {"output_config": {"task_budget": {"type": "tokens"}}}),
    "thinking-off": (PLAIN, {"thinking": {"type": "disabled"}}),
    "thinking-adaptive": (PLAIN, {"thinking": {"type": "adaptive"}}),
    "thinking-between": (
        {"thinking": {"type": "adaptive"}},
        {"thinking": {"type": "between_tools"}},
    ),
    "thinking-budget": ({"thinking": BUDGET}, {"thinking": {**BUDGET, "budget_tokens": 9000}}),
    "thinking-hidden": ({"thinking": BUDGET}, {"thinking": {**BUDGET, "display": "omitted"}}),
    "user-more": (PLAIN, {"metadata": {"brand_new": 1}}),
    "unknown-field": (PLAIN, {"brand_new": 1}),
}


def sent(provider, model, fields):
    """What a server sees and what a caller is told."""
    stream = bool(fields.get("stream"))
    try:
        got = encode(provider, **{"model": model, "stream": stream, **fields})
    except UnsupportedFeature as refused:
        return "refused", refused.path
    beside = (*got.wire.query.items(), *got.wire.headers.items())
    said = (got.wire.path, beside, dumps(got.body))
    return said, tuple(sorted(got.losses))


def test_every_field_of_messages_is_here():
    assert FIELDS.keys() == MESSAGES_FIELDS


@pytest.mark.parametrize(("provider", "model"), [("gemini", NEW), ("gemini", OLD), ("vertex", NEW)])
def test_one_feature_makes_a_difference(provider, model):
    sent_to = partial(sent, provider, model)
    assert vanished(FIELDS | INSIDE, sent_to) == []
    assert not [said for said, _ in (FIELDS | INSIDE).values() if sent_to(said)[0] == "refused"]


def test_a_model_of_the_first_family_too():
    """It does not think, so two ways to think are one: then the loss of both is told."""
    sent_to = partial(sent, "gemini", "gemini-2.0-flash")
    ways = dict.fromkeys(("thinking-budget", "thinking-hidden", "thinking-between"), "thinking")
    values = {**ways, "effort": "output_config.effort"}
    assert vanished(FIELDS | INSIDE, sent_to, values) == []
