"""Earlier reasoning: back to the server that gave it, as the item it was."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from any_llm.plugin import Block, CallContext

from .profile import OpenAIProfile, sends_ids
from .signature import unseal

Item = dict[str, Any]


def reasoning_item(block: Block, path: str, ctx: CallContext) -> Item | None:
    """Return the item of a thinking block; None for one that cannot go back, which is reported."""
    redacted = block["type"] == "redacted_thinking"
    ctx.leftover(path, block, "type", *(("data",) if redacted else ("thinking", "signature")))
    payload = unseal(block["data"] if redacted else block.get("signature") or "", ctx)
    why = _not_back(payload, ctx)
    if payload is None or why:
        ctx.report(path, why or "reasoning of another provider is dropped", "hint")
        return None
    item: Item = {"type": "reasoning"}
    if sends_ids(ctx) and payload.get("id"):
        item["id"] = payload["id"]
    item["summary"] = _summary(payload, "" if redacted else block["thinking"])
    for name in ("content", "encrypted_content"):
        if payload.get(name):
            item[name] = payload[name]
    # What else its server put into the item (OpenRouter: `signature`, `format`) goes along.
    return {**payload.get("more", {}), **item}


def _not_back(payload: Mapping[str, Any] | None, ctx: CallContext) -> str | None:
    """Say why a server does not take its own reasoning back."""
    profile: OpenAIProfile = ctx.profile
    if payload is None:
        return None
    if profile.thinking == "none":  # openai/openai-agents-python#569: 400
        return "this model takes no reasoning back: it does not think"
    # OpenAI keeps nothing (`store: false`), so that what it cannot decrypt means nothing to it;
    # other servers read the plain text (DeepSeek, llama.cpp).
    if not any(payload.get(name) for name in ("encrypted_content", "content", "more")):
        return "reasoning that came without its encrypted form cannot go back"
    return None


def _summary(payload: Mapping[str, Any], text: str) -> list[Any]:
    """Return the summary as it came; where it was one part, the block's text is that part."""
    if "summary" in payload:
        return list(payload["summary"])
    return [{"type": "summary_text", "text": text}] if text and "content" not in payload else []
