"""An answer, streamed or whole, read by one machine."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from any_llm.plugin import (
    NDJSON,
    CallContext,
    Folder,
    Frame,
    MessageResponse,
    Stencil,
    StreamDecoder,
    WireReply,
    loads,
)

from .answer import Answer


class OllamaStream(StreamDecoder):
    """Decodes the lines of a streamed answer; nothing is read behind `done: true`."""

    def __init__(self, ctx: CallContext) -> None:
        super().__init__(ctx)
        self._answer = Answer(ctx, self.emit)
        self._usual = Stencil(("created_at",))

    def feed(self, frame: Frame) -> None:
        """Say what a line means; an error inside it is raised as its HTTP twin would be."""
        if self.emit.done or self._usual.read(frame):
            return
        if read := self._usual.last_read():  # its time stands where the last line gives none
            self._answer.beside(loads(read))
        line = loads(frame.data)
        self._answer.take(line)
        if self._usual.learns and (piece := self._answer.piece(line)):
            name, more = piece
            self._usual.learn(frame, line, ("message", name), more)

    def close(self) -> None:
        """The bytes have ended: without `done: true` the stream was cut."""
        self._answer.close()


def decode(reply: WireReply, ctx: CallContext) -> MessageResponse:
    """Return the message of a whole answer; raise the error it holds, or that it is not whole."""
    emit = Folder()
    answer = Answer(ctx, emit)
    for line in _lines(reply):
        if not emit.done:
            answer.take(line)
    answer.close()
    return emit.message(
        lambda index: ctx.report(f"content[{index}].input", "broken JSON, kept as it came")
    )


def _lines(reply: WireReply) -> Iterator[Any]:
    """Yield the one object of a whole answer, or the lines of a server that streams anyway."""
    try:
        value = reply.json
    except ValueError:
        framer = NDJSON()
        frames = [*framer.feed(reply.content), *framer.close()]
        if len(frames) < 2:
            raise
        yield from (loads(frame.data) for frame in frames)
        return
    yield value
