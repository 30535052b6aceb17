"""A blocking transport for async callers: each step runs in a worker thread."""

from __future__ import annotations

import threading
from collections.abc import AsyncIterator, Iterator

from ..auth import HTTPRequest
from . import AsyncReply, AsyncTransport, Reply, Timeout, Transport


class InThreads(AsyncTransport):
    """Wraps a sync `Transport`. A cancelled wait for an answer is left behind and closed later."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    async def send(self, request: HTTPRequest, timeout: Timeout) -> AsyncReply:
        from anyio import to_thread

        handover = _Handover()

        def work() -> Reply | None:
            return handover.offer(self._transport.send(request, timeout))

        try:
            reply = await to_thread.run_sync(work, abandon_on_cancel=True)
        except BaseException:
            handover.refuse()
            raise
        assert reply is not None
        return _ThreadReply(reply)

    async def close(self) -> None:
        from anyio import to_thread

        await to_thread.run_sync(self._transport.close)


class _Handover:
    """Gives a reply to a caller who may have gone: then it is closed by the worker."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._gone = False
        self._reply: Reply | None = None

    def offer(self, reply: Reply) -> Reply | None:
        with self._lock:
            if not self._gone:
                self._reply = reply
                return reply
        reply.close()
        return None

    def refuse(self) -> None:
        with self._lock:
            self._gone = True
            reply, self._reply = self._reply, None
        if reply is not None:
            reply.close()


class _ThreadReply(AsyncReply):
    def __init__(self, reply: Reply) -> None:
        self._reply = reply
        self.status, self.headers = reply.status, reply.headers

    def chunks(self) -> AsyncIterator[bytes]:
        return _ThreadChunks(self._reply.chunks())

    async def close(self) -> None:
        from anyio import to_thread

        await to_thread.run_sync(self._reply.close)


class _ThreadChunks:
    def __init__(self, chunks: Iterator[bytes]) -> None:
        self._chunks = chunks

    def __aiter__(self) -> AsyncIterator[bytes]:
        return self

    async def __anext__(self) -> bytes:
        from anyio import to_thread

        # Not abandoned when cancelled: the engine's iterator can't be closed while it runs.
        chunk = await to_thread.run_sync(next, self._chunks, None)
        if chunk is None:
            raise StopAsyncIteration
        return chunk
