"""Transports for the recorder: one notes what goes by, one plays it back. Sync, as recording is."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from ..errors import APIConnectionError
from ..plugin import HTTPRequest, Reply, Timeout, Transport


@dataclass(slots=True)
class Taped:
    """One exchange as it went by: the signed request, the answer's head, the pieces of its body."""

    request: HTTPRequest
    status: int
    headers: Mapping[str, str]
    pieces: list[bytes] = field(default_factory=list)

    @property
    def body(self) -> bytes:
        """The pieces together."""
        return b"".join(self.pieces)


class Tape:
    """Wrap a client's transports with `wrap`; `taped` are the exchanges so far."""

    def __init__(self) -> None:
        self.taped: list[Taped] = []

    def wrap(self, transport: Transport) -> Transport:
        """Return a transport that does what `transport` does, and notes it."""
        return _Recording(transport, self.taped)


class _Recording(Transport):
    def __init__(self, transport: Transport, taped: list[Taped]) -> None:
        self._transport, self._taped = transport, taped

    def send(self, request: HTTPRequest, timeout: Timeout) -> Reply:
        reply = self._transport.send(request, timeout)
        taped = Taped(request, reply.status, dict(reply.headers))
        self._taped.append(taped)
        return _RecordingReply(reply, taped)

    def close(self) -> None:
        self._transport.close()


class _RecordingReply(Reply):
    def __init__(self, reply: Reply, taped: Taped) -> None:
        self._reply, self._taped = reply, taped
        self.status, self.headers = reply.status, reply.headers

    def chunks(self) -> Iterator[bytes]:
        for piece in self._reply.chunks():
            self._taped.pieces.append(piece)
            yield piece

    def read(self) -> bytes:
        return b"".join(self.chunks())

    def drain(self, chunks: Iterator[bytes]) -> None:
        """Read what follows the message too, so that the recording is whole."""
        for _ in chunks:
            pass
        self.close()

    def close(self) -> None:
        self._reply.close()


@dataclass(frozen=True, slots=True)
class Head:
    """What is played back: status, headers, body."""

    status: int
    headers: Mapping[str, str]
    body: bytes


class Player(Transport):
    """Answers with recorded exchanges, in their order at each place (scheme, host and port)."""

    def __init__(self, heads: Mapping[str, Sequence[Head]]) -> None:
        self._heads = {place: list(there) for place, there in heads.items()}

    def send(self, request: HTTPRequest, timeout: Timeout) -> Reply:
        """Return the next recorded answer."""
        heads = self._heads.get(place_of(request.url))
        if not heads:
            raise APIConnectionError("the recording has no further exchange")
        return _Played(heads.pop(0))


class _Played(Reply):
    def __init__(self, head: Head) -> None:
        self._head = head
        self.status, self.headers = head.status, head.headers

    def chunks(self) -> Iterator[bytes]:
        return iter([self._head.body])

    def close(self) -> None:
        """There is nothing to give back."""


def place_of(url: str) -> str:
    """Return scheme, host and port, as a Call says them."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.hostname or ''}" + (f":{parts.port}" if parts.port else "")
