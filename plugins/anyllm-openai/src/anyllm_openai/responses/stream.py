"""A streamed answer of the Responses wire: one event a frame."""

from __future__ import annotations

from any_llm.plugin import CallContext, Frame, Stencil, StreamDecoder, StreamTruncated, loads

from ..common.errors import error_inside, not_an_object
from ..common.mend import needs_mending
from .mend import mended

_DONE = b"[DONE]"
_UNREAD = (("sequence_number",), ("obfuscation",))
"""What differs between two events and is never read."""


class ResponsesStream(StreamDecoder):
    """Decodes the events of a response.

    The message ends with `response.completed` or `response.incomplete` and nowhere else: a stream
    without either is cut (StreamTruncated), though a gateway may have put `[DONE]` behind it.
    """

    def __init__(self, ctx: CallContext) -> None:
        from .answer import Answer

        super().__init__(ctx)
        self._answer = Answer(ctx, self.emit)
        self._usual = Stencil(*_UNREAD)

    def feed(self, frame: Frame) -> None:
        """Say what this event means; an error is raised as its HTTP twin would be."""
        data = frame.data
        if self.emit.done or not data or self._usual.read(frame):
            return
        if data[0] == 91 and _DONE.startswith(data.strip()):  # "[", perhaps cut
            return
        event = loads(data)
        if not isinstance(event, dict):
            raise not_an_object(event, self.ctx)
        if b"\\u" in data and needs_mending(data):
            event = mended(event)
        kind = event.get("type") or frame.event
        if kind:
            self._answer.take(event, kind)
            if self._usual.learns and (more := self._answer.more(event, kind)):
                self._usual.learn(frame, event, ("delta",), more)
        elif event.get("error"):
            raise error_inside(event, self.ctx)
        elif event:
            self._answer.take(event, "without a type")

    def close(self) -> None:
        """The bytes have ended."""
        if not self.emit.done:
            provider = self.ctx.provider
            raise StreamTruncated(
                f"{provider}: the stream ended without response.completed: what arrived is "
                "incomplete",
                provider=provider,
            )
