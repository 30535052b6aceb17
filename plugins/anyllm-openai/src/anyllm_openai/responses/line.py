"""The order of things: blocks reach the caller in the order in which the wire began them.

Only the head of the line streams. What begins behind it collects until the head is complete; so
interleaved items come out one after the other, whole.
"""

from __future__ import annotations

from collections import deque

from any_llm.plugin import CallContext, Emitter

from .cut import Cut


class Slot:
    """A place in the line: one block, or what turns out to be none or several.

    `index` is that of its (first) block, None as long as it has none.
    """

    def __init__(self, line: Line) -> None:
        self.line = line
        self.live = False
        self.complete = False
        self.index: int | None = None

    @property
    def may_yield(self) -> bool:
        """Whether what stands behind may follow, though the wire has not closed this one."""
        return False

    def begin(self) -> None:
        """It is the head now: show what has come."""

    def end(self) -> None:
        """It is complete: show the rest and close it."""


class Line:
    """The slots of one answer that are not closed yet."""

    def __init__(self, ctx: CallContext, emit: Emitter) -> None:
        self.ctx = ctx
        self.emit = emit
        self.cut = Cut(ctx.state.get("cut") or ())
        self.names: dict[str, str] = ctx.state.get("tool_names") or {}
        self._slots: deque[Slot] = deque()
        self._blocks = 0
        self._ids: set[str] = set()
        self._told: set[str] = set()

    def join(self, slot: Slot, *, before: Slot | None = None) -> None:
        """A slot begins behind all others, or before one that keeps its place."""
        if self.cut.met is not None:
            return
        if before is None or before not in self._slots:
            self._slots.append(slot)
        else:
            before.live = False
            self._slots.insert(self._slots.index(before), slot)
        if self._slots[0] is slot:
            self._lead()

    def close(self, slot: Slot) -> None:
        """The slot is complete; what waits behind it follows when its turn comes."""
        slot.complete = True
        if slot.live:
            self._advance()

    def press(self, slot: Slot) -> None:
        """A slot behind the head has something to show: let those before it yield that may."""
        while self._slots and (head := self._slots[0]) is not slot and head.may_yield:
            self.close(head)

    def finish(self) -> None:
        """Nothing more comes: all that is open is complete."""
        while self._slots:
            self.close(self._slots[0])

    def stop(self) -> None:
        """The text met a stop sequence: whatever else was said is behind the end."""
        self._slots.clear()

    def late(self) -> None:
        """Something came for what had ended: its end said all of it, so this is left out."""
        self._report("text that came after the end of its item; left out")

    def differs(self) -> None:
        """The end of a text is not what was streamed (OpenAI rewrites summaries): that stands."""
        self._report("the text at its end is not what was streamed; the streamed text stands")

    def block(self) -> int:
        """Return the index of the block that begins now."""
        self._blocks += 1
        return self._blocks - 1

    def unique(self, id: str) -> str:
        """Return the server's id of a call, or a new one: it gave none, or gave it to two."""
        if id in self._ids:
            self.ctx.report("output", f"two calls had the id {id!r}", "emulated")
        fresh = self.ctx.new_id("call_") if not id or id in self._ids else id
        self._ids.add(fresh)
        return fresh

    def _report(self, what: str) -> None:
        if what not in self._told and self.cut.met is None:
            self._told.add(what)
            self.ctx.report("output", what)

    def _lead(self) -> None:
        slot = self._slots[0]
        slot.live = True
        slot.begin()

    def _advance(self) -> None:
        while self._slots and self._slots[0].complete:
            slot = self._slots[0]
            slot.end()
            if not self._slots:  # it met a stop sequence
                return
            self._slots.popleft()
            if self._slots:
                self._lead()
