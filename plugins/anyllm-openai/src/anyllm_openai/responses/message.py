"""A message item: text and refusals, part by part, with their sources."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Any

from .items import Item, Json, places
from .line import Line, Slot
from .search import citation_of
from .slots import TextSlot

_TEXTS = frozenset({"output_text", "text", None})


class MessageItem(Item):
    """Text and refusals, part by part."""

    def __init__(self, said: Json, line: Line) -> None:
        super().__init__(said, line)
        self._place = Slot(line)  # of the parts that are still to come
        line.join(self._place)
        self.slots: dict[Hashable, TextSlot] = {}
        self.refusals: dict[Hashable, TextSlot] = {}
        self.notes: dict[Hashable, list[Json]] = {}
        self.odd: dict[Hashable, Json] = {}
        """Parts of a kind that nobody knows."""
        self._logprobs: dict[Hashable, Any] = {}

    def part(self, at: Hashable, *, refusal: bool = False) -> TextSlot:
        """Return the part at this `content_index`; None means the one that grows."""
        at = self._at(at)
        slot = self.slots.get(at)
        if slot is None:
            slot = self.slots[at] = TextSlot(self.line)
            self.line.join(slot, before=self._place)
        if refusal:
            self.refusals[at] = slot
        return slot

    def begin_part(self, at: Hashable, *, refusal: bool) -> None:
        """A part begins; without a `content_index` it is the next one."""
        if at is None and (last := self.slots.get(self._at(None))) is not None:
            at = len(self.slots) if last.grown or last.complete else None
        self.part(at, refusal=refusal)

    def settle_text(self, at: Hashable, final: Any, *, refusal: bool = False) -> None:
        """The text of a part is known whole."""
        if at is None and self.done:
            return  # of one that is, told again
        slot = self.part(at, refusal=refusal)
        if not isinstance(final, str):
            return
        rest = slot.grown.missing(final)
        if rest and not slot.complete:
            slot.add(rest)
        elif rest != "":
            self.line.differs()

    def settle_part(self, at: Hashable, said: Json) -> None:
        """A part is complete."""
        kind = said.get("type")
        if at is None and self.done:
            return
        if kind == "refusal":
            self.settle_text(at, said.get("refusal"), refusal=True)
        elif kind in _TEXTS:
            self.settle_text(at, said.get("text"))
        else:
            self.odd[at] = said
            return
        slot = self.part(at)
        for note in said.get("annotations") or ():
            self.annotate(at, note)
        if logprobs := said.get("logprobs"):
            self._logprobs[self._at(at)] = logprobs
        if not slot.complete:
            self.line.close(slot)

    def annotate(self, at: Hashable, note: Json) -> None:
        """A part has a source. One that is told twice counts once."""
        slot = self.part(at)
        notes = self.notes.setdefault(self._at(at), [])
        if note in notes:
            return
        notes.append(note)
        citation = citation_of(note)
        if citation is None:
            what = f"{note.get('type')!r} is no citation of Messages; kept in provider_extras"
            self.line.ctx.report("annotations", what)
        elif not slot.cite(citation) and self.line.cut.met is None:
            what = "a source that came after the end of its text; kept in provider_extras"
            self.line.ctx.report("annotations", what)

    def settle(self, said: Json) -> None:
        """Settle each part; a part that the item does not repeat is complete as it is."""
        super().settle(said)
        parts = said.get("content") or ()
        for at, part in zip(places(self.slots, len(parts)), parts, strict=True):
            self.settle_part(at, part)
        for slot in self.slots.values():
            if not slot.complete:
                self.line.close(slot)
        if not self._place.complete:
            self.line.close(self._place)

    @property
    def refusal(self) -> str:
        """The words of a refusal."""
        return "".join(slot.grown.text for slot in self.refusals.values())

    def beside(self) -> dict[str, Json]:
        """Return phase, annotations, log probabilities and what else the blocks do not carry."""
        found: dict[str, Json] = {}
        for at, slot in self.slots.items():
            beside = self._more()
            if notes := self.notes.get(at):
                beside["annotations"] = notes
            if logprobs := self._logprobs.get(at):
                beside["logprobs"] = logprobs
            if slot.index is not None and beside:
                found[str(slot.index)] = beside
            elif notes:  # of a part without text, which is no block
                found.setdefault("", beside)
        return found

    def _at(self, at: Hashable) -> Hashable:
        return next(reversed(self.slots), 0) if at is None else at
