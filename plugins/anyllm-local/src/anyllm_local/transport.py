"""The transports behind `local://` URLs: the engine that a request means, and a call of it.

A URL is `local://llama.cpp/v1/chat/completions?threads=2`: a path of llama.cpp's server, and the
engine's settings as the query. Which model it is stands in the body.
"""

from __future__ import annotations

from functools import partial
from urllib.parse import urlsplit

from anyio import to_thread

from any_llm.plugin import (
    AsyncReply,
    AsyncTransport,
    HTTPRequest,
    Reply,
    Timeout,
    Transport,
    TransportFactory,
    loads,
)

from .answer_async import AsyncAnswer
from .engine import Engine, engine
from .model import DEFAULT
from .settings import EngineSettings
from .talk import Talk


class LocalTransport(Transport):
    """Calls engines from blocking code. Closing it leaves the models loaded."""

    def send(self, request: HTTPRequest, timeout: Timeout) -> Reply:
        found, path = _aim(request)
        return found.send(
            path,
            request.content,
            method=request.method,
            headers=request.headers,
            timeout=timeout,
        )


class AsyncLocalTransport(AsyncTransport):
    """Calls engines from async code, on asyncio and trio. Closing it leaves the models loaded."""

    async def send(self, request: HTTPRequest, timeout: Timeout) -> AsyncReply:
        found, path = _aim(request)
        door = found.loaded or await to_thread.run_sync(found.load)
        talk = Talk(door, request.method, path, request.headers, request.content)
        return await AsyncAnswer.ask(door, talk, timeout, partial(found.admit, door))


FACTORY = TransportFactory(sync=LocalTransport, asynchronous=AsyncLocalTransport)


def _aim(request: HTTPRequest) -> tuple[Engine, str]:
    url = urlsplit(request.url)
    return engine(_model(request.content), EngineSettings.from_query(url.query)), url.path


def _model(content: bytes) -> str:
    """The model that a body names; the default where it names none, as a list of models does."""
    try:
        body = loads(content) if content else None
    except ValueError:
        return DEFAULT  # llama.cpp says what is wrong with it
    name = body.get("model") if isinstance(body, dict) else None
    return name if isinstance(name, str) else DEFAULT
