"""One call, three ways: sync, on asyncio, on trio. What it brought comes back as plain data.

The HTTP client below has a single connection, so a call that does not give its connection back
makes the next call of the same run fail.
"""

from __future__ import annotations

import asyncio
import functools
import importlib
import importlib.util
import os
import ssl
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from typing import Any, Literal

import anyio

import any_llm
from any_llm import AsyncClient, Client, MessageResponse, MessageStreamEvent
from any_llm.transport._aiohttp import client_class
from tests.support.wire import KEY, MODEL, QUESTION, plugins

OVER_AIOHTTP = os.environ.get("ANYLLM_TEST_HTTP") == "aiohttp"
"""Whether asyncio runs over aiohttp's connections: CI runs the tests of faults a second time so."""
COLOURS = ("sync", "asyncio", "trio")
LIBRARIES = [name for name in ("httpx", "httpx2") if importlib.util.find_spec(name)]
WAYS = [(name, colour) for name in LIBRARIES for colour in COLOURS]
"""Each HTTP library with each colour that it has, the fast lane too where it is installed."""
if importlib.util.find_spec("httpx_aiohttp"):
    WAYS.append(("aiohttp", "asyncio"))
_QUICK = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)  # loads no certificates, which takes time


@dataclass
class Got:
    """What a call brought. `stage` is where it failed: at the call or while it was iterated."""

    message: MessageResponse | None = None
    events: list[MessageStreamEvent] = field(default_factory=list)
    error: BaseException | None = None
    stage: Literal["call", "iteration", ""] = ""

    @property
    def text(self) -> str:
        """The text of a call that must have worked."""
        assert self.error is None, self.error
        assert self.message is not None
        return self.message.text


def library() -> Any:
    """The HTTP library that any_llm uses here."""
    if OVER_AIOHTTP:
        return importlib.import_module("httpx")
    try:
        return importlib.import_module("httpx2")
    except ModuleNotFoundError:
        return importlib.import_module("httpx")


def options(server: Any = None, **more: Any) -> dict[str, Any]:
    """Arguments for a client of the row `msgs` at `server` (a ReplayServer or a URL)."""
    made: dict[str, Any] = {"plugins": plugins(), "keys": {"msgs": KEY}, "env": {}}
    if server is not None:
        made["api_base"] = {"msgs": server if isinstance(server, str) else server.url}
    return {**made, **more}


def asked(fields: Mapping[str, Any]) -> dict[str, Any]:
    """A call's keywords: a question for the row `msgs`, with `fields` put over it."""
    return {"model": MODEL, "messages": QUESTION, "max_tokens": 100, **fields}


@contextmanager
def client(made: Mapping[str, Any]) -> Iterator[Client]:
    """A sync client whose pool has one connection; HTTP clients handed in are closed afterwards."""
    http = library().Client(limits=library().Limits(max_connections=1), verify=_QUICK)
    own = _open_clients(made)
    with http:
        with Client(**{"http_client": http, **made}) as found:
            yield found
        assert _open_clients(made) == own
        for one in own:
            one.close()


@asynccontextmanager
async def async_client(made: Mapping[str, Any]) -> AsyncIterator[AsyncClient]:
    """`client` for async programs."""
    http = _one_connection()
    own = _open_clients(made)
    async with http:
        async with AsyncClient(**{"http_client": http, **made}) as found:
            yield found
        assert _open_clients(made) == own
        for one in own:
            await one.aclose()


def _one_connection() -> Any:
    limits = library().Limits(max_connections=1)
    if OVER_AIOHTTP and _on_asyncio():
        return client_class(asynchronous=True)(limits=limits, verify=_QUICK)
    return library().AsyncClient(limits=limits, verify=_QUICK)


def _on_asyncio() -> bool:
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return False
    return True


def _open_clients(made: Mapping[str, Any]) -> list[Any]:
    """The HTTP clients of the caller's own, which any_llm never closes."""
    mine = [made.get("http_client"), *made.get("http_clients", {}).values()]
    return [one for one in mine if one is not None and not one.is_closed]


def run(colour: str, made: Mapping[str, Any], *calls: Mapping[str, Any]) -> list[Got]:
    """Make calls one after the other on one client; errors of any_llm are part of the answer."""
    if colour != "sync":
        return anyio.run(functools.partial(_run_async, made, calls), backend=colour)
    with client(made) as found:
        return [_one(found, asked(fields)) for fields in calls]


async def _run_async(made: Mapping[str, Any], calls: tuple[Mapping[str, Any], ...]) -> list[Got]:
    async with async_client(made) as found:
        return [await _one_async(found, asked(fields)) for fields in calls]


def _one(found: Client, fields: dict[str, Any]) -> Got:
    got = Got(stage="call")
    try:
        answer = found.messages(**fields)
        got.stage = "iteration"
        if isinstance(answer, MessageResponse):
            got.message = answer
        else:
            for event in answer:
                got.events.append(event)
            got.message = answer.snapshot
        got.stage = ""
    except (any_llm.AnyLLMError, TypeError) as error:
        got.error = error
    return got


async def _one_async(found: AsyncClient, fields: dict[str, Any]) -> Got:
    got = Got(stage="call")
    try:
        answer = await found.messages(**fields)
        got.stage = "iteration"
        if isinstance(answer, MessageResponse):
            got.message = answer
        else:
            async for event in answer:
                got.events.append(event)
            got.message = answer.snapshot
        got.stage = ""
    except (any_llm.AnyLLMError, TypeError) as error:
        got.error = error
    return got
