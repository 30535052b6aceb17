"""The two drivers: they perform the steps of a flow, one blocking, one on asyncio or trio.

Everything that fails is thrown into the flow, cancellation included, so that a flow's `finally`
can close what it opened. Nothing else of any_llm is written twice.
"""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable, Hashable
from typing import Any

from ._steps import IO, Alone, Body, Chunk, Head, IOFlow, Lookup, Shut, Sleep
from .transport import AsyncTransport, Transport


class Driver:
    """Performs flows for a sync client. `plain` gives the transport of its own HTTP."""

    def __init__(self, plain: Callable[[], Transport]) -> None:
        self._plain = plain
        self._locks: dict[Hashable, threading.Lock] = {}
        self._guard = threading.Lock()

    def run(self, flow: IOFlow, transport: Transport) -> Any:
        """Drive `flow` to its end and return what it returns."""
        try:
            step = next(flow)
            while True:
                try:
                    answer = self._perform(step, transport)
                except BaseException as error:  # noqa: BLE001  # the flow decides
                    step = flow.throw(error)
                else:
                    step = flow.send(answer)
        except StopIteration as stop:
            return stop.value

    def _perform(self, step: IO, transport: Transport) -> Any:  # noqa: PLR0911  # one a step
        match step:
            case Head(request, timeout, plain):
                return (self._plain() if plain else transport).send(request, timeout)
            case Body(reply):
                return reply.read()
            case Chunk(chunks):
                return next(chunks, None)
            case Shut(reply):
                return reply.close()
            case Sleep(seconds):
                return time.sleep(seconds)
            case Alone(key, flow):
                with self._lock(key):
                    return self.run(flow(), transport)
            case Lookup(host, port):
                return _addresses(socket.getaddrinfo(host, port, type=socket.SOCK_STREAM))

    def _lock(self, key: Hashable) -> threading.Lock:
        with self._guard:
            return self._locks.setdefault(key, threading.Lock())


class AsyncDriver:
    """Performs flows for an async client. `plain` gives the transport of its own HTTP."""

    def __init__(self, plain: Callable[[], AsyncTransport]) -> None:
        self._plain = plain
        self._locks: dict[Hashable, Any] = {}

    async def run(self, flow: IOFlow, transport: AsyncTransport) -> Any:
        """Drive `flow` to its end and return what it returns."""
        try:
            step = next(flow)
            while True:
                try:
                    answer = await self._perform(step, transport)
                except BaseException as error:  # noqa: BLE001  # the flow decides
                    step = flow.throw(error)
                else:
                    step = flow.send(answer)
        except StopIteration as stop:
            return stop.value

    async def _perform(  # noqa: PLR0911  # one a step
        self, step: IO, transport: AsyncTransport
    ) -> Any:
        match step:
            case Head(request, timeout, plain):
                return await (self._plain() if plain else transport).send(request, timeout)
            case Body(reply):
                return await reply.read()
            case Chunk(chunks):
                return await anext(chunks, None)
        import anyio  # here: a sync program never needs it

        match step:
            case Shut(reply):
                with anyio.CancelScope(shield=True):
                    return await reply.close()
            case Sleep(seconds):
                return await anyio.sleep(seconds)
            case Alone(key, flow):
                # An event loop runs one task at a time, so the dict needs no lock of its own.
                async with self._locks.setdefault((_loop(), key), anyio.Lock()):
                    return await self.run(flow(), transport)
            case Lookup(host, port):
                found = await anyio.getaddrinfo(host, port, type=socket.SOCK_STREAM)
                return _addresses(found)


def _addresses(found: Any) -> list[str]:
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


def _loop() -> Hashable:
    import anyio.lowlevel

    return anyio.lowlevel.current_token()
