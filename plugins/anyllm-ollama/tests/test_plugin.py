"""The distribution: what it declares is what it offers."""

from __future__ import annotations

import tomllib
from pathlib import Path

import anyllm_ollama
from any_llm.plugin import ApiKey
from anyllm_ollama.host import host_url

PROJECT = tomllib.loads((Path(__file__).parent.parent / "pyproject.toml").read_text())
ROWS = {spec.id: spec for spec in anyllm_ollama.anyllm_providers()}


def test_the_declared_ids_are_the_offered_ones():
    points = PROJECT["project"]["entry-points"]
    assert set(points["any_llm.providers"]) == set(ROWS)
    assert set(points["any_llm.dialects"]) == {
        dialect.name for dialect in anyllm_ollama.anyllm_dialects()
    }
    assert {spec.dialect for spec in ROWS.values()} == {"ollama"}


def test_a_manager_takes_the_rows(plugins):
    for name, spec in ROWS.items():
        assert plugins.provider(name) is spec
        assert plugins.dialect(spec.dialect).name == "ollama"


def test_a_key_of_the_environment_is_for_the_cloud_only():
    for spec in ROWS.values():
        assert isinstance(spec.auth, ApiKey)
        assert spec.auth.hosts == ("ollama.com",)
    assert not ROWS["ollama"].auth.required
    assert ROWS["ollama-cloud"].auth.required


def test_the_host_without_a_variable_is_this_machine():
    [setting] = ROWS["ollama"].settings
    assert setting.env == ("OLLAMA_HOST",)
    assert setting.parse is host_url
    assert setting.parse(setting.default or "") == "http://127.0.0.1:11434"
