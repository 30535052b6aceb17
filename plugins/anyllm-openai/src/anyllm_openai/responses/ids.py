"""Ids of calls: this wire pairs calls and results by id alone, over the whole conversation."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from hashlib import sha256

from any_llm.plugin import CallContext, Placed, Turn

_KEYS = {"assistant": ("tool_use", "id"), "user": ("tool_result", "tool_use_id")}


def with_unique_ids(turns: list[Turn], ctx: CallContext) -> list[Turn]:
    """Return the turns with another id for each call whose id an earlier turn has used.

    Some servers count anew in each answer (`call_0`). The same history gets the same ids, however
    much longer it grows.
    """
    used: Counter[str] = Counter()
    others: dict[str, str] = {}
    for turn in turns:
        if turn.role == "assistant":
            others = _others(turn, used, ctx)
        if others and turn.role in _KEYS:
            turn.blocks = [_renamed(placed, others, *_KEYS[turn.role]) for placed in turn.blocks]
    return turns


def _others(turn: Turn, used: Counter[str], ctx: CallContext) -> dict[str, str]:
    others = {}
    for path, block in turn.blocks:
        if block["type"] != "tool_use":
            continue
        call = block["id"]
        if used[call]:
            digest = sha256(f"{used[call]} {call}".encode("utf-8", "surrogatepass")).hexdigest()
            others[call] = f"call_{digest[:24]}"
            ctx.report(path, f"an earlier call is {call!r} too: sent as {others[call]!r}", "hint")
        used[call] += 1
    return others


def _renamed(placed: Placed, others: Mapping[str, str], kind: str, key: str) -> Placed:
    path, block = placed
    if block["type"] != kind or block[key] not in others:
        return placed
    return path, {**block, key: others[block[key]]}
