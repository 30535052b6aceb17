"""`messages()` and `amessages()`: shared clients, and the only state of this package.

One sync client a process (its transport notices a fork), one async client for all event loops
(its transport keeps the loops apart), and further ones only for `client_args` that need another
HTTP side.
"""

from __future__ import annotations

import threading
from typing import Any

from ._signatures import AsyncMessagesClient, MessagesClient, like
from .client import AsyncClient, Client
from .plugins import PluginManager

_HTTP = frozenset({"http_client", "http_library", "proxy", "verify"})
_CALL = {"timeout": "timeout", "max_retries": "max_retries", "headers": "extra_headers"}
_KEPT = 16

_lock = threading.RLock()
_manager: PluginManager | None = None
_clients: dict[object, Any] = {}


def _shared(cls: type[Any], client_args: dict[str, Any]) -> Any:
    global _manager  # noqa: PLW0603  # this module's whole purpose
    key = (cls, *((name, _hashable(value)) for name, value in sorted(client_args.items())))
    found = _clients.get(key)
    if found is None:
        with _lock:
            found = _clients.get(key)
            if found is None:
                _manager = _manager or PluginManager()
                if len(_clients) >= _KEPT:  # an endless row of proxies must not pile up
                    _clients.pop(next(iter(_clients)))
                found = _clients[key] = cls(plugins=_manager, **client_args)
    return found


def _hashable(value: Any) -> object:
    try:
        hash(value)
    except TypeError:
        return id(value)
    return value


def _sort(fields: dict[str, Any]) -> dict[str, Any]:
    """Move `client_args` to where they belong; return those that need a client of their own."""
    args = fields.pop("client_args", None)
    if args is None:
        return {}
    if unknown := args.keys() - _HTTP - _CALL.keys():
        raise TypeError(
            f"client_args: unknown {', '.join(sorted(map(repr, unknown)))}; it takes "
            + ", ".join(sorted({*_HTTP, *_CALL}))
        )
    for name, option in _CALL.items():
        if name not in args:
            continue
        if name == "headers":
            fields[option] = {**args[name], **(fields.get(option) or {})}
        elif fields.get(option) is None:
            fields[option] = args[name]
    return {name: args[name] for name in _HTTP & args.keys()}


class _Sync:
    @like(MessagesClient.messages, "client_args")
    def messages(self, model: Any, messages: Any, max_tokens: Any, **fields: Any) -> Any:
        """Send a Messages request to any provider and return its answer in the Messages format.

        `model` is "provider:model", or an id with `provider=`. `client_args` sets the HTTP side:
        http_client, http_library, proxy, verify, timeout, max_retries, headers. Further keywords
        and errors are those of `Client.messages`.
        """
        client = _shared(Client, _sort(fields))
        return client.messages(model, messages, max_tokens, **fields)


class _Async:
    @like(AsyncMessagesClient.messages, "client_args")
    async def messages(self, model: Any, messages: Any, max_tokens: Any, **fields: Any) -> Any:
        """`messages()` for async programs, on asyncio and trio."""
        client = _shared(AsyncClient, _sort(fields))
        return await client.messages(model, messages, max_tokens, **fields)


messages = _Sync().messages
amessages = _Async().messages
