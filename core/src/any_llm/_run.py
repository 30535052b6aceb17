"""An open stream being read: what the sync and the async face share, and the two loops.

A run is held by the stream object and by its iteration; when both are gone it closes what is
open, so a stream that is dropped at any point never keeps its connection.
"""

from __future__ import annotations

import functools
import sys
import threading
import warnings
from collections.abc import AsyncIterator, Callable, Generator, Iterator
from typing import TYPE_CHECKING, Any

from ._exchange import Opened, late_policy
from ._explain import explain
from ._plan import Plan
from .errors import APIError
from .losses import apply_policy
from .observe import End, Outcome, notify
from .transport._loops import closing_later
from .types import MessageResponse, MessageStreamEvent

if TYPE_CHECKING:
    from .structured import OutputFormat


def typed(plan: Plan, message: MessageResponse, output_format: OutputFormat[Any] | None) -> Any:
    """Return `message` with the object it holds, when one was asked for."""
    if output_format is None:
        return message
    parsed = output_format.parse(message, provider=plan.ctx.provider)
    found = parsed.losses[len(message.losses) :]
    apply_policy(found, late_policy(plan), plan.ctx.provider)
    return parsed


class Run:
    """The state of one stream. `finish` settles exactly once how it ended."""

    def __init__(self, opened: Opened) -> None:
        self.opened = opened
        self.closed = opened.reply is None
        self.over = False
        self._warned = len(opened.losses)
        if opened.plan is not None and opened.plan.observers:
            notify(opened.plan.observers, "on_first_event", opened.plan.call)

    @property
    def complete(self) -> bool:
        """Whether the message has arrived whole."""
        return self.opened.pipeline is None or self.opened.pipeline.done

    def snapshot(self) -> MessageResponse:
        """The message so far, with the call's losses and request id."""
        opened = self.opened
        if opened.pipeline is not None:
            message: MessageResponse = opened.pipeline.snapshot()
        else:
            assert opened.message is not None
            message = opened.message
        message._losses = tuple(opened.losses)
        message._request_id = opened.request_id
        return message

    def finish(self, outcome: Outcome, error: BaseException | None = None) -> None:
        """The stream is over."""
        if self.over:
            return
        self.over = True
        opened, plan = self.opened, self.opened.plan
        if plan is None:
            return
        if plan.observers:
            notify(plan.observers, "on_end", plan.call, self._end(outcome, error))
        if outcome == "completed":
            apply_policy(opened.losses[self._warned :], late_policy(plan), plan.ctx.provider)

    def _end(self, outcome: Outcome, error: BaseException | None = None) -> End:
        opened = self.opened
        started = opened.pipeline is None or opened.pipeline.started
        return End(
            outcome=outcome,
            losses=tuple(opened.losses),
            message=self.snapshot().model_copy(deep=True) if started else None,
            error=error,
        )

    def _dropped(self) -> Callable[[], None] | None:
        """Settle that the stream was abandoned; what tells the observers, None if nobody waits.

        For `__del__`: the garbage collector may run it while an observer holds a lock of its own,
        so the observers are told from another thread.
        """
        plan = self.opened.plan
        if self.over or plan is None or not plan.observers:
            self.finish("abandoned")
            return None
        self.over = True
        return functools.partial(
            notify, plan.observers, "on_end", plan.call, self._end("abandoned")
        )

    def failed(self, error: BaseException) -> None:
        """Iteration ends with `error`."""
        if isinstance(error, APIError) and self.opened.plan is not None:
            if error.request_id is None:
                error.request_id = self.opened.request_id
            explain(self.opened.plan, error)
        self.finish("failed" if isinstance(error, Exception) else "cancelled", error)


# What open streams read from, replies and their chunks. Held here, so that the garbage collector,
# which may run while the HTTP library holds a lock, never finalises it: closing takes that lock.
_reading: dict[int, tuple[Any, Any]] = {}


def _shut(held: tuple[Any, Any]) -> None:
    reply, _ = _reading.pop(id(held))
    reply.close()


def _elsewhere(work: Callable[[], None]) -> None:
    """Run `work` in a thread of its own."""
    try:
        threading.Thread(target=work, name="any_llm: dropped").start()
    except RuntimeError:  # the system has no thread left to give, or the process ends
        work()


class SyncRun(Run):
    """A run that closes itself when nobody holds it any more."""

    def __init__(self, opened: Opened) -> None:
        super().__init__(opened)
        self._held = (opened.reply, opened.chunks)
        if not self.closed:
            _reading[id(self._held)] = self._held

    def close(self) -> None:
        """Close the connection; what was not read to its end counts as abandoned."""
        if not self.closed:
            self.closed = True
            _shut(self._held)
        self.finish("abandoned")

    def __del__(self) -> None:
        open_, self.closed = not self.closed, True
        tell = self._dropped()
        if open_ and not sys.is_finalizing():  # else the process ends, and its sockets with it
            _elsewhere(functools.partial(_shut, self._held))
        if tell:
            _elsewhere(tell)


def events(run: SyncRun) -> Generator[MessageStreamEvent, None, None]:
    """Iterate a run. Closing the generator leaves the run to whoever holds it."""
    opened, pipeline = run.opened, run.opened.pipeline
    chunks: Iterator[bytes] = opened.chunks
    try:
        yield from opened.events
        while pipeline is not None:
            if pipeline.error is not None:
                raise pipeline.error
            if pipeline.done:
                opened.reply.drain(chunks)
                break
            chunk = next(chunks, None)
            yield from pipeline.finish() if chunk is None else pipeline.feed(chunk)
        run.finish("completed")
    except GeneratorExit:
        raise
    except BaseException as error:
        run.failed(error)
        run.close()
        raise
    run.close()


class AsyncRun(Run):
    """A run that has its loop close it when nobody holds it any more, with one ResourceWarning."""

    def __init__(self, opened: Opened) -> None:
        super().__init__(opened)
        self._later = None if self.closed else closing_later()

    async def close(self) -> None:
        """Close the connection, also while the task is being cancelled."""
        if not self.closed:
            import anyio

            self.closed = True
            with anyio.CancelScope(shield=True):
                await self.opened.reply.close()
        self.finish("abandoned")

    def __del__(self) -> None:
        open_, self.closed = not self.closed, True
        if open_ and self._later is not None:
            self._later(self.opened.reply.close)
        if tell := self._dropped():
            _elsewhere(tell)
        if not open_:
            return
        who = self.opened.plan.ctx.provider if self.opened.plan else "any_llm"
        warnings.warn(  # last, as it may be made an error
            f"{who}: an async stream was dropped without being closed; "
            "use 'async with' or await stream.close()",
            ResourceWarning,
            stacklevel=1,
            source=self,
        )


class AsyncEvents:
    """Iterates a run.

    Not an async generator: those are finalised by their loop when dropped, each in its own way,
    while a run knows itself how to close.
    """

    __slots__ = ("_batch", "_over", "_run")

    def __init__(self, run: AsyncRun) -> None:
        self._run = run
        self._batch: Iterator[MessageStreamEvent] = iter(run.opened.events)
        self._over = False

    def __aiter__(self) -> AsyncIterator[MessageStreamEvent]:
        return self

    async def __anext__(self) -> MessageStreamEvent:  # one coroutine an event, and no other a chunk
        for event in self._batch:
            return event
        run, opened, pipeline = self._run, self._run.opened, self._run.opened.pipeline
        try:
            while pipeline is not None and not self._over:
                if pipeline.error is not None:
                    raise pipeline.error
                if pipeline.done:
                    await opened.reply.drain(opened.chunks)
                    break
                try:
                    chunk = await opened.chunks.__anext__()
                except StopAsyncIteration:
                    batch = pipeline.finish()
                else:
                    batch = pipeline.feed(chunk)
                self._batch = iter(batch)
                for event in self._batch:
                    return event
            if not self._over:
                run.finish("completed")
        except BaseException as error:
            self._over = True
            run.failed(error)
            await run.close()
            raise
        self._over = True
        await run.close()
        raise StopAsyncIteration

    async def aclose(self) -> None:
        """End the iteration here."""
        self._over = True
        self._batch = iter(())
        await self._run.close()
