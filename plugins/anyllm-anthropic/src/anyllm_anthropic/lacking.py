"""What an endpoint lacks: blocks it does not take, fields it reads past without a word."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from any_llm.plugin import CallContext

# Without these the answer is not what was asked for; each with a way out.
_REFUSED = {
    "stop_sequences": "cut the text yourself",
    "tool_choice": "leave it out or use auto",
    "output_config.format": "ask for the form in the prompt, or use the provider's other API",
    "mcp_servers": "declare the tools yourself",
    "container": "leave it out",
}
# These change what it costs and who is told, not what is answered.
_HINTS = frozenset(
    ("cache_control", "service_tier", "speed", "metadata", "inference_geo", "diagnostics")
)


def check(body: Mapping[str, Any], ctx: CallContext) -> None:
    """Refuse or report what this endpoint would lose; unknown fields go to it as they are."""
    if ctx.profile.blocks_refused:
        for path, block in _blocks(body):
            if block["type"] in ctx.profile.blocks_refused:
                ctx.refuse(path, f"this endpoint takes no {block['type']} block", "leave it out")
    for name in ctx.profile.ignored:
        if not _said(name, body):
            continue
        if name in _REFUSED:
            ctx.refuse(name, "this endpoint ignores it", _REFUSED[name])
        ctx.report(name, "this endpoint ignores it", "hint" if name in _HINTS else "lossy")


def _said(name: str, body: Mapping[str, Any]) -> bool:
    outer, _, inner = name.partition(".")
    if name in {"cache_control", "citations", "is_error"}:
        return bool(body.get(name)) or any(block.get(name) for _, block in _blocks(body))
    value = body.get(outer)
    if name == "tool_choice":
        return isinstance(value, Mapping) and value.get("type") != "auto"
    return value.get(inner) is not None if inner and isinstance(value, Mapping) else bool(value)


def _blocks(body: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    for name in ("tools", "system"):
        yield from _in(body.get(name), name)
    for at, turn in enumerate(body.get("messages", ())):
        yield from _in(turn["content"], f"messages[{at}].content")


def _in(blocks: Any, path: str) -> Iterator[tuple[str, Mapping[str, Any]]]:
    for index, block in enumerate(blocks if isinstance(blocks, list) else ()):
        if not isinstance(block, Mapping):
            continue  # inside of a block that nobody knows
        yield f"{path}[{index}]", {"type": "custom", **block}
        yield from _in(block.get("content"), f"{path}[{index}].content")
