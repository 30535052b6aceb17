"""The limit: an HTTP client that reads, splits and decodes each piece, and does nothing else."""

from __future__ import annotations

import importlib
import json
import ssl
from typing import Any

from benchmarks.answers import WIRES
from benchmarks.place import Place


def make(library: str, colour: str, *, ca: str) -> Any:
    """Return the driver of a client library, or of httpx over aiohttp's transport."""
    if library == "aiohttp":
        from httpx_aiohttp import AiohttpTransport, HttpxAiohttpClient

        client = HttpxAiohttpClient(verify=context(ca), limits=_limits("httpx"), timeout=60)
        assert isinstance(client._transport, AiohttpTransport)
        return AsyncRaw(client)
    module = importlib.import_module(library)
    options = {"verify": context(ca), "limits": _limits(library), "timeout": 60}
    if colour == "async":
        return AsyncRaw(module.AsyncClient(**options))
    return SyncRaw(module.Client(**options))


def context(ca: str) -> ssl.SSLContext:
    """Return a TLS context that trusts the server."""
    return ssl.create_default_context(cafile=ca)


def _limits(library: str) -> Any:
    module = importlib.import_module(library)
    return module.Limits(max_connections=1000, max_keepalive_connections=100)


class SyncRaw:
    """A blocking client."""

    def __init__(self, client: Any) -> None:
        self._client = client

    def call(self, place: Place) -> Any:
        """Post, and decode the answer."""
        url, body = place.url(stream=False), place.body(stream=False)
        return self._client.post(url, json=body).json()

    def send(self, place: Place, body: Any) -> Any:
        """Post this body, and decode the answer."""
        return self._client.post(place.url(stream=False), json=body).json()

    def read(self, place: Place) -> int:
        """Read a stream to its end; return how many of its events had JSON."""
        count, rest, wire = 0, b"", WIRES[place.wire]
        url, body = place.url(stream=True), place.body(stream=True)
        with self._client.stream("POST", url, json=body) as response:
            for chunk in response.iter_raw():
                *events, rest = (rest + chunk).split(wire.separator)
                for event in events:
                    if data := wire.payload(event):
                        json.loads(data)
                        count += 1
        return count

    def open(self, place: Place) -> Any:
        """Open a stream, read its first event, and return what closes it."""
        wire = WIRES[place.wire]
        request = self._client.build_request(
            "POST", place.url(stream=True), json=place.body(stream=True)
        )
        response = self._client.send(request, stream=True)
        chunks = response.iter_raw()
        json.loads(wire.payload(next(chunks).split(wire.separator)[0]))

        def close() -> None:
            response.close()
            chunks.close()

        return close


class AsyncRaw:
    """An async client."""

    def __init__(self, client: Any) -> None:
        self._client = client

    async def call(self, place: Place) -> Any:
        """Post, and decode the answer."""
        url, body = place.url(stream=False), place.body(stream=False)
        return (await self._client.post(url, json=body)).json()

    async def send(self, place: Place, body: Any) -> Any:
        """Post this body, and decode the answer."""
        return (await self._client.post(place.url(stream=False), json=body)).json()

    async def read(self, place: Place) -> int:
        """Read a stream to its end; return how many of its events had JSON."""
        count, rest, wire = 0, b"", WIRES[place.wire]
        url, body = place.url(stream=True), place.body(stream=True)
        async with self._client.stream("POST", url, json=body) as response:
            async for chunk in response.aiter_raw():
                *events, rest = (rest + chunk).split(wire.separator)
                for event in events:
                    if data := wire.payload(event):
                        json.loads(data)
                        count += 1
        return count

    async def open(self, place: Place) -> Any:
        """Open a stream, read its first event, and return what closes it."""
        wire = WIRES[place.wire]
        request = self._client.build_request(
            "POST", place.url(stream=True), json=place.body(stream=True)
        )
        response = await self._client.send(request, stream=True)
        chunks = response.aiter_raw()
        json.loads(wire.payload((await anext(chunks)).split(wire.separator)[0]))

        async def close() -> None:
            await response.aclose()
            await chunks.aclose()

        return close
