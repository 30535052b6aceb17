"""The order of turns: tool results stand first, in the one turn behind their calls; prefills."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby
from typing import Any

from any_llm.plugin import CallContext

Turn = Mapping[str, Any]
_SERVER = ("server_tool_use", "_tool_result", "mcp_tool_use")


def results_first(turns: Sequence[Turn], ctx: CallContext) -> list[Turn]:
    """Return the turns with each call's results where the API looks for them.

    It wants the results of a turn's calls right behind it, before anything else; clients of other
    formats put text in front. Neighbouring turns of one role are one turn to the API.
    """
    if not ctx.profile.results_first:
        return list(turns)
    placed: list[Turn] = []
    for role, run in groupby(enumerate(turns), lambda each: each[1]["role"]):
        together = list(run)
        late = _late(turn for _, turn in together) if role == "user" else 0
        if late:
            first, last = together[0], together[late - 1]
            path = f"messages[{first[0]}].content"
            ctx.report(path, "tool results were put in front, where the API wants them", "hint")
            placed.append(_sorted([turn for _, turn in together[:late]]))
            together = [each for each in together if each[0] > last[0]]
        placed += [turn for _, turn in together]
    return placed


def prefill(turns: list[Turn], ctx: CallContext) -> list[Turn]:
    """Return the turns with a last one that may be continued; refuse one that is known not to be.

    A turn that holds server tools is the provider's own, given back to go on (pause_turn).
    """
    last = turns[-1] if turns else None
    if last is None or last["role"] != "assistant" or _paused(last):
        return turns
    if ctx.profile.prefill is False:
        path = f"messages[{len(turns) - 1}]"
        do = "end with a user turn; output_config.format gives the answer a form"
        ctx.refuse(path, "this model does not continue a turn of the assistant", do)
    trimmed = _trimmed(last["content"])
    if trimmed == last["content"]:
        return turns
    what = "white space at its end was left out, which the API refuses"
    ctx.report(f"messages[{len(turns) - 1}].content", what, "hint")
    return [*turns[:-1], {**last, "content": trimmed}] if trimmed else turns[:-1]


def _late(turns: Iterable[Turn]) -> int:
    """Return how many of these turns to put together, so that every result stands in front."""
    other, late = False, 0
    for number, turn in enumerate(turns, 1):
        for block in _blocks(turn["content"]):
            result = block["type"] == "tool_result"
            late = number if result and other else late
            other = other or not result
    return late


def _sorted(turns: list[Turn]) -> Turn:
    """Return several turns as one, its tool results first."""
    blocks = [block for turn in turns for block in _blocks(turn["content"])]
    merged: dict[str, Any] = {name: value for turn in turns for name, value in turn.items()}
    merged["content"] = sorted(blocks, key=lambda block: block["type"] != "tool_result")
    return merged


def _blocks(content: Any) -> list[Any]:
    return [{"type": "text", "text": content}] if isinstance(content, str) else content


def _paused(turn: Turn) -> bool:
    content = turn["content"]
    return isinstance(content, list) and any(b["type"].endswith(_SERVER) for b in content)


def _trimmed(content: Any) -> Any:
    if isinstance(content, str):
        return content.rstrip()
    if not content or content[-1]["type"] != "text":
        return content
    text = content[-1]["text"].rstrip()
    if text == content[-1]["text"]:
        return content
    return [*content[:-1], {**content[-1], "text": text}] if text else content[:-1]
