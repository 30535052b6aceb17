"""What an answer says beyond Messages: kept by its name, the same whether streamed or whole.

`provider_extras` holds the durations (nanoseconds), `created_at`, `logprobs`, where a cloud model
ran, and every field that nobody knows; where both levels use a name, that of the message is
written `message.name`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

_LINE = frozenset(
    {"model", "message", "done", "done_reason", "prompt_eval_count", "eval_count", "error"}
)
_USUAL = _LINE | {"created_at"}
_MESSAGE = frozenset({"role", "content", "thinking", "tool_calls"})
_EMPTY: tuple[Any, ...] = (None, "", [], {})


class Extras:
    """Collects them over the lines of an answer."""

    def __init__(self) -> None:
        self._line: dict[str, Any] = {}
        self._message: dict[str, Any] = {}

    def of_line(self, said: Mapping[str, Any]) -> None:
        """Keep what a line says beside its message: lists (logprobs) grow, else the last counts."""
        if _USUAL.issuperset(said):  # nearly always
            if (value := said.get("created_at")) not in _EMPTY:
                self._line["created_at"] = value
            return
        for name, value in said.items():
            if name in _LINE:
                continue
            if isinstance(value, list) and isinstance(old := self._line.get(name), list):
                old.extend(value)
            elif value not in _EMPTY:
                self._line[name] = value

    def of_message(self, said: Mapping[str, Any]) -> list[str]:
        """Keep what a message says that Messages has no place for; return the new names."""
        if _MESSAGE.issuperset(said):  # nearly always
            return []
        new = []
        for name, value in said.items():
            old = self._message.get(name)
            if name in _MESSAGE or value in _EMPTY:
                continue
            if name not in self._message:
                new.append(name)
            if isinstance(value, list) and isinstance(old, list):
                old.extend(value)
            elif isinstance(value, str) and isinstance(old, str):
                self._message[name] = old + value
            else:
                self._message[name] = value
        return new

    def all(self) -> dict[str, Any]:
        """Return `provider_extras`, sorted by name: a line's keys come in any order."""
        found = dict(self._line)
        for name, value in self._message.items():
            found[f"message.{name}" if name in found else name] = value
        return {name: found[name] for name in sorted(found)}
