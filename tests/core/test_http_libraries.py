"""httpx and httpx2: pins, the caller's own clients, who watches ours; the same under both."""

from __future__ import annotations

import importlib
import importlib.util
import logging
import ssl
from functools import wraps
from pathlib import Path
from typing import Any

import pytest

import any_llm
from any_llm import APIConnectionError, AsyncClient, Client, ConfigurationError, Observer
from any_llm.testing import Answer, ReplayServer
from tests.support.colours import COLOURS, LIBRARIES, WAYS, options, run
from tests.support.wire import KEY, events, message, plugins, row, sse

in_each_colour = pytest.mark.parametrize("colour", COLOURS)
with_each_library = pytest.mark.parametrize("library", LIBRARIES)
on_each_way = pytest.mark.parametrize(("library", "colour"), WAYS)

pytestmark = pytest.mark.usefixtures("no_proxy_from_outside")

GOOD = Answer.of(message())
OWN = {"http_client": None}  # the client of any_llm's own making


def http_client(library: str, colour: str, **more: Any) -> Any:
    module = importlib.import_module(library)
    return (module.Client if colour == "sync" else module.AsyncClient)(**more)


# --- which library ---------------------------------------------------------------------------


@in_each_colour
def test_httpx2_is_used_where_it_is_installed_and_either_may_be_pinned(colour: str) -> None:
    with ReplayServer(GOOD) as server:
        run(colour, options(server, **OWN), {})
        for name in LIBRARIES:
            run(colour, options(server, **OWN, http_library=name), {})
        agents = [request.headers["user-agent"].partition("/")[0] for request in server.requests]
    assert agents == [f"python-{LIBRARIES[-1]}", *(f"python-{name}" for name in LIBRARIES)]


def test_a_library_that_is_not_installed() -> None:
    absent = [name for name in ("httpx", "httpx2") if name not in LIBRARIES]
    for name in absent:
        [got] = run("sync", options("http://127.0.0.1:9", **OWN, http_library=name), {})
        assert isinstance(got.error, ConfigurationError)
        assert f"pip install {name}" in str(got.error)
    with pytest.raises(ConfigurationError, match="must be httpx2, httpx or aiohttp, not 'os'"):
        Client(**options("http://127.0.0.1:9", http_library="os")).models.list("msgs")


@in_each_colour
@with_each_library
def test_who_reads_the_librarys_log_finds_each_request(
    library: str, colour: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, logger=library)
    with ReplayServer(GOOD) as server:
        run(colour, options(server, **OWN, http_library=library), {})
        [request] = server.requests
    told = [record.getMessage() for record in caplog.records if record.name == library]
    assert told == [f'HTTP Request: POST {server.url}{request.path} "HTTP/1.1 200 OK"']


@on_each_way
def test_the_path_of_an_address_goes_out_as_it_stands(library: str, colour: str) -> None:
    with ReplayServer(GOOD) as server:
        run(colour, options(f"{server.url}/%7Ea%2Fb/c%20d", **OWN, http_library=library), {})
        [request] = server.requests
    assert request.path == "/%7Ea%2Fb/c%20d/v1/messages"  # a signature may be over it


# --- the caller's own client -----------------------------------------------------------------


@in_each_colour
@with_each_library
def test_a_client_of_the_callers_own_is_used_as_it_is(library: str, colour: str) -> None:
    stream = Answer.sse(sse(*events()), pieces=[50])
    http = http_client(library, colour, headers={"x-mine": "yes"}, timeout=0.001)
    with ReplayServer(GOOD, stream) as server:
        found = run(colour, options(server, http_client=http), {}, {"stream": True})
        assert [got.text for got in found] == ["Hello there"] * 2
        assert server.connections == 1
        for request in server.requests:
            assert request.headers["x-mine"] == "yes"
            assert request.headers["user-agent"].startswith(f"python-{library}/")
            assert request.headers["authorization"] == f"Bearer {KEY}"


@in_each_colour
@with_each_library
@pytest.mark.parametrize("stream", [False, True])
def test_an_answer_that_the_callers_client_has_read_already(
    library: str, colour: str, stream: bool
) -> None:
    """As hooks do that log bodies, caches, and the transports that tests put in."""
    module = importlib.import_module(library)
    body = sse(*events()) if stream else GOOD.body
    made_up = module.MockTransport(lambda _: module.Response(200, content=body))
    http = http_client(library, colour, transport=made_up)
    [got] = run(colour, options("http://127.0.0.1:9", http_client=http), {"stream": stream})
    assert got.text == "Hello there"


@in_each_colour
@with_each_library
def test_its_errors_are_ours(library: str, colour: str) -> None:
    with ReplayServer(GOOD) as server:
        gone = server.url
    made = options(gone, http_client=http_client(library, colour), max_retries=0)
    for got in run(colour, made, {"stream": True}, {}):
        assert isinstance(got.error, APIConnectionError)
        assert type(got.error.__cause__).__module__.partition(".")[0] == library
    cut = Answer.sse(sse(*events()), end="cut", after=300)
    slow = Answer.of(message(), head_delay=0.2)
    with ReplayServer(cut, slow) as server:
        made = options(server, http_client=http_client(library, colour), max_retries=0)
        torn, late = run(colour, made, {"stream": True}, {"timeout": 0.05})
        assert type(torn.error) is APIConnectionError
        assert type(late.error) is any_llm.APITimeoutError


@in_each_colour
@with_each_library
def test_it_follows_no_redirects_with_a_key(library: str, colour: str) -> None:
    http = http_client(library, colour, follow_redirects=True)
    with ReplayServer(GOOD) as elsewhere:
        moved = Answer(status=307, headers={"location": elsewhere.url})
        with ReplayServer(moved) as server:
            [got] = run(colour, options(server, http_client=http), {})
        assert isinstance(got.error, any_llm.APIStatusError)
        assert not elsewhere.requests


@with_each_library
def test_the_wrong_colour_is_refused_at_once(library: str) -> None:
    module = importlib.import_module(library)
    mine, other = f"{library}.Client", f"{library}.AsyncClient"
    wrong = module.AsyncClient()
    with pytest.raises(ConfigurationError, match=f"http_client: Client needs a {mine}, got Async"):
        Client(http_client=wrong)
    with module.Client() as wrong:
        with pytest.raises(ConfigurationError, match=f"AsyncClient needs a {other}, got Client"):
            AsyncClient(http_client=wrong)
        with pytest.raises(ConfigurationError, match=f"AsyncClient needs a {other}, got Client"):
            AsyncClient(http_clients={"msgs": wrong})


@pytest.mark.parametrize("foreign", [object(), "http", 5, ssl.create_default_context()])
def test_what_is_no_http_client(foreign: Any) -> None:
    with pytest.raises(ConfigurationError, match=r"^http_client: expected a client of httpx or "):
        Client(http_client=foreign)


def test_a_client_and_settings_for_another_exclude_each_other() -> None:
    http = http_client(LIBRARIES[0], "sync")
    http.close()
    for more in ({"proxy": "http://127.0.0.1:1"}, {"verify": False}):
        with pytest.raises(ConfigurationError, match="set proxy and verify on that client itself"):
            Client(http_client=http, **more)


def test_a_client_that_the_caller_has_closed() -> None:
    http = http_client(LIBRARIES[0], "sync")
    http.close()
    [got] = run("sync", options("http://127.0.0.1:9", http_client=http), {})
    assert isinstance(got.error, ConfigurationError)
    assert str(got.error) == "the HTTP client is closed; make a new Client"


@in_each_colour
def test_a_client_for_each_provider(colour: str) -> None:
    rows = plugins(row(), row(id="other"))
    mine = http_client(LIBRARIES[0], colour, headers={"x-mine": "yes"})
    with ReplayServer(GOOD) as server:
        made = options(
            plugins=rows,
            keys={"msgs": KEY, "other": KEY},
            api_base={"msgs": server.url, "other": server.url},
            http_clients={"other": mine},
            provider_headers={"msgs": {"x-for": "msgs"}},
            headers={"x-all": "1"},
        )
        run(colour, made, {}, {"model": "other:m"}, {"extra_headers": {"X-All": "2"}})
        first, second, third = (request.headers for request in server.requests)
    assert (first.get("x-mine"), first["x-for"], first["x-all"]) == (None, "msgs", "1")
    assert (second["x-mine"], second.get("x-for"), second["x-all"]) == ("yes", None, "1")
    assert third["x-all"] == "2"


# --- what a client of ours does not pick up --------------------------------------------------


def test_no_credentials_from_a_netrc(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login me password from-netrc\n")
    monkeypatch.setenv("NETRC", str(netrc))
    with ReplayServer(GOOD) as server:
        run("sync", options(server, **OWN), {})
        assert server.requests[0].headers["authorization"] == f"Bearer {KEY}"


# --- who watches a client of ours ------------------------------------------------------------


@in_each_colour
@with_each_library
@pytest.mark.parametrize("name", ["send", "_send_single_request"])
@pytest.mark.parametrize("early", [True, False], ids=["before", "after"])
def test_who_patches_the_class_of_clients_sees_each_request(
    library: str, colour: str, name: str, early: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As Sentry does with `send` (sentry-sdk 2.x, integrations/httpx.py) and vcrpy 7 below it."""
    module = importlib.import_module(library)
    cls = module.Client if colour == "sync" else module.AsyncClient
    original, seen = getattr(cls, name), []

    @wraps(original)
    def watched(client: Any, request: Any, **how: Any) -> Any:
        seen.append(request.url.path)
        return original(client, request, **how)

    class Patching(Observer):
        def on_end(self, call: any_llm.Call, end: any_llm.End) -> None:
            monkeypatch.setattr(cls, name, watched)

    if early:
        monkeypatch.setattr(cls, name, watched)
    with ReplayServer(GOOD) as server:
        run(colour, options(server, **OWN, http_library=library, observers=[Patching()]), {}, {})
        assert seen == [request.path for request in server.requests][0 if early else 1 :]
        assert seen


@in_each_colour
@with_each_library
def test_the_librarys_error_knows_its_request(library: str, colour: str) -> None:
    cut = Answer.of(message(), end="cut", after=10)
    with ReplayServer(cut) as server:
        [torn] = run(colour, options(server, **OWN, http_library=library, max_retries=0), {})
        url = server.url
    [gone] = run(colour, options(url, **OWN, http_library=library, max_retries=0), {})
    for got in (torn, gone):
        assert got.error is not None
        request: Any = got.error.__cause__.request  # type: ignore[union-attr]
        assert str(request.url).startswith(url)
        assert not request.headers  # a key was among them
