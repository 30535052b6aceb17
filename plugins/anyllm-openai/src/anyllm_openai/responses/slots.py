"""What stands in the line: text, reasoning, a call of the caller's, a tool the server ran."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from any_llm.plugin import (
    Citation,
    CitationsDelta,
    ContentBlock,
    RedactedThinkingBlock,
    SignatureDelta,
    TextBlock,
    TextDelta,
    ThinkingBlock,
    ThinkingDelta,
)

from ..common.call import Call
from ..common.errors import bad_reply
from ..common.parallel import expand, is_wrapper
from .grown import Grown
from .line import Line, Slot


class TextSlot(Slot):
    """One part of a message: a text block of its own. Without text it is no block."""

    def __init__(self, line: Line) -> None:
        super().__init__(line)
        self.grown = Grown()
        self._cuts = line.cut.active
        self._waiting: list[str] = []
        self._citations: list[Citation] = []

    def add(self, text: str) -> None:
        """Take in more of the text."""
        if self.complete:
            self.line.late()
            return
        text = self.grown.add(text)
        if self.index is not None and text and not self._cuts:  # nearly every event
            self.line.emit.delta(self, TextDelta(text))
        elif self.live:
            self._show(text)
        elif text:
            self._waiting.append(text)
            self.line.press(self)

    def cite(self, citation: Citation) -> bool:
        """Take in a source of the text; False when the block is closed."""
        if self.complete:
            return False
        if self.index is None:
            self._citations.append(citation)
        else:
            self.line.emit.delta(self, CitationsDelta(citation))
        return True

    def begin(self) -> None:
        """Show what has come."""
        self._show("".join(self._waiting))
        self._waiting.clear()

    def end(self) -> None:
        """Show what was held back, and close the block."""
        self._show(self.grown.end())
        if self.line.cut.met is None:
            self._say(self.line.cut.rest())
            self._shut()

    def _show(self, text: str) -> None:
        if not self._cuts:
            self._say(text)
            return
        cut = self.line.cut
        self._say(cut.feed(text))
        if cut.met is not None:
            self.complete = True
            self._shut()
            self.line.stop()

    def _say(self, text: str) -> None:
        if not text:
            return
        emit = self.line.emit
        if self.index is None:
            self.index = self.line.block()
            emit.open(self, TextBlock(text=""))
            emit.delta(self, TextDelta(text))
            for citation in self._citations:
                emit.delta(self, CitationsDelta(citation))
        else:
            emit.delta(self, TextDelta(text))

    def _shut(self) -> None:
        if self.index is not None:
            self.line.emit.stop(self)


class ThinkingSlot(Slot):
    """The reasoning of one item: its text signed, or opaque where only the server can read it."""

    def __init__(self, line: Line, seal: Callable[[str], str | None], *, waits: bool) -> None:
        super().__init__(line)
        self.grown = Grown()
        self.waits = waits
        """State that must go back is still to come, so the block cannot be signed yet."""
        self._seal = seal
        self._shown = False
        self._waiting: list[str] = []

    @property
    def may_yield(self) -> bool:
        """Servers that encrypt nothing close their reasoning late, some at the very end."""
        return bool(self.grown) and not self.waits

    def add(self, text: str) -> None:
        """Take in more reasoning."""
        text = self.grown.add(text)
        if text and self.live:
            self._show(text)
        elif text:
            self._waiting.append(text)
            self.line.press(self)

    def begin(self) -> None:
        """Show what has come."""
        self._show("".join(self._waiting))
        self._waiting.clear()

    def end(self) -> None:
        """Sign it. What has neither text nor state says nothing."""
        self._show(self.grown.end())
        emit = self.line.emit
        sealed = self._seal(self.grown.text)
        if self._shown:
            emit.delta(self, SignatureDelta(sealed or ""))
            emit.stop(self)
        elif sealed:
            self.index = self.line.block()
            emit.block(RedactedThinkingBlock(data=sealed))

    def _show(self, text: str) -> None:
        if not text:
            return
        if not self._shown:
            self._shown = True
            self.index = self.line.block()
            self.line.emit.open(self, ThinkingBlock(thinking="", signature=""))
        self.line.emit.delta(self, ThinkingDelta(text))


class CallSlot(Slot):
    """A call of one of the caller's tools."""

    def __init__(self, line: Line) -> None:
        super().__init__(line)
        self.call = Call(None)
        self._opened = False

    @property
    def may_yield(self) -> bool:
        """Its arguments are all there, though llama.cpp closes all calls at the very end."""
        return self._opened and self.call.complete

    def flows(self, text: str) -> bool:
        """Take in and show a piece of a long string; False where it may be anything else."""
        if self._opened and self.live and not self.complete and self.call.flows(text):
            self.line.emit.tool_json(self.call, text)
            return True
        return False

    def add(self, text: str) -> None:
        """Take in more of the arguments."""
        if not self.call.complete:
            self.call.add(text)
        elif text.strip():
            self.call.spoil(text)
        if self.live:
            self._show()
        else:
            self.line.press(self)

    def begin(self) -> None:
        """Show the call and what has come of its arguments."""
        self._show()

    def end(self) -> None:
        """Show the rest. What no JSON can end here stays broken JSON."""
        call, ctx = self.call, self.line.ctx
        if not call.name:
            raise bad_reply(ctx, "a tool call without a name")
        if not self._opened and is_wrapper(call, ctx) and (inner := expand(call, ctx)):
            for one in inner:
                self._open(one)
                self._close(one)
            return
        if not self._opened:
            self._open(call)
        self._close(call)

    def _show(self) -> None:
        if not self._opened:
            if not self.call.name or is_wrapper(self.call, self.line.ctx):
                return
            self._open(self.call)
        self.line.emit.tool_json(self.call, self.call.news())

    def _open(self, call: Call) -> None:
        line = self.line
        call.id = line.unique(call.id)
        index = line.block()
        self.index = index if self.index is None else self.index
        line.emit.tool(call, id=call.id, name=line.names.get(call.name, call.name))
        self._opened = True

    def _close(self, call: Call) -> None:
        emit = self.line.emit
        emit.tool_json(call, call.news() if call.complete else call.rest())
        emit.stop(call)


class BlocksSlot(Slot):
    """Blocks that come whole, once their item is complete."""

    def __init__(self, line: Line, blocks: Callable[[], Sequence[ContentBlock]]) -> None:
        super().__init__(line)
        self._blocks = blocks

    def end(self) -> None:
        """Show them."""
        for block in self._blocks():
            index = self.line.block()
            self.index = index if self.index is None else self.index
            self.line.emit.block(block)
