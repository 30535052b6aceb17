"""A real HTTP server on the loopback that says what it is told: recorded bytes, and faults.

    with ReplayServer(Answer(body=b'{"ok": true}')) as server:
        httpx.post(server.url + "/v1/chat", json={})
    server.requests[0].json

    ReplayServer(*Answer.error(503).times(3), Answer.sse(recorded))   # a burst, then success
    ReplayServer(Answer.error(429, retry_after=0.01), Answer.of({"id": "m"}))
    ReplayServer(Answer.sse(recorded, pieces=[1], delay=0.001))       # byte by byte
    ReplayServer(Answer.sse(recorded, end="reset", after=100))        # breaks in the middle
    ReplayServer(Answer.nothing())                                    # hangs up without an answer

Answers are given in order, one a request; the last one is repeated. Everything is real: sockets,
keep-alive, chunked bodies, cuts and resets. With pytest, `any_llm.testing.fixtures` has a fixture.
"""

from __future__ import annotations

import json
import socket
import struct
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Literal, Self

End = Literal["whole", "cut", "reset", "hang"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What the server says to one request.

    `body` is sent in `pieces` (sizes in bytes; the last one repeats; empty: all at once), each
    after `delay` seconds. `end`: "cut" closes the connection without ending the body, "reset" does
    it with a TCP reset, "hang" leaves it open until the server closes. `after` bytes of the body
    are sent before a cut, a reset or a hang (None: all). Without `head` not even a status is sent.
    """

    body: bytes = b""
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=lambda: {"content-type": "application/json"})
    pieces: Sequence[int] = ()
    delay: float = 0.0
    head_delay: float = 0.0
    end: End = "whole"
    after: int | None = None
    head: bool = True

    @classmethod
    def sse(cls, body: bytes, **more: Any) -> Self:
        """A server-sent event stream."""
        return cls(body=body, headers={"content-type": "text/event-stream"}, **more)

    @classmethod
    def of(cls, value: Any, **more: Any) -> Self:
        """A JSON body."""
        return cls(body=json.dumps(value).encode(), **more)

    @classmethod
    def error(
        cls,
        status: int,
        *,
        type: str = "",
        message: str = "a fault on demand",
        retry_after: float | datetime | None = None,
        should_retry: bool | None = None,
        headers: Mapping[str, str] | None = None,
        **more: Any,
    ) -> Self:
        """A refusal, in the Messages API's form and of the status's type unless told otherwise.

        `retry_after` is said as seconds, or as an HTTP date where it is a datetime.
        """
        said = {"content-type": "application/json", **(headers or {})}
        if isinstance(retry_after, datetime):
            said["retry-after"] = format_datetime(retry_after.astimezone(UTC), usegmt=True)
        elif retry_after is not None:
            said["retry-after"] = f"{retry_after:g}"
        if should_retry is not None:
            said["x-should-retry"] = str(should_retry).lower()
        error = {"type": "error", "error": {"type": type, "message": message}}
        return cls(
            **{"status": status, "headers": said, "body": json.dumps(error).encode(), **more}
        )

    @classmethod
    def nothing(cls, end: End = "cut") -> Self:
        """No answer at all: the connection is closed, reset or left open without a word."""
        return cls(head=False, end=end)

    def times(self, count: int) -> list[Self]:
        """This answer `count` times: a burst."""
        return [self] * count


@dataclass(frozen=True, slots=True, kw_only=True)
class Received:
    """One request as it came: lower-cased headers, raw body."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes
    connection: int

    @property
    def json(self) -> Any:
        """The parsed body."""
        return json.loads(self.body)


class ReplayServer:
    """Serves `answers` (or what `answer(request)` returns) on a port of its own.

    `requests` are those that came, `open` how many connections are open now, `closed_early` how
    many the client closed before the answer was through.
    """

    def __init__(
        self, *answers: Answer, answer: Callable[[Received], Answer] | None = None
    ) -> None:
        self._answers = list(answers)
        self._choose = answer
        self._lock = threading.Lock()
        self._stopping = threading.Event()
        self.requests: list[Received] = []
        self.connections = 0
        self.open = 0
        self.closed_early = 0
        self._server = _Server(("127.0.0.1", 0), _Handler)
        self._server.replay = self
        self._thread = threading.Thread(
            target=self._server.serve_forever, kwargs={"poll_interval": 0.002}, daemon=True
        )

    @property
    def url(self) -> str:
        """Scheme, host and port."""
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *exc: object) -> None:
        self._stopping.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def wait_closed(self, seconds: float = 5.0) -> bool:
        """Wait until no connection is open; whether that came to be."""
        until = time.monotonic() + seconds
        while self.open and time.monotonic() < until:
            time.sleep(0.005)
        return not self.open

    def next_answer(self, request: Received) -> Answer:
        """Note a request and choose its answer."""
        with self._lock:
            self.requests.append(request)
            if self._choose is None:
                return self._answers.pop(0) if len(self._answers) > 1 else self._answers[0]
        return self._choose(request)  # not under the lock: it may wait for another request

    def count(self, *, opened: int = 0, early: int = 0, new: int = 0) -> int:
        """Keep the tallies; return the number of connections so far."""
        with self._lock:
            self.open += opened
            self.closed_early += early
            self.connections += new
            return self.connections

    def hang(self) -> None:
        """Wait until the server stops."""
        self._stopping.wait()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False
    request_queue_size = 512
    replay: ReplayServer

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that goes away is what the tests are about, not an error to print."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: _Server  # pyright: ignore[reportIncompatibleVariableOverride]  # the one we made

    def setup(self) -> None:
        super().setup()
        self.connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.number = self.server.replay.count(opened=1, new=1)

    def finish(self) -> None:
        self.server.replay.count(opened=-1)
        super().finish()

    def log_message(self, format: str, *args: Any) -> None:
        """Silence."""

    def _answer(self) -> None:
        size = int(self.headers.get("content-length") or 0)
        request = Received(
            method=self.command,
            path=self.path,
            headers={name.lower(): value for name, value in self.headers.items()},
            body=self.rfile.read(size),
            connection=self.number,
        )
        answer = self.server.replay.next_answer(request)
        try:
            self._send(answer)
        except OSError:
            self.server.replay.count(early=1)
            self.close_connection = True

    do_GET = do_POST = do_PUT = do_DELETE = _answer  # noqa: N815  # the base class's names

    def _send(self, answer: Answer) -> None:
        time.sleep(answer.head_delay)
        if not answer.head:
            self._end(answer.end)
            return
        fixed = not answer.pieces and answer.end == "whole" and not answer.delay
        self.send_response(answer.status)
        for name, value in answer.headers.items():
            self.send_header(name, value)
        if fixed:
            self.send_header("content-length", str(len(answer.body)))
        else:
            self.send_header("transfer-encoding", "chunked")
        self.end_headers()
        if fixed:
            self.wfile.write(answer.body)
            return
        for piece in _cut(answer):
            time.sleep(answer.delay)
            self.wfile.write(b"%x\r\n%s\r\n" % (len(piece), piece))
        self._end(answer.end)

    def _end(self, end: End) -> None:
        if end == "whole":
            self.wfile.write(b"0\r\n\r\n")
            return
        self.close_connection = True
        if end == "hang":
            self._watch()
        elif end == "reset":
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))

    def _watch(self) -> None:
        """Keep the connection open until the client or the server goes."""
        replay = self.server.replay
        self.connection.settimeout(0.02)
        while not replay._stopping.is_set():
            try:
                if not self.connection.recv(1):
                    replay.count(early=1)
                    return
            except TimeoutError:
                continue


def _cut(answer: Answer) -> list[bytes]:
    body = answer.body if answer.after is None else answer.body[: answer.after]
    if not answer.pieces:
        return [body] if body else []
    found, at, sizes = [], 0, list(answer.pieces)
    while at < len(body):
        size = sizes.pop(0) if len(sizes) > 1 else sizes[0]
        found.append(body[at : at + size])
        at += size
    return found
