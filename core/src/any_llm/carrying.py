"""What conversions say alike of the parts of a request that their wire has no place for.

Each function reports or refuses one thing by its path; the words fit every wire but Messages' own.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from ._json import dumps
from .dialect import CallContext
from .turns import Block, refuse_block
from .types import MESSAGES_FIELDS, MessagesRequest

CONVERTED_FIELDS = frozenset(
    {
        *("model", "messages", "max_tokens", "system", "temperature", "top_p", "top_k", "stream"),
        *("stop_sequences", "tools", "tool_choice", "metadata", "thinking", "output_config"),
        *("cache_control", "service_tier", "speed"),
    }
)
"""The fields of a request that other wires have something for."""

TOOL_KEYS = (
    *("type", "name", "description", "input_schema", "strict", "input_examples", "cache_control"),
    *("eager_input_streaming", "defer_loading", "allowed_callers"),
)
"""The keys of a caller's own tool (Messages API reference, 2026-11)."""

SERVER_RESULTS = frozenset(
    f"{tool}_tool_result"
    for tool in (
        "web_search",
        "web_fetch",
        "code_execution",
        "bash_code_execution",
        "text_editor_code_execution",
        "tool_search",
    )
)
"""The blocks that hold what a provider's own tools found (Messages API reference, 2026-11)."""

# A client of Anthropic's puts a nonce here that changes with every request; elsewhere it would
# spoil every prompt cache (anthropics/claude-code#68900).
_BILLING = "x-anthropic-billing-header:"


def refuse_other_fields(
    request: MessagesRequest, ctx: CallContext, carried: Collection[str] = CONVERTED_FIELDS
) -> None:
    """Refuse the fields that only Anthropic's API knows; report those that nobody knows."""
    if request.model_fields_set.issubset(carried):
        return
    for name in request.fields():
        if name in carried:
            continue
        if name in MESSAGES_FIELDS:
            ctx.refuse(name, "is not possible on this wire", "leave it out")
        ctx.report(name, "not carried: unknown to this wire")


def plain_text(block: Block, path: str, ctx: CallContext) -> str:
    """Return the text of a text block and report its citations; its cache mark is left alone."""
    if len(block) > 2:  # nearly all have their type and text alone
        ctx.leftover(path, block, "type", "text", "cache_control", "citations")
        if block.get("citations"):
            ctx.report(f"{path}.citations", "citations of earlier text are not repeated", "hint")
    return str(block["text"])


def without_billing(text: str, path: str, ctx: CallContext) -> str:
    """Return a text of the system prompt without the line that is for Anthropic's billing."""
    if _BILLING not in text:
        return text
    lines = text.split("\n")
    kept = [line for line in lines if not line.startswith(_BILLING)]
    if len(kept) < len(lines):
        ctx.report(path, "the line that is for Anthropic's billing was left out", "hint")
    return "\n".join(kept)


def no_citations(block: Block, path: str, ctx: CallContext) -> None:
    """Report that a block which asks for citations will get none."""
    said = block.get("citations") or {}
    ctx.leftover(f"{path}.citations", said, "enabled")
    if said.get("enabled"):
        ctx.report(f"{path}.citations", "no citations will come: the wire has none")


def no_caller(block: Block, path: str, ctx: CallContext) -> None:
    """Report that a call made by a program looks like the model's own."""
    caller = block.get("caller")
    if caller and caller.get("type", "direct") != "direct":
        ctx.report(f"{path}.caller", "that a program made the call is not said", "hint")


def no_server_block(block: Block, path: str, ctx: CallContext) -> None:
    """Report what a provider's own tools did in an earlier turn; refuse any other block."""
    kind = block["type"]
    if kind != "server_tool_use" and kind not in SERVER_RESULTS:
        refuse_block(block, path, ctx)
    # What those tools found is in the text that followed.
    ctx.report(path, f"{kind} is not repeated on this wire", "hint")


def tool_description(tool: Mapping[str, Any], path: str, ctx: CallContext) -> str:
    """Return a tool's description with its `input_examples`, which have no field of their own."""
    description = tool.get("description") or ""
    if not (examples := tool.get("input_examples")):
        return description
    ctx.report(f"{path}.input_examples", "stand in the description", "emulated")
    lines = "\n".join(dumps(example).decode() for example in examples)
    return f"{description}\n\nExamples of input:\n{lines}".lstrip()


def no_tool_hints(tool: Mapping[str, Any], path: str, ctx: CallContext) -> None:
    """Report the hints of a caller's tool that only Anthropic's API acts on."""
    for name in ("eager_input_streaming", "defer_loading"):
        if tool.get(name):
            ctx.report(f"{path}.{name}", "the server has no such thing", "hint")
    callers = tool.get("allowed_callers")
    if callers and set(callers) - {"direct"}:
        ctx.report(f"{path}.allowed_callers", "only the model itself calls tools here")
