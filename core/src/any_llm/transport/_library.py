"""Which HTTP client library: the only module that names httpx and httpx2.

httpx2 is httpx's maintained continuation: the same API under another name, with error classes of
its own. It is used where it is installed; `http_library="httpx"` pins the other.
"""

from __future__ import annotations

import importlib
from functools import cache
from typing import Any, Literal

from ..errors import ConfigurationError

HTTPLibrary = Literal["httpx", "httpx2", "aiohttp"]
_NAMES: tuple[HTTPLibrary, ...] = ("httpx2", "httpx")
AIOHTTP = "aiohttp"
"""httpx's client over aiohttp's connections, for async programs: see `_aiohttp`."""


@cache
def load(name: HTTPLibrary | None = None) -> Any:
    """Return the module `name`; without a name httpx2 where installed, else httpx."""
    if name == AIOHTTP:
        return load("httpx")
    if name is not None and name not in _NAMES:
        raise ConfigurationError(
            f"http_library: must be httpx2, httpx or aiohttp, not {name!r:.60}"
        )
    for candidate in (name,) if name else _NAMES:
        try:
            return importlib.import_module(candidate)
        except ModuleNotFoundError as error:
            if error.name != candidate:
                raise
    raise ConfigurationError(f"http_library {name!r} is not installed: pip install {name}")


def of_client(client: object) -> Any:
    """Return the library that a caller's own client belongs to."""
    for cls in type(client).__mro__:
        root = cls.__module__.partition(".")[0]
        if root in _NAMES:
            return importlib.import_module(root)
    raise ConfigurationError(
        f"http_client: expected a client of httpx or httpx2, got {type(client).__name__}"
    )
