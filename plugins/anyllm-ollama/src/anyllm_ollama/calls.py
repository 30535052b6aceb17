"""Tool calls: whole ones, in any line of an answer, with and without ids."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from any_llm.plugin import CallContext, Emitter

from .errors import bad_reply

CALL_IDS = "call_ids"
"""In `ctx.state`: the ids of earlier calls. Some servers count anew in each answer."""

_CALL = frozenset({"id", "type", "index", "function"})
_FUNCTION = frozenset({"index", "name", "arguments"})


class Calls:
    """Hands out the calls of one answer. `any` says whether there were some."""

    def __init__(self, ctx: CallContext, emit: Emitter) -> None:
        self._ctx = ctx
        self._emit = emit
        self._ids: set[str] = set(ctx.state.get(CALL_IDS, ()))
        self._count = 0

    @property
    def any(self) -> bool:
        """Whether a call was handed out."""
        return self._count > 0

    def say(self, said: Any) -> None:
        """Hand out one call of `message.tool_calls`."""
        function = said["function"]
        if not isinstance(name := function.get("name"), str) or not name:
            raise bad_reply(self._ctx, "a tool call without a name")
        more = [*_unknown(said, _CALL), *_unknown(function, _FUNCTION)]
        if more:
            path = f"tool_calls[{self._count}]"
            self._ctx.report(path, f"{', '.join(more)}: unknown to this wire, not carried")
        self.open(name, self._id(said.get("id")))
        self._emit.tool_json(self._count, _json(function.get("arguments")))
        self.close()

    def open(self, name: str, id: str | None = None) -> None:
        """Begin a call whose JSON comes by `piece` until `close`."""
        self._count += 1
        self._emit.tool(self._count, id=id or self._id(None), name=name)

    def piece(self, text: str) -> None:
        """Add JSON text to the open call."""
        self._emit.tool_json(self._count, text)

    def close(self) -> None:
        """The open call is complete."""
        self._emit.stop(self._count)

    def _id(self, said: Any) -> str:
        """Return the server's id where it gave one that is its own, else a new one."""
        own = said if isinstance(said, str) else ""
        if not own or own in self._ids:
            own = self._ctx.new_id("toolu_oll_")
        self._ids.add(own)
        return own


def _unknown(said: Mapping[str, Any], known: frozenset[str]) -> list[str]:
    return sorted(name for name in said.keys() - known if said[name] is not None)


def _json(arguments: Any) -> str:
    """Return arguments as JSON text: an object here, a string or nothing from imitators.

    A string that is no JSON stays as it is, and the message has it under INVALID_JSON.
    """
    if arguments is None:
        return ""
    text = arguments
    if not isinstance(text, str):
        text = json.dumps(arguments, ensure_ascii=False, separators=(",", ":"))
    elif text.strip() == "null":
        return ""
    if text.isascii():
        return text
    # Half an emoji that a server let slip is no text: nobody could send it on.
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
