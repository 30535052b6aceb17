"""Clients of anyllm-anthropic that know no environment, for servers on the loopback."""

from __future__ import annotations

import anyllm_anthropic
from any_llm import PluginManager
from anyllm_anthropic.rows import ROWS
from tests.support.wire import QUESTION

HELLO = {"messages": QUESTION, "max_tokens": 100}
SPECS = {row.spec.id: row.spec for row in ROWS}
KEY = "sk-ant-api-0123456789"


def plugins():
    manager = PluginManager(autoload=False)
    manager.register(anyllm_anthropic)
    return manager


def options(server=None, **more):
    made = {"plugins": plugins(), "env": {}, "keys": {"anthropic": KEY}, "max_retries": 0}
    if server is not None:
        made["api_base"] = dict.fromkeys(SPECS, server.url)
    return {**made, **more}
