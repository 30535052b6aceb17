"""A function call: name and arguments, as they grow and as they end."""

from __future__ import annotations

from typing import Any

from any_llm.plugin import loads

from ..common.call import arguments_text
from ..common.errors import bad_reply
from .items import Item, Json
from .line import Line
from .slots import CallSlot


class CallItem(Item):
    """A call of one of the caller's tools."""

    known = frozenset({"id", "type", "status", "call_id", "name", "arguments"})

    def __init__(self, said: Json, line: Line) -> None:
        super().__init__(said, line)
        self.slot = CallSlot(line)
        self._name(said)
        line.join(self.slot)

    @property
    def call_id(self) -> str:
        """The id under which a result answers it."""
        return str(self.said.get("call_id") or "")

    def add(self, said: Any) -> None:
        """Take in more of the arguments."""
        text = arguments_text(said, self.line.ctx)
        if not self.slot.complete:
            self.slot.add(text)
        elif self.done:
            self.line.late()
        elif text.strip():
            name = self.slot.call.name
            raise bad_reply(self.line.ctx, f"{name!r} goes on after its end: {text!r:.200}")

    def more(self, text: str) -> None:
        """Take in more of the arguments, which came as text: mostly of a string in them."""
        if not self.slot.flows(text):
            self.add(text)

    def settle_arguments(self, said: Any) -> None:
        """The arguments are known whole. Two that differ are never one call."""
        final = arguments_text(said, self.line.ctx)
        seen = self.slot.call.arguments
        if not final.strip() or final == seen:
            return
        if final.startswith(seen) and not self.slot.complete:
            self.slot.add(final[len(seen) :])
        elif not _same_json(seen, final):
            what = f"the arguments of {self.slot.call.name!r} differ from those that were streamed"
            raise bad_reply(self.line.ctx, what)

    def settle(self, said: Json) -> None:
        """Settle name and arguments."""
        super().settle(said)
        self._name(said)
        self.settle_arguments(said.get("arguments"))
        if not self.slot.complete:
            self.line.close(self.slot)

    def beside(self) -> dict[str, Json]:
        """Return what the block has no field for (the namespace of a tool, who called it)."""
        more = self._more()
        return {str(self.slot.index): more} if more and self.slot.index is not None else {}

    def _name(self, said: Json) -> None:
        call = self.slot.call
        name = said.get("name") or ""
        if not isinstance(name, str) or (call.name and name and name != call.name):
            raise bad_reply(self.line.ctx, f"a tool call {call.name!r} that becomes {name!r}")
        call.name = call.name or name
        call.id = call.id or str(said.get("call_id") or said.get("id") or "")


def _same_json(one: str, other: str) -> bool:
    try:
        return bool(loads(one) == loads(other))
    except ValueError:
        return False
