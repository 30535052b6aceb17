"""Bytes to events for one answer: framer, decoder, accumulator in a row, without I/O."""

from __future__ import annotations

from .accumulate import Accumulator
from .dialect import StreamDecoder
from .errors import AnyLLMError, BadReply, StreamTruncated
from .framing import Framer
from .types import MessageResponse, MessageStreamEvent

NONSENSE = (LookupError, TypeError, ValueError, AttributeError, ArithmeticError)
"""What a decoder may run into when the wire says something that its format does not allow."""


class Pipeline:
    """Feed it chunks, get events. After an error `error` is set and nothing more is to be fed.

    Events that came before the error in the same chunk are returned first: whoever drives hands
    them out and then raises.
    """

    def __init__(self, framer: Framer, decoder: StreamDecoder, accumulator: Accumulator) -> None:
        self._framer = framer
        self._decoder = decoder
        self._sum = accumulator
        self.error: AnyLLMError | None = None

    @property
    def done(self) -> bool:
        """Whether the message is complete."""
        return self._decoder.emit.done

    def feed(self, chunk: bytes) -> list[MessageStreamEvent]:
        """Return the events that this chunk completes."""
        feed = self._decoder.feed
        try:
            for frame in self._framer.feed(chunk):
                feed(frame)
        except AnyLLMError as error:
            self.error = error
        except NONSENSE as error:
            self.error = self._bad(error)
        return self._take()

    def finish(self) -> list[MessageStreamEvent]:
        """The bytes have ended: return what is left. An unfinished message is an error."""
        try:
            for frame in self._framer.close():
                self._decoder.feed(frame)
            self._decoder.close()
        except AnyLLMError as error:
            self.error = error
        except NONSENSE as error:  # the last frame may be cut in half
            self.error = _truncated(error)
        if self.error is None and not self.done:
            self.error = _truncated()
        return self._take()

    @property
    def started(self) -> bool:
        """Whether a message has begun."""
        return self._sum.started

    def snapshot(self) -> MessageResponse:
        """Return the message so far."""
        return self._sum.snapshot()

    def _take(self) -> list[MessageStreamEvent]:
        events = self._decoder.emit.take()
        self._sum.add(events)
        return events

    def _bad(self, error: Exception) -> BadReply:
        bad = BadReply(f"cannot read the stream: {type(error).__name__}: {error!s:.300}")
        bad.__cause__ = error
        return bad


def _truncated(cause: Exception | None = None) -> StreamTruncated:
    error = StreamTruncated(
        "the stream ended before the message was finished; what arrived is incomplete"
    )
    error.__cause__ = cause
    return error
