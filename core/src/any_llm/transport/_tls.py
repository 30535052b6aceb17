"""How servers are checked. The roots of a default context are read when they are first needed."""

from __future__ import annotations

import os
import ssl
from functools import cache
from typing import Any

from ..errors import ConfigurationError


def tls_context(library: Any, verify: Any) -> Any:
    """Return what checks a server: the path of a CA bundle, or of a folder of CAs, is read."""
    if isinstance(verify, (str, os.PathLike)):
        if os.path.isdir(verify):  # noqa: PTH112  # any kind of path, as ssl takes it
            return ssl.create_default_context(capath=verify)
        return ssl.create_default_context(cafile=verify)
    return _default_context(library) if verify is True else verify


@cache
def _default_context(library: Any) -> ssl.SSLContext:
    """Return the default TLS context, one a process: a new one costs 17 to 30 ms."""
    context = _AtFirstUse(ssl.PROTOCOL_TLS_CLIENT)
    context.library = library
    return context


class _AtFirstUse(ssl.SSLContext):
    """The library's default context, made by the first connection: plain HTTP needs none.

    By itself it trusts nobody.
    """

    library: Any
    _protocols: Any = None

    def set_alpn_protocols(self, alpn_protocols: Any) -> None:
        """Say what the client speaks: kept, as who says it would not close after an error."""
        self._protocols = alpn_protocols

    def wrap_socket(self, *args: Any, **options: Any) -> ssl.SSLSocket:
        """Secure a connection of a blocking client."""
        return self._ready().wrap_socket(*args, **options)

    def wrap_bio(self, *args: Any, **options: Any) -> ssl.SSLObject:
        """Secure a connection of an event loop."""
        return self._ready().wrap_bio(*args, **options)

    def _ready(self) -> ssl.SSLContext:
        context = _made(self.library)
        if self._protocols is not None:
            context.set_alpn_protocols(self._protocols)
        return context


@cache
def _made(library: Any) -> ssl.SSLContext:
    try:
        context: ssl.SSLContext = library.create_ssl_context()
    except OSError as error:  # SSL_CERT_FILE may name what is not there
        raise ConfigurationError(f"HTTP client: {error}") from error
    return context
