"""Carrying bytes: the seam between the exchange and whatever moves them.

A transport takes a finished request and returns an answer whose head has arrived. It never looks
inside, never retries and never sees a dialect. `http` and `https` are built in (httpx_.py); others
are bound by a row or by the scheme of its URL: an in-process engine, a WebSocket, gRPC. Two-way
realtime does not fit this seam.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from dataclasses import dataclass

from ..auth import HTTPRequest


@dataclass(frozen=True, slots=True)
class Timeout:
    """Seconds for connecting, and for each wait for bytes (read, write, a free connection)."""

    connect: float | None = 5.0
    read: float | None = 600.0
    write: float | None = 600.0
    pool: float | None = 600.0


class Reply(ABC):
    """An answer whose head has arrived: `status`, lower-cased `headers`, and a body to read."""

    status: int
    headers: Mapping[str, str]

    @abstractmethod
    def chunks(self) -> Iterator[bytes]:
        """Yield the body as it comes. Called once. APIConnectionError when it breaks."""

    @abstractmethod
    def close(self) -> None:
        """Give the connection back or drop it. Safe to call twice."""

    def read(self) -> bytes:
        """Return the whole body."""
        return b"".join(self.chunks())

    def drain(self, chunks: Iterator[bytes]) -> None:
        """The message is complete; read the body's end if it is near, then close."""
        self.close()


class AsyncReply(ABC):
    """`Reply` for async callers."""

    status: int
    headers: Mapping[str, str]

    @abstractmethod
    def chunks(self) -> AsyncIterator[bytes]:
        """Yield the body as it comes. Called once. APIConnectionError when it breaks."""

    @abstractmethod
    async def close(self) -> None:
        """Give the connection back or drop it. Safe to call twice and when cancelled."""

    async def read(self) -> bytes:
        """Return the whole body."""
        return b"".join([chunk async for chunk in self.chunks()])

    async def drain(self, chunks: AsyncIterator[bytes]) -> None:
        """The message is complete; read the body's end if it is near, then close."""
        await self.close()


class Transport(ABC):
    """Moves bytes for a sync client. Built once a client, shared by its threads."""

    @abstractmethod
    def send(self, request: HTTPRequest, timeout: Timeout) -> Reply:
        """Return the answer once its head is in, or raise APIConnectionError, APITimeoutError."""

    def close(self) -> None:
        """Let everything go. Safe to call twice."""


class AsyncTransport(ABC):
    """Moves bytes for an async client, on asyncio and trio."""

    @abstractmethod
    async def send(self, request: HTTPRequest, timeout: Timeout) -> AsyncReply:
        """Return the answer once its head is in, or raise APIConnectionError, APITimeoutError."""

    async def close(self) -> None:
        """Let everything go. Safe to call twice."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TransportFactory:
    """How to build a transport in both colours, on first use.

    Leave `asynchronous` out where only a blocking engine exists: with `in_threads` the core wraps
    the sync one, each blocking step in a worker thread; without it an async call is an error.
    """

    sync: Callable[[], Transport] | None = None
    asynchronous: Callable[[], AsyncTransport] | None = None
    in_threads: bool = False
