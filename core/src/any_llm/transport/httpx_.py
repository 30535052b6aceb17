"""The built-in transport: HTTP through httpx or httpx2, sync and async.

A client made here is made anew in a forked child and for each event loop, so that no connection
is used where it was not opened. A client that the caller hands in is used as it is and never
closed. Redirects are not followed: a key goes to the host it was meant for.
"""

from __future__ import annotations

import os
import weakref
from collections.abc import (
    AsyncGenerator,
    AsyncIterator,
    Awaitable,
    Generator,
    Iterator,
    Mapping,
    MutableMapping,
)
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from ..auth import HTTPRequest
from ..errors import APIConnectionError, APITimeoutError, ConfigurationError
from . import AsyncReply, AsyncTransport, Reply, Timeout, Transport
from ._aiohttp import client_class
from ._library import AIOHTTP, HTTPLibrary, load, of_client
from ._loops import PerLoop, unseen, without_hooks
from ._outgoing import Outgoing, headers_of
from ._tail import drain, drain_async, hang_up
from ._tls import tls_context


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
        if self.http_library == AIOHTTP and self.http_client is None:
            cls = client_class(asynchronous=asynchronous)
        limits = library.Limits(max_connections=1000, max_keepalive_connections=100)
        try:
            verify = tls_context(library, self.verify)
            client = cls(proxy=self.proxy, verify=verify, limits=limits, follow_redirects=False)
        except (TypeError, ValueError, ImportError, OSError, library.InvalidURL) as error:
            raise ConfigurationError(f"HTTP client: {error}") from error
        # One client serves calls with different keys: what a host sets in one is none of another's.
        client.cookies.extract_cookies = _no_cookies
        return client


def _no_cookies(response: Any) -> None:
    """Keep none, and do not look for them."""


def check_client(client: Any, *, asynchronous: bool) -> None:
    """Raise unless `client` is an HTTP client of the right colour."""
    library = of_client(client)
    wanted = library.AsyncClient if asynchronous else library.Client
    if not isinstance(client, wanted):
        raise ConfigurationError(
            f"http_client: {'AsyncClient' if asynchronous else 'Client'} needs a "
            f"{library.__name__}.{wanted.__name__}, got {type(client).__name__}"
        )


def _failure(library: Any, error: Any, request: Any) -> APIConnectionError:
    words, server = _words(error), _server(request)
    if getattr(error, "_request", None) is None:
        error.request = request  # as the library's client does, which a request of ours goes around
    error.request.headers.clear()  # it stays chained: no key in it
    if isinstance(error, library.LocalProtocolError):
        words = "this request breaks HTTP"  # the library's own words quote the header's value
    if isinstance(error, library.TimeoutException):
        what = "connecting to" if isinstance(error, library.ConnectTimeout) else "waiting for"
        return APITimeoutError(f"{what} {server} took too long; raise timeout= if it needs longer")
    if isinstance(error, library.ConnectError):
        return APIConnectionError(
            f"cannot connect to {server}: {words}; check the address, the network and proxies"
        )
    return APIConnectionError(f"the connection to {server} broke: {type(error).__name__}: {words}")


def _words(error: BaseException) -> str:
    """The first words on the way to the cause: on trio the library's own error has none."""
    found: BaseException | None = error
    while found is not None and not str(found):
        found = found.__cause__ or found.__context__
    return " ".join(str(found).split()) if found else type(error).__name__


def _server(request: Any) -> str:
    """Scheme, host and port: never a path, a query or credentials."""
    url = request.url  # whose `host` is decoded, which not every name that can be sent can be
    return f"{url.scheme}://{url.netloc.decode('ascii')}"


class _Reply(Reply):
    def __init__(self, owner: object, library: Any, response: Any) -> None:
        self.closed = False
        self._owner: object = owner  # a transport closes its connections when nobody holds it
        self._library, self._response = library, response
        self.status: int = response.status_code
        self.headers: Mapping[str, str] = headers_of(response)
        self._reading: Any = None

    def chunks(self) -> Iterator[bytes]:
        self._reading = reading = self._chunks()
        return reading

    def _chunks(self) -> Generator[bytes, None, None]:
        response = self._response
        try:
            yield from response.stream if _raw(response) else response.iter_bytes()
            response.close()
        except self._library.HTTPError as error:
            raise _failure(self._library, error, response.request) from error

    def read(self) -> bytes:
        try:
            if not _raw(self._response):
                return self._response.read()  # type: ignore[no-any-return]
            content = b"".join(self._response.stream)
            self._response.close()
        except self._library.HTTPError as error:
            raise _failure(self._library, error, self._response.request) from error
        self.closed, self._owner = True, None
        return content

    def drain(self, chunks: Iterator[bytes]) -> None:
        with suppress(APIConnectionError):  # the message is whole: only the connection is lost
            drain(self._response, chunks)
        self.close()

    def close(self) -> None:
        if not self._response.is_closed:
            hang_up(self._response)
        self._response.close()
        if self._reading is not None and not self._reading.gi_running:
            self._reading.close()
        self._owner = None


class _AsyncReply(AsyncReply):
    def __init__(self, of_loop: _OfLoop, library: Any, response: Any) -> None:
        self.closed = False
        self._of_loop = of_loop
        self._library, self._response = library, response
        self.status: int = response.status_code
        self.headers: Mapping[str, str] = headers_of(response)
        self._reading: _AsyncChunks | None = None
        of_loop.open.add(self)

    def chunks(self) -> AsyncIterator[bytes]:
        self._reading = _AsyncChunks(self._library, self._response)
        return self._reading

    async def read(self) -> bytes:
        if not _raw(self._response):
            return await super().read()  # with generators that stay known: see _AsyncChunks
        try:
            content = await unseen(lambda: _whole(self._response))
        except self._library.HTTPError as error:
            raise _failure(self._library, error, self._response.request) from error
        if self._response.is_closed:
            self._of_loop.open.discard(self)
            self.closed = True
        return content

    async def drain(self, chunks: AsyncIterator[bytes]) -> None:
        with suppress(APIConnectionError):  # the message is whole: only the connection is lost
            await drain_async(chunks)
        await self.close()

    async def close(self) -> None:
        self._of_loop.open.discard(self)
        await self._response.aclose()
        if self._reading is not None:
            await self._reading.aclose()


async def _whole(response: Any) -> bytes:
    content = b"".join([chunk async for chunk in response.stream])
    await response.aclose()
    return content


class _AsyncChunks:
    """The body as it comes, read by generators that only its reply knows."""

    def __init__(self, library: Any, response: Any) -> None:
        self._plain = _raw(response)
        self._source = aiter(response.stream) if self._plain else response.aiter_bytes()
        self._chunks: Any = _read(library, response, self._source)
        self._next: Any = self._first

    def __aiter__(self) -> AsyncIterator[bytes]:
        return self

    def __anext__(self) -> Awaitable[bytes]:
        return self._next()  # type: ignore[no-any-return]

    def _first(self) -> Awaitable[bytes]:
        self._next = self._chunks.__anext__
        # A fault in a compressed body strikes the library's outermost generator, which leaves it
        # to the loop to close the others: those must stay known.
        return unseen(self._next) if self._plain else without_hooks(self._next)

    async def aclose(self) -> None:
        if self._next == self._first or self._chunks.ag_running:
            return
        await self._chunks.aclose()
        if isinstance(self._source, AsyncGenerator):
            await self._source.aclose()


async def _read(
    library: Any, response: Any, source: AsyncIterator[bytes]
) -> AsyncGenerator[bytes, None]:
    """Read to the end, then close. The library's own layers that count and cut are left out."""
    try:
        async for chunk in source:
            yield chunk
        await response.aclose()
    except library.HTTPError as error:
        raise _failure(library, error, response.request) from error


def _raw(response: Any) -> bool:
    """Whether the body can be taken as it comes off the connection.

    A caller's client may have read it already: its hooks do, and transports that make answers up.
    """
    return "content-encoding" not in response.headers and not response.is_stream_consumed


class HttpxTransport(Transport):
    """HTTP for a sync client. Its connections are closed with it, and at the latest at exit."""

    def __init__(self, options: HTTPOptions) -> None:
        self._options = options
        self._clients: dict[int, Outgoing] = {}  # by process: a child leaves its parent's alone
        self._given: Outgoing | None = None
        if options.http_client is not None:
            check_client(options.http_client, asynchronous=False)
            self._given = Outgoing(options.library(), options.http_client)
        self._finalize = weakref.finalize(self, _close_here, self._clients)

    def _current(self) -> Outgoing:
        if self._given is not None:
            return self._given
        pid = os.getpid()
        # Threads that come at once may build several; one of them, the same for all, is used.
        return self._clients.get(pid) or self._clients.setdefault(pid, self._build())

    def _build(self) -> Outgoing:
        options = self._options
        return Outgoing(options.library(), options.build(asynchronous=False), own=True)

    def send(self, request: HTTPRequest, timeout: Timeout) -> Reply:
        """Return the answer once its head is in."""
        outgoing = self._current()
        client, library = outgoing.client, outgoing.library
        if client.is_closed:
            raise ConfigurationError("the HTTP client is closed; make a new Client")
        final = outgoing.request(request, timeout)
        try:
            return _Reply(self, library, outgoing.send(final))
        except library.HTTPError as error:
            raise _failure(library, error, final) from error

    def close(self) -> None:
        """Close the connections, unless the client is the caller's."""
        _close_here(self._clients)


def _close_here(clients: MutableMapping[int, Outgoing]) -> None:
    """Close this process's client, if it has one."""
    if outgoing := clients.pop(os.getpid(), None):
        outgoing.client.close()


@dataclass(eq=False, slots=True)
class _OfLoop:
    """What one event loop uses: its client, and the replies that are open."""

    outgoing: Outgoing
    owner: AsyncHttpxTransport  # held by open replies through this: see _Reply
    open: set[_AsyncReply] = field(default_factory=set)

    async def close(self) -> None:
        for reply in tuple(self.open):
            await reply.close()
        if self.owner.options.http_client is None:
            await self.outgoing.client.aclose()


class AsyncHttpxTransport(AsyncTransport):
    """HTTP for an async client, on asyncio and trio."""

    def __init__(self, options: HTTPOptions) -> None:
        self.options = options
        self._loops = PerLoop(self._build, _OfLoop.close)
        if options.http_client is not None:
            check_client(options.http_client, asynchronous=True)

    def _build(self) -> _OfLoop:
        options, given = self.options, self.options.http_client
        client = options.build(asynchronous=True) if given is None else given
        return _OfLoop(Outgoing(options.library(), client, own=given is None), self)

    async def send(self, request: HTTPRequest, timeout: Timeout) -> AsyncReply:
        """Return the answer once its head is in."""
        of_loop = await self._loops.get()
        outgoing = of_loop.outgoing
        client, library = outgoing.client, outgoing.library
        if client.is_closed:
            raise ConfigurationError("the HTTP client is closed; make a new AsyncClient")
        final = outgoing.request(request, timeout)
        try:
            response = await unseen(lambda: outgoing.send_async(final))
        except library.HTTPError as error:
            raise _failure(library, error, final) from error
        return _AsyncReply(of_loop, library, response)

    async def close(self) -> None:
        """Close the connections of the running loop, unless the client is the caller's."""
        await self._loops.close()
