"""Reading the end of a body that has already said everything.

A message is complete before its body is: the last bytes of the HTTP framing are still to come, and
only when they are read can the connection serve another call. Some servers never send them, so the
wait is short; whoever has not ended by then loses the connection and nothing else.
"""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import suppress
from typing import Any

_PATIENCE = 0.25  # seconds
_changing = threading.Lock()


def drain(response: Any, chunks: Iterator[bytes]) -> None:
    """Read on until the body ends, at most for a moment.

    A read of the library waits as long as the call's timeout said, so for these reads the network
    stream gets another `read`. With the last of them the connection is free, and another thread
    may be reading from it before this one is back: the haste is this thread's alone.
    """
    stream = response.extensions.get("network_stream")
    if not hasattr(type(stream), "read"):
        return
    me, until = threading.get_ident(), time.monotonic() + _PATIENCE
    read = type(stream).read.__get__(stream)

    def hasty_read(max_bytes: int, timeout: float | None = None) -> Any:
        if threading.get_ident() == me:
            timeout = max(0.001, until - time.monotonic())
        return read(max_bytes, timeout=timeout)

    with _changing:
        stream.read = hasty_read
    try:
        for _ in chunks:
            if time.monotonic() > until:
                break
    finally:
        with _changing:
            if vars(stream).get("read") is hasty_read:
                del stream.read


def hang_up(response: Any) -> None:
    """Shut the socket of a body that is not read to its end, so that whoever waits for it wakes up.

    Over HTTP/2 the connection serves other calls as well, and stays.
    """
    stream = response.extensions.get("network_stream")
    if stream is None or response.http_version == "HTTP/2":
        return
    sock = stream.get_extra_info("socket")
    if sock is not None:
        with suppress(OSError):  # it is gone already
            sock.shutdown(socket.SHUT_RDWR)


async def drain_async(chunks: AsyncIterator[bytes]) -> None:
    """Read on until the body ends, at most for a moment."""
    import anyio

    with anyio.move_on_after(_PATIENCE):
        async for _ in chunks:
            pass
