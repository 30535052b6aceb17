"""A model loaded in this process, and the engines that the process shares."""

from __future__ import annotations

import threading
import warnings
import weakref
from collections.abc import Mapping
from functools import partial
from typing import Protocol

from any_llm.plugin import APIConnectionError, Timeout

from . import lifetime
from .answer import Answer
from .llama import Door, abandon, start
from .model import Model, find
from .probe import takes_tools, wait_until_idle
from .settings import EngineSettings
from .talk import Talk


class Caller(Protocol):
    """A connection to an engine that can be cut from any thread."""

    def cut(self) -> None:
        """Hang up."""


class Engine:
    """One model, loaded at its first use and then shared by all threads until `close`.

    A closed engine loads again when it is called again. In a forked child it starts out unloaded.
    """

    def __init__(self, model: Model, settings: EngineSettings) -> None:
        self.model, self.settings = model, settings
        self._server: object = None
        self.forget()

    def forget(self) -> None:
        """Start over, unloaded: a forked child cannot use, nor end, what its parent loaded."""
        if self._server is not None:
            abandon(self._server)
        self._lock = threading.Lock()
        self._callers: weakref.WeakSet[Caller] = weakref.WeakSet()
        self._server = None
        self._door: Door | None = None
        self._takes_tools = False

    @property
    def takes_tools(self) -> bool:
        """Whether the loaded model's chat template shows it tools."""
        return self._takes_tools

    @property
    def loaded(self) -> Door | None:
        """The door of the engine if it is loaded."""
        return self._door

    def load(self) -> Door:
        """Load the model unless it is loaded, and return where it listens. ConfigurationError."""
        if self._door is not None:
            return self._door
        with self._lock:
            if self._door is None:
                lifetime.enter(self)
                # A server that was dropped half made would be destroyed, which can wait for ever.
                with lifetime.interrupts_later():
                    server, door = start(self.model, self.settings)
                    self._takes_tools = takes_tools(door)
                    self._server, self._door = server, door
            return self._door

    @property
    def listening_address(self) -> str:
        """The base URL of llama.cpp's own HTTP server, such as `http://127.0.0.1:40811`."""
        return self.load().address

    @property
    def key(self) -> str:
        """The key that this server asks for, as a bearer token."""
        return self.load().key

    def admit(self, door: Door, caller: Caller) -> None:
        """Remember a connection, so that `close` can cut it. APIConnectionError after a close."""
        with self._lock:
            if self._door is not door:
                raise APIConnectionError(
                    "local: the engine was closed meanwhile; call again", provider="local"
                )
            self._callers.add(caller)

    def send(
        self,
        path: str,
        body: bytes,
        *,
        method: str = "POST",
        headers: Mapping[str, str] | None = None,
        timeout: Timeout | None = None,
    ) -> Answer:
        """Return llama.cpp's answer to a request once its head is in.

        `path` is one of its server's: /v1/chat/completions, /v1/messages, /v1/responses, ... Its
        refusals are answers too, with their status and JSON. APIConnectionError, APITimeoutError.
        """
        door = self.load()
        talk = Talk(door, method, path, headers or {}, body)
        return Answer.ask(door, talk, timeout or Timeout(), partial(self.admit, door))

    def complete(self, path: str, body: bytes) -> tuple[int, Mapping[str, str], bytes]:
        """Return status, headers and body of an answer."""
        answer = self.send(path, body)
        return answer.status, answer.headers, answer.read()

    def stream(self, path: str, body: bytes) -> Answer:
        """Return an iterator over the bytes of an answer: server-sent events if `body` asks so.

        Its `close()` ends the generation; look at its `status` first.
        """
        return self.send(path, body)

    def close(self) -> None:
        """Unload the model. Calls that are under way end with an APIConnectionError."""
        with self._lock:
            server, door, callers = self._server, self._door, list(self._callers)
            self._server = self._door = None
            lifetime.leave(self)
        if door is None:
            return
        for caller in callers:
            caller.cut()
        if not lifetime.may_destroy():
            abandon(server)
        elif not wait_until_idle(door):
            # Somebody uses the address by other means. Destroying the server would wait for them,
            # with the interpreter's lock held.
            abandon(server)
            warnings.warn(
                "local: an engine was left running: another client is still connected to it",
                ResourceWarning,
                stacklevel=2,
                source=self,
            )


_engines: dict[tuple[Model, EngineSettings], Engine] = {}


def engine(model: str, settings: EngineSettings | None = None) -> Engine:
    """Return the process's engine for a model id, loaded or not. Errors are those of `find`."""
    key = (find(model), settings or EngineSettings())
    # One step, so that no lock can be held when the process forks.
    return _engines.setdefault(key, Engine(*key))


def unload() -> None:
    """Unload all models that this process has loaded. Calls that are under way fail."""
    for found in list(_engines.values()):
        found.close()
