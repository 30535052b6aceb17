"""The plugin manager: an id that nobody offers, or that is kept out."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from any_llm.errors import UnknownProvider
from any_llm.plugins import PluginManager
from tests.core.installed import Site, only

params = pytest.mark.parametrize


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:
    yield from only(tmp_path, monkeypatch)


def manager(**env: str) -> PluginManager:
    return PluginManager(env=env)


@params(
    ("id", "says"),
    [
        ("gemini", "its plugin is not installed; run: pip install anyllm-gemini"),
        ("groq", "the installed anyllm-openai 0.9 does not offer it; run: pip install --upgrade"),
        ("gorq", "no installed plugin offers it; did you mean 'groq' (pip install anyllm-openai)?"),
        ("opena", "no installed plugin offers it; did you mean 'openai'? Offered: openai, parrot"),
        ("Parott", "no installed plugin offers it; did you mean 'parrot'? Offered: openai, parrot"),
        ("zzzzzz", "no installed plugin offers it. Offered: openai, parrot"),
    ],
)
def test_an_unknown_provider_is_told_what_to_do(site: Site, id: str, says: str) -> None:
    site.add("anyllm-openai", "openai", version="0.9")
    site.add("acme", "parrot")
    with pytest.raises(UnknownProvider) as caught:
        manager().provider(id)
    assert str(caught.value).startswith(f"provider {id!r}: {says}")


@params(
    ("variable", "value", "says"),
    [
        ("ANYLLM_PLUGINS", "other", "leaves it out; add acme to it"),
        ("ANYLLM_DISABLE_PLUGINS", "parrot", "disables it; take it out there"),
    ],
)
def test_a_provider_that_is_kept_out_names_the_variable(
    site: Site, variable: str, value: str, says: str
) -> None:
    site.add("acme", "parrot")
    with pytest.raises(UnknownProvider) as caught:
        manager(**{variable: value}).provider("parrot")
    what = f"acme offers it, but the environment variable {variable}"
    assert str(caught.value) == f"provider 'parrot': {what} {says}"


@pytest.mark.usefixtures("site")
def test_an_unknown_dialect_is_told_what_to_install() -> None:
    with pytest.raises(UnknownProvider, match=r"^dialect 'openai-chat': .* pip install anyllm-op"):
        manager().dialect("openai-chat")
    with pytest.raises(UnknownProvider, match=r"^dialect 'own': no .* Offered: messages$"):
        manager().dialect("own")


def test_installable_are_well_known_ids_of_absent_distributions(site: Site) -> None:
    site.add("anyllm-openai", "openai")
    site.add("acme", "gemini")
    found = manager().installable()
    messages = {name: home for name, home in found.items() if name.endswith("-messages")}
    assert len(messages) == 9
    assert set(messages.values()) == {"anyllm-anthropic"}
    assert {name: home for name, home in found.items() if name not in messages} == {
        "anthropic": "anyllm-anthropic",
        "local": "anyllm-local",
        "ollama": "anyllm-ollama",
        "vertex": "anyllm-gemini",
    }
    every = manager(ANYLLM_PLUGINS="").installable()
    assert set(every.values()) == {
        "anyllm-anthropic",
        "anyllm-local",
        "anyllm-ollama",
        "anyllm-gemini",
    }
