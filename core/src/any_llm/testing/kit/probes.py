"""One thing that a Messages request can say, each: what a provider must carry, report or refuse.

Source: Messages API reference (2026-11-20).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

Fields = Mapping[str, Any]

_PNG = (
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhf"
    "DwAChwGA60e6kgAAAABJRU5ErkJggg=="
)
_PDF = "JVBERi0xLjQKJSVFT0YK"
_SCHEMA = {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]}
_TOOL: dict[str, Any] = {"name": "weather", "description": "Tells it.", "input_schema": _SCHEMA}


def user(*blocks: Any) -> list[dict[str, Any]]:
    """Return one user turn."""
    return [{"role": "user", "content": list(blocks)}]


def _text(text: str = "Hello") -> dict[str, Any]:
    return {"type": "text", "text": text}


def _image(**source: Any) -> dict[str, Any]:
    return {"type": "image", "source": source}


def _document(**fields: Any) -> dict[str, Any]:
    return {"type": "document", **fields}


def _result(**fields: Any) -> Fields:
    """A history with a tool's call and its result."""
    call = {"type": "tool_use", "id": "toolu_1", "name": "weather", "input": {"city": "Paris"}}
    result = {"type": "tool_result", "tool_use_id": "toolu_1", "content": "sunny", **fields}
    turns = [*user(_text()), {"role": "assistant", "content": [call]}, *user(result)]
    return {"messages": turns, "tools": [_TOOL]}


def _turns(*said: Any) -> Fields:
    return {
        "messages": [
            *user(_text()),
            {"role": "assistant", "content": list(said)},
            *user(_text("Go on")),
        ]
    }


def _call(**fields: Any) -> Fields:
    call = {"type": "tool_use", "id": "toolu_1", "name": "weather", "input": {"city": "Paris"}}
    result = {"type": "tool_result", "tool_use_id": "toolu_1", "content": "sunny"}
    turns = [*user(_text()), {"role": "assistant", "content": [{**call, **fields}]}, *user(result)]
    return {"messages": turns, "tools": [_TOOL]}


_HELLO: Fields = {"messages": [{"role": "user", "content": "Hello"}]}
_HELLO_BLOCK: Fields = {"messages": user(_text())}
_TOOLS: Fields = {**_HELLO, "tools": [_TOOL]}


@dataclass(frozen=True)
class Probe:
    """`says` differs from `without` in `path` alone, and so do several `says` from each other."""

    path: str
    says: Sequence[Fields]
    without: Fields = field(default_factory=lambda: _HELLO)

    @property
    def root(self) -> str:
        """The field of the request."""
        return self.path.split("[")[0].split(".")[0]


def _values(name: str, *values: Any, path: str = "", base: Fields = _HELLO) -> Probe:
    return Probe(path or name, [{**base, name: value} for value in values], base)


def _in_tool(name: str, *values: Any) -> Probe:
    tools = [{**_TOOLS, "tools": [{**_TOOL, name: value}]} for value in values]
    bare = {n: v for n, v in _TOOL.items() if n != name or name == "input_schema"}
    return Probe(f"tools[0].{name}", tools, {**_TOOLS, "tools": [bare]})


def _blocks(path: str, *blocks: Any) -> Probe:
    return Probe(path, [{"messages": user(_text(), block)} for block in blocks], _HELLO_BLOCK)


PROBES: tuple[Probe, ...] = (
    _values("max_tokens", 100, 200),
    _values("messages", [{"role": "user", "content": "Bye"}], user(_text("Bye now"))),
    _values("system", "Be brief.", "Be long."),
    _values("system", [_text("Be"), _text("brief.")], [_text("Be"), _text("long.")]),
    _values("temperature", 0.25, 0.75),
    _values("top_p", 0.25, 0.75),
    _values("top_k", 5, 6),
    _values("stop_sequences", ["A"], ["B"], ["A", "B"]),
    _values("metadata", {"user_id": "a"}, {"user_id": "b"}),
    _values("service_tier", "standard_only"),
    _values("cache_control", {"type": "ephemeral"}),
    _values("container", "container_1"),
    _values("mcp_servers", [{"type": "url", "url": "https://mcp.example", "name": "m"}]),
    _values("context_management", {"edits": [{"type": "clear_tool_uses_20250919"}]}),
    _values("thinking", {"type": "enabled", "budget_tokens": 2048}),
    _values("output_config", {"effort": "low"}, path="output_config.effort"),
    _values(
        "output_config",
        {"format": {"type": "json_schema", "schema": _SCHEMA}},
        {"format": {"type": "json_schema", "schema": {**_SCHEMA, "required": []}}},
        path="output_config.format",
    ),
    _values("tools", [_TOOL], [{**_TOOL, "name": "climate"}], [_TOOL, {**_TOOL, "name": "time"}]),
    _in_tool("description", "Tells it.", "Knows it."),
    _in_tool("input_schema", {"type": "object", "properties": {"town": {"type": "string"}}}),
    _in_tool("strict", *[True]),
    _in_tool("cache_control", {"type": "ephemeral"}),
    _values("tools", [{"type": "web_search_20250305", "name": "web_search"}]),
    _values(
        "tool_choice",
        {"type": "any"},
        {"type": "tool", "name": "weather"},
        {"type": "none"},
        base=_TOOLS,
    ),
    Probe(
        "tool_choice.disable_parallel_tool_use",
        [{**_TOOLS, "tool_choice": {"type": "any", "disable_parallel_tool_use": True}}],
        {**_TOOLS, "tool_choice": {"type": "any"}},
    ),
    _blocks("messages[0].content[1].text", _text("More"), _text("Less")),
    _blocks(
        "messages[0].content[1] (image, base64)",
        _image(type="base64", media_type="image/png", data=_PNG),
        _image(type="base64", media_type="image/png", data=_PNG.replace("mNk", "mNl")),
    ),
    _blocks(
        "messages[0].content[1] (image, url)",
        _image(type="url", url="https://a.example/a.png"),
        _image(type="url", url="https://a.example/b.png"),
    ),
    _blocks(
        "messages[0].content[1] (document, text)",
        _document(source={"type": "text", "media_type": "text/plain", "data": "one"}),
        _document(source={"type": "text", "media_type": "text/plain", "data": "two"}),
    ),
    _blocks(
        "messages[0].content[1] (document, base64)",
        _document(source={"type": "base64", "media_type": "application/pdf", "data": _PDF}),
    ),
    Probe(
        "messages[0].content[0].cache_control",
        [{"messages": user({**_text(), "cache_control": {"type": "ephemeral"}})}],
        _HELLO_BLOCK,
    ),
    Probe(
        "messages[1] (assistant)",
        [_turns(_text("Yes?")), _turns(_text("No."))],
        _HELLO_BLOCK,
    ),
    Probe(
        "messages[1].content[0] (thinking)",
        [_turns({"type": "thinking", "thinking": "Hm.", "signature": "c2ln"}, _text("Yes?"))],
        _turns(_text("Yes?")),
    ),
    Probe("messages[1].content[0].name", [_call(name="weather"), _call(name="time")], _HELLO_BLOCK),
    Probe(
        "messages[1].content[0].input", [_call(input={"city": "Rome"}), _call(input={})], _call()
    ),
    Probe(
        "messages[2].content[0].content",
        [_result(content="rain"), _result(content=[_text("wind")])],
        _result(),
    ),
    Probe("messages[2].content[0].is_error", [_result(is_error=True)], _result()),
    Probe(
        "messages[2].content[0].content[1] (image)",
        [
            _result(
                content=[_text("sunny"), _image(type="base64", media_type="image/png", data=_PNG)]
            )
        ],
        _result(content=[_text("sunny")]),
    ),
)
