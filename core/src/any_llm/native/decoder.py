"""A Messages stream read: every event goes on as it came, checked against the grammar."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from pydantic_core import from_json

from .._json import loads
from ..dialect import CallContext, StreamDecoder
from ..framing import Frame
from ..grammar import GrammarError
from ..stencil import Stencil
from ..types import (
    ContentBlockDelta,
    InputJSONDelta,
    MessageStreamEvent,
    RawContentBlockDeltaEvent,
    RawMessageDeltaEvent,
    RawMessageStopEvent,
    SignatureDelta,
    TextDelta,
    ThinkingDelta,
    parse_event,
)
from .errors import is_error, stream_error
from .halves import Halves
from .signatures import sealed, sealed_block

_PIECES: dict[Any, tuple[str, Callable[[str], ContentBlockDelta]]] = {
    TextDelta: ("text", TextDelta),
    InputJSONDelta: ("partial_json", InputJSONDelta),
    ThinkingDelta: ("thinking", ThinkingDelta),
}
"""The deltas that are a piece of text alone, and where it stands in them."""


class MessagesDecoder(StreamDecoder):
    """Hands events on; an `error` event is the typed error that it names."""

    def __init__(self, ctx: CallContext) -> None:
        super().__init__(ctx)
        self._issuer: str = ctx.profile.issuer
        self._reason = False
        self._halves = Halves()
        self._usual = Stencil()

    def feed(self, frame: Frame) -> None:
        """Parse one event."""
        if not frame.data or self._usual.read(frame):
            return
        try:
            said = from_json(frame.data)
            if self._halves.pending:
                said = self._halves.joined(said)
        except ValueError:
            said = self._halves.joined(loads(frame.data))
        delta = frame.event == "content_block_delta"  # nearly every event is one
        if not delta:
            self._raise_error(said, frame.event)
        event = parse_event(said if delta else self._sealed(said))
        if type(event) is not RawContentBlockDeltaEvent:
            self._check(event)
        elif self._issuer and type(event.delta) is SignatureDelta:
            event.delta.signature = sealed(event.delta.signature, self._issuer)
        self.emit.native(event)
        if self._usual.learns and not self._halves.pending:
            self._learn(frame, said, event)

    def _learn(self, frame: Frame, said: Any, event: MessageStreamEvent) -> None:
        if type(event) is not RawContentBlockDeltaEvent:
            return
        piece = _PIECES.get(type(event.delta))
        if piece and len(said) == 3 and len(said["delta"]) == 2:  # no field that nobody knows
            field, delta = piece
            more = partial(self._piece, event.index, delta)
            self._usual.learn(frame, said, ("delta", field), more)

    def _piece(self, index: int, delta: Callable[[str], ContentBlockDelta], text: str) -> None:
        self.emit.native(RawContentBlockDeltaEvent(index, delta(text)))

    def _raise_error(self, said: Any, name: str | None) -> None:
        """Raise what an error event means; its data says that it is one, or only its name."""
        if is_error(said):
            raise stream_error(said, self.ctx)
        if name == "error" and isinstance(said, dict):
            raise stream_error({"type": "error", "error": said}, self.ctx)

    def _sealed(self, said: Any) -> Any:
        """Return an event with the state sealed that its block begins with."""
        if self._issuer and isinstance(said, dict) and said.get("type") == "content_block_start":
            return {**said, "content_block": sealed_block(said["content_block"], self._issuer)}
        return said

    def _check(self, event: MessageStreamEvent) -> None:
        """Whoever gives no reason to stop has not stopped."""
        if isinstance(event, RawMessageDeltaEvent):
            self._reason = self._reason or event.delta.stop_reason is not None
        elif isinstance(event, RawMessageStopEvent) and not self._reason:
            raise GrammarError("message_stop without a stop_reason")
