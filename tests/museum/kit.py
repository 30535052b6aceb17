"""What the tests of documented failures share: a question, and a client for this chat wire."""

from __future__ import annotations

from typing import Any

import anyllm_openai
from any_llm import Client, PluginManager
from tests.support.wire import QUESTION

HI: dict[str, Any] = {"model": "m", "messages": QUESTION, "max_tokens": 5}


def chat_plugins() -> PluginManager:
    """Return a plugin manager that knows the OpenAI-compatible rows only."""
    plugins = PluginManager(autoload=False)
    plugins.register(anyllm_openai)
    return plugins


def chat(**more: Any) -> Client:
    """Return a client of these rows that knows nothing of the environment."""
    return Client(plugins=chat_plugins(), env={}, **more)
