"""any_llm, with a kept client; each driver over one HTTP client library."""

from __future__ import annotations

from types import ModuleType
from typing import Any

import any_llm
from any_llm import AsyncClient, Client, PluginManager, plugin
from benchmarks.place import HELLO, Place

_PROVIDERS = {"chat": "openai", "responses": "openai", "messages": "native"}


def manager() -> PluginManager:
    """Return what is installed, and a row that speaks Messages."""
    row = plugin.ProviderSpec(id="native", dialect="messages", base_url="http://localhost")
    module = ModuleType("benchmark_rows")
    module.anyllm_providers = plugin.hookimpl(  # type: ignore[attr-defined]
        lambda: [row], specname="anyllm_providers"
    )
    made = PluginManager()  # whose environment is that of `processes.variables`
    made.register(module)
    return made


def arguments(place: Place) -> dict[str, Any]:
    """Return the keywords of a short call."""
    provider = _PROVIDERS.get(place.wire, place.wire)
    more: dict[str, Any] = {}
    if provider == "openai":
        more["wire_api"] = place.wire
    return {
        "model": place.model,
        "provider": provider,
        "messages": HELLO,
        "max_tokens": 4096,
        "api_base": place.base,
        "api_key": "sk-none",
        "on_loss": "ignore",
        **more,
    }


def make(library: str, colour: str, *, ca: str) -> Any:
    """Return the driver over `httpx`, `httpx2`, `aiohttp`, or of the module functions."""
    if library == "module":
        return AsyncModule(ca) if colour == "async" else Module(ca)
    options: dict[str, Any] = {"plugins": manager(), "http_library": library, "verify": ca}
    return AsyncOurs(AsyncClient(**options)) if colour == "async" else Ours(Client(**options))


class Ours:
    """A kept Client."""

    def __init__(self, client: Any) -> None:
        self._client = client

    def call(self, place: Place) -> Any:
        """Ask for a whole answer."""
        return self._client.messages(**arguments(place))

    def send(self, place: Place, body: Any) -> Any:
        """Ask with these fields."""
        return self._client.messages(**{**arguments(place), **body})

    def read(self, place: Place) -> int:
        """Read a stream to its end; return how many deltas it had."""
        count = 0
        with self._client.stream(**arguments(place)) as stream:
            for event in stream:
                if event.type == "content_block_delta":
                    count += 1
        return count

    def open(self, place: Place) -> Any:
        """Open a stream, read its first event, and return what closes it."""
        stream = self._client.stream(**arguments(place))
        next(iter(stream))
        return stream.close


class AsyncOurs:
    """A kept AsyncClient."""

    def __init__(self, client: Any) -> None:
        self._client = client

    async def call(self, place: Place) -> Any:
        """Ask for a whole answer."""
        return await self._client.messages(**arguments(place))

    async def send(self, place: Place, body: Any) -> Any:
        """Ask with these fields."""
        return await self._client.messages(**{**arguments(place), **body})

    async def read(self, place: Place) -> int:
        """Read a stream to its end; return how many deltas it had."""
        count = 0
        async with self._client.stream(**arguments(place)) as stream:
            async for event in stream:
                if event.type == "content_block_delta":
                    count += 1
        return count

    async def open(self, place: Place) -> Any:
        """Open a stream, read its first event, and return what closes it."""
        stream = await self._client.stream(**arguments(place))
        await anext(aiter(stream))
        return stream.close


class Module:
    """`any_llm.messages`, which keeps a client of its own."""

    def __init__(self, ca: str) -> None:
        self._more: Any = {"client_args": {"verify": ca, "http_library": "httpx"}}

    def call(self, place: Place) -> Any:
        """Ask for a whole answer."""
        return any_llm.messages(**arguments(place), **self._more)


class AsyncModule:
    """`any_llm.amessages`."""

    def __init__(self, ca: str) -> None:
        self._more: Any = {"client_args": {"verify": ca, "http_library": "httpx"}}

    async def call(self, place: Place) -> Any:
        """Ask for a whole answer."""
        return await any_llm.amessages(**arguments(place), **self._more)
