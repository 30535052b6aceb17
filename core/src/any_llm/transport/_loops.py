"""Living with event loops: one object for each, and closing things from outside of them."""

from __future__ import annotations

import logging
import sys
import types
from collections.abc import AsyncGenerator, Awaitable, Callable, Generator
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Generic, TypeVar

if TYPE_CHECKING:
    import asyncio  # imported where it is needed: a sync program does without

T = TypeVar("T")
Close = Callable[[], Awaitable[object]]

_log = logging.getLogger("any_llm")


class PerLoop(Generic[T]):
    """Builds a `T` at first use in a loop. When the loop shuts down, or on `close()`, it is closed.

    A loop closes its async generators before it ends (asyncio.run and trio.run both do), so a
    suspended one is where the closing hangs: no connection outlives its loop, nothing warns.
    """

    def __init__(self, build: Callable[[], T], close: Callable[[T], Awaitable[object]]) -> None:
        self._build, self._close = build, close
        self._guards: dict[object, tuple[T, AsyncGenerator[T, None]]] = {}

    async def get(self) -> T:
        """Return the object of the running loop."""
        token = _token()
        found = self._guards.get(token)
        if found is None:
            self._forget_closed_loops()
            guard = self._guard(token)
            found = self._guards[token] = (await anext(guard), guard)
        return found[0]

    async def close(self) -> None:
        """Close the running loop's object; those of loops that have ended are closed already."""
        if found := self._guards.pop(_token(), None):
            await found[1].aclose()

    def _forget_closed_loops(self) -> None:
        """A loop that was closed without being shut down leaves nothing that could be closed."""
        import asyncio

        for token in tuple(self._guards):
            loop = getattr(token, "native_token", token)
            if isinstance(loop, asyncio.AbstractEventLoop) and loop.is_closed():
                del self._guards[token]

    async def _guard(self, token: object) -> AsyncGenerator[T, None]:
        import anyio

        made = self._build()
        try:
            yield made
        finally:
            self._guards.pop(token, None)
            with anyio.CancelScope(shield=True):
                await self._close(made)


def _token() -> object:
    import anyio.lowlevel

    return anyio.lowlevel.current_token()


@types.coroutine
def unseen(start: Callable[[], Awaitable[T]]) -> Generator[Any, Any, T]:
    """Await `start()`; async generators that begin meanwhile stay unknown to the event loop.

    A loop that shuts down closes the generators it knows all at once, and trio warns of each that
    was dropped half read. Those of an HTTP library read from one another, so that they trip over
    each other there; what they stand for is a reply, which closes them from the outside in.
    """
    waiting: Any = None
    answer: Any = None
    error: BaseException | None = None
    while True:
        hooks = sys.get_asyncgen_hooks()
        sys.set_asyncgen_hooks(None, None)
        try:  # as `without_hooks` does: a call more in every step would cost as much again
            if waiting is None:
                waiting = start().__await__()
                waits_for = next(waiting)
            else:
                waits_for = waiting.send(answer) if error is None else waiting.throw(error)
        except StopIteration as stop:
            return stop.value  # type: ignore[no-any-return]
        finally:
            sys.set_asyncgen_hooks(*hooks)
        error = None
        try:
            answer = yield waits_for
        except BaseException as thrown:  # noqa: BLE001  # cancellation is for who waits
            error = thrown


def without_hooks(step: Callable[[], T]) -> T:
    """Return `step()`; async generators that begin in it stay unknown to the event loop."""
    hooks = sys.get_asyncgen_hooks()
    sys.set_asyncgen_hooks(None, None)
    try:
        return step()
    finally:
        sys.set_asyncgen_hooks(*hooks)


def closing_later() -> Callable[[Close], None]:
    """Return a function that runs `close` in the loop that runs now, from wherever it is called."""
    if "trio" in sys.modules:
        import trio

        try:
            token = trio.lowlevel.current_trio_token()
        except RuntimeError:
            pass  # trio is imported, but this is not one of its loops
        else:
            return lambda close: _in_trio(token, close)
    import asyncio

    loop = asyncio.get_running_loop()
    return lambda close: _in_asyncio(loop, close)


async def _quietly(close: Close) -> None:
    import anyio

    try:
        with anyio.CancelScope(shield=True):
            await close()
    except Exception:  # noqa: BLE001  # nobody is left to hear it; it would end a trio program
        _log.exception("closing a stream that was dropped failed; ignored")


_tasks: set[Any] = set()  # a task that nobody holds may be collected before it runs


def _in_asyncio(loop: asyncio.AbstractEventLoop, close: Close) -> None:
    def start() -> None:
        task = loop.create_task(_quietly(close))
        _tasks.add(task)
        task.add_done_callback(_tasks.discard)

    with suppress(RuntimeError):  # the loop is closed, and its sockets with it
        loop.call_soon_threadsafe(start)


def _in_trio(token: Any, close: Close) -> None:
    import trio

    def start() -> None:
        with suppress(
            RuntimeError
        ):  # the loop takes no tasks any more: it ends, and PerLoop closes
            trio.lowlevel.spawn_system_task(_quietly, close)

    with suppress(trio.RunFinishedError):  # the loop is over, and its sockets with it
        token.run_sync_soon(start)
