"""The loopback server: every answer is rendered before it is asked for.

    python -m benchmarks.server CERTIFICATE

It prints its two ports, http and https, and serves until its standard input ends. The first part
of a path says what comes: `/flood-text-2000-0/...` is a stream of 2,000 text deltas of their own
length, each an HTTP chunk; `paced2` sends one every 2 ms, `packed` 16 kB of events a chunk, `late`
waits 100 ms before its first byte. What follows in the path says which wire.
"""

from __future__ import annotations

import asyncio
import ssl
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from benchmarks.answers import WIRES
from benchmarks.wires import Wire, compact

_PACK = 16 * 1024
_LATE = 0.1  # seconds


@dataclass(frozen=True, slots=True)
class Scene:
    """What a stream is like: `pace` is flood, packed, late or paced<ms>."""

    pace: str
    kind: str
    deltas: int
    size: int

    @classmethod
    def of(cls, path: str) -> Scene:
        """Read the first part of a path."""
        pace, kind, deltas, size = path.split("/")[1].split("-")
        return cls(pace, kind, int(deltas), int(size))


def wire_of(path: str) -> Wire:
    """Return the wire that a path belongs to."""
    for end, name in (
        ("/chat/completions", "chat"),
        ("/responses", "responses"),
        ("/messages", "messages"),
        ("/api/chat", "ollama"),
    ):
        if path.endswith(end):
            return WIRES[name]
    return WIRES["gemini"]


@cache
def streamed(wire: Wire, scene: Scene) -> list[bytes]:
    """Return the HTTP answer in the pieces in which it is written."""
    head = b"HTTP/1.1 200 OK\r\ncontent-type: %b\r\ntransfer-encoding: chunked\r\n\r\n"
    chunks = [head % wire.content_type.encode()]
    chunks += map(_chunk, _cut(wire.stream(scene.kind, scene.deltas, scene.size), scene.pace))
    chunks.append(b"0\r\n\r\n")
    if scene.pace.startswith("paced"):
        return [chunks[0] + chunks[1], *chunks[2:]]
    return [b"".join(chunks)]


def _chunk(data: bytes) -> bytes:
    return b"%x\r\n%b\r\n" % (len(data), data)


def _cut(events: Iterator[bytes], pace: str) -> Iterator[bytes]:
    if pace != "packed":
        yield from events
        return
    held = b""
    for event in events:
        held += event
        if len(held) >= _PACK:
            yield held
            held = b""
    yield held


@cache
def whole(wire: Wire) -> bytes:
    """Return the HTTP answer of a call that does not stream."""
    body = compact(wire.whole()).encode()
    head = f"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {len(body)}"
    return head.encode() + b"\r\n\r\n" + body


class Connection(asyncio.Protocol):
    """Reads requests just far enough to know what to answer."""

    def __init__(self) -> None:
        self._read = bytearray()
        self._ends = 0  # where the request in the buffer ends; 0: not known yet
        self._timer: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep where to write."""
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def connection_lost(self, exc: Exception | None) -> None:
        """Stop writing."""
        if self._timer:
            self._timer.cancel()

    def data_received(self, data: bytes) -> None:
        """Answer once a request is whole."""
        self._read += data
        if not self._ends:
            head = self._read.find(b"\r\n\r\n")
            if head < 0:
                return
            self._ends = head + 4 + _length(bytes(self._read[:head]))
        if len(self._read) >= self._ends:
            request = bytes(self._read[: self._ends])
            del self._read[: self._ends]
            self._ends = 0
            self._answer(request)

    def _answer(self, request: bytes) -> None:
        path = request.split(b" ", 2)[1].decode().partition("?")[0]
        wire = wire_of(path)
        if not _streams(path, request):
            self._transport.write(whole(wire))
            return
        scene = Scene.of(path)
        pieces = streamed(wire, scene)
        if scene.pace.startswith("paced"):
            self._pace(iter(pieces), int(scene.pace[5:]) / 1000)
        elif scene.pace == "late":
            loop = asyncio.get_running_loop()
            self._timer = loop.call_later(_LATE, self._transport.write, pieces[0])
        else:
            self._transport.write(pieces[0])

    def _pace(self, pieces: Iterator[bytes], seconds: float) -> None:
        piece = next(pieces, None)
        if piece is not None:
            self._transport.write(piece)
            loop = asyncio.get_running_loop()
            self._timer = loop.call_later(seconds, self._pace, pieces, seconds)


def _length(head: bytes) -> int:
    _, found, rest = head.lower().partition(b"content-length:")
    return int(rest.partition(b"\r\n")[0]) if found else 0


def _streams(path: str, request: bytes) -> bool:
    if "generateContent" in path or "streamGenerateContent" in path:
        return "stream" in path.rpartition(":")[2]
    said = request[-200:] + request[:2000]
    if path.endswith("/api/chat"):
        return b'"stream":false' not in said
    return b'"stream":true' in request or b'"stream": true' in request


async def serve(certificate: str) -> None:
    """Serve on free ports until standard input ends."""
    loop = asyncio.get_running_loop()
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate)
    for tls in (None, context):
        server = await loop.create_server(Connection, "127.0.0.1", 0, ssl=tls, backlog=2048)
        sys.stdout.write(f"{server.sockets[0].getsockname()[1]}\n")
    sys.stdout.flush()
    await loop.run_in_executor(None, sys.stdin.read)


if __name__ == "__main__":
    asyncio.run(serve(sys.argv[1]))
