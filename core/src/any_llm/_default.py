"""`messages()` and `amessages()`: shared clients, and the only state of this package.

One sync client a process, one async client for all event loops (its transport keeps the loops
apart), and further ones only for `client_args` that need another HTTP side. What a client is made
of is imported by the first call, so that a program that names these functions starts at once.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from ._signatures import AsyncMessagesClient, MessagesClient, like

if TYPE_CHECKING:
    from ._capabilities import Capabilities
    from .plugins import PluginManager

_HTTP = frozenset({"http_client", "http_library", "proxy", "verify"})
_CALL = {"timeout": "timeout", "max_retries": "max_retries", "headers": "extra_headers"}
_KEPT = 16

_lock = threading.RLock()
_manager: PluginManager | None = None
_clients: dict[tuple[object, ...], Any] = {}
_parents: list[object] = []  # what belongs to the processes that this one was forked from


def _after_fork() -> None:
    """A child starts anew: a thread that it lacks may hold a lock, connections are the parent's."""
    global _lock, _manager, _clients
    _parents.append(_clients)  # not dropped, which would close its copy of the parent's sockets
    _lock, _manager, _clients = threading.RLock(), None, {}


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_after_fork)


def _shared(cls: str, client_args: dict[str, Any]) -> Any:
    """Return the client of this class, `Client` or `AsyncClient`, made at first use."""
    key = (cls, *((name, _hashable(value)) for name, value in sorted(client_args.items())))
    found = _clients.get(key)
    if found is None:
        with _lock:
            found = _clients.get(key)
            if found is None:
                found = _clients[key] = _made(cls, client_args)
                special = [key for key in _clients if len(key) > 1]
                if len(special) > _KEPT:  # an endless row of proxies must not pile up
                    del _clients[special[0]]
    return found


def _made(cls: str, client_args: dict[str, Any]) -> Any:
    global _manager  # noqa: PLW0603  # this module's whole purpose
    from . import client
    from .plugins import PluginManager

    _manager = _manager or PluginManager()
    return getattr(client, cls)(plugins=_manager, **client_args)


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
    if not isinstance(args, Mapping):
        raise TypeError(f"client_args: a mapping is needed, not a {type(args).__name__}")
    if unknown := args.keys() - _HTTP - _CALL.keys():
        raise TypeError(
            f"client_args: unknown {', '.join(sorted(map(repr, unknown)))}; it takes "
            + ", ".join(sorted({*_HTTP, *_CALL}))
        )
    for name, option in _CALL.items():
        if name not in args:
            continue
        if name == "headers":
            from ._options import mapping_of

            more = (mapping_of("client_args headers", args[name]), fields.get(option))
            fields[option] = {**more[0], **mapping_of(option, more[1])}
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
        client = _shared("Client", _sort(fields))
        return client.messages(model, messages, max_tokens, **fields)


class _Async:
    @like(AsyncMessagesClient.messages, "client_args")
    async def messages(self, model: Any, messages: Any, max_tokens: Any, **fields: Any) -> Any:
        """`messages()` for async programs, on asyncio and trio."""
        client = _shared("AsyncClient", _sort(fields))
        return await client.messages(model, messages, max_tokens, **fields)


messages = _Sync().messages
amessages = _Async().messages


def capabilities(model: str, **options: Any) -> Capabilities:
    """Return what a model and its wire take, feature by feature: `Client.capabilities`.

        any_llm.capabilities("openai:gpt-5.1")["top_k"].state  # "reported"

    Found out by asking the dialect, without I/O and without a key.
    """
    found: Capabilities = _shared("Client", {}).capabilities(model, **options)
    return found
