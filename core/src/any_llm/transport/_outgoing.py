"""An HTTP client, and the library's own objects for what it sends and gets.

A client that we made adds nothing to a request but a few headers that never change, so its
requests are put together here, and go straight to the transport that the client has for the
address: it has no hooks, no cookies and no auth, and follows no redirect. A caller's client builds
and sends them itself: it may have all of that, parameters, and an address of its own. So does ours
where a tracer or a recorder has put itself around the `send` of its class.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from functools import lru_cache
from types import FunctionType
from typing import Any

from ..auth import HTTPRequest
from ..errors import ConfigurationError
from . import Timeout

_ONE = "_send_single_request"  # what `send` calls for each request; recorders patch that
_WITH_LENGTH = frozenset({"POST", "PUT", "PATCH"})  # RFC 9110, 8.6: also where it is 0


class Outgoing:
    """A client and its library."""

    __slots__ = ("_headers", "_how", "_log", "_one", "_send", "_way", "client", "library")

    def __init__(self, library: Any, client: Any, *, own: bool = False) -> None:
        self.library, self.client = library, client
        self._how: dict[str, Any] = {"stream": True, "follow_redirects": False}
        self._headers: dict[str, str] | None = None
        self._way: Callable[[Any], Any] | None = None
        self._log = logging.getLogger(library.__name__)
        if own:
            self._headers = {name.lower(): value for name, value in client.headers.items()}
            self._how["auth"] = library.Auth()  # which adds nothing, and asks no .netrc
            # No public name; where a version of the library has another, the client sends.
            self._way = getattr(client, "_transport_for_url", None)
        cls = type(client)
        self._send = cls.send if _is_of(library, cls.send) else None
        one = getattr(cls, _ONE, None)
        self._one = one if _is_of(library, one) else None

    def send(self, final: Any) -> Any:
        """Send a request of `request`; return the library's response once its head is in."""
        if self._way is None or self._is_watched():
            return self.client.send(final, **self._how)
        return self._received(final, self._way(final.url).handle_request(final))

    async def send_async(self, final: Any) -> Any:
        """`send`, for an async client."""
        if self._way is None or self._is_watched():
            return await self.client.send(final, **self._how)
        return self._received(final, await self._way(final.url).handle_async_request(final))

    def _is_watched(self) -> bool:
        """Whether somebody's function stands where the library's was: it wants to see requests."""
        cls = type(self.client)
        return cls.send is not self._send or getattr(cls, _ONE, None) is not self._one

    def _received(self, final: Any, response: Any) -> Any:
        """Do what the client itself does with a response: who reads its log still finds it."""
        response.request = final
        if self._log.isEnabledFor(logging.INFO):
            self._log.info(
                'HTTP Request: %s %s "%s %d %s"',
                final.method,
                final.url,
                response.http_version,
                response.status_code,
                response.reason_phrase,
            )
        return response

    def request(self, request: HTTPRequest, timeout: Timeout) -> Any:
        """Return the library's request. ConfigurationError for what cannot be sent."""
        library, waits = self.library, _waits(timeout)
        extensions: dict[str, Any] = {"timeout": waits}
        if request.sni:
            extensions["sni_hostname"] = request.sni
        try:
            url, host = _url(library, request.url)
            if self._headers is not None:
                return self._put_together(request, url, host, extensions)
            return self.client.build_request(
                request.method,
                url,
                content=request.content or None,
                headers=dict(request.headers),
                extensions=extensions,
            )
        except (library.InvalidURL, library.UnsupportedProtocol, ValueError, TypeError) as error:
            raise ConfigurationError(f"this request cannot be sent: {error}") from error

    def _put_together(
        self, request: HTTPRequest, url: Any, host: str, extensions: dict[str, Any]
    ) -> Any:
        content = request.content
        headers = {"host": host, **(self._headers or {})}
        for name, value in request.headers.items():
            headers[name.lower()] = value
        if content or request.method in _WITH_LENGTH:
            headers["content-length"] = str(len(content))
        return self.library.Request(
            request.method,
            url,
            headers=headers,
            stream=self.library.ByteStream(content),
            extensions=extensions,
        )


def _is_of(library: Any, function: Any) -> bool:
    """Whether this is the library's own function, and nothing around it."""
    plain = type(function) is FunctionType and not hasattr(function, "__wrapped__")
    return plain and function.__module__.partition(".")[0] == library.__name__


@lru_cache(maxsize=256)
def _url(library: Any, text: str) -> tuple[Any, str]:
    """Parse an address, and return its `host` header too; calls name the same few."""
    url = library.URL(text)
    return url, url.netloc.decode("ascii")


@lru_cache(maxsize=64)
def _waits(timeout: Timeout) -> dict[str, float | None]:
    """Return the waits as the library's `timeout` extension has them."""
    return {
        "connect": timeout.connect,
        "read": timeout.read,
        "write": timeout.write,
        "pool": timeout.pool,
    }


def headers_of(response: Any) -> Mapping[str, str]:
    """Return an answer's headers by their lower-case names: a plain dict, looked into often."""
    found: dict[str, str] = {}
    try:
        for name, value in response.headers.raw:
            key, text = name.decode("ascii").lower(), value.decode("ascii")
            found[key] = f"{found[key]}, {text}" if key in found else text
    except UnicodeDecodeError:
        return dict(response.headers.items())  # the library finds out how they are written
    return found
