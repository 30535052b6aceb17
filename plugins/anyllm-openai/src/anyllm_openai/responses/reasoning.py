"""A reasoning item: the text of a thinking block, and the state that must go back with it."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Any

from ..common.errors import bad_reply
from .grown import Grown
from .items import Item, Json, places
from .line import Line
from .signature import seal
from .slots import ThinkingSlot


class ReasoningItem(Item):
    """Reasoning: its summary, or its own text where there is no summary, and what is encrypted."""

    known = frozenset({"id", "type", "status", "summary", "content", "encrypted_content"})

    def __init__(self, said: Json, line: Line) -> None:
        super().__init__(said, line)
        self._parts: dict[tuple[str, Hashable], Grown] = {}
        self._ended = {"summary": 0, "content": 0}  # parts, where the wire gives no index
        self._source = ""  # summary or content: which of the two is shown
        self._last: Hashable = None
        self._slot = self._begin(waits=bool(said.get("encrypted_content")))

    def add(self, source: str, at: Hashable, text: str) -> None:
        """Take in more of a part of `summary` or `content`."""
        if self.done:
            self.line.late()
            return
        at = self._at(source) if at is None else at
        part = self._parts.get((source, at))
        if part is None:
            part = self._parts[source, at] = Grown()
        fresh = part.add(text)
        if not fresh or self._source not in ("", source):
            return
        self._source = source
        if self._last not in (None, (source, at)):
            fresh = f"\n\n{fresh}"
        self._last = (source, at)
        if self._slot.complete and not self.done:  # what stands behind is shown already
            self._slot = self._begin(waits=True)
        self._slot.add(fresh)

    def settle_part(self, source: str, at: Hashable, final: Any) -> None:
        """The text of a part is known whole."""
        if at is None:
            at = self._at(source)
            last = self._parts.get((source, ("part", self._ended[source] - 1)))
            if (source, at) not in self._parts and last and last.text == final:
                return  # the same end, told by another event
            self._ended[source] += 1
        part = self._parts.get((source, at))
        rest = part.missing(final) if part and isinstance(final, str) else final
        if rest and not self.done:
            self.add(source, at, rest)
        elif rest is None and final:
            self.line.differs()

    def settle(self, said: Json) -> None:
        """Settle the parts; the block is signed with the item as it is now."""
        if self.done and (self.said.get("encrypted_content") or not said.get("encrypted_content")):
            return
        for source in ("summary", "content"):
            parts = said.get(source) or ()
            told = [at for where, at in self._parts if where == source]
            for at, part in zip(places(told, len(parts)), parts, strict=True):
                self.settle_part(source, at, part.get("text"))
        early = self._slot.complete
        super().settle(said)
        if not early:
            self.line.close(self._slot)
        elif said.get("encrypted_content"):  # came after the block was signed without it
            self._slot = self._begin(waits=True)
            self.line.close(self._slot)

    def _at(self, source: str) -> Hashable:
        """Return the part that grows, where the wire gives no index."""
        return "part", self._ended[source]

    def _begin(self, *, waits: bool) -> ThinkingSlot:
        slot = ThinkingSlot(self.line, self._seal, waits=waits)
        self.line.join(slot)
        return slot

    def _seal(self, text: str) -> str | None:
        """Return the signature; None for reasoning that holds nothing to give back."""
        said = self.said
        encrypted = said.get("encrypted_content") if self.done else None
        if not (text or encrypted):
            return None
        payload: Json = {"id": said["id"]} if said.get("id") else {}
        if encrypted:
            payload["encrypted_content"] = encrypted
        summary, content = (
            said.get(source) if self.done else self._told(source)
            for source in ("summary", "content")
        )
        if content:
            payload["content"] = content
        if summary and (content or summary != [{"type": "summary_text", "text": text}]):
            payload["summary"] = summary
        if more := self._more():
            payload["more"] = more
        try:
            return seal(self.line.ctx, payload)
        except ValueError as error:
            raise bad_reply(self.line.ctx, "a reasoning item that is no JSON") from error

    def _told(self, source: str) -> list[Json]:
        """Return the parts as the deltas told them."""
        kind = "summary_text" if source == "summary" else "reasoning_text"
        told = [part.text for (where, _), part in self._parts.items() if where == source]
        return [{"type": kind, "text": text} for text in told]
