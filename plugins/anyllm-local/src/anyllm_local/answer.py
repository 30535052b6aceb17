"""Calling an engine from blocking code."""

from __future__ import annotations

import os
import socket
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from typing import Self

from any_llm import APITimeoutError
from any_llm.plugin import APIConnectionError, Reply, Timeout

from .llama import Door
from .talk import Talk

PIECE = 65536


class Answer(Reply):
    """An answer of the engine; iterating it gives the body as it comes.

    Closing it, from any thread and at any point, ends the generation.
    """

    def __init__(self, sock: socket.socket, talk: Talk, timeout: Timeout) -> None:
        self._sock, self._talk, self._timeout = sock, talk, timeout
        self._pid = os.getpid()
        self._over = False
        self.status = 0
        self.headers: Mapping[str, str] = {}

    @classmethod
    def ask(
        cls,
        door: Door,
        talk: Talk,
        timeout: Timeout,
        admit: Callable[[Answer], None] | None = None,
    ) -> Self:
        """Send a request and return its answer once the head is in.

        `admit` gets the answer before anything is sent, so that it can be cut short while it is
        waited for.
        """
        try:
            sock = socket.create_connection((door.host, door.port), timeout.connect)
        except OSError as error:
            raise unreachable(error) from error
        answer = cls(sock, talk, timeout)
        try:
            if admit is not None:
                admit(answer)
            answer._start()
        except BaseException:
            answer.close()
            raise
        return answer

    def _start(self) -> None:
        try:
            self._sock.settimeout(self._timeout.write)
            self._sock.sendall(self._talk.request)
            self._sock.settimeout(self._timeout.read)
        except OSError as error:
            raise failure(error) from error
        while (head := self._talk.head()) is None:
            self._receive()
        self.status, self.headers = head

    def _receive(self) -> None:
        try:
            self._talk.feed(self._sock.recv(PIECE))
        except OSError as error:
            raise failure(error) from error

    def chunks(self) -> Iterator[bytes]:
        """Return the answer itself: an iterator over its body."""
        return self

    def __iter__(self) -> Self:
        return self

    def __next__(self) -> bytes:
        while not self._over:
            data = self._talk.data()
            if data is None:
                self._receive()
            elif data:
                return data
            else:
                self._over = True
                self.close()
        raise StopIteration

    def cut(self) -> None:
        """Hang up, whoever is reading: the generation ends, and so does the wait for bytes."""
        # Not in a forked child, whose copy of the connection is still the parent's.
        if self._pid == os.getpid():
            with suppress(OSError):  # it may be closed already
                self._sock.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        """Hang up and let the connection go."""
        self.cut()
        self._sock.close()

    def __del__(self) -> None:
        self.close()  # an answer that is dropped ends its generation too


def unreachable(error: OSError) -> APIConnectionError:
    """Return the error of a door that does not open."""
    return APIConnectionError(
        f"local: the engine does not answer ({error.strerror or error}); call again",
        provider="local",
    )


def failure(error: OSError) -> APIConnectionError:
    """Return the error of a connection that broke, or was too slow."""
    if isinstance(error, TimeoutError):
        return APITimeoutError(
            "local: the model took too long; raise timeout=, or use a shorter prompt or a "
            "smaller model",
            provider="local",
        )
    return APIConnectionError(
        f"local: the engine hung up ({error.strerror or error}); call again", provider="local"
    )
