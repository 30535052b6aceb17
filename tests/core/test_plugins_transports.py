"""Transports by scheme and observers: what plugins offer besides rows and dialects."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from any_llm.errors import AmbiguousProvider, ConfigurationError
from any_llm.plugin import Observer, ProviderSpec, TransportFactory, hookimpl
from any_llm.plugins import PluginManager
from tests.core.installed import ROWS, Site, only


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:
    yield from only(tmp_path, monkeypatch)


def manager() -> PluginManager:
    return PluginManager(env={})


def by_hand(name: str, **hooks: Any) -> SimpleNamespace:
    """A plugin object whose hooks return these."""

    def hook(returned: Any) -> Any:
        return hookimpl(lambda: returned)

    marked = {f"anyllm_{key}": hook(value) for key, value in hooks.items()}
    return SimpleNamespace(__name__=name, **marked)


CARRIER = """
from any_llm.plugin import *
FACTORY = TransportFactory()
@hookimpl
def anyllm_providers():
    return [ProviderSpec(id=id, dialect="d", base_url="foo://x") for id in {ids!r}]
@hookimpl
def anyllm_transports(): return {{"Foo": FACTORY}}
"""
FACTORY = TransportFactory()


def test_a_transport_is_the_rows_then_its_plugins_then_by_hand_then_any(site: Site) -> None:
    own = site.add("acme-own", "own", source=CARRIER.format(ids=["own"]))
    site.add("acme-plain", "plain")
    general = site.add("acme-foo", source=CARRIER.format(ids=[]), plugins=["foo"])
    plugins = manager()
    row = plugins.provider("own")
    plain = plugins.provider("plain")
    assert plugins.transport(row, "foo") is sys.modules[own].FACTORY
    assert plugins.transport(plain, "FOO") is sys.modules[general].FACTORY
    plugins.register(by_hand("mine", transports={"foo": FACTORY}))
    assert plugins.transport(row, "foo") is sys.modules[own].FACTORY
    assert plugins.transport(plain, "foo") is FACTORY
    bound = ProviderSpec(
        id="plain", dialect="d", base_url="https://x", transport=TransportFactory()
    )
    assert plugins.transport(bound, "https") is bound.transport
    plugins.register(by_hand("too", transports={"foo": TransportFactory()}))
    with pytest.raises(
        AmbiguousProvider, match=r"^transport 'foo': registered by hand by mine and"
    ):
        plugins.transport(plain, "foo")


def test_two_transports_of_one_scheme_are_ambiguous_unless_one_is_its_namesake(site: Site) -> None:
    row = ProviderSpec(id="x", dialect="d", base_url="foo://x")
    with pytest.raises(ConfigurationError, match=r"^provider 'x': no plugin carries foo:// URLs; "):
        manager().transport(row, "foo")
    with pytest.raises(ConfigurationError, match=r"^transport 'https': the client carries it"):
        manager().transport(row, "HTTPS")
    site.add("acme-one", source=CARRIER.format(ids=[]), plugins=["same"])
    site.add("acme-two", source=CARRIER.format(ids=[]), plugins=["same"])
    with pytest.raises(AmbiguousProvider, match=r"'foo': offered by acme-one and acme-two; uninst"):
        manager().transport(row, "foo")
    namesake = site.add("anyllm-foo", source=CARRIER.format(ids=[]), plugins=["foo"])
    found = manager().transport(row, "foo")
    assert found is sys.modules[namesake].FACTORY


WATCHER = """
from any_llm.plugin import *
class Watcher(Observer): ...
@hookimpl
def anyllm_observers(): return [Watcher()]
"""


def test_observers_come_from_the_general_group_and_by_hand_and_each_once(site: Site) -> None:
    site.add("zebra", source=WATCHER, plugins=["z"])
    site.add("acme", "a", source=WATCHER + ROWS.format(ids=["a"]), plugins=["w", "w2"])
    mine = Observer()
    plugins = manager()
    plugins.provider("a")
    plugins.register(by_hand("mine", observers=[mine]))
    found = plugins.observers
    assert found[0] is mine
    assert [type(one).__module__ for one in found[1:]] == ["acme", "zebra"]
    assert plugins.observers == found
    plugins.register(sys.modules["zebra"])
    assert [type(one).__module__ for one in plugins.observers[1:]] == ["zebra", "acme"]
    assert plugins.problems == ()


def test_observers_of_a_provider_plugin_alone_are_a_problem_not_a_secret(site: Site) -> None:
    site.add("acme", "a", "b", source=WATCHER + ROWS.format(ids=["a", "b"]))
    plugins = manager()
    assert [plugins.provider(key).id for key in "ab"] == ["a", "b"]
    assert plugins.observers == ()
    assert [str(problem) for problem in plugins.problems] == [
        (
            "provider 'a': plugin acme (acme 1.0): its observers are not called; give it an entry "
            "point in group any_llm.plugins"
        )
    ]
