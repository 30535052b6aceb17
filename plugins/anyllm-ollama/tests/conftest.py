from __future__ import annotations

import pytest

import anyllm_ollama
from any_llm import PluginManager


@pytest.fixture
def plugins():
    """A plugin manager that knows this distribution and no other."""
    manager = PluginManager(autoload=False, env={})
    manager.register(anyllm_ollama)
    return manager
