"""A proxy and a TLS server, both real and both on the loopback."""

from __future__ import annotations

import json
import socket
import ssl
import threading
from contextlib import suppress
from urllib.parse import urlsplit

from tests.support.raw import RawServer, read_head, read_request


class Proxy(RawServer):
    """Forwards plain requests and opens tunnels; `lines` are the first lines of what it got."""

    def __init__(self) -> None:
        super().__init__(self._forward)
        self.lines: list[str] = []
        self.heads: list[str] = []

    def _forward(self, connection: socket.socket) -> None:
        head = read_head(connection)
        line = head.partition(b"\r\n")[0].decode()
        self.lines.append(line)
        self.heads.append(head.decode())
        method, target, _ = line.split()
        if method == "CONNECT":
            host, _, port = target.partition(":")
        else:
            parts = urlsplit(target)
            host, port = parts.hostname or "", str(parts.port)
            head = head.replace(target.encode(), parts.path.encode(), 1)
        with socket.create_connection((host, int(port))) as beyond:
            if method == "CONNECT":
                connection.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
            else:
                beyond.sendall(head)
            back = threading.Thread(target=_pump, args=(beyond, connection), daemon=True)
            back.start()
            _pump(connection, beyond)
            back.join(5)


def _pump(source: socket.socket, target: socket.socket) -> None:
    with suppress(OSError):
        while data := source.recv(65536):
            target.sendall(data)
        target.shutdown(socket.SHUT_WR)


def tls_server(context: ssl.SSLContext, answer: object) -> RawServer:
    """A server behind TLS that answers every request with this JSON."""
    body = json.dumps(answer).encode()
    head = b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: %d\r\n\r\n"

    def serve(connection: socket.socket) -> None:
        while read_request(connection):
            connection.sendall(head % len(body) + body)

    return RawServer(serve, context)
