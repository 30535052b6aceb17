"""How much memory something holds: by the growth of what the process has resident."""

from __future__ import annotations

import ctypes
import gc
import resource
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any


@contextmanager
def growth(units: int) -> Iterator[dict[str, Any]]:
    """Fill a result with `bytes`, what each of `units` took; on Linux, from /proc."""
    found: dict[str, Any] = {"units": units}
    before = resident()
    yield found
    found["bytes"] = resident() - before


def resident() -> int:
    """Return the bytes that are resident, after the allocators gave back what is free."""
    gc.collect()
    with suppress(OSError, AttributeError):
        ctypes.CDLL("libc.so.6").malloc_trim(0)
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * resource.getpagesize()
