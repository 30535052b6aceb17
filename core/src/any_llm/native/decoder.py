"""A Messages stream read: every event goes on as it came, checked against the grammar."""

from __future__ import annotations

from .._json import loads
from ..dialect import CallContext, StreamDecoder
from ..framing import Frame
from ..grammar import GrammarError
from ..types import (
    MessageStreamEvent,
    RawContentBlockDeltaEvent,
    RawMessageDeltaEvent,
    RawMessageStopEvent,
    SignatureDelta,
    parse_event,
)
from .errors import stream_error
from .signatures import sealed, sealed_block


class MessagesDecoder(StreamDecoder):
    """Hands events on; an `error` event is the typed error that it names."""

    def __init__(self, ctx: CallContext) -> None:
        super().__init__(ctx)
        self._issuer: str = ctx.profile.issuer
        self._reason = False

    def feed(self, frame: Frame) -> None:
        """Parse one event."""
        if not frame.data:
            return
        said = loads(frame.data)
        kind = said.get("type") if isinstance(said, dict) else None
        if kind == "error":
            raise stream_error(said, self.ctx)
        if kind == "content_block_start" and self._issuer:
            said = {**said, "content_block": sealed_block(said["content_block"], self._issuer)}
        event = parse_event(said)
        if type(event) is not RawContentBlockDeltaEvent:
            self._check(event)
        elif self._issuer and type(event.delta) is SignatureDelta:
            event.delta.signature = sealed(event.delta.signature, self._issuer)
        self.emit.native(event)

    def _check(self, event: MessageStreamEvent) -> None:
        """Whoever does not say why a message stopped has not said that it is complete."""
        if isinstance(event, RawMessageDeltaEvent):
            self._reason = self._reason or event.delta.stop_reason is not None
        elif isinstance(event, RawMessageStopEvent) and not self._reason:
            raise GrammarError("message_stop without a stop_reason")
