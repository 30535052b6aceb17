"""An HTTP client, and the library's own objects for what it sends and gets.

A client that we made adds nothing to a request but a few headers that never change, so its
requests are put together here. A caller's client builds them itself: it may have parameters,
cookies, hooks and an address of its own.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from ..auth import HTTPRequest
from ..errors import ConfigurationError
from . import Timeout

_WITH_LENGTH = frozenset({"POST", "PUT", "PATCH"})  # RFC 9110, 8.6: also where it is 0


class Outgoing:
    """A client and its library; `how` are the keywords of its `send`."""

    __slots__ = ("_headers", "client", "how", "library")

    def __init__(self, library: Any, client: Any, *, own: bool = False) -> None:
        self.library, self.client = library, client
        self.how: dict[str, Any] = {"stream": True, "follow_redirects": False}
        self._headers: dict[str, str] | None = None
        if own:
            self._headers = {name.lower(): value for name, value in client.headers.items()}
            self.how["auth"] = library.Auth()  # which adds nothing, and asks no .netrc

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
