"""The transports of one client: built at first use, one each, closed with the client."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from contextlib import AsyncExitStack, ExitStack
from typing import Any
from urllib.parse import urlsplit

from ._plan import Plan
from .errors import ConfigurationError
from .plugins import PluginManager
from .transport import AsyncTransport, Transport, TransportFactory
from .transport.httpx_ import AsyncHttpxTransport, HTTPOptions, HttpxTransport, check_client

_HTTP = frozenset({"http", "https"})
_PLAIN = object()  # the key of our own HTTP where the caller's client is used for the rest


class _Pool:
    """What both colours share: which transport a plan needs."""

    asynchronous: bool

    def __init__(
        self,
        plugins: PluginManager,
        options: HTTPOptions,
        http_clients: Mapping[str, Any],
        wrap: Callable[[Any], Any] | None = None,
    ) -> None:
        self._plugins = plugins
        self._options = options
        self._http_clients = http_clients
        self._wrap = wrap
        self._made: dict[object, Any] = {}
        self._lock = threading.Lock()
        for client in (options.http_client, *http_clients.values()):
            if client is not None:
                check_client(client, asynchronous=self.asynchronous)

    def get(self, plan: Plan) -> Any:
        """Return the transport for `plan`."""
        scheme = urlsplit(plan.base_url).scheme
        own = self._http_clients.get(plan.spec.id)
        if plan.spec.transport is None and scheme in _HTTP:
            key: object = None if own is None else plan.spec.id
        else:
            key = self._plugins.transport(plan.spec, scheme)
        return self._once(key, lambda: self._make(key, own, plan.spec.id))

    def plain(self) -> Any:
        """Return the transport of the client's own HTTP: never a client of the caller."""
        if self._options.http_client is None:
            return self._once(None, lambda: self._make(None, None, ""))
        return self._once(_PLAIN, lambda: self._over_http(HTTPOptions()))

    def _once(self, key: object, make: Callable[[], Any]) -> Any:
        found = self._made.get(key)
        if found is None:
            with self._lock:
                found = self._made.get(key)
                if found is None:
                    found = make() if self._wrap is None else self._wrap(make())
                    self._made[key] = found
        return found

    def _make(self, key: object, own: Any, provider: str) -> Any:
        if isinstance(key, TransportFactory):
            return self._from_plugin(key, provider)
        return self._over_http(self._options if own is None else HTTPOptions(http_client=own))

    def _over_http(self, options: HTTPOptions) -> Any:
        return AsyncHttpxTransport(options) if self.asynchronous else HttpxTransport(options)

    def _from_plugin(self, factory: TransportFactory, provider: str) -> Any:
        raise NotImplementedError

    def _drop_all(self) -> list[Any]:
        with self._lock:
            made, self._made = list(self._made.values()), {}
        return made


class Transports(_Pool):
    """A sync client's transports."""

    asynchronous = False

    def _from_plugin(self, factory: TransportFactory, provider: str) -> Transport:
        if factory.sync is None:
            raise ConfigurationError(
                f"{provider}: its transport is async only; use AsyncClient or amessages()"
            )
        return factory.sync()

    def close(self) -> None:
        """Close all of them, also when one fails. Safe to call twice."""
        with ExitStack() as stack:
            for transport in self._drop_all():
                stack.callback(transport.close)


class AsyncTransports(_Pool):
    """An async client's transports."""

    asynchronous = True

    def _from_plugin(self, factory: TransportFactory, provider: str) -> AsyncTransport:
        if factory.asynchronous is not None:
            return factory.asynchronous()
        if factory.sync is not None and factory.in_threads:
            from .transport._threads import InThreads

            return InThreads(factory.sync())
        raise ConfigurationError(
            f"{provider}: its transport is sync only; use Client or messages()"
        )

    async def close(self) -> None:
        """Close all of them, also when one fails or the task is cancelled. Safe to call twice."""
        import anyio

        with anyio.CancelScope(shield=True):
            async with AsyncExitStack() as stack:
                for transport in self._drop_all():
                    stack.push_async_callback(transport.close)
