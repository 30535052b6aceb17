"""Bytes to events for one answer: framer, decoder, accumulator in a row, without I/O."""

from __future__ import annotations

import struct
import zlib

from pydantic import ValidationError

from .accumulate import Accumulator
from .dialect import StreamDecoder
from .errors import AnyLLMError, BadReply, StreamTruncated
from .framing import Frame, Framer
from .types import MessageResponse, MessageStreamEvent

NONSENSE = (
    ArithmeticError,
    AttributeError,
    EOFError,
    LookupError,
    RecursionError,
    TypeError,
    ValueError,
    struct.error,
    zlib.error,
)
"""What a framer or a decoder runs into when the wire says something that its format forbids."""


def why(error: Exception) -> str:
    """Return in one line what was wrong with the wire's words."""
    if isinstance(error, ValidationError):  # its own text repeats what the server said, in lines
        faults = [f"{'.'.join(map(str, e['loc']))}: {e['msg']}" for e in error.errors()[:3]]
        return "; ".join(faults)[:300]
    return f"{type(error).__name__}: {' '.join(str(error).split())[:300]}"


class Pipeline:
    """Feed it chunks, get events. After an error `error` is set and nothing more is to be fed.

    Events that came before the error in the same chunk are returned first: whoever drives hands
    them out and then raises.
    """

    def __init__(self, framer: Framer, decoder: StreamDecoder, accumulator: Accumulator) -> None:
        self._framer = framer
        self._decoder = decoder
        self._sum = accumulator
        self._frames, self._feed, self._emit = framer.feed, decoder.feed, decoder.emit
        self._add = accumulator.add
        self.error: AnyLLMError | None = None

    @property
    def done(self) -> bool:
        """Whether the message is complete."""
        return self._decoder.emit.done

    def feed(self, chunk: bytes) -> list[MessageStreamEvent]:
        """Return the events that this chunk completes."""
        emit, feed = self._emit, self._feed
        frame = None
        try:
            for frame in self._frames(chunk):
                if emit.done:  # what follows the end says nothing, in this chunk or the next
                    break
                feed(frame)
        except AnyLLMError as error:
            self.error = error
        except NONSENSE as error:
            self.error = _bad(error, frame)
        events = emit.take()
        try:
            self._add(events)
        except NONSENSE as error:
            self._unfit(error)
        return events

    def finish(self) -> list[MessageStreamEvent]:
        """The bytes have ended: return what is left. An unfinished message is an error."""
        frame = None
        try:
            for frame in self._framer.close():
                self._decoder.feed(frame)
            self._decoder.close()
        except AnyLLMError as error:
            self.error = error
        except NONSENSE as error:  # the last frame may be cut in half
            self.error = _truncated(error, frame)
        if self.error is None and not self.done:
            self.error = _truncated()
        events = self._emit.take()
        try:
            self._add(events)
        except NONSENSE as error:
            self._unfit(error)
        return events

    @property
    def started(self) -> bool:
        """Whether a message has begun."""
        return self._sum.started

    def snapshot(self) -> MessageResponse:
        """Return the message so far."""
        return self._sum.snapshot()

    def _unfit(self, error: Exception) -> None:
        """An event that fits no message: a piece of text that is a number, say."""
        self.error = self.error or _bad(error)


def _bad(error: Exception, frame: Frame | None = None) -> BadReply:
    bad = BadReply(f"cannot read the stream ({why(error)}){_reads(frame)}")
    bad.__cause__ = error
    return bad


def _truncated(cause: Exception | None = None, frame: Frame | None = None) -> StreamTruncated:
    error = StreamTruncated(
        "the stream ended before the message was finished; "
        f"what arrived is incomplete{_reads(frame)}"
    )
    error.__cause__ = cause
    return error


def _reads(frame: Frame | None) -> str:
    """The beginning of what could not be read, in one line."""
    return f": {' '.join(frame.data[:200].decode('utf-8', 'replace').split())}" if frame else ""
