"""Every feature of a Messages request: two requests that differ in it and in nothing else.

`capabilities()` and the pages of the docs say of each what becomes of it, a test asserts of each
that it never vanishes without a word. `FIELDS` are the fields of the API, `INSIDE` what stands
inside of them; the title in front is for readers.
"""

from __future__ import annotations

from typing import Any

Json = dict[str, Any]
Pair = tuple[Json, Json]

HI = {"role": "user", "content": "hi"}
MARK: Json = {"cache_control": {"type": "ephemeral"}}
PNG: Json = {
    "type": "image",
    "source": {"type": "base64", "media_type": "image/png", "data": "iVBO"},
}
PNG_URL = {"type": "image", "source": {"type": "url", "url": "https://x.example/a.png"}}
PDF: Json = {
    "type": "document",
    "source": {"type": "base64", "media_type": "application/pdf", "data": "JVBE"},
}
NOTE: Json = {
    "type": "document",
    "source": {"type": "text", "media_type": "text/plain", "data": "n"},
}
HIT: Json = {
    "type": "search_result",
    "source": "s",
    "title": "t",
    "content": [{"type": "text", "text": "x"}],
}
CITED = {"citations": {"enabled": True}}
SCHEMA = {"type": "object", "properties": {"a": {"type": "string"}}, "required": ["a"]}
TOOL = {"name": "f", "description": "d", "input_schema": SCHEMA}


def text(said: str, **more: Any) -> Json:
    """Return a text block."""
    return {"type": "text", "text": said, **more}


def user(*blocks: Json) -> Json:
    """Return a request of one user turn."""
    return {"messages": [{"role": "user", "content": list(blocks)}]}


def use(**more: Any) -> Json:
    """Return a tool call."""
    return {"type": "tool_use", "id": "t", "name": "f", "input": {"a": "1"}, **more}


def result(**more: Any) -> Json:
    """Return the result of that call."""
    return {"type": "tool_result", "tool_use_id": "t", "content": "ok", **more}


def turn(*blocks: Json, after: Json | None = None) -> Json:
    """Return a request with a turn of the assistant in its middle."""
    last = {"role": "user", "content": [after or text("go")]}
    return {"messages": [HI, {"role": "assistant", "content": list(blocks)}, last]}


def tools(**more: Any) -> Json:
    """Return a request with a tool."""
    return {"tools": [{**TOOL, **more}]}


def choice(**said: Any) -> Json:
    """Return a request with a tool and a choice."""
    return {"tools": [TOOL], "tool_choice": said}


def output(**said: Any) -> Json:
    """Return a request with an output_config."""
    return {"output_config": said}


PLAIN: Json = {}
SAID = turn(text("a"))
CALLED = turn(use(), after=result())

FIELDS: dict[str, Pair] = {
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
USER: dict[str, Pair] = {
    "image, inline": (user(text("a")), user(text("a"), PNG)),
    "image by URL": (user(text("a")), user(text("a"), PNG_URL)),
    "image: transformations": (
        user(PNG),
        user({**PNG, "transformations": {"oversized_image": "error"}}),
    ),
    "image: cache_control": (user(PNG), user({**PNG, **MARK})),
    "PDF": (user(text("a")), user(text("a"), PDF)),
    "PDF: title": (user(PDF), user({**PDF, "title": "T"})),
    "PDF: context": (user(PDF), user({**PDF, "context": "c"})),
    "PDF: citations": (user(PDF), user({**PDF, **CITED})),
    "text document": (user(text("a")), user(text("a"), NOTE)),
    "text document: title": (user(NOTE), user({**NOTE, "title": "T"})),
    "text document: citations": (user(NOTE), user({**NOTE, **CITED})),
    "text document, and text that looks like one": (
        user(text("<document>\nn\n</document>")),
        user(NOTE),
    ),
    "search_result": (user(text("a")), user(text("a"), HIT)),
    "search_result: citations": (user(HIT), user({**HIT, **CITED})),
    "container_upload": (
        user(text("a")),
        user(text("a"), {"type": "container_upload", "file_id": "f"}),
    ),
    "a block nobody knows": (user(text("a")), user(text("a"), {"type": "brand_new"})),
    "a key nobody knows": (user(text("a")), user(text("a", brand_new=1))),
    "text: cache_control": (user(text("a")), user(text("a", **MARK))),
}
TURNS: dict[str, Pair] = {
    "system: cache_control": ({"system": "s"}, {"system": [text("s", **MARK)]}),
    "system: ttl of cache_control": (
        {"system": [text("s", **MARK)]},
        {"system": [text("s", cache_control={"type": "ephemeral", "ttl": "1h"})]},
    ),
    "a system turn inside": (
        SAID,
        {"messages": [*SAID["messages"], {"role": "system", "content": "s"}]},
    ),
    "prefill": (PLAIN, {"messages": [HI, {"role": "assistant", "content": "{"}]}),
    "thinking of another provider": (
        SAID,
        turn({"type": "thinking", "thinking": "t", "signature": "s"}, text("a")),
    ),
    "redacted_thinking of another provider": (
        SAID,
        turn({"type": "redacted_thinking", "data": "d"}, text("a")),
    ),
    "citations of earlier text": (SAID, turn(text("a", citations=[{"type": "char_location"}]))),
    "assistant text: cache_control": (SAID, turn(text("a", **MARK))),
    "server_tool_use": (
        SAID,
        turn({"type": "server_tool_use", "id": "s", "name": "w", "input": {}}, text("a")),
    ),
    "text behind a call": (
        turn(text("a"), use(), after=result()),
        turn(use(), text("a"), after=result()),
    ),
    "tool_use: input": (CALLED, turn({**use(), "input": {"a": "2"}}, after=result())),
    "tool_use: caller": (
        CALLED,
        turn(use(caller={"type": "code_execution_20260120"}), after=result()),
    ),
    "tool_use: toolset_name": (CALLED, turn(use(toolset_name="s"), after=result())),
    "tool_use: cache_control": (CALLED, turn(use(**MARK), after=result())),
    "tool_result: is_error": (CALLED, turn(use(), after=result(is_error=True))),
    "tool_result: is_error, of text that says so": (
        turn(use(), after={**result(), "content": "Error: x"}),
        turn(use(), after={**result(), "content": "Error: x", "is_error": True}),
    ),
    "tool_result: image": (CALLED, turn(use(), after={**result(), "content": [text("ok"), PNG]})),
    "tool_result: cache_control": (CALLED, turn(use(), after=result(**MARK))),
    "tool_result: toolset_name": (CALLED, turn(use(), after=result(toolset_name="s"))),
    "tool_result: tool_reference": (
        CALLED,
        turn(
            use(),
            after={**result(), "content": [{"type": "tool_reference", "tool_name": "g"}]},
        ),
    ),
}
KNOBS: dict[str, Pair] = {
    "tool: description": (tools(), tools(description="e")),
    "tool: input_schema": (tools(), tools(input_schema={"type": "object", "properties": {}})),
    "tool: strict": (tools(), tools(strict=True)),
    "tool: input_examples": (tools(), tools(input_examples=[{"a": "1"}])),
    "tool: cache_control": (tools(), tools(**MARK)),
    "tool: defer_loading": (tools(), tools(defer_loading=True)),
    "tool: eager_input_streaming": (tools(), tools(eager_input_streaming=True)),
    "tool: allowed_callers": (tools(), tools(allowed_callers=["code_execution_20260120"])),
    "a tool of Anthropic's own": (
        tools(),
        {"tools": [TOOL, {"type": "web_search_20260318", "name": "web_search"}]},
    ),
    "tool_choice: any": (choice(type="auto"), choice(type="any")),
    "tool_choice: tool": (choice(type="any"), choice(type="tool", name="f")),
    "tool_choice: none": (choice(type="auto"), choice(type="none")),
    "tool_choice: disable_parallel_tool_use": (
        choice(type="auto"),
        choice(type="auto", disable_parallel_tool_use=True),
    ),
    "thinking: disabled": (PLAIN, {"thinking": {"type": "disabled"}}),
    "thinking: adaptive": (PLAIN, {"thinking": {"type": "adaptive"}}),
    "thinking: between_tools": (
        {"thinking": {"type": "adaptive"}},
        {"thinking": {"type": "between_tools"}},
    ),
    "thinking: budget_tokens": (
        {"thinking": {"type": "enabled", "budget_tokens": 2000}},
        {"thinking": {"type": "enabled", "budget_tokens": 20_000}},
    ),
    "thinking: display": (
        {"thinking": {"type": "adaptive"}},
        {"thinking": {"type": "adaptive", "display": "summarized"}},
    ),
    "output_config: effort": (output(effort="low"), output(effort="max")),
    "output_config: format": (PLAIN, output(format={"type": "json_schema", "schema": SCHEMA})),
}
INSIDE: dict[str, Pair] = USER | TURNS | KNOBS

GROUPS: dict[str, dict[str, Pair]] = {
    "Fields of a request": FIELDS,
    "In a user turn": USER,
    "System prompt and earlier turns": TURNS,
    "Inside of fields": KNOBS,
}
