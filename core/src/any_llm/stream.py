"""Iterating an answer: events, text, the message so far and the message at the end."""

from __future__ import annotations

import inspect
from collections.abc import (
    AsyncIterable,
    AsyncIterator,
    Awaitable,
    Callable,
    Generator,
    Iterable,
    Iterator,
)
from types import TracebackType
from typing import TYPE_CHECKING, Any, Generic, Self, TypeVar

from ._run import AsyncEvents, AsyncRun, SyncRun, events, typed
from .errors import AnyLLMError
from .losses import Loss
from .types import MessageResponse, MessageStreamEvent, RawContentBlockDeltaEvent, TextDelta

if TYPE_CHECKING:
    from .structured import OutputFormat

M = TypeVar("M", bound=MessageResponse)


class _Face(Generic[M]):
    """What both colours can tell without I/O."""

    _run: SyncRun | AsyncRun
    _format: OutputFormat[Any] | None

    @property
    def snapshot(self) -> MessageResponse:
        """The message so far; the whole message once iteration is over."""
        return self._run.snapshot()

    @property
    def losses(self) -> tuple[Loss, ...]:
        """What the conversion could not carry, so far."""
        return tuple(self._run.opened.losses)

    @property
    def request_id(self) -> str | None:
        """The provider's id of the exchange, from its headers."""
        return self._run.opened.request_id

    def _final(self) -> M:
        if not self._run.complete:
            raise AnyLLMError(
                "the stream was closed before the message was finished; snapshot holds what came"
            )
        message = self._run.snapshot()
        plan = self._run.opened.plan
        return typed(plan, message, self._format) if plan else message  # type: ignore[return-value]


def final_text(message: MessageResponse) -> str:
    """Return the message's text. AnyLLMError when it has none."""
    if not any(block.type == "text" for block in message.content):
        kinds = ", ".join(block.type for block in message.content) or "nothing"
        raise AnyLLMError(
            f"the answer holds no text but {kinds} (stop_reason {message.stop_reason!r})"
        )
    return message.text


class MessageStream(_Face[M]):
    """The events of an answer as they arrive: an iterator with `close()`, and a context manager.

    Leaving the `with`, closing, dropping it or reading it to its end gives the connection back.
    Iterating raises the provider's typed error where the stream breaks.
    """

    def __init__(self, run: SyncRun, output_format: OutputFormat[Any] | None = None) -> None:
        self._run = run
        self._format = output_format
        self._events = events(run)

    @classmethod
    def of(
        cls,
        source: MessageResponse | Iterable[MessageStreamEvent],
        *,
        losses: Iterable[Loss] = (),
        request_id: str | None = None,
    ) -> MessageStream[MessageResponse]:
        """Make a stream of a whole message or of events: for routers, caches and other wrappers.

        Events are read as they are asked for and checked against the grammar; closing the stream
        closes their source. A message brings its own losses and request id.
        """
        from ._composed import of_events, of_message

        if isinstance(source, MessageResponse):
            return MessageStream(SyncRun(of_message(source)))
        return MessageStream(SyncRun(of_events(source, losses, request_id)))

    def __iter__(self) -> Iterator[MessageStreamEvent]:
        return self._events

    def __next__(self) -> MessageStreamEvent:
        return next(self._events)

    @property
    def text_stream(self) -> Iterator[str]:
        """The pieces of text as they arrive."""
        return _texts(self._events)

    def get_final_message(self) -> M:
        """Read to the end and return the whole message (a ParsedMessage with `output_format`)."""
        for _ in self._events:
            pass
        return self._final()

    def get_final_text(self) -> str:
        """Read to the end and return all of the text. AnyLLMError when there is none."""
        return final_text(self.get_final_message())

    def close(self) -> None:
        """End the call here; its connection is closed. Safe to call twice."""
        if inspect.getgeneratorstate(self._events) != inspect.GEN_RUNNING:
            self._events.close()  # else another thread waits in it, and closing the run wakes it
        self._run.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()


class AsyncMessageStream(_Face[M]):
    """`MessageStream` for async programs. Use `async with`, or `await stream.close()`."""

    def __init__(self, run: AsyncRun, output_format: OutputFormat[Any] | None = None) -> None:
        self._run = run
        self._format = output_format
        self._events = AsyncEvents(run)

    @classmethod
    def of(
        cls,
        source: (
            MessageResponse | AsyncIterable[MessageStreamEvent] | Iterable[MessageStreamEvent]
        ),
        *,
        losses: Iterable[Loss] = (),
        request_id: str | None = None,
    ) -> AsyncMessageStream[MessageResponse]:
        """`MessageStream.of` for async programs: of a message or of events, async ones too.

        To be called in the event loop that reads the stream.
        """
        from ._composed import of_async_events, of_message

        if isinstance(source, MessageResponse):
            return AsyncMessageStream(AsyncRun(of_message(source)))
        return AsyncMessageStream(AsyncRun(of_async_events(source, losses, request_id)))

    def __aiter__(self) -> AsyncIterator[MessageStreamEvent]:
        return self._events

    async def __anext__(self) -> MessageStreamEvent:
        return await anext(self._events)

    @property
    def text_stream(self) -> AsyncIterator[str]:
        """The pieces of text as they arrive."""
        return _AsyncTexts(self._events)

    async def get_final_message(self) -> M:
        """Read to the end and return the whole message (a ParsedMessage with `output_format`)."""
        async for _ in self._events:
            pass
        return self._final()

    async def get_final_text(self) -> str:
        """Read to the end and return all of the text. AnyLLMError when there is none."""
        return final_text(await self.get_final_message())

    async def close(self) -> None:
        """End the call here; its connection is closed. Safe to call twice."""
        await self._events.aclose()

    aclose = close

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self.close()


class StreamManager(Generic[M]):
    """A stream to come: `async with` it, or await it for the stream itself."""

    def __init__(self, start: Callable[[], Awaitable[AsyncMessageStream[M]]]) -> None:
        self._start = start
        self._stream: AsyncMessageStream[M] | None = None

    def __await__(self) -> Generator[Any, Any, AsyncMessageStream[M]]:
        return self._start().__await__()

    async def __aenter__(self) -> AsyncMessageStream[M]:
        self._stream = await self._start()
        return self._stream

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._stream is not None:
            await self._stream.close()


def _text(event: MessageStreamEvent) -> str:
    if type(event) is RawContentBlockDeltaEvent and type(event.delta) is TextDelta:
        return event.delta.text
    return ""


def _texts(source: Iterable[MessageStreamEvent]) -> Iterator[str]:
    return (text for event in source if (text := _text(event)))


class _AsyncTexts:
    """Not an async generator, for the reason that `AsyncEvents` is none."""

    def __init__(self, source: AsyncIterator[MessageStreamEvent]) -> None:
        self._source = source

    def __aiter__(self) -> AsyncIterator[str]:
        return self

    async def __anext__(self) -> str:
        async for event in self._source:
            if text := _text(event):
                return text
        raise StopAsyncIteration
