"""Capabilities: what a dialect does with each feature is what it is said to do."""

from __future__ import annotations

import dataclasses
import socket

import pytest

import any_llm
from any_llm import (
    AsyncClient,
    Client,
    Loss,
    PluginManager,
    RequestValidationError,
    UnknownProvider,
    UnsupportedFeature,
)
from any_llm._features import GROUPS
from any_llm.plugin import ApiKey, MessagesDialect, ModelRule, ProviderSpec, Setting, WireRequest
from any_llm.testing import FakeProvider
from tests.contracts.support import HELLO, manager

TOOL = {"name": "f", "input_schema": {"type": "object"}}
WANTED = {
    "temperature": ("carried", "", ""),
    "top_k": ("reported", "top_k", "not carried: this provider has none"),
    "tools": ("refused", "tools", "this provider has none; leave it out"),
    "top_p": ("emulated", "top_p", "not carried: this provider has none"),
    "cache_control": ("noted", "cache_control", "not carried: this provider has none"),
}
LACKS = {"top_k": "lossy", "tools": "refused", "top_p": "emulated", "cache_control": "hint"}


@pytest.fixture
def can() -> any_llm.Capabilities:
    with Client(plugins=FakeProvider(lacks=LACKS).plugins, env={}) as client:
        return client.capabilities("fake:m")


def test_each_state_with_its_path_and_reason(can) -> None:
    for name, said in WANTED.items():
        feature = can[name]
        assert (feature.state, feature.path, feature.reason) == said
        assert (feature.name, feature.group) == (name, "Fields of a request")


def test_what_it_says_is_what_a_call_meets(can) -> None:
    fake = FakeProvider(answer=lambda _: "x", lacks=LACKS)
    with Client(plugins=fake.plugins, env={}, on_loss="ignore") as client:
        message = client.messages("fake:m", HELLO, 9, temperature=0.5, top_k=5, top_p=0.5)
        assert message.losses == (
            Loss(can["top_k"].path, can["top_k"].reason, "lossy"),
            Loss(can["top_p"].path, can["top_p"].reason, "emulated"),
        )
        assert fake.calls[0].body["temperature"] == 0.5
        with pytest.raises(UnsupportedFeature) as caught:
            client.messages("fake:m", HELLO, 9, tools=[TOOL])
    assert str(caught.value) == f"fake: {can['tools'].path}: {can['tools'].reason}"


def test_all_features_are_there_in_their_groups(can) -> None:
    assert list(can) == [name for pairs in GROUPS.values() for name in pairs]
    assert {feature.group for feature in can.values()} == set(GROUPS)
    assert len(can) == len(can.features)


def test_it_is_frozen(can) -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        can.provider = "other"
    with pytest.raises(TypeError):
        can.features["tools"] = can["top_k"]
    with pytest.raises(dataclasses.FrozenInstanceError):
        can["tools"].state = "carried"


def test_questions_are_short(can) -> None:
    assert can.takes("temperature", "top_p")
    assert not can.takes("temperature", "top_k")
    assert not can.takes("tools")
    assert {feature.name for feature in can.of("refused")} >= {"tools"}
    assert repr(can).startswith("<Capabilities of fake:m (fake): ")
    assert (can.provider, can.model, can.dialect) == ("fake", "m", "fake")
    assert can.modes == {"whole", "streamed"}


def test_a_name_that_is_none_says_what_it_may_have_been(can) -> None:
    with pytest.raises(KeyError, match=r"no feature is called 'tool'; did you mean 'tools'"):
        can["tool"]


class Picky(MessagesDialect):
    """Refuses tools for some models, and looks at where it lives."""

    name = "picky"

    def encode(self, request, ctx) -> WireRequest:
        if request.tools and ctx.profile.api_version == "old":
            ctx.refuse("tools", "an old model")
        assert "{" not in ctx.base_url
        return super().encode(request, ctx)


def picky(**fields) -> PluginManager:
    rules = [ModelRule("old-*", {"api_version": "old"})]
    options = {"base_url": "https://{region}.example", "auth": ApiKey(env=("PICKY_KEY",))}
    options["settings"] = [Setting(name="region", env=("PICKY_REGION",))]
    return manager(ProviderSpec(id="picky", dialect=Picky(), models=rules, **{**options, **fields}))


@pytest.mark.parametrize(
    ("model", "options", "state"),
    [
        ("picky:new-1", {}, "carried"),
        ("picky:old-1", {}, "refused"),
        ("picky:new-1", {"quirks": {"api_version": "old"}}, "refused"),
        ("old-1", {"provider": "picky"}, "refused"),
        ("picky:old-1", {"api_base": "http://127.0.0.1:1"}, "refused"),
    ],
)
def test_it_depends_on_model_and_call(model, options, state) -> None:
    with Client(plugins=picky(), env={}) as client:
        assert client.capabilities(model, **options)["tools"].state == state


def test_it_depends_on_the_client() -> None:
    quirks = {"picky": {"api_version": "old"}}
    with Client(plugins=picky(), env={}, quirks=quirks) as client:
        assert client.capabilities("picky:new-1")["tools"].state == "refused"


def strict(value: str) -> str:
    if not value.startswith("eu-"):
        raise ValueError("must be such as eu-1")
    return value


@pytest.mark.parametrize(
    "fields",
    [
        {"base_url": ""},
        {"base_url": "http://{region}/", "settings": [Setting(name="region", parse=strict)]},
        {"settings": [Setting(name="region", default="eu-1")]},
    ],
    ids=["no address", "a setting with a form", "a default"],
)
def test_no_key_no_setting_and_no_address_are_needed(fields) -> None:
    with Client(plugins=picky(**fields), env={}) as client:
        assert client.capabilities("picky:new-1")["tools"].state == "carried"


def test_no_io(monkeypatch) -> None:
    def refuse(*args):
        raise AssertionError(f"a socket was opened: {args}")

    monkeypatch.setattr(socket, "socket", refuse)
    with Client(plugins=picky(), env={}) as client:
        client.capabilities("picky:new-1")
    assert any_llm.capabilities("openai:gpt-5.1").provider == "openai"


@pytest.mark.parametrize("id", sorted(o.id for o in PluginManager().offered()))
def test_every_installed_provider_answers(id) -> None:
    can = any_llm.capabilities("some-model", provider=id)
    assert can.takes("messages", "max_tokens", "system")
    assert can["a block nobody knows"].state in {"refused", "carried"}


def test_an_async_client_answers_without_waiting() -> None:
    client = AsyncClient(plugins=picky(), env={})
    assert client.capabilities("picky:new-1")["tools"].state == "carried"


def test_errors_are_those_of_a_call() -> None:
    with Client(plugins=picky(), env={}) as client:
        with pytest.raises(UnknownProvider, match="provider 'nobody'"):
            client.capabilities("nobody:m")
        with pytest.raises(RequestValidationError, match="names no provider"):
            client.capabilities("m")


def test_observers_hear_nothing() -> None:
    class Deaf(any_llm.Observer):
        def on_request(self, call) -> None:
            raise AssertionError(call)

        on_end = on_request

    with Client(plugins=picky(), env={}, observers=[Deaf()]) as client:
        client.capabilities("picky:new-1")
