"""A TCP server for what no HTTP server would say: garbage, silence, early resets, proxies, TLS."""

from __future__ import annotations

import socket
import ssl
import struct
import threading
import time
from collections.abc import Callable
from typing import Self

Serve = Callable[[socket.socket], None]


class RawServer:
    """Calls `serve` with each connection, in a thread of its own, and closes it afterwards."""

    def __init__(self, serve: Serve, tls: ssl.SSLContext | None = None) -> None:
        self._serve, self._tls = serve, tls
        self._lock = threading.Lock()
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self.connections = 0
        self.open = 0

    @property
    def url(self) -> str:
        """Scheme, host and port."""
        return f"{'https' if self._tls else 'http'}://127.0.0.1:{self.port}"

    def __enter__(self) -> Self:
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(self, *exc: object) -> None:
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()

    def wait_closed(self, seconds: float = 5.0) -> bool:
        """Wait until no connection is open; whether that came to be."""
        until = time.monotonic() + seconds
        while self.open and time.monotonic() < until:
            time.sleep(0.005)
        return not self.open

    def _accept(self) -> None:
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            self._count(1)
            threading.Thread(target=self._handle, args=(connection,), daemon=True).start()

    def _handle(self, connection: socket.socket) -> None:
        try:
            with connection:
                if self._tls is None:
                    self._serve(connection)
                    return
                with self._tls.wrap_socket(connection, server_side=True) as secured:
                    self._serve(secured)
        except OSError:
            pass  # the client went away, which is its right
        finally:
            self._count(-1)

    def _count(self, more: int) -> None:
        with self._lock:
            self.open += more
            self.connections += max(more, 0)


def read_head(connection: socket.socket) -> bytes:
    """Return a request's bytes up to the end of its head; empty when the client has gone."""
    head = b""
    while b"\r\n\r\n" not in head:
        more = connection.recv(65536)
        if not more:
            return head
        head += more
    return head


def read_request(connection: socket.socket) -> bytes:
    """Return a whole request; empty when the client has gone."""
    request = read_head(connection)
    if request:
        head, _, body = request.partition(b"\r\n\r\n")
        wanted = int(head.lower().partition(b"content-length: ")[2].split(b"\r\n")[0])
        while len(body) < wanted:
            more = connection.recv(65536)
            request, body = request + more, body + more
    return request


def wait_for_end(connection: socket.socket) -> None:
    """Say nothing until the client closes."""
    while connection.recv(65536):
        pass


def reset(connection: socket.socket) -> None:
    """Make closing this connection a TCP reset."""
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
