"""Streams that wrappers make: of a whole message, or of events from wherever they come.

What stands in for the HTTP side: a pipeline that takes events instead of bytes, and a reply that
closes the events' source. So such a stream is read, checked and closed by the same two loops.
"""

from __future__ import annotations

import inspect
from collections.abc import AsyncIterable, AsyncIterator, Iterable, Iterator
from typing import Any

from ._exchange import Opened
from ._pipeline import NONSENSE
from .accumulate import Accumulator, events_of
from .errors import AnyLLMError, BadReply, StreamTruncated
from .grammar import Grammar
from .losses import Loss
from .types import Event, MessageResponse, MessageStreamEvent

Events = Iterable[MessageStreamEvent]
AsyncEvents = AsyncIterable[MessageStreamEvent]


class Checked:
    """In place of a Pipeline: an event in, the same event out, checked and accumulated."""

    def __init__(self) -> None:
        self._grammar = Grammar(overlap=True)
        self._sum = Accumulator()
        self.error: AnyLLMError | None = None

    @property
    def done(self) -> bool:
        """Whether the message is complete."""
        return self._grammar.done

    @property
    def started(self) -> bool:
        """Whether a message has begun."""
        return self._sum.started

    def feed(self, event: MessageStreamEvent) -> list[MessageStreamEvent]:
        """Return the event, or note why it cannot stand where it stands."""
        if not isinstance(event, Event):
            raise TypeError(f"a stream is made of events, not of {type(event).__name__}")
        try:
            self._grammar.check(event)
            self._sum.add((event,))
        except NONSENSE as error:
            self.error = BadReply(f"these events are no Messages stream: {error}")
            self.error.__cause__ = error
            return []
        return [event]

    def finish(self) -> list[MessageStreamEvent]:
        """The source has ended."""
        if not self.done:
            self.error = StreamTruncated(
                "the events ended before the message was finished; what arrived is incomplete"
            )
        return []

    def snapshot(self) -> MessageResponse:
        """Return the message so far."""
        if not self.started:
            raise AnyLLMError("there is no message yet: read an event of the stream first")
        return self._sum.snapshot()


def of_message(message: MessageResponse) -> Opened:
    """Return a stream that says `message`."""
    return Opened(
        events_of(message),
        list(message.losses),
        request_id=message.request_id,
        message=message.model_copy(),
    )


def of_events(source: Events, losses: Iterable[Loss], request_id: str | None) -> Opened:
    """Return a stream of the events of `source`, which is closed with it."""
    events = iter(source)
    reply, pipeline = _Source(events, source), Checked()
    return Opened([], list(losses), pipeline, reply, events, request_id=request_id)


def of_async_events(
    source: AsyncEvents | Events, losses: Iterable[Loss], request_id: str | None
) -> Opened:
    """Return a stream of the events of `source`, which is closed with it."""
    events = aiter(source if isinstance(source, AsyncIterable) else _Turned(source))
    reply, pipeline = _AsyncSource(events, source), Checked()
    return Opened([], list(losses), pipeline, reply, events, request_id=request_id)


class _Source:
    """In place of a Reply."""

    def __init__(self, *parts: Any) -> None:
        self._parts = parts

    def drain(self, events: Iterator[Any]) -> None:
        """Let the source see its end, so that a stream behind it is not left unfinished."""
        next(events, None)

    def close(self) -> None:
        for part in self._parts:
            if close := getattr(part, "close", None):
                close()


class _AsyncSource:
    """In place of an AsyncReply."""

    def __init__(self, *parts: Any) -> None:
        self._parts = parts

    async def drain(self, events: AsyncIterator[Any]) -> None:
        """Let the source see its end, so that a stream behind it is not left unfinished."""
        await anext(events, None)

    async def close(self) -> None:
        for part in self._parts:
            close = getattr(part, "aclose", None) or getattr(part, "close", None)
            done = close() if close else None
            if inspect.isawaitable(done):
                await done


class _Turned:
    """Events that are at hand, for async readers. Not an async generator: see `AsyncEvents`."""

    def __init__(self, source: Events) -> None:
        self._events = iter(source)

    def __aiter__(self) -> AsyncIterator[MessageStreamEvent]:
        return self

    async def __anext__(self) -> MessageStreamEvent:
        for event in self._events:
            return event
        raise StopAsyncIteration
