"""What other providers left in a history and Anthropic would refuse.

Reasoning that nobody signed (llama.cpp's), citations without their encrypted index, server tools
of others or without their other half, and pieces of a stream that somebody kept as blocks. They
go, with a line in the losses; what was said stays.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from any_llm.plugin import CallContext

Block = Mapping[str, Any]
Turn = Mapping[str, Any]

# Refusals of the API: "server_tool_use.id: String should match pattern ..."
_SERVER_ID = re.compile("srvtoolu_[a-zA-Z0-9_]+")
_CALL = "server_tool_use"


def without_foreign(turns: Sequence[Turn], ctx: CallContext) -> list[Turn]:
    """Return the turns without what is not this endpoint's; turns that had nothing else go too."""
    pairs = _own_pairs(turns) if ctx.profile.server_tools == "own" else None
    kept: list[Turn] = []
    for at, turn in enumerate(turns):
        content = turn["content"]
        if turn["role"] != "assistant" or not isinstance(content, list):
            kept.append(turn)
            continue
        blocks = [
            mended
            for i, block in enumerate(content)
            if (mended := _mended(block, pairs, f"messages[{at}].content[{i}]", ctx)) is not None
        ]
        if blocks == content:
            kept.append(turn)
        elif blocks:
            kept.append({**turn, "content": blocks})
    return kept


def _mended(block: Block, pairs: set[str] | None, path: str, ctx: CallContext) -> Block | None:
    kind = block["type"]
    if kind == "thinking" and ctx.profile.unsigned_thinking == "dropped":
        if block.get("signature"):
            return block
        ctx.report(path, "reasoning without a signature, which the API refuses: dropped", "hint")
        return None
    if kind == "text" and block.get("citations"):
        return _cited(block, path, ctx)
    if kind.endswith("_delta"):
        ctx.report(path, f"{kind}: a piece of a stream, which is no block: dropped")
        return None
    if pairs is not None and (pair := _server_id(block)) is not None and pair not in pairs:
        ctx.report(path, f"{kind}: of another provider or without its other half: dropped")
        return None
    return block


def _cited(block: Block, path: str, ctx: CallContext) -> Block:
    """Return a text block without citations of a search that was not Anthropic's."""
    if ctx.profile.server_tools == "any":
        return block
    own = [cited for cited in block["citations"] if not _without_index(cited)]
    if len(own) == len(block["citations"]):
        return block
    ctx.report(f"{path}.citations", "citations of another provider's search: left out", "hint")
    return {**block, "citations": own or None} if own else _without(block, "citations")


def _without_index(cited: Any) -> bool:
    search = isinstance(cited, Mapping) and cited.get("type") == "web_search_result_location"
    return search and not cited.get("encrypted_index")


def _without(block: Block, name: str) -> Block:
    return {key: value for key, value in block.items() if key != name}


def _server_id(block: Block) -> str | None:
    """Return the id by which a server tool's call and its result belong together."""
    if block["type"] == _CALL:
        return str(block["id"])
    paired = block["type"].endswith("_tool_result") and block["type"] != "mcp_tool_result"
    pair = block.get("tool_use_id") if paired else None
    return pair if isinstance(pair, str) else None


def _own_pairs(turns: Sequence[Turn]) -> set[str]:
    """Return the ids of server calls that the API takes: its own, with their results.

    A call that still waits for its result (a paused turn, or one that client tools interrupted)
    is complete when nothing but tool results follows.
    """
    calls: dict[str, bool] = {}
    results: set[str] = set()
    for at, turn in enumerate(turns):
        content = turn["content"]
        if turn["role"] != "assistant" or not isinstance(content, list):
            continue
        open_end = _only_results(turns[at + 1 :])
        for block in content:
            if block["type"] == _CALL:
                calls[block["id"]] = open_end
            elif (pair := _server_id(block)) is not None and not _sealed_elsewhere(block):
                results.add(pair)
    return {
        one
        for one, waits in calls.items()
        if _SERVER_ID.fullmatch(one) and (one in results or waits)
    }


def _only_results(turns: Iterable[Turn]) -> bool:
    return all(
        isinstance(turn["content"], list)
        and all(block["type"] == "tool_result" for block in turn["content"])
        for turn in turns
    )


def _sealed_elsewhere(block: Block) -> bool:
    """Whether a search's hits lack the content that Anthropic encrypted."""
    if block["type"] != "web_search_tool_result" or not isinstance(block.get("content"), list):
        return False
    return any(
        isinstance(hit, Mapping) and not hit.get("encrypted_content") for hit in block["content"]
    )
