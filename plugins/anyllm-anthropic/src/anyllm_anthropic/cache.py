"""Cache breakpoints: as many as the API takes."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from typing import Any

from any_llm.plugin import CallContext

_MARK = "cache_control"


def settle(body: dict[str, Any], ctx: CallContext) -> None:
    """Leave out the first breakpoints of a request that has too many.

    A later one covers a longer prompt, so the last ones are worth most. The automatic one at the
    top level takes a place (platform.claude.com/docs, prompt caching, 2026-08-22).
    """
    most = ctx.profile.cache_marks
    if most is None:
        return
    places = most - (body.get(_MARK) is not None)
    if sum(1 for _ in _marked(body)) <= places:
        return
    for name in ("tools", "system", "messages"):
        if name in body:
            body[name] = copy.deepcopy(body[name])
    marked = list(_marked(body))
    for path, holder in marked[: len(marked) - places]:
        del holder[_MARK]
        ctx.report(f"{path}.{_MARK}", f"left out: a request has at most {most} breakpoints", "hint")


def _marked(body: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield whatever bears a breakpoint, in the order of the prompt."""
    for name in ("tools", "system"):
        yield from _in(body.get(name), name)
    for at, turn in enumerate(body.get("messages", ())):
        yield from _in(turn["content"], f"messages[{at}].content")


def _in(blocks: Any, path: str) -> Iterator[tuple[str, dict[str, Any]]]:
    for index, block in enumerate(blocks if isinstance(blocks, list) else ()):
        if not isinstance(block, dict):
            continue  # inside of a block that nobody knows
        yield from _in(block.get("content"), f"{path}[{index}].content")
        if block.get(_MARK) is not None:
            yield f"{path}[{index}]", block
