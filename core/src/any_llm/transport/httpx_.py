"""The built-in transport: HTTP through httpx or httpx2, sync and async.

A client made here is made anew in a forked child and for each event loop, so that no connection
is used where it was not opened. A client that the caller hands in is used as it is and never
closed. Redirects are not followed: a key goes to the host it was meant for.
"""

from __future__ import annotations

import os
from collections.abc import AsyncGenerator, AsyncIterator, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from ..auth import HTTPRequest
from ..errors import APIConnectionError, APITimeoutError, ConfigurationError
from . import AsyncReply, AsyncTransport, Reply, Timeout, Transport
from ._library import HTTPLibrary, load, of_client, tls_context
from ._loops import PerLoop
from ._tail import drain, drain_async, quiet_generators


@dataclass(frozen=True, slots=True, kw_only=True)
class HTTPOptions:
    """What a client's HTTP side may be told. `http_client` excludes the rest."""

    http_client: Any = None
    http_library: HTTPLibrary | None = None
    proxy: Any = field(default=None, repr=False)
    verify: Any = True

    def library(self) -> Any:
        """Return the library that these options mean."""
        if self.http_client is not None:
            return of_client(self.http_client)
        return load(self.http_library)

    def build(self, *, asynchronous: bool) -> Any:
        """Return a new client of the library."""
        library = self.library()
        cls = library.AsyncClient if asynchronous else library.Client
        verify = tls_context(library) if self.verify is True else self.verify
        limits = library.Limits(max_connections=1000, max_keepalive_connections=100)
        try:
            return cls(proxy=self.proxy, verify=verify, limits=limits, follow_redirects=False)
        except (TypeError, ValueError, ImportError, OSError) as error:
            raise ConfigurationError(f"HTTP client: {error}") from error


def check_client(client: Any, *, asynchronous: bool) -> None:
    """Raise unless `client` is an HTTP client of the right colour."""
    library = of_client(client)
    wanted = library.AsyncClient if asynchronous else library.Client
    if not isinstance(client, wanted):
        raise ConfigurationError(
            f"http_client: {'AsyncClient' if asynchronous else 'Client'} needs a "
            f"{library.__name__}.{wanted.__name__}, got {type(client).__name__}"
        )


def _request(library: Any, client: Any, request: HTTPRequest, timeout: Timeout) -> Any:
    waits = library.Timeout(
        connect=timeout.connect, read=timeout.read, write=timeout.write, pool=timeout.pool
    )
    try:
        return client.build_request(
            request.method,
            request.url,
            content=request.content or None,
            headers=dict(request.headers),
            timeout=waits,
            extensions={"sni_hostname": request.sni, "timeout": waits.as_dict()}
            if request.sni
            else None,
        )
    except (library.InvalidURL, library.UnsupportedProtocol, ValueError, TypeError) as error:
        raise ConfigurationError(f"this request cannot be sent: {error}") from error


def _failure(library: Any, error: Exception, server: str) -> APIConnectionError:
    words = str(error) or type(error).__name__
    if isinstance(error, library.TimeoutException):
        what = "connecting to" if isinstance(error, library.ConnectTimeout) else "waiting for"
        return APITimeoutError(f"{what} {server} took too long; raise timeout= if it needs longer")
    if isinstance(error, library.ConnectError):
        return APIConnectionError(
            f"cannot connect to {server}: {words}; check the address, the network and proxies"
        )
    return APIConnectionError(f"the connection to {server} broke: {type(error).__name__}: {words}")


def _server(request: Any) -> str:
    """Scheme, host and port: never a path, a query or credentials."""
    url = request.url
    return f"{url.scheme}://{url.host}" + (f":{url.port}" if url.port else "")


class _Reply(Reply):
    def __init__(self, library: Any, response: Any) -> None:
        self._library, self._response = library, response
        self.status: int = response.status_code
        self.headers: Mapping[str, str] = response.headers

    def read(self) -> bytes:
        try:
            content: bytes = self._response.read()
        except self._library.HTTPError as error:
            raise _failure(self._library, error, _server(self._response.request)) from error
        return content

    def chunks(self) -> Iterator[bytes]:
        response = self._response
        plain = "content-encoding" not in response.headers
        try:
            yield from response.iter_raw() if plain else response.iter_bytes()
        except self._library.HTTPError as error:
            raise _failure(self._library, error, _server(response.request)) from error

    def drain(self, chunks: Iterator[bytes]) -> None:
        with suppress(APIConnectionError):  # the message is whole: only the connection is lost
            drain(self._response, chunks)
        self.close()

    def close(self) -> None:
        self._response.close()


class _AsyncReply(AsyncReply):
    def __init__(self, library: Any, response: Any) -> None:
        self._library, self._response = library, response
        self.status: int = response.status_code
        self.headers: Mapping[str, str] = response.headers
        self._reading: Any = None

    async def read(self) -> bytes:
        try:
            content: bytes = await self._response.aread()
        except self._library.HTTPError as error:
            raise _failure(self._library, error, _server(self._response.request)) from error
        return content

    def chunks(self) -> AsyncIterator[bytes]:
        self._reading = reading = self._chunks()
        return reading

    async def _chunks(self) -> AsyncGenerator[bytes, None]:
        response = self._response
        plain = "content-encoding" not in response.headers
        source = response.aiter_raw() if plain else response.aiter_bytes()
        try:
            async for chunk in source:
                yield chunk
        except self._library.HTTPError as error:
            raise _failure(self._library, error, _server(response.request)) from error
        finally:
            await source.aclose()

    async def drain(self, chunks: AsyncIterator[bytes]) -> None:
        with suppress(APIConnectionError):  # the message is whole: only the connection is lost
            await drain_async(chunks)
        await self.close()

    async def close(self) -> None:
        await self._response.aclose()
        if self._reading is not None and not self._reading.ag_running:
            with quiet_generators():
                await self._reading.aclose()


class HttpxTransport(Transport):
    """HTTP for a sync client."""

    def __init__(self, options: HTTPOptions) -> None:
        self._options = options
        self._client = options.http_client
        self._pid = 0
        if self._client is not None:
            check_client(self._client, asynchronous=False)

    def _current(self) -> Any:
        if self._options.http_client is None and self._pid != os.getpid():
            # Never close the parent's client here: that would say goodbye on the parent's sockets.
            self._client, self._pid = self._options.build(asynchronous=False), os.getpid()
        return self._client

    def send(self, request: HTTPRequest, timeout: Timeout) -> Reply:
        """Return the answer once its head is in."""
        client, library = self._current(), self._options.library()
        if client.is_closed:
            raise ConfigurationError("the HTTP client is closed; make a new Client")
        final = _request(library, client, request, timeout)
        try:
            return _Reply(library, client.send(final, stream=True, follow_redirects=False))
        except library.HTTPError as error:
            raise _failure(library, error, _server(final)) from error

    def close(self) -> None:
        """Close the connections, unless the client is the caller's."""
        if self._options.http_client is None and self._client is not None:
            if self._pid == os.getpid():
                self._client.close()
            self._client, self._pid = None, 0


class AsyncHttpxTransport(AsyncTransport):
    """HTTP for an async client, on asyncio and trio."""

    def __init__(self, options: HTTPOptions) -> None:
        self._options = options
        self._clients: PerLoop[Any] = PerLoop(
            lambda: options.build(asynchronous=True), lambda client: client.aclose()
        )
        if options.http_client is not None:
            check_client(options.http_client, asynchronous=True)

    async def send(self, request: HTTPRequest, timeout: Timeout) -> AsyncReply:
        """Return the answer once its head is in."""
        client = self._options.http_client or await self._clients.get()
        library = self._options.library()
        if client.is_closed:
            raise ConfigurationError("the HTTP client is closed; make a new AsyncClient")
        final = _request(library, client, request, timeout)
        try:
            return _AsyncReply(
                library, await client.send(final, stream=True, follow_redirects=False)
            )
        except library.HTTPError as error:
            raise _failure(library, error, _server(final)) from error

    async def close(self) -> None:
        """Close the connections of the running loop, unless the client is the caller's."""
        await self._clients.close()
