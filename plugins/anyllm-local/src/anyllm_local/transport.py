"""The transports behind `local://` URLs: the engine that a request means, and a call of it.

A URL is `local://llama.cpp/v1/chat/completions?threads=2`: a path of llama.cpp's server, and the
engine's settings as the query. Which model it is stands in the body.
"""

from __future__ import annotations

from functools import partial
from typing import Any
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
    UnsupportedFeature,
    loads,
)

from .answer_async import AsyncAnswer
from .engine import engine
from .model import DEFAULT
from .settings import EngineSettings
from .talk import Talk


class LocalTransport(Transport):
    """Calls engines from blocking code. Closing it leaves the models loaded."""

    def send(self, request: HTTPRequest, timeout: Timeout) -> Reply:
        """Load the model if need be and return its answer once the head is in."""
        aim = _Aim(request)
        aim.engine.load()
        aim.check()
        return aim.engine.send(
            aim.path,
            request.content,
            method=request.method,
            headers=request.headers,
            timeout=timeout,
        )


class AsyncLocalTransport(AsyncTransport):
    """Calls engines from async code, on asyncio and trio. Closing it leaves the models loaded."""

    async def send(self, request: HTTPRequest, timeout: Timeout) -> AsyncReply:
        """Load the model if need be and return its answer once the head is in."""
        aim = _Aim(request)
        door = aim.engine.loaded
        if door is None:
            door = await to_thread.run_sync(aim.engine.load)
        aim.check()
        talk = Talk(door, request.method, aim.path, request.headers, request.content)
        return await AsyncAnswer.ask(door, talk, timeout, partial(aim.engine.admit, door))


FACTORY = TransportFactory(sync=LocalTransport, asynchronous=AsyncLocalTransport)


class _Aim:
    """What a request means: an engine, a path of its server, and a body."""

    def __init__(self, request: HTTPRequest) -> None:
        url = urlsplit(request.url)
        self.path = url.path
        self.body = _body(request.content)
        model = self.body.get("model")
        self.engine = engine(
            model if isinstance(model, str) else DEFAULT, EngineSettings.from_query(url.query)
        )

    def check(self) -> None:
        """Raise UnsupportedFeature for tools that the model would never get to see."""
        if self.engine.takes_tools:
            return
        turns = self.body.get("messages")
        for path, said in (
            ("tools", self.body.get("tools") and self.body.get("tool_choice") != "none"),
            ("messages", isinstance(turns, list) and any(map(_calls_tools, turns))),
        ):
            if said:
                raise UnsupportedFeature(
                    f"local: {path}: the chat template of {self.engine.model.name} knows no tools; "
                    "use a model whose template does",
                    path=path,
                    provider="local",
                )


def _body(content: bytes) -> dict[str, Any]:
    try:
        body = loads(content) if content else None
    except ValueError:
        return {}  # llama.cpp says what is wrong with it
    return body if isinstance(body, dict) else {}


def _calls_tools(turn: object) -> bool:
    return isinstance(turn, dict) and bool(turn.get("tool_calls"))
