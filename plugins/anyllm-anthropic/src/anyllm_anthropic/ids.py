"""Ids of calls: those that Anthropic refuses are replaced, in the call and in its result alike.

Other providers name calls `functions.Bash:0`; Anthropic takes letters, digits, _ and - only. What
an id becomes follows from the id alone, so that the same history is the same request, and its
prompt cache holds.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from hashlib import sha256
from typing import Any

from any_llm.plugin import CallContext

Turn = Mapping[str, Any]
_FIELDS = {"tool_use": "id", "tool_result": "tool_use_id"}


def fitting_ids(turns: Sequence[Turn], ctx: CallContext) -> list[Turn]:
    """Return the turns with ids that fit; each one that was replaced is a hint in the losses."""
    if ctx.profile.tool_ids is None:
        return list(turns)
    pattern = re.compile(ctx.profile.tool_ids)
    return [_turn(turn, f"messages[{at}]", pattern, ctx) for at, turn in enumerate(turns)]


def _turn(turn: Turn, path: str, pattern: re.Pattern[str], ctx: CallContext) -> Turn:
    content = turn["content"]
    if not isinstance(content, list):
        return turn
    blocks = [_block(b, f"{path}.content[{i}]", pattern, ctx) for i, b in enumerate(content)]
    same = all(new is old for new, old in zip(blocks, content, strict=True))
    return turn if same else {**turn, "content": blocks}


def _block(
    block: Mapping[str, Any], path: str, pattern: re.Pattern[str], ctx: CallContext
) -> Mapping[str, Any]:
    name = _FIELDS.get(block["type"])
    if name is None or pattern.fullmatch(block[name]):
        return block
    new = f"toolu_{sha256(block[name].encode()).hexdigest()[:24]}"
    ctx.report(
        f"{path}.{name}", f"{block[name]!r:.60} is refused by the API: sent as {new}", "hint"
    )
    return {**block, name: new}
