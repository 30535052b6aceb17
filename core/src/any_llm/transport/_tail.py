"""Reading the end of a body that has already said everything.

A message is complete before its body is: the last bytes of the HTTP framing are still to come, and
only when they are read can the connection serve another call. Some servers never send them, so the
wait is short; whoever has not ended by then loses the connection and nothing else.
"""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Iterator
from typing import Any

_PATIENCE = 0.25  # seconds


def drain(response: Any, chunks: Iterator[bytes]) -> None:
    """Read on until the body ends, at most for a moment."""
    until = time.monotonic() + _PATIENCE
    stream = response.extensions.get("network_stream")
    read = getattr(stream, "read", None)
    if read is None:
        return

    def impatient(max_bytes: int, timeout: float | None = None) -> Any:  # noqa: ARG001  # its face
        return read(max_bytes, timeout=max(0.001, until - time.monotonic()))

    stream.read = impatient
    try:
        for _ in chunks:
            if time.monotonic() > until:
                break
    finally:
        del stream.read


async def drain_async(chunks: AsyncIterator[bytes]) -> None:
    """Read on until the body ends, at most for a moment."""
    import anyio

    with anyio.move_on_after(_PATIENCE):
        async for _ in chunks:
            pass
