"""A streamed answer: server-sent events, or the pieces of a JSON array, to one `Answer`."""

from __future__ import annotations

from typing import Any

from any_llm.plugin import CallContext, Frame, Stencil, StreamDecoder, loads

from .answer import Answer
from .errors import bad_reply, error_inside
from .fault import holds_error

_DONE = b"[DONE]"
_TEXT = ("candidates", 0, "content", "parts", 0, "text")
_GROWING = tuple(
    ("usageMetadata", name)
    for name in ("candidatesTokenCount", "thoughtsTokenCount", "totalTokenCount")
)
"""The counts that grow from chunk to chunk: of those the last counts."""


class GeminiStream(StreamDecoder):
    """Decodes the chunks of streamGenerateContent.

    The wire has no last word: the message ends with the bytes, once a finishReason was there.
    Errors come as an event or as bare JSON over several lines; without `alt=sse` the whole body is
    a JSON array. The framer hands both over as one frame.
    """

    def __init__(self, ctx: CallContext) -> None:
        super().__init__(ctx)
        self._answer = Answer(ctx, self.emit)
        self._usual = Stencil(*_GROWING)

    def feed(self, frame: Frame) -> None:
        """Say what this frame means; an error inside it is raised as its HTTP twin would be."""
        data = frame.data
        if not data or self._usual.read(frame):
            return
        if data == _DONE:  # gateways add the end of another wire
            return
        self._recount()
        failed = frame.event == "error"
        try:
            values: tuple[Any, ...] = (loads(data),)
        except ValueError:
            values = _lines(data)
        for said in values:
            if type(said) is dict and not failed:
                self._answer.take(said)
                if self._usual.learns and (more := self._answer.more(said)):
                    self._usual.learn(frame, said, _TEXT, more)
            else:
                self._take(said, failed=failed)

    def _take(self, said: Any, *, failed: bool) -> None:
        if failed or holds_error(said):
            raise error_inside(said, self.ctx)
        for chunk in said if isinstance(said, list) else [said]:
            if not isinstance(chunk, dict):
                raise bad_reply(self.ctx, f"a chunk that is no JSON object: {said!r:.200}")
            self._answer.take(chunk)

    def close(self) -> None:
        """The bytes have ended."""
        self._recount()
        self._answer.finish()

    def _recount(self) -> None:
        """Take the counts of the last chunk of which only the text was read."""
        if chunk := self._usual.last_read():
            self._answer.count(loads(chunk).get("usageMetadata"))


def _lines(data: bytes) -> tuple[Any, ...]:
    """Return the JSON values of a frame with several: a proxy leaves out the blank lines."""
    return tuple(loads(line) for line in data.split(b"\n"))
