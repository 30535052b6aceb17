"""Events to and from the bytes of a Messages stream: for servers and proxies."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from ._json import dumps, loads
from .errors import BadReply
from .framing import SSE
from .types import MessageStreamEvent, parse_event
from .types._base import wire


def to_sse(event: MessageStreamEvent) -> bytes:
    """Return one event as the Messages API sends it: `event:` and `data:` lines, a blank line."""
    body = wire(event)
    if event.type == "message_start":
        body["message"] = {"stop_reason": None, "stop_sequence": None, **body["message"]}
    elif event.type == "message_delta":
        body["delta"] = {"stop_reason": None, "stop_sequence": None, **body["delta"]}
    return b"event: %s\ndata: %s\n\n" % (event.type.encode(), dumps(body))


def from_sse(chunks: Iterable[bytes]) -> Iterator[MessageStreamEvent]:
    """Yield the events of a Messages stream. BadReply when a frame is no event."""
    framer = SSE()
    for chunk in chunks:
        yield from map(_event, framer.feed(chunk))
    yield from map(_event, framer.close())


def _event(frame: object) -> MessageStreamEvent:
    data = getattr(frame, "data", b"")
    try:
        return parse_event(loads(data))
    except ValueError as error:
        raise BadReply(f"not an event of a Messages stream: {data[:200]!r}") from error
