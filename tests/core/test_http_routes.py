"""Proxies and TLS: the same under each HTTP library, in each colour."""

from __future__ import annotations

import importlib
import importlib.util
import ssl
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from any_llm import APIConnectionError, ConfigurationError
from any_llm.testing import Answer, ReplayServer
from tests.support.colours import WAYS, options, run
from tests.support.proxy import Proxy, tls_server
from tests.support.raw import RawServer, read_head
from tests.support.wire import KEY, message

on_each_way = pytest.mark.parametrize(("library", "colour"), WAYS)

pytestmark = pytest.mark.usefixtures("no_proxy_from_outside")

GOOD = Answer.of(message())
OWN = {"http_client": None}  # the client of any_llm's own making


# --- proxies ---------------------------------------------------------------------------------


@on_each_way
def test_a_proxy(library: str, colour: str) -> None:
    with ReplayServer(GOOD) as server, Proxy() as proxy:
        made = options(server, **OWN, http_library=library, proxy=proxy.url)
        [got] = run(colour, made, {})
        assert got.text == "Hello there"
        assert proxy.lines == [f"POST {server.url}/v1/messages HTTP/1.1"]


@on_each_way
@pytest.mark.parametrize("tls", [False, True], ids=["forwards", "tunnels"])
def test_a_proxy_that_wants_a_password(
    library: str, colour: str, tls: bool, authority: Any, secure: Any
) -> None:
    context = ssl.create_default_context()
    authority.configure_trust(context)
    with ReplayServer(GOOD) as plain, Proxy() as proxy:
        url = proxy.url.replace("//", "//me:p%40ss@")
        server = secure if tls else plain
        made = options(server.url, **OWN, http_library=library, proxy=url, verify=context)
        [got] = run(colour, made, {})
        assert got.error is None
        assert "proxy-authorization: basic bWU6cEBzcw==".lower() in proxy.heads[0].lower()


@on_each_way
def test_a_proxy_that_refuses(library: str, colour: str) -> None:
    def refuse(connection: Any) -> None:
        read_head(connection)
        connection.sendall(b"HTTP/1.1 403 Forbidden\r\ncontent-length: 0\r\n\r\n")

    with RawServer(refuse) as proxy:
        made = options(
            "https://127.0.0.1:9", **OWN, http_library=library, proxy=proxy.url, max_retries=0
        )
        [got] = run(colour, made, {})
        assert type(got.error) is APIConnectionError
        assert "the connection to https://127.0.0.1:9 broke: ProxyError: 403" in str(got.error)
        assert proxy.wait_closed()


@on_each_way
@pytest.mark.parametrize("scheme", ["socks5", "ftp"])
def test_a_kind_of_proxy_that_there_is_not(library: str, colour: str, scheme: str) -> None:
    if scheme == "socks5" and library != "aiohttp" and importlib.util.find_spec("socksio"):
        pytest.skip("the extra that has it is installed")
    made = options("http://127.0.0.1:9", **OWN, http_library=library, proxy=f"{scheme}://a:1")
    [got] = run(colour, made, {})
    assert isinstance(got.error, ConfigurationError)
    assert str(got.error).startswith("HTTP client: ")


@on_each_way
def test_a_proxy_of_the_environment(
    library: str, colour: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with ReplayServer(GOOD) as server, Proxy() as proxy:
        monkeypatch.setenv("http_proxy", proxy.url)
        [got] = run(colour, options(server, **OWN, http_library=library), {})
        assert got.text == "Hello there"
        assert len(proxy.lines) == 1


@on_each_way
def test_a_proxy_that_is_not_there(library: str, colour: str) -> None:
    with Proxy() as proxy:
        gone = proxy.url
    made = options("http://127.0.0.1:9", **OWN, http_library=library, proxy=gone, max_retries=0)
    [got] = run(colour, made, {})
    assert isinstance(got.error, APIConnectionError)
    assert "check the address, the network and proxies" in str(got.error)


# --- TLS -------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def authority() -> Any:
    return pytest.importorskip("trustme").CA()


@pytest.fixture
def secure(authority: Any) -> Iterator[Any]:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1").configure_cert(context)
    with tls_server(context, message("over TLS")) as server:
        yield server


@on_each_way
def test_an_authority_of_the_callers_own(
    library: str, colour: str, authority: Any, secure: Any, tmp_path: Path
) -> None:
    bundle = tmp_path / "ca.pem"
    authority.cert_pem.write_to_path(str(bundle))
    context = ssl.create_default_context()
    authority.configure_trust(context)
    for verify in (context, str(bundle), bundle, False):
        [got] = run(colour, options(secure.url, **OWN, http_library=library, verify=verify), {})
        assert got.text == "over TLS"


@on_each_way
def test_a_server_that_nobody_vouches_for(library: str, colour: str, secure: Any) -> None:
    made = options(secure.url, **OWN, http_library=library, max_retries=0)
    [got] = run(colour, made, {})
    assert type(got.error) is APIConnectionError
    assert str(got.error).startswith(f"msgs: cannot connect to {secure.url}: ")
    assert "CERTIFICATE_VERIFY_FAILED" in str(got.error)
    assert "\n" not in str(got.error)
    assert secure.wait_closed()


@on_each_way
def test_a_tunnel_through_a_proxy_hides_the_key(
    library: str, colour: str, authority: Any, secure: Any
) -> None:
    context = ssl.create_default_context()
    authority.configure_trust(context)
    with Proxy() as proxy:
        made = options(secure.url, **OWN, http_library=library, proxy=proxy.url, verify=context)
        [got] = run(colour, made, {})
        assert got.text == "over TLS"
        assert proxy.lines == [f"CONNECT 127.0.0.1:{secure.port} HTTP/1.1"]
        assert KEY not in proxy.heads[0]


@on_each_way
def test_a_head_in_no_encoding(library: str, colour: str) -> None:
    def serve(connection: Any) -> None:
        read_head(connection)
        head = b"HTTP/1.1 200 R\xe9ussi\r\nx-note: \xe9\r\ncontent-length: %d\r\n\r\n"
        connection.sendall(head % len(GOOD.body) + GOOD.body)

    with RawServer(serve) as server:
        made = options(server.url, **OWN, http_library=library, max_retries=0)
        [got] = run(colour, made, {})
    assert got.text == "Hello there"
