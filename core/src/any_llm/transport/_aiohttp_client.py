"""httpx-aiohttp's transport with what all our clients have: no cookies, errors that are true.

Imported only where `http_library="aiohttp"` was asked for; it needs the extra `aiohttp`.
"""

from __future__ import annotations

import asyncio
import base64
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from functools import lru_cache
from typing import Any

import aiohttp
import httpx_aiohttp
from yarl import URL

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


_AT_ONCE = 2**20  # bytes of a body: a longer one aiohttp wants in pieces


@lru_cache(maxsize=256)
def _address(text: str) -> URL:
    return URL(text, encoded=True)  # as it stands


@lru_cache(maxsize=64)
def _waits(connect: float | None, read: float | None, pool: float | None) -> aiohttp.ClientTimeout:
    return aiohttp.ClientTimeout(sock_connect=connect, sock_read=read, connect=pool)


class _Named:
    """Gives each error inside of it the class that httpx has for it."""

    def __enter__(self) -> None:
        pass

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        if error is not None and isinstance(error, _httpx.TransportError):
            error = error.__cause__
        elif not isinstance(error, (TimeoutError, aiohttp.ClientError)):
            return
        for cause, name in _CLASSES:
            if isinstance(error, cause):
                raise name(str(error) or type(error).__name__) from error


_NAMED = _Named()


class _Response(aiohttp.ClientResponse):
    """An answer whose connection is gone at once when it was not read to its end.

    Over TLS asyncio would wait for the server's goodbye, up to 30 seconds and past the loop's end.
    """

    dropped = False

    def release(self) -> Any:
        """Give the connection back, or drop it."""
        with self._dropping():
            return super().release()

    def close(self) -> None:
        """Drop the connection."""
        with self._dropping():
            super().close()

    @contextmanager
    def _dropping(self) -> Iterator[None]:
        transport = self.connection.transport if self.connection else None
        yield
        if transport is not None and transport.is_closing():
            transport.abort()
            self.dropped = True


class _Patience:
    """Ends a wait for bytes that takes longer than `seconds`: one timer for many short waits.

    aiohttp's own makes and cancels a timer for each piece, and counts while nobody waits.
    """

    def __init__(self, content: aiohttp.StreamReader, seconds: float) -> None:
        self._content, self._seconds = content, seconds
        self._loop = asyncio.get_running_loop()
        self._since: float | None = None  # when the wait began; None: nobody waits
        self._timer = self._loop.call_later(seconds, self._look)

    async def read(self) -> bytes:
        """Return what has come, once something has; nothing at the end."""
        self._since = self._loop.time()
        chunk = await self._content.readany()
        self._since = None
        return chunk

    def _look(self) -> None:
        left = self._seconds
        if self._since is not None:
            left += self._since - self._loop.time()
        if left > 0:
            self._timer = self._loop.call_later(left, self._look)
        else:
            self._content.set_exception(aiohttp.SocketTimeoutError("Timeout on reading data"))

    def end(self) -> None:
        """Wait for nothing more."""
        self._timer.cancel()


class _Body(_httpx.AsyncByteStream):  # type: ignore[misc]  # the library is loaded by its name
    def __init__(self, answer: Any, patience: float | None) -> None:
        self._answer, self._patience = answer, patience
        if answer.connection is None:  # all of it is here
            self._patience = None
        else:
            protocol = answer.connection.protocol
            protocol.read_timeout = None  # from here on `_Patience` counts
            protocol.start_timeout()

    async def __aiter__(self) -> AsyncIterator[bytes]:
        content, seconds = self._answer.content, self._patience
        patience = None if seconds is None else _Patience(content, seconds)
        read = content.readany if patience is None else patience.read
        try:
            with _NAMED:
                while chunk := await read():
                    yield chunk
        finally:
            if patience is not None:
                patience.end()

    async def aclose(self) -> None:
        with _NAMED:
            await self._answer.__aexit__(None, None, None)
        if self._answer.dropped:
            await asyncio.sleep(0)  # asyncio closes a socket in the next turn of its loop


class _Transport(httpx_aiohttp.AiohttpTransport):
    def get_client(self) -> aiohttp.ClientSession:
        """Return a session that keeps no cookies and asks the environment for nothing."""
        limit = self.limits.max_connections or 0
        connector = aiohttp.TCPConnector(ssl=self.ssl_context, limit=limit)
        return aiohttp.ClientSession(
            connector=connector, cookie_jar=aiohttp.DummyCookieJar(), response_class=_Response
        )

    async def handle_async_request(self, request: Any) -> Any:
        """Send a request; return the answer once its head is in."""
        if not isinstance(self.client, aiohttp.ClientSession):
            self.client = self.get_client()
        waits = request.extensions.get("timeout", {})
        headers = request.headers
        proxied: dict[str, Any] = {}
        if self.proxy is not None:
            proxied = {"proxy": str(self.proxy.url), "proxy_headers": self.proxy.headers}
            if request.url.scheme == "http":  # aiohttp sends these to tunnels alone
                headers = self.proxy.headers.copy()
                headers.update(request.headers)
        content = request.read()
        with _NAMED:
            answer = await self.client.request(
                request.method,
                _address(str(request.url)),
                headers=headers.multi_items(),
                data=(content if len(content) <= _AT_ONCE else request.stream) or None,
                allow_redirects=False,
                auto_decompress=False,
                timeout=_waits(waits.get("connect"), waits.get("read"), waits.get("pool")),
                server_hostname=request.extensions.get("sni_hostname"),
                **proxied,
            )
        reason = (answer.reason or "").encode(errors="surrogateescape")  # the bytes as they came
        return _httpx.Response(
            answer.status,
            headers=answer.raw_headers,
            stream=_Body(answer, waits.get("read")),
            request=request,
            extensions={"http_version": b"HTTP/1.1", "reason_phrase": reason},
        )


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
