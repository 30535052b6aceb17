"""httpx-aiohttp's transport with what all our clients have: no cookies, errors that are true.

Imported only where `http_library="aiohttp"` was asked for; it needs the extra `aiohttp`.
"""

from __future__ import annotations

import asyncio
import base64
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from typing import Any

import aiohttp
import httpx_aiohttp

from ._library import load

_httpx: Any = load("httpx")

# The first that fits counts. The library's own table calls a lost or refused connection slow.
_CLASSES: tuple[tuple[type[BaseException], Any], ...] = (
    (aiohttp.ConnectionTimeoutError, _httpx.ConnectTimeout),
    (aiohttp.ServerTimeoutError, _httpx.ReadTimeout),
    (aiohttp.ClientConnectorError, _httpx.ConnectError),
    (aiohttp.ClientHttpProxyError, _httpx.ProxyError),
    (aiohttp.ServerDisconnectedError, _httpx.RemoteProtocolError),
    (aiohttp.ClientConnectionError, _httpx.ReadError),
    (aiohttp.InvalidURL, _httpx.UnsupportedProtocol),
    (aiohttp.ClientError, _httpx.RemoteProtocolError),
    (asyncio.TimeoutError, _httpx.ReadTimeout),
)


@contextmanager
def _named() -> Iterator[None]:
    """Give each error the class that httpx has for it."""
    try:
        yield
    except (TimeoutError, _httpx.TransportError, aiohttp.ClientError) as error:
        cause = error.__cause__ if isinstance(error, _httpx.TransportError) else error
        for kind, name in _CLASSES:
            if isinstance(cause, kind):
                raise name(str(cause) or type(cause).__name__) from cause
        raise


class _Body(_httpx.AsyncByteStream):  # type: ignore[misc]  # the library is loaded by its name
    def __init__(self, body: Any) -> None:
        self._body = body

    async def __aiter__(self) -> AsyncIterator[bytes]:
        with _named():
            async for chunk in self._body:
                yield chunk

    async def aclose(self) -> None:
        await self._body.aclose()
        await asyncio.sleep(0)  # asyncio closes a socket in the next turn of its loop


class _Response(aiohttp.ClientResponse):
    """An answer whose connection is gone at once when it was not read to its end.

    Over TLS asyncio would wait for the server's goodbye, up to 30 seconds and past the loop's end.
    """

    def release(self) -> Any:
        with self._dropping():
            return super().release()

    def close(self) -> None:
        with self._dropping():
            super().close()

    @contextmanager
    def _dropping(self) -> Iterator[None]:
        transport = self.connection.transport if self.connection else None
        yield
        if transport is not None and transport.is_closing():
            transport.abort()


class _Transport(httpx_aiohttp.AiohttpTransport):
    def get_client(self) -> aiohttp.ClientSession:
        """Return a session that keeps no cookies and asks the environment for nothing."""
        limit = self.limits.max_connections or 0
        connector = aiohttp.TCPConnector(ssl=self.ssl_context, limit=limit)
        return aiohttp.ClientSession(
            connector=connector, cookie_jar=aiohttp.DummyCookieJar(), response_class=_Response
        )

    async def handle_async_request(self, request: Any) -> Any:
        """Send a request."""
        if self.proxy and request.url.scheme == "http":  # aiohttp sends these to tunnels alone
            for name, value in self.proxy.headers.items():
                request.headers.setdefault(name, value)
        with _named():
            response = await super().handle_async_request(request)
        response.stream = _Body(response.stream)
        return response


class Client(httpx_aiohttp.HttpxAiohttpClient):
    """httpx.AsyncClient whose connections are aiohttp's, those to proxies too."""

    def _init_transport(self, **options: Any) -> Any:  # type: ignore[override]
        return options.get("transport") or _Transport(**options)

    def _init_proxy_transport(self, proxy: Any, **options: Any) -> Any:  # type: ignore[override]
        return _Transport(proxy=_proxy(proxy), **options)


def _proxy(asked: Any) -> Any:
    """Return a proxy whose credentials are a header: aiohttp warns that its own way will go."""
    if asked.url.scheme not in {"http", "https"} or asked.ssl_context is not None:
        what = f"{asked.url.scheme} proxies" if asked.ssl_context is None else "TLS context of one"
        raise ValueError(f"proxy: http_library 'aiohttp' has no {what}; leave http_library out")
    headers = _httpx.Headers(asked.headers)
    if asked.auth is not None:
        said = base64.b64encode(":".join(asked.auth).encode()).decode("ascii")
        headers["Proxy-Authorization"] = f"Basic {said}"
    return _httpx.Proxy(asked.url, headers=headers)
