"""Events to and from the bytes of a Messages stream: for servers and proxies."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from ._json import dumps, loads
from .errors import BadReply
from .framing import SSE
from .types import MessageStreamEvent, parse_event
from .types._base import wire

# Clients add these up from the first event on, so a stream that reports neither says 0.
_UNCACHED = {"cache_creation_input_tokens": 0, "cache_read_input_tokens": 0}


def to_sse(event: MessageStreamEvent) -> bytes:
    """Return one event as the Messages API sends it: `event:` and `data:` lines, a blank line.

    What clients look for in any message_start stands there, said by the provider or not.
    """
    body = wire(event)
    if event.type == "message_start":
        body["message"] = {"stop_reason": None, "stop_sequence": None, **body["message"]}
        body["message"]["usage"] = {**_UNCACHED, **body["message"]["usage"]}
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
