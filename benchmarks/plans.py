"""Plans of calls that are not sent: for what is measured without a network."""

from __future__ import annotations

from typing import Any

from any_llm._arguments import sort_arguments
from any_llm._place import Settings
from any_llm._plan import Plan
from any_llm._resolve import plan_call
from benchmarks.drivers.ours import arguments, manager
from benchmarks.place import Place


class Planner:
    """Makes plans of calls on one wire, as a kept client does."""

    def __init__(self, wire: str) -> None:
        self._place = Place("http://localhost", wire, "flood-text-1-0")
        self._settings = Settings(plugins=manager(), env={})

    def plan(self, *, stream: bool, **fields: Any) -> Plan:
        """Return the plan of a short call with `fields` put over it."""
        said = {**arguments(self._place), **fields}
        model, provider = said.pop("model"), said.pop("provider")
        key, base = said.pop("api_key"), said.pop("api_base")
        args = sort_arguments(model, provider, key, base, said)
        return plan_call(args, self._settings, operation="messages", stream=stream)
