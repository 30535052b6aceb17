"""The grammar of a Messages stream, kept in one place so that no decoder can break it.

A decoder says what it saw (`text`, `tool`, `tool_json`, ...) and the emitter makes the events:
message_start once and first, blocks strictly one after the other with contiguous indexes, deltas
only in their open block, one message_delta, message_stop last. A keyed block (a tool call) that is
not complete holds back whatever comes after it: the Messages grammar has no interleaving, so those
blocks wait in line and follow when it is stopped. Nothing is returned; whoever runs the decoder
takes the events from `take()`. A call that cannot stand where it is raises `GrammarError`.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Hashable, Mapping
from typing import Any

from .grammar import Grammar, GrammarError
from .types import (
    Citation,
    CitationsDelta,
    Container,
    ContentBlock,
    ContentBlockDelta,
    InputJSONDelta,
    MessageDelta,
    MessageDeltaUsage,
    MessageResponse,
    MessageStreamEvent,
    RawContentBlockDeltaEvent,
    RawContentBlockStartEvent,
    RawContentBlockStopEvent,
    RawMessageDeltaEvent,
    RawMessageStartEvent,
    RawMessageStopEvent,
    SignatureDelta,
    StopDetails,
    TextBlock,
    TextDelta,
    ThinkingBlock,
    ThinkingDelta,
    ToolUseBlock,
    Usage,
)
from .types._base import built

TEXT, _THINKING = "text", "thinking"


class Open:
    """One block between its start and its stop, live or waiting."""

    __slots__ = ("block", "deltas", "kind", "sealed", "stopped")

    def __init__(self, kind: Hashable, block: ContentBlock) -> None:
        self.kind = kind  # TEXT, _THINKING, or (key,) of a keyed block
        self.block = block
        self.deltas: list[ContentBlockDelta] = []  # only while it waits
        self.stopped = False
        self.sealed = False  # its signature is there: more thinking is another block


class Emitter:
    """Makes the events of one message. `done` is true once `finish` was called."""

    def __init__(self) -> None:
        self.started = False
        self.done = False
        self._events: list[MessageStreamEvent] = []
        self._index = -1
        self._live: Open | None = None
        self._line: deque[Open] = deque()
        self._keyed: dict[Hashable, Open] = {}
        self._half = ""
        self._grammar: Grammar | None = None

    def take(self) -> list[MessageStreamEvent]:
        """Return the events made since the last call."""
        events, self._events = self._events, []
        return events

    # -- what a decoder says ------------------------------------------------------------------

    def start(self, *, id: str, model: str, usage: Usage | None = None, **extra: Any) -> None:
        """The message begins. Only the first call counts, so every chunk may say it."""
        if self.started:
            return
        self.started = True
        message = built(
            MessageResponse, id=id, model=model, content=[], usage=usage or built(Usage), **extra
        )
        self._events.append(RawMessageStartEvent(message))

    def text(self, text: str) -> None:
        """More text. Empty text says nothing."""
        live = self._live
        if not text:
            return
        if self._half or not text.isascii():
            text = self._mend(text)
        if live is not None and live.kind is TEXT and not self._line:
            if text:
                self._events.append(RawContentBlockDeltaEvent(self._index, TextDelta(text)))
        elif text:
            self._prose(TEXT, TextDelta(text))

    def thinking(self, thinking: str) -> None:
        """More reasoning. After a signature it begins another block."""
        if thinking:
            if self._half or not thinking.isascii():
                thinking = self._mend(thinking)
            if thinking:
                self._prose(_THINKING, ThinkingDelta(thinking))

    def signature(self, signature: str) -> None:
        """The signature of the reasoning just said (of an empty one if there was none)."""
        self._prose(_THINKING, SignatureDelta(signature)).sealed = True

    def citation(self, citation: Citation) -> None:
        """A source of the text just said."""
        self._prose(TEXT, CitationsDelta(citation))

    def tool(self, key: Hashable, *, id: str, name: str, **extra: Any) -> None:
        """A call of the caller's tool begins; `key` is the decoder's own name for it."""
        self.open(key, built(ToolUseBlock, id=id, name=name, input={}, **extra))

    def tool_json(self, key: Hashable, partial_json: str) -> None:
        """A piece of that call's JSON."""
        if not partial_json:
            return
        live = self._live
        if live is not None and self._keyed.get(key) is live:
            event = RawContentBlockDeltaEvent(self._index, InputJSONDelta(partial_json))
            self._events.append(event)
        else:
            self.delta(key, InputJSONDelta(partial_json))

    def open(self, key: Hashable, block: ContentBlock) -> None:
        """Any block that grows by `delta(key, ...)` until `stop(key)`."""
        if key in self._keyed:
            raise GrammarError(f"block {key!r} was opened before")
        self._keyed[key] = self._begin(Open((key,), block))

    def delta(self, key: Hashable, delta: ContentBlockDelta) -> None:
        """A piece of the open block `key`."""
        block = self._keyed.get(key)
        if block is None or block.stopped:
            raise GrammarError(f"a piece for block {key!r}, which is not open")
        self._grow(block, delta)

    def stop(self, key: Hashable) -> None:
        """The block `key` is complete; what waits behind it follows."""
        block = self._keyed.get(key)
        if block is None or block.stopped:
            raise GrammarError(f"block {key!r} is not open")
        block.stopped = True
        if block is self._live:
            self._shut()
            self._advance()

    def is_open(self, key: Hashable) -> bool:
        """Whether `key` was opened and not stopped."""
        block = self._keyed.get(key)
        return block is not None and not block.stopped

    def block(self, block: ContentBlock) -> None:
        """A complete block of any kind."""
        opened = self._begin(Open((object(),), block))
        opened.stopped = True
        if opened is self._live:
            self._shut()
            self._advance()

    def native(self, event: MessageStreamEvent) -> None:
        """An event of a Messages-speaking provider: checked against the grammar, not rewritten."""
        if self._grammar is None:
            self._grammar = Grammar(overlap=True)
        if type(event) is RawContentBlockDeltaEvent:  # nearly every event is one
            self._grammar.delta(event)
        else:
            self._grammar.check(event)
            self.started, self.done = self._grammar.started, self._grammar.done
        self._events.append(event)

    def finish(
        self,
        stop_reason: str | None,
        usage: Usage,
        *,
        stop_sequence: str | None = None,
        stop_details: StopDetails | None = None,
        container: Container | None = None,
        **extra: Any,
    ) -> None:
        """The message is complete: close what is open, say why it stopped, its final usage.

        `extra` are further fields of the message (they stand beside `delta` in the event).
        """
        self._close()
        delta = built(
            MessageDelta,
            stop_reason=stop_reason,
            stop_sequence=stop_sequence,
            stop_details=stop_details,
            container=container,
        )
        event = RawMessageDeltaEvent(delta, _delta_usage(usage))
        event.__dict__.update(extra)
        self._events += (event, RawMessageStopEvent())
        self.done = True

    # -- the machine --------------------------------------------------------------------------

    def _close(self) -> None:
        """Nothing more comes: close what is open."""
        self._must_run()
        if self._half:
            self._prose(TEXT, TextDelta("\N{REPLACEMENT CHARACTER}"))
            self._half = ""
        while self._live is not None:
            self._shut()
            self._advance()

    def _must_run(self) -> None:
        if not self.started:
            raise GrammarError("content before the message started")
        if self.done:
            raise GrammarError("content after the message finished")

    def _prose(self, kind: str, delta: ContentBlockDelta) -> Open:
        last = self._line[-1] if self._line else self._live
        if last is None or last.kind is not kind or last.sealed:
            if kind is TEXT:
                block: ContentBlock = built(TextBlock, text="")
            else:
                block = built(ThinkingBlock, thinking="", signature="")
            last = self._begin(Open(kind, block))
        self._grow(last, delta)
        return last

    def _begin(self, block: Open) -> Open:
        self._must_run()
        live = self._live
        if live is None:
            self._go_live(block)
        elif live.kind is TEXT or live.kind is _THINKING:
            self._shut()
            self._go_live(block)
        else:
            self._line.append(block)
        return block

    def _grow(self, block: Open, delta: ContentBlockDelta) -> None:
        if block is self._live:
            self._events.append(RawContentBlockDeltaEvent(self._index, delta))
        else:
            block.deltas.append(delta)

    def _go_live(self, block: Open) -> None:
        self._index += 1
        self._live = block
        self._events.append(RawContentBlockStartEvent(self._index, block.block))
        if block.deltas:
            for delta in _joined(block.deltas):
                self._events.append(RawContentBlockDeltaEvent(self._index, delta))
            block.deltas = []

    def _shut(self) -> None:
        self._events.append(RawContentBlockStopEvent(self._index))
        self._live = None

    def _advance(self) -> None:
        """Let waiting blocks follow until one is not complete yet."""
        while self._line:
            block = self._line.popleft()
            self._go_live(block)
            prose = block.kind is TEXT or block.kind is _THINKING
            if not (block.stopped or (prose and self._line)):
                return
            self._shut()

    def _mend(self, text: str) -> str:
        """Join the halves of a character that was cut between two chunks.

        A half whose other half never comes is replaced: no JSON text and no UTF-8 can hold it.
        """
        text = self._half + text
        self._half = ""
        try:
            text.encode()
        except UnicodeEncodeError:
            if "\ud800" <= text[-1] <= "\udbff":
                text, self._half = text[:-1], text[-1]
            return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
        return text


def _joined(deltas: list[ContentBlockDelta]) -> list[ContentBlockDelta]:
    """Merge the pieces a block collected while it waited."""
    merged: list[ContentBlockDelta] = []
    for cls, name in (
        (TextDelta, "text"),
        (ThinkingDelta, "thinking"),
        (InputJSONDelta, "partial_json"),
    ):
        pieces = [getattr(delta, name) for delta in deltas if type(delta) is cls]
        if pieces:
            merged.append(cls("".join(pieces)))
    merged += [d for d in deltas if type(d) not in (TextDelta, ThinkingDelta, InputJSONDelta)]
    return merged


def _delta_usage(usage: Usage) -> MessageDeltaUsage:
    said: Mapping[str, Any] = {**usage.__dict__, **(usage.__pydantic_extra__ or {})}
    late = {name: value for name, value in said.items() if value is not None}
    return built(MessageDeltaUsage, **late)
