"""Where a call goes and by which rules: profiles, settings and templated addresses."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import ClassVar

import pytest
from pydantic import BaseModel, ConfigDict

from any_llm import ConfigurationError, MissingCredentials, plugin
from any_llm.testing import ReplayServer
from tests.contracts.support import HELLO, Plain, manager, plain_answer, row


@dataclass(frozen=True, kw_only=True)
class Quirks:
    a: str = "default"
    b: str = "default"
    c: str = "default"
    d: str = "default"
    e: str = "default"
    f: str = "default"
    count: int = 0


class Quirky(Plain):
    """Keeps the profile and the settings that each of its calls had."""

    profile = Quirks
    models = (
        plugin.ModelRule("old-*", {"c": "dialect's rule", "d": "dialect's rule"}, "docs, 2026"),
    )

    def __init__(self) -> None:
        self.seen: list = []

    def encode(self, request, ctx):
        self.seen.append(ctx)
        return super().encode(request, ctx)


class Pydantic(BaseModel):
    model_config = ConfigDict(frozen=True)
    a: str = "default"


class Open(BaseModel):
    model_config = ConfigDict(extra="allow", frozen=True)


@pytest.fixture
def server():
    with ReplayServer(answer=plain_answer) as server:
        yield server


OPTIONS = dict.fromkeys("bcdef", "row")
RULES = [
    plugin.ModelRule("old-*", {"d": "row's rule", "e": "row's rule", "f": "row's rule"}),
    plugin.ModelRule("old-2*", {"f": "later rule"}),
]


def test_defaults_row_rules_client_call(colour, server):
    dialect = Quirky()
    plugins = manager(row(server, dialect=dialect, options=OPTIONS, models=RULES))
    client = colour.client(plugins, quirks={"stand-in": {"e": "client", "f": "client"}})
    client.messages("stand-in:new", HELLO, 9)
    client.messages("stand-in:OLD-1", HELLO, 9)
    client.messages("stand-in:vendor/old-2x", HELLO, 9, quirks={"f": "call", "count": 7})
    colour.client(plugins).messages("stand-in:old-2x", HELLO, 9)
    new, old, called, plain = (ctx.profile for ctx in dialect.seen)
    assert new == Quirks(b="row", c="row", d="row", e="client", f="client")
    assert old == Quirks(b="row", c="dialect's rule", d="row's rule", e="client", f="client")
    assert called == Quirks(
        b="row", c="dialect's rule", d="row's rule", e="client", f="call", count=7
    )
    assert plain.f == "later rule"


def test_two_rows_of_one_dialect_have_profiles_of_their_own(colour, server):
    dialect = Quirky()
    rows = [
        plugin.ProviderSpec(id=name, dialect=dialect, base_url=server.url, options={"a": name})
        for name in ("one", "two")
    ]
    client = colour.client(manager(*rows))
    for name in ("one", "two", "one"):
        client.messages(f"{name}:m", HELLO, 9)
    assert [ctx.profile.a for ctx in dialect.seen] == ["one", "two", "one"]


def test_a_row_names_its_dialect_by_a_string(colour, server):
    dialect = Quirky()
    spec = row(server, dialect="plain", options={"a": "row"})
    client = colour.client(manager(spec, dialects=[dialect]))
    assert client.messages("stand-in:m", HELLO, 9).text == "hello"
    assert dialect.seen[0].profile.a == "row"


WRONG = {
    "call": {"call": {"quirks": {"aa": "x"}}},
    "client": {"client": {"quirks": {"stand-in": {"aa": "x"}}}},
    "row": {"row": {"options": {"aa": "x"}}},
    "rule": {"row": {"models": [plugin.ModelRule("*", {"aa": "x"})]}},
}


@pytest.mark.parametrize("place", WRONG)
@pytest.mark.parametrize("profile", [Quirks, Pydantic])
def test_an_unknown_quirk_is_a_clear_error(server, place, profile):
    from any_llm import Client

    class Other(Quirky):
        pass

    Other.profile = profile
    wrong = WRONG[place]
    plugins = manager(row(server, dialect=Other(), **wrong.get("row", {})))
    with (
        Client(plugins=plugins, env={}, **wrong.get("client", {})) as client,
        pytest.raises(ConfigurationError, match=r"stand-in: quirks: unknown aa; .* knows a") as e,
    ):
        client.messages("stand-in:m", HELLO, 9, **wrong.get("call", {}))
    assert "'plain'" in str(e.value)
    assert server.connections == 0


def test_a_profile_may_take_any_name(colour, server):
    class Anything(Quirky):
        profile = Open

    dialect = Anything()
    client = colour.client(manager(row(server, dialect=dialect)))
    client.messages("stand-in:m", HELLO, 9, quirks={"whatever": 1})
    assert dialect.seen[0].profile.whatever == 1


def test_a_quirk_of_the_wrong_type_is_a_clear_error(colour, server):
    client = colour.client(manager(row(server, dialect=Quirky())))
    with pytest.raises(ConfigurationError, match=r"stand-in: quirks: count: .*integer"):
        client.messages("stand-in:m", HELLO, 9, quirks={"count": "many"})


def test_a_dialect_without_a_profile_has_no_quirks(colour, server):
    for spec, quirks in ((row(server), {"a": 1}), (row(server, options={"a": 1}), None)):
        client = colour.client(manager(spec))
        with pytest.raises(ConfigurationError, match="stand-in: dialect 'plain' has no quirks"):
            client.messages("stand-in:m", HELLO, 9, quirks=quirks)


# --- settings and addresses ------------------------------------------------------------------


def port(value: str) -> str:
    """Brings `:8000` and `8000` into one."""
    number = value.removeprefix(":")
    if not number.isdecimal():
        raise ValueError(f"a port is needed, not {value!r}")
    return number


class Places:
    SETTINGS: ClassVar = [
        plugin.Setting(name="host", env=("STAND_IN_HOST", "OTHER_HOST"), default="127.0.0.1"),
        plugin.Setting(name="port", env=("STAND_IN_PORT",), parse=port),
        plugin.Setting(name="region", env=("STAND_IN_REGION",), default="eu"),
        plugin.Setting(name="note"),
    ]


@pytest.fixture
def placed(server):
    """A row whose address is made of settings, and the port it needs."""
    dialect = Quirky()
    spec = row(
        server,
        dialect=dialect,
        base_url="http://{host}:{port}/{region}?api={region}",
        settings=Places.SETTINGS,
        query={"version": "1"},
        headers={"x-row": "1"},
        auth=plugin.ApiKey(env=("STAND_IN_KEY",), required=False),
    )
    return manager(spec), dialect, server.url.rpartition(":")[2]


def test_settings_make_the_address(colour, server, placed):
    plugins, dialect, number = placed
    client = colour.client(plugins, settings={"stand-in": {"port": number, "region": "us"}})
    assert client.messages("stand-in:m", HELLO, 9).text == "hello"
    assert server.requests[0].path == "/us/say?api=us&version=1"
    assert server.requests[0].headers["x-row"] == "1"
    assert dialect.seen[0].settings == {"host": "127.0.0.1", "port": number, "region": "us"}


def test_client_before_environment_before_default(colour, placed):
    plugins, dialect, number = placed
    env = {"STAND_IN_PORT": f":{number}", "STAND_IN_REGION": "asia", "STAND_IN_HOST": ""}
    client = colour.client(plugins, env=env)
    client.messages("stand-in:m", HELLO, 9)
    client = colour.client(plugins, env=env, settings={"stand-in": {"region": "us"}})
    client.messages("stand-in:m", HELLO, 9)
    assert [ctx.settings["region"] for ctx in dialect.seen] == ["asia", "us"]
    assert dialect.seen[0].settings["port"] == number  # its odd form was brought into one


def test_the_first_variable_that_is_set_wins(colour, placed):
    plugins, dialect, number = placed
    env = {"OTHER_HOST": "localhost", "STAND_IN_HOST": "", "STAND_IN_PORT": number}
    colour.client(plugins, env=env).messages("stand-in:m", HELLO, 9)
    assert dialect.seen[0].settings["host"] == "localhost"


FAULTS = {
    "missing": ({}, "setting port is missing; pass settings=.*'port'.* or set STAND_IN_PORT"),
    "unknown": ({"prot": "1"}, "settings: unknown prot; it has host, note, port, region"),
    "parsed": ({"port": "x"}, "setting port: a port is needed, not 'x'"),
    "type": ({"port": ["8000"]}, "setting port: text is needed"),
}


@pytest.mark.parametrize("case", FAULTS)
def test_a_setting_that_is_wrong_is_a_clear_error(colour, server, placed, case):
    said, words = FAULTS[case]
    client = colour.client(placed[0], settings={"stand-in": said})
    with pytest.raises(ConfigurationError, match=f"stand-in: {words}"):
        client.messages("stand-in:m", HELLO, 9)
    assert server.connections == 0


def test_an_api_base_needs_no_settings(colour, server, placed):
    plugins, dialect, _ = placed
    client = colour.client(plugins, api_base={"stand-in": server.url + "/mine"})
    client.messages("stand-in:m", HELLO, 9)
    client.messages("stand-in:m", HELLO, 9, api_base=server.url + "/call/")
    assert [request.path for request in server.requests] == [
        "/mine/say?version=1",
        "/call/say?version=1",
    ]
    assert dialect.seen[1].base_url == server.url + "/call/"


def test_query_and_headers_row_then_client_then_call(colour, server, placed):
    plugins, _, number = placed
    client = colour.client(
        plugins, settings={"stand-in": {"port": number}}, headers={"X-Row": "2", "x-client": "2"}
    )
    client.messages(
        "stand-in:m",
        HELLO,
        9,
        extra_headers={"X-CLIENT": "3"},
        extra_query={"version": "3", "more": "ä &"},
        extra_body={"say": "merged", "new": {"deep": 1}},
    )
    (request,) = server.requests
    assert request.path == "/eu/say?api=eu&version=3&more=%C3%A4+%26"
    assert (request.headers["x-row"], request.headers["x-client"]) == ("2", "3")
    assert request.json == {"say": "merged", "stream": False, "new": {"deep": 1}}


def test_the_key_comes_from_call_client_environment_in_this_order(colour, server, placed):
    plugins, _, number = placed
    settings = {"stand-in": {"port": number}}
    env = {"STAND_IN_KEY": "from-env"}
    colour.client(plugins, settings=settings).messages("stand-in:m", HELLO, 9)
    colour.client(plugins, settings=settings, env=env).messages("stand-in:m", HELLO, 9)
    client = colour.client(plugins, settings=settings, env=env, keys={"stand-in": "from-client"})
    client.messages("stand-in:m", HELLO, 9)
    client.messages("stand-in:m", HELLO, 9, api_key="from-call")
    assert [request.headers.get("authorization") for request in server.requests] == [
        None,
        "Bearer from-env",
        "Bearer from-client",
        "Bearer from-call",
    ]


def test_a_key_from_the_environment_goes_to_its_rows_hosts_only(colour, server):
    auth = plugin.ApiKey(env=("STAND_IN_KEY",), hosts=("stand-in.example",))
    client = colour.client(manager(row(server, auth=auth)), env={"STAND_IN_KEY": "k"})
    says = (
        "stand-in: no API key; pass api_key=, for what STAND_IN_KEY holds goes to stand-in.example "
        "over https alone, and this is http://127.0.0.1"
    )
    with pytest.raises(MissingCredentials, match=f"^{re.escape(says)}$"):
        client.messages("stand-in:m", HELLO, 9)
    assert server.connections == 0
