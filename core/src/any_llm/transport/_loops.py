"""Living with event loops: one object for each, and closing things from outside of them."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import suppress
from typing import Any, Generic, TypeVar

T = TypeVar("T")
Close = Callable[[], Awaitable[object]]


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
            guard = self._guard(token)
            found = self._guards[token] = (await anext(guard), guard)
        return found[0]

    async def close(self) -> None:
        """Close the running loop's object; those of loops that have ended are closed already."""
        if found := self._guards.pop(_token(), None):
            await found[1].aclose()

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
    loop = asyncio.get_running_loop()
    return lambda close: _in_asyncio(loop, close)


_tasks: set[Any] = set()  # a task that nobody holds may be collected before it runs


def _in_asyncio(loop: asyncio.AbstractEventLoop, close: Close) -> None:
    def start() -> None:
        task = loop.create_task(run())
        _tasks.add(task)
        task.add_done_callback(_tasks.discard)

    async def run() -> None:
        await close()

    if not loop.is_closed():
        loop.call_soon_threadsafe(start)


def _in_trio(token: Any, close: Close) -> None:
    import trio

    with suppress(trio.RunFinishedError):  # the loop is over, and its sockets with it
        token.run_sync_soon(trio.lowlevel.spawn_system_task, close)
