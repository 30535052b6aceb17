"""A streamed answer: server-sent events to one `Answer`."""

from __future__ import annotations

from typing import Any

from any_llm.plugin import CallContext, Frame, Stencil, StreamDecoder, loads

from ..common.errors import error_inside, not_an_object
from ..common.mend import mended, needs_mending

_BRACE = ord("{")
_DONE = b"[DONE]"
_UNREAD = (("id",), ("created",), ("obfuscation",), ("p",))
"""What may differ between two chunks and is read of the first alone, or never."""


class ChatStream(StreamDecoder):
    """Decodes the chunks of Chat Completions.

    The message ends with `[DONE]`, or with the bytes once a `finish_reason` was there; a stream
    without one is cut (StreamTruncated), and nothing is read behind `[DONE]`.
    """

    def __init__(self, ctx: CallContext) -> None:
        from .answer import Answer

        super().__init__(ctx)
        self._answer = Answer(ctx, self.emit)
        self._usual = Stencil(*_UNREAD)

    def feed(self, frame: Frame) -> None:
        """Say what this frame means; an error inside it is raised as its HTTP twin would be."""
        data = frame.data
        if self.emit.done or not data or self._usual.read(frame):
            return
        if data[0] != _BRACE and self._ends(data.strip()):
            return
        chunk = loads(data)
        if not isinstance(chunk, dict):
            raise not_an_object(chunk, self.ctx)
        if frame.event == "error":
            raise error_inside(chunk, self.ctx)
        if b"\\u" in data and needs_mending(data):
            chunk = mended(chunk)
        self._answer.take(chunk)
        if self._usual.learns:
            self._learn(frame, chunk)

    def close(self) -> None:
        """The bytes have ended: without `[DONE]` the finish_reason is the end."""
        if not self.emit.done:
            self._answer.finish(done=False)

    def _learn(self, frame: Frame, chunk: dict[str, Any]) -> None:
        piece = self._answer.piece(chunk)
        if piece:
            self._usual.learn(frame, chunk, piece.path, piece.more)

    def _ends(self, data: bytes) -> bool:
        """Whether this is `[DONE]`, or what is left of it where the bytes end within it."""
        if data == _DONE:
            self._answer.finish()
        elif data[:1] != b"[":
            raise not_an_object(data, self.ctx)
        return _DONE.startswith(data)
