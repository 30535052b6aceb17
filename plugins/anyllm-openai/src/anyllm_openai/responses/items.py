"""The items of an answer: what each holds, and how the wire's last word settles it.

An item is begun by `output_item.added` (or by the first event that names it), grows by deltas and
is settled by its `done` events, by `output_item.done` and by the terminal event. All of these may
come twice, late or not at all; what is shown already stands, and what differs is reported.
"""

from __future__ import annotations

from collections.abc import Collection, Hashable
from typing import Any

from any_llm.plugin import ContentBlock, loads

from ..common.call import arguments_text
from ..common.errors import bad_reply
from .grown import Grown
from .line import Line, Slot
from .search import citation_of, search_blocks, sources_without_url
from .signature import seal
from .slots import BlocksSlot, CallSlot, TextSlot, ThinkingSlot

Json = dict[str, Any]

_TEXTS = frozenset({"output_text", "text", None})
_COMMON = frozenset({"id", "type", "status", "role", "content"})


class Item:
    """One item. `said` is what the wire said last of it, whole."""

    known: frozenset[str] = _COMMON
    """Fields that the blocks carry; all others stand in `provider_extras`."""

    def __init__(self, said: Json, line: Line) -> None:
        self.kind: str = said["type"]
        self.id = str(said.get("id") or "")
        self.said = said
        self.line = line
        self.done = False
        self.index: Hashable = None  # the wire's output_index, where it gives one

    def settle(self, said: Json) -> None:
        """Take in the whole item: the wire's last word, so far."""
        self.said = said
        self.done = True

    def beside(self) -> dict[str, Json]:
        """Return what its blocks do not carry, by the index of the block."""
        return {}

    def _more(self) -> Json:
        return {
            name: value
            for name, value in self.said.items()
            if name not in self.known and value not in (None, "", [], {})
        }


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
        for at, part in zip(_places(self.slots, len(parts)), parts, strict=True):
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


class ReasoningItem(Item):
    """Reasoning: its summary, or its own text where there is no summary, and what is encrypted."""

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
        if self.done:
            return
        for source in ("summary", "content"):
            parts = said.get(source) or ()
            told = [at for where, at in self._parts if where == source]
            for at, part in zip(_places(told, len(parts)), parts, strict=True):
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
        payload = {
            name: value
            for name, value in said.items()
            if name not in ("type", "status", "summary", "content", "encrypted_content")
            and value is not None
        }
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
        try:
            return seal(self.line.ctx, payload)
        except ValueError as error:
            raise bad_reply(self.line.ctx, "a reasoning item that is no JSON") from error

    def _told(self, source: str) -> list[Json]:
        """Return the parts as the deltas told them."""
        kind = "summary_text" if source == "summary" else "reasoning_text"
        told = [part.text for (where, _), part in self._parts.items() if where == source]
        return [{"type": kind, "text": text} for text in told]


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


class SearchItem(Item):
    """A web search that the server ran."""

    known = frozenset({"id", "type", "status", "action"})

    def __init__(self, said: Json, line: Line) -> None:
        super().__init__(said, line)
        self._slot = BlocksSlot(line, self._blocks)
        line.join(self._slot)

    def settle(self, said: Json) -> None:
        """The search is over."""
        super().settle(said)
        if not self._slot.complete:
            self.line.close(self._slot)

    def beside(self) -> dict[str, Json]:
        """Return what the blocks do not carry: sources that are no pages, a vendor's own fields."""
        more = self._more()
        if odd := sources_without_url(self.said):
            more["sources"] = odd
        return {str(self._slot.index): more} if more and self._slot.index is not None else {}

    def _blocks(self) -> list[ContentBlock]:
        return search_blocks(self.said, self.id or self.line.ctx.new_id("ws_"))


class OtherItem(Item):
    """An item that is no part of a Messages answer: it is kept as it came."""


def _places(told: Collection[Hashable], count: int) -> list[Hashable]:
    """Return the indexes of an item's parts: their places, unless the deltas counted otherwise.

    Bedrock's start at 1 for the second item of an answer; its parts then follow in their order.
    """
    places: list[Hashable] = list(range(count))
    if all(at in places for at in told):
        return places
    return [*told, *(("rest", place) for place in places)][:count]


def _same_json(one: str, other: str) -> bool:
    try:
        return bool(loads(one) == loads(other))
    except ValueError:
        return False
