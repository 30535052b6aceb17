"""Reading the end of a body that has already said everything.

A message is complete before its body is: the last bytes of the HTTP framing are still to come, and
only when they are read can the connection serve another call. Some servers never send them, so the
wait is short; whoever has not ended by then loses the connection and nothing else.
"""

from __future__ import annotations

import sys
import warnings
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from typing import Any

_PATIENCE = 0.25  # seconds


def drain(response: Any, chunks: Iterator[bytes]) -> None:
    """Read on until the body ends, waiting at most briefly for each read."""
    stream = response.extensions.get("network_stream")
    read = getattr(stream, "read", None)
    if read is None:
        return

    def impatient(max_bytes: int, timeout: float | None = None) -> Any:  # noqa: ARG001  # its face
        return read(max_bytes, timeout=_PATIENCE)

    stream.read = impatient
    try:
        for _ in chunks:
            pass
    finally:
        del stream.read


async def drain_async(chunks: AsyncIterator[bytes]) -> None:
    """Read on until the body ends, at most for a moment."""
    import anyio

    with anyio.move_on_after(_PATIENCE):
        async for _ in chunks:
            pass


@contextmanager
def quiet_generators() -> Iterator[None]:
    """Drop the generators of a closed response without trio's complaint about them.

    httpx iterates httpcore's stream without closing its generator, and trio warns about each that
    is dropped half read, also when there is nothing left in it to close. Closing what reads a
    closed response never waits, so no other task runs under this filter.
    """
    if "trio" not in sys.modules:
        yield
        return
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "Async generator 'httpcore", ResourceWarning)
        yield
