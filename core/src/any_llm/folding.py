"""A whole answer, read by a stream's decoder, as the message itself: no event is made.

`Folder` takes a decoder's words as the emitter does, in the order that the emitter's grammar gives
them, and puts them into the message and its blocks. What comes out is what the `Accumulator` makes
of the emitter's events; where a block grew in an unusual way, that is who makes it.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import Any

from .accumulate import INVALID_JSON, KEPT, Accumulator, model_of, parse_input
from .emit import TEXT, Emitter, Open
from .grammar import GrammarError
from .types import (
    Container,
    ContentBlock,
    ContentBlockDelta,
    InputJSONDelta,
    MessageResponse,
    MessageStreamEvent,
    RawContentBlockDeltaEvent,
    RawContentBlockStartEvent,
    RawContentBlockStopEvent,
    RawMessageStartEvent,
    StopDetails,
    TextBlock,
    TextDelta,
    ToolUseBlock,
    UnknownBlock,
    Usage,
)
from .types._base import built, put


class Folder(Emitter):
    """An emitter of which the message is wanted: `message()` once the decoder has finished."""

    def __init__(self) -> None:
        super().__init__()
        self._blocks: list[Open] = []
        self._usage: Usage
        self._said: dict[str, Any]  # of the message, but for its content

    def message(self, on_invalid_json: Callable[[int], None] | None = None) -> MessageResponse:
        """Return the message; asked once. `on_invalid_json` hears of calls with broken JSON."""
        if not self.done:
            raise GrammarError("the message is not finished")
        content: list[ContentBlock] = []
        served: dict[str, Any] = {}
        for index, opened in enumerate(self._blocks):
            block = opened.block
            if type(block) is UnknownBlock:
                served = model_of(block) or served
            if opened.deltas:
                block = _filled(block, opened.deltas)
                if on_invalid_json is not None and _is_broken(block, opened.deltas):
                    on_invalid_json(index)
            content.append(block)
        return built(MessageResponse, **{**self._said, **served, "content": content})

    # -- what a decoder says ------------------------------------------------------------------

    def start(self, *, id: str, model: str, usage: Usage | None = None, **extra: Any) -> None:
        """The message begins."""
        if not self.started:
            self.started = True
            self._usage = usage or built(Usage)
            self._said = {"id": id, "model": model, "content": [], "usage": self._usage, **extra}

    def text(self, text: str) -> None:
        """More text."""
        if text and (self._half or not text.isascii()):
            text = self._mend(text)
        if text:
            self._prose(TEXT, TextDelta(text))

    def tool_json(self, key: Hashable, partial_json: str) -> None:
        """A piece of that call's JSON."""
        if partial_json:
            self.delta(key, InputJSONDelta(partial_json))

    def native(self, event: MessageStreamEvent) -> None:
        """Refused: a Messages-speaking provider's whole answer is a message already."""
        raise GrammarError(f"{event.type} is an event, and the message is asked for")

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
        """The message is complete."""
        self._close()
        said = self._said
        if stop_reason is not None:
            said["stop_reason"] = stop_reason
        if stop_sequence is not None:
            said["stop_sequence"] = stop_sequence
        if stop_details is not None:
            said["stop_details"] = stop_details
        if container is not None:
            said["container"] = container
        said.update({n: v for n, v in extra.items() if v is not None and n not in KEPT})
        counts = usage.__dict__
        if usage.__pydantic_extra__:
            counts = {**counts, **usage.__pydantic_extra__}
        put(self._usage, {n: v for n, v in counts.items() if v is not None})
        self.done = True

    # -- the machine --------------------------------------------------------------------------

    def _go_live(self, block: Open) -> None:
        self._live = block
        self._blocks.append(block)

    def _grow(self, block: Open, delta: ContentBlockDelta) -> None:
        block.deltas.append(delta)

    def _shut(self) -> None:
        self._live = None


def _filled(block: ContentBlock, deltas: list[ContentBlockDelta]) -> ContentBlock:
    """Return the block with its deltas in it."""
    if type(block) is TextBlock and all(type(delta) is TextDelta for delta in deltas):
        pieces = [delta.text for delta in deltas]  # type: ignore[union-attr]
        vars(block)["text"] = block.text + "".join(pieces)  # quicker than pydantic's own way
        return block
    if type(block) is ToolUseBlock and all(type(delta) is InputJSONDelta for delta in deltas):
        joined = "".join([delta.partial_json for delta in deltas])  # type: ignore[union-attr]
        return put(block, {"input": parse_input(joined)}) if joined.strip() else block
    start = built(MessageResponse, id="", model="", content=[], usage=built(Usage))
    sums = Accumulator()
    sums.add([RawMessageStartEvent(start), RawContentBlockStartEvent(0, block)])
    sums.add([RawContentBlockDeltaEvent(0, delta) for delta in deltas])
    sums.add([RawContentBlockStopEvent(0)])
    return sums.snapshot().content[0]


def _is_broken(block: ContentBlock, deltas: list[ContentBlockDelta]) -> bool:
    """Whether the block is a call whose JSON was broken."""
    said = any(isinstance(delta, InputJSONDelta) for delta in deltas)
    return said and INVALID_JSON in getattr(block, "input", ())
