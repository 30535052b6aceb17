"""The in-process transports of a FakeProvider: native in both colours, no socket, no thread."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Callable, Iterator

from ..plugin import AsyncReply, AsyncTransport, HTTPRequest, Reply, Timeout, Transport
from ._script import Played

Serve = Callable[[HTTPRequest], Played]


class FakeTransport(Transport):
    """For sync clients."""

    def __init__(self, serve: Serve) -> None:
        self._serve = serve

    def send(self, request: HTTPRequest, timeout: Timeout) -> Reply:
        """Return the next answer of the script, or raise its error."""
        played = self._serve(request)
        if played.breaks_at_once:
            time.sleep(played.delay)
            assert played.error is not None
            raise played.error
        return _FakeReply(played)


class _FakeReply(Reply):
    def __init__(self, played: Played) -> None:
        self._played = played
        self.status, self.headers = played.status, played.headers

    def chunks(self) -> Iterator[bytes]:
        for piece in self._played.pieces:
            time.sleep(self._played.delay)
            yield piece
        if self._played.error is not None:
            raise self._played.error

    def close(self) -> None:
        """There is nothing to give back."""


class AsyncFakeTransport(AsyncTransport):
    """For async clients, on asyncio and trio. Gives way to other tasks at each piece."""

    def __init__(self, serve: Serve) -> None:
        self._serve = serve

    async def send(self, request: HTTPRequest, timeout: Timeout) -> AsyncReply:
        """Return the next answer of the script, or raise its error."""
        import anyio

        played = self._serve(request)
        await anyio.sleep(played.delay if played.breaks_at_once else 0)
        if played.breaks_at_once:
            assert played.error is not None
            raise played.error
        return _AsyncFakeReply(played)


class _AsyncFakeReply(AsyncReply):
    def __init__(self, played: Played) -> None:
        self._played = played
        self.status, self.headers = played.status, played.headers

    def chunks(self) -> AsyncIterator[bytes]:
        return _Pieces(self._played)

    async def close(self) -> None:
        """There is nothing to give back."""


class _Pieces:
    """Not an async generator: those are finalised by their loop when dropped."""

    def __init__(self, played: Played) -> None:
        self._played, self._pieces = played, iter(played.pieces)

    def __aiter__(self) -> AsyncIterator[bytes]:
        return self

    async def __anext__(self) -> bytes:
        import anyio

        for piece in self._pieces:
            await anyio.sleep(self._played.delay)
            return piece
        if self._played.error is not None:
            raise self._played.error
        raise StopAsyncIteration
