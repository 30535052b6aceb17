"""The grammar of a Messages stream as a checker: one object a stream, fed event by event."""

from __future__ import annotations

from .types import (
    MessageStreamEvent,
    RawContentBlockDeltaEvent,
    RawContentBlockStartEvent,
    RawContentBlockStopEvent,
    RawMessageDeltaEvent,
    RawMessageStartEvent,
    RawMessageStopEvent,
)

# The known deltas that known blocks take. A block nobody knows may grow by any, and any block by
# a delta nobody knows.
_TAKES = {
    "text": frozenset({"text_delta", "citations_delta"}),
    "thinking": frozenset({"thinking_delta", "signature_delta"}),
    "redacted_thinking": frozenset[str](),
    "tool_use": frozenset({"input_json_delta"}),
    "server_tool_use": frozenset({"input_json_delta"}),
}
_KNOWN = frozenset[str]().union(*_TAKES.values())


class GrammarError(ValueError):
    """An event, or a decoder's word, stands where the grammar does not allow it."""


class Grammar:
    """Checks a stream. `overlap` lets several blocks be open at once, as some servers do.

    `ping` and events nobody knows may stand anywhere; a repeated message_delta is allowed.
    """

    def __init__(self, *, overlap: bool = False) -> None:
        self.started = False
        self.done = False
        self._overlap = overlap
        self._next = 0
        self._open: dict[int, str] = {}
        self._stopping = False

    def check(self, event: MessageStreamEvent) -> None:
        """Raise GrammarError if `event` may not come now."""
        match event:
            case RawContentBlockDeltaEvent():
                self.delta(event)
            case RawMessageStartEvent():
                self._start(event)
            case RawContentBlockStartEvent():
                self._block_start(event)
            case RawContentBlockStopEvent():
                self._running(event)
                if self._open.pop(event.index, None) is None:
                    raise GrammarError(f"content_block_stop for block {event.index}: not open")
            case RawMessageDeltaEvent():
                self._running(event)
                if self._open:
                    raise GrammarError(f"message_delta while block {min(self._open)} is open")
                self._stopping = True
            case RawMessageStopEvent():
                self._running(event)
                if not self._stopping:
                    raise GrammarError("message_stop before message_delta")
                self.done = True
            case _:
                pass  # ping, and what nobody knows yet

    def _running(self, event: MessageStreamEvent) -> None:
        if not self.started:
            raise GrammarError(f"{event.type} before message_start")
        if self.done:
            raise GrammarError(f"{event.type} after message_stop")

    def _start(self, event: RawMessageStartEvent) -> None:
        if self.started:
            raise GrammarError("a second message_start")
        if event.message.content:
            raise GrammarError("message_start already holds content")
        self.started = True

    def _block_start(self, event: RawContentBlockStartEvent) -> None:
        self._running(event)
        if self._stopping:
            raise GrammarError("content_block_start after message_delta")
        if self._open and not self._overlap:
            raise GrammarError(f"block {event.index} starts while {min(self._open)} is open")
        if event.index != self._next:
            raise GrammarError(f"block index {event.index} where {self._next} is next")
        self._next += 1
        self._open[event.index] = event.content_block.type

    def delta(self, event: RawContentBlockDeltaEvent) -> None:
        """Raise GrammarError if this piece of a block may not come now."""
        kind = self._open.get(event.index)
        if kind is None:
            self._running(event)
            raise GrammarError(f"content_block_delta for block {event.index}: not open")
        takes = _TAKES.get(kind)
        if takes is not None and event.delta.type in _KNOWN and event.delta.type not in takes:
            raise GrammarError(f"{event.delta.type} in a {kind} block")
