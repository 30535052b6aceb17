"""The fast lane: httpx over aiohttp's connections, for async programs with hundreds of streams."""

from __future__ import annotations

from typing import Any

from ..errors import ConfigurationError


def client_class(*, asynchronous: bool) -> Any:
    """Return httpx's AsyncClient over aiohttp; ConfigurationError where that cannot be."""
    if not asynchronous:
        raise ConfigurationError(
            "http_library 'aiohttp' is for AsyncClient and amessages(); a sync client has httpx"
        )
    import asyncio

    try:
        asyncio.get_running_loop()
    except RuntimeError as error:
        raise ConfigurationError(
            "http_library 'aiohttp' runs on asyncio alone; on trio leave http_library out"
        ) from error
    try:
        from ._aiohttp_client import Client
    except ModuleNotFoundError as error:
        if error.name not in {"httpx_aiohttp", "aiohttp"}:
            raise
        raise ConfigurationError(
            "http_library 'aiohttp' is not installed: pip install 'anyllm-core[aiohttp]'"
        ) from error
    return Client
