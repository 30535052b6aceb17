"""Calling an engine from async code, on asyncio and trio."""

from __future__ import annotations

import os
import socket
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import suppress
from typing import Self

import anyio
from anyio.abc import SocketAttribute, SocketStream

from any_llm.plugin import AsyncReply, Timeout

from .answer import PIECE, failure, unreachable
from .llama import Door
from .talk import Talk


class AsyncAnswer(AsyncReply):
    """`Answer` for async callers. Cancelling whoever reads it ends the generation."""

    def __init__(self, stream: SocketStream, talk: Talk, timeout: Timeout) -> None:
        self._stream, self._talk, self._timeout = stream, talk, timeout
        self._raw = stream.extra(SocketAttribute.raw_socket)  # noqa: S610  # not Django's
        self._pid = os.getpid()
        self._over = False
        self.status = 0
        self.headers: Mapping[str, str] = {}

    @classmethod
    async def ask(
        cls, door: Door, talk: Talk, timeout: Timeout, admit: Callable[[AsyncAnswer], None]
    ) -> Self:
        """Send a request and return its answer once the head is in. See `Answer.ask`."""
        try:
            with anyio.fail_after(timeout.connect):
                stream = await anyio.connect_tcp(door.host, door.port)
        except OSError as error:
            raise unreachable(error) from error
        answer = cls(stream, talk, timeout)
        try:
            admit(answer)
            await answer._start()
        except BaseException:
            await answer.close()
            raise
        return answer

    async def _start(self) -> None:
        try:
            with anyio.fail_after(self._timeout.write):
                await self._stream.send(self._talk.request)
        except (OSError, anyio.BrokenResourceError, anyio.ClosedResourceError) as error:
            raise _failure(error) from error
        while (head := self._talk.head()) is None:
            await self._receive()
        self.status, self.headers = head

    async def _receive(self) -> None:
        try:
            with anyio.fail_after(self._timeout.read):
                data = await self._stream.receive(PIECE)
        except anyio.EndOfStream:
            data = b""
        except (OSError, anyio.BrokenResourceError, anyio.ClosedResourceError) as error:
            raise _failure(error) from error
        self._talk.feed(data)

    def chunks(self) -> AsyncIterator[bytes]:
        """Return the answer itself: an iterator over its body."""
        return self

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> bytes:
        while not self._over:
            data = self._talk.data()
            if data is None:
                await self._receive()
            elif data:
                return data
            else:
                self._over = True
                await self.close()
        raise StopAsyncIteration

    def cut(self) -> None:
        """Hang up, from any thread: the generation ends, and so does the wait for bytes."""
        if self._pid == os.getpid():
            with suppress(OSError):  # it may be closed already
                self._raw.shutdown(socket.SHUT_RDWR)

    async def close(self) -> None:
        """Hang up and let the connection go, at once and also when cancelled."""
        self.cut()
        await anyio.aclose_forcefully(self._stream)


def _failure(error: Exception) -> Exception:
    # anyio wraps what the system said.
    cause = error.__cause__ if isinstance(error.__cause__, OSError) else error
    return failure(cause if isinstance(cause, OSError) else OSError(str(error) or "closed"))
