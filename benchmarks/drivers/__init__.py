"""What does the work: raw HTTP clients, any_llm, and its peers. One module for each package.

A driver has `call(place)`, `read(place)`, which returns the number of deltas, and `open(place)`,
which reads the first event and returns the function that closes. In an async driver all of them
are coroutine functions.
"""

from __future__ import annotations

import importlib
from typing import Any


def make(name: str, ca: str) -> Any:
    """Return the driver `name`, such as `raw:httpx2:async`."""
    module, *options = name.split(":")
    return importlib.import_module(f"benchmarks.drivers.{module}").make(*options, ca=ca)


def is_async(name: str) -> bool:
    """Whether the driver runs in an event loop."""
    return name.endswith(":async")
