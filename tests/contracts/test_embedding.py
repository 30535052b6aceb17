"""Embedding: clients of one process that never see each other, in threads and event loops too."""

from __future__ import annotations

import asyncio
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor

import anyio
import pytest
import trio

import any_llm
from any_llm import AsyncClient, Client, PluginManager, UnknownProvider, plugin
from any_llm.testing import Answer, FakeProvider, ReplayServer
from any_llm.testing.kit.secrets import holds
from tests.contracts.support import HELLO, Plain, manager, plain_answer, row
from tests.contracts.watching import Recorder

MODEL = "stand-in:m"


class Tenant:
    """A server, a manager, a key, headers, quirks and an observer of its own."""

    def __init__(self, name: str) -> None:
        self.name, self.key = name, f"sk-{name}-secret-key"
        self.server = ReplayServer(answer=self.answer)
        self.recorder = Recorder()
        self.turns = [{"role": "user", "content": name}]

    def answer(self, request):
        assert request.headers["authorization"] == f"Bearer {self.key}"
        assert request.headers["x-tenant"] == self.name
        assert request.json["say"] == self.name
        return plain_answer(request)

    def options(self) -> dict:
        spec = row(self.server, auth=plugin.ApiKey(env=("STAND_IN_KEY",)))
        return {
            "plugins": manager(spec),
            "env": {"STAND_IN_KEY": self.key},
            "headers": {"x-tenant": self.name},
            "observers": [self.recorder],
            "max_retries": 0,
        }

    def check(self, count: int) -> None:
        """This tenant's server and observer saw `count` calls of it, and nothing of others."""
        assert len(self.server.requests) == count
        calls = [fact[1] for fact in self.recorder.facts if fact[0] == "request"]
        assert len(calls) == count
        assert {call.server for call in calls} == {self.server.url}
        assert {call.request.messages[0]["content"] for call in calls} == {self.name}


@pytest.fixture
def tenants():
    made = [Tenant(name) for name in ("red", "green", "blue")]
    for tenant in made:
        tenant.server.__enter__()
    yield made
    for tenant in made:
        tenant.server.__exit__()


def test_clients_side_by_side(colour, tenants):
    clients = [(tenant, colour.client(**tenant.options())) for tenant in tenants]
    for _ in range(2):
        for tenant, client in clients:
            assert client.messages(MODEL, tenant.turns, 9).text == tenant.name
            stream = client.messages(MODEL, tenant.turns, 9, stream=True)
            assert stream.get_final_text() == tenant.name
    for tenant in tenants:
        tenant.check(4)
        assert tenant.server.connections == 1  # a pool of its own, which is used again


def test_streams_side_by_side(colour, tenants):
    streams = [
        (tenant, colour.client(**tenant.options()).messages(MODEL, tenant.turns, 9, stream=True))
        for tenant in tenants
    ]
    said = {tenant.name: "" for tenant in tenants}
    open_ = list(streams)
    while open_:  # one event of each in turn
        for tenant, stream in list(open_):
            event = next(stream, None)
            if event is None:
                open_.remove((tenant, stream))
            elif event.type == "content_block_delta":
                said[tenant.name] += event.delta.text
    assert said == {tenant.name: tenant.name for tenant in tenants}


def test_closing_one_leaves_the_others_open(colour, tenants):
    first, *rest = [(tenant, colour.client(**tenant.options())) for tenant in tenants]
    first[1].close()
    for tenant, client in rest:
        assert client.messages(MODEL, tenant.turns, 9).text == tenant.name


def test_what_a_client_holds_leads_to_no_other(tenants):
    clients = [Client(**tenant.options()) for tenant in tenants]
    for tenant, client in zip(tenants, clients, strict=True):
        client.messages(MODEL, tenant.turns, 9)
    for client, tenant in zip(clients, tenants, strict=True):
        for other in tenants:
            assert holds(client, other.key) is (other is tenant)
    for client in clients:
        client.close()


def test_threads_with_clients_of_their_own(tenants):
    def work(number: int) -> str:
        tenant = tenants[number % len(tenants)]
        with Client(**tenant.options()) as client:
            if number % 2:
                return client.messages(MODEL, tenant.turns, 9).text
            return client.messages(MODEL, tenant.turns, 9, stream=True).get_final_text()

    with ThreadPoolExecutor(9) as pool:
        said = list(pool.map(work, range(30)))
    assert said == [tenants[number % 3].name for number in range(30)]
    for tenant in tenants:
        tenant.check(10)


def test_one_client_with_a_key_for_each_call(colour):
    """Keys per tenant without a client per tenant: `api_key` belongs to its call alone."""

    def answer(request):
        assert request.headers["authorization"] == f"Bearer sk-of-{request.json['say']}"
        return plain_answer(request)

    with ReplayServer(answer=answer) as server:
        client = colour.client(manager(row(server, auth=plugin.ApiKey())))
        for name in ("red", "green", "red"):
            turns = [{"role": "user", "content": name}]
            assert client.messages(MODEL, turns, 9, api_key=f"sk-of-{name}").text == name
        with pytest.raises(any_llm.MissingCredentials):
            client.messages(MODEL, HELLO, 9)


def test_two_event_loops_at_the_same_time(tenants):
    """One client of one tenant in two loops of two kinds, and another tenant beside it."""
    red, green, _ = tenants
    shared = AsyncClient(**red.options())
    together = threading.Barrier(2)

    async def main(own: AsyncClient) -> list[str]:
        said = []
        async with own:
            for _ in range(5):
                await anyio.to_thread.run_sync(together.wait, 5)
                said.append((await shared.messages(MODEL, red.turns, 9)).text)
                async with own.stream(MODEL, green.turns, 9) as stream:
                    said.append(await stream.get_final_text())
        await shared.close()
        return said

    with ThreadPoolExecutor(2) as pool:
        first = pool.submit(asyncio.run, main(AsyncClient(**green.options())))
        second = pool.submit(trio.run, main, AsyncClient(**green.options()))
        assert first.result(20) == second.result(20) == ["red", "green"] * 5
    assert (len(red.server.requests), len(green.server.requests)) == (10, 10)


def test_rows_of_one_name_have_their_own_models(colour):
    """What is kept for a process is kept by the row itself, not by its id."""

    class Pathed(plugin.MessagesDialect):
        name = "pathed"

    def client_of(path: str):
        rules = [plugin.ModelRule("m", {"path": path})]
        spec = plugin.ProviderSpec(id="same", dialect=Pathed(), base_url=server.url, models=rules)
        return colour.client(manager(spec))

    refused = Answer.error(404)
    with ReplayServer(refused) as server:
        for path in ("/one", "/two", "/one"):
            with pytest.raises(any_llm.NotFoundError):
                client_of(path).messages("same:m", HELLO, 9)
        assert [request.path for request in server.requests] == ["/one", "/two", "/one"]


def test_the_module_functions_know_nothing_of_a_clients_plugins():
    fake = FakeProvider("hi", provider="embedded-only")
    with Client(plugins=fake.plugins, env={}) as client:
        assert client.messages("embedded-only:m", HELLO, 9).text == "hi"
        with pytest.raises(UnknownProvider, match="'embedded-only'"):
            any_llm.messages("embedded-only:m", HELLO, 9)
    assert len(fake.calls) == 1


def test_observers_of_a_manager_watch_its_clients_only(colour):
    heard = Recorder()
    fakes = [FakeProvider(answer=lambda _: "hi") for _ in range(2)]
    watched, other = (fake.plugins for fake in fakes)

    class Watching:
        @plugin.hookimpl
        def anyllm_observers(self):
            return [heard]

    watched.register(Watching())
    for plugins in (watched, other):
        colour.client(plugins).messages("fake:m", HELLO, 9)
    assert heard.order == ["request", "end"]


# --- frozen applications ---------------------------------------------------------------------

FROZEN = """
import importlib.metadata, os, sys
# A frozen application: no distribution has metadata.
importlib.metadata.MetadataPathFinder.find_distributions = lambda *a, **k: iter(())
assert not list(importlib.metadata.distributions())

import any_llm
{register}
plugins.register(anyllm_openai)
with any_llm.Client(plugins=plugins, env={{}}) as client:
    message = client.messages(
        "m", [{{"role": "user", "content": "x"}}], 9, provider="openai-compatible",
        api_base=sys.argv[1], on_loss="ignore",
    )
    print(message.text)
    try:
        client.messages("acme:m", [{{"role": "user", "content": "x"}}], 9)
    except any_llm.UnknownProvider as error:
        print(error)
"""
BY_HAND = """
import anyllm_openai
plugins = any_llm.PluginManager(autoload=False)
"""
AUTOLOADING = """
import anyllm_openai
plugins = any_llm.PluginManager()
"""
CHAT = {
    "id": "c1",
    "object": "chat.completion",
    "model": "m",
    "choices": [
        {
            "index": 0,
            "message": {"role": "assistant", "content": "hello"},
            "finish_reason": "stop",
        }
    ],
    "usage": {"prompt_tokens": 1, "completion_tokens": 1, "total_tokens": 2},
}


@pytest.mark.parametrize(
    ("register", "says"),
    [
        (BY_HAND, "nothing is loaded by itself (autoload=False); register its plugin. Has: "),
        (AUTOLOADING, "no installed plugin offers it"),
    ],
    ids=["autoload off", "nothing to load"],
)
def test_a_frozen_application_registers_by_hand(register, says):
    with ReplayServer(Answer.of(CHAT)) as server:
        done = subprocess.run(  # noqa: S603  # our own interpreter, our own words
            [sys.executable, "-W", "error", "-c", FROZEN.format(register=register), server.url],
            capture_output=True,
            text=True,
            check=False,
        )
    assert done.returncode == 0, done.stderr
    text, error = done.stdout.splitlines()
    assert text == "hello"
    assert error.startswith(f"provider 'acme': {says}")


def test_a_plugin_that_is_registered_by_hand_needs_no_module():
    class Own:
        ANYLLM_API = (1, 0)

        def __init__(self, url: str) -> None:
            self.url = url

        @plugin.hookimpl
        def anyllm_providers(self):
            return [plugin.ProviderSpec(id="own", dialect=Plain(), base_url=self.url)]

    with ReplayServer(answer=plain_answer) as server:
        plugins = PluginManager(autoload=False)
        plugins.register(Own(server.url))
        with Client(plugins=plugins, env={}) as client:
            assert client.messages("own:m", HELLO, 9).text == "hello"
