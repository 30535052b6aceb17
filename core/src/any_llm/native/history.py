"""The turns of a request as this wire may see them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ..dialect import CallContext
from .signatures import opened, state_field

Block = Mapping[str, Any]
Turn = Mapping[str, Any]


def own_turns(turns: Sequence[Turn], ctx: CallContext) -> list[Turn]:
    """Return the turns without blocks that this endpoint must not see.

    Reasoning that another provider issued goes, with a line in the losses: only that one can use
    it, and most others refuse it. Empty text blocks go too: the API returns them, and answers 400
    when they come back. A turn that had nothing else goes with them.
    """
    kept: list[Turn] = []
    for at, turn in enumerate(turns):
        content = turn["content"]
        if isinstance(content, str):
            kept.append(turn)
            continue
        blocks = [
            own
            for index, block in enumerate(content)
            if (own := _own(block, f"messages[{at}].content[{index}]", ctx)) is not None
        ]
        if blocks or not content:
            kept.append({**turn, "content": blocks})
    return kept


def _own(block: Block, path: str, ctx: CallContext) -> Block | None:
    kind = block["type"]
    if kind == "text" and not block["text"]:
        return None  # says nothing, so nothing is lost
    name = state_field(kind)
    state = block.get(name, "") if name else None
    if name is None or not isinstance(state, str):
        return block
    own = opened(state, ctx.profile.issuer)
    if own is None:
        what = "reasoning of another provider, which only that one can use: dropped"
        ctx.report(path, what, "hint")
        return None
    return block if own is state else {**block, name: own}
