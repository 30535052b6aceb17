"""One turn of the model, given back as one message: thinking, text, calls."""

from __future__ import annotations

from typing import Any

from any_llm.plugin import Block, CallContext, Placed, no_caller, no_server_block

from .blocks import no_mark, text_of
from .signature import is_own

Message = dict[str, Any]


def assistant_message(placed: list[Placed], ctx: CallContext) -> Message | None:
    """Return the message of an assistant turn; None when nothing of it is left to say.

    The wire has one thinking, one text and then the calls; what stood in another order is
    reported.
    """
    said = _Said(ctx)
    for path, block in placed:
        said.add(block, path)
    return said.message()


class _Said:
    def __init__(self, ctx: CallContext) -> None:
        self._ctx = ctx
        self._thinking: list[str] = []
        self._texts: list[str] = []
        self._calls: list[dict[str, Any]] = []

    def add(self, block: Block, path: str) -> None:
        """Take in one block."""
        kind = block["type"]
        if kind == "text":
            self._text(block, path)
        elif kind == "tool_use":
            self._calls.append(_call(block, len(self._calls), path, self._ctx))
        elif kind == "thinking":
            self._think(block, path)
        elif kind == "redacted_thinking":
            self._ctx.leftover(path, block, "type", "data")
            self._ctx.report(path, _FOREIGN, "hint")
        else:
            no_server_block(block, path, self._ctx)

    def message(self) -> Message | None:
        """Return the message."""
        if not self._texts and not self._calls and not self._thinking:
            return None
        said: Message = {"role": "assistant", "content": "\n".join(self._texts)}
        if self._thinking:
            said["thinking"] = "".join(self._thinking)
        if self._calls:
            said["tool_calls"] = self._calls
        return said

    def _text(self, block: Block, path: str) -> None:
        text = text_of(block, path, self._ctx)
        if not text:
            return
        if self._calls:
            self._ctx.report(path, "text behind a tool call moves before it", "hint")
        self._texts.append(text)

    def _think(self, block: Block, path: str) -> None:
        self._ctx.leftover(path, block, "type", "thinking", "signature")
        if not is_own(block.get("signature") or ""):
            self._ctx.report(path, _FOREIGN, "hint")
        elif block["thinking"]:
            if self._texts or self._calls:
                self._ctx.report(path, "thinking moves before the text and the calls", "hint")
            self._thinking.append(block["thinking"])


_FOREIGN = "reasoning of another provider, which only that one can use: dropped"


def _call(block: Block, index: int, path: str, ctx: CallContext) -> dict[str, Any]:
    if len(block) > 4:  # more than its type, id, name and input
        ctx.leftover(path, block, "type", "id", "name", "input", "caller", "cache_control")
        no_mark(block, path, ctx)
        no_caller(block, path, ctx)
    function = {"index": index, "name": block["name"], "arguments": block["input"]}
    return {"id": block["id"], "function": function}
