"""What an answer says beyond Messages: kept by its name, the same whether streamed or whole.

`provider_extras` holds logprobs, annotations, filter results, `system_fingerprint`, costs and
every field that nobody knows. Names are the wire's; where two levels use one name, that of the
choice or message is written `choice.name`, `message.name`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..common.pieces import Pieces, grown, whole

# Random padding against traffic analysis (`obfuscation`: OpenAI, `p`: Mistral) says nothing.
TOP = frozenset(
    {
        *("id", "object", "created", "model", "choices", "usage", "obfuscation", "p"),
        *("service_tier", "system_fingerprint"),  # in every chunk of some: kept by the reader
    }
)
CHOICE = frozenset({"index", "delta", "message", "finish_reason", "text", "obfuscation"})
SAID = frozenset(
    {"role", "content", "refusal", "tool_calls", "function_call", "reasoning_details", "padding"}
)
_GROWING = frozenset({"data", "transcript"})  # of audio


class Extras:
    """Collects them over the chunks of an answer."""

    def __init__(self) -> None:
        self._top: dict[str, Any] = {}
        self.choice: dict[str, Any] = {}
        self._message: dict[str, Any] = {}

    def of_chunk(self, chunk: Mapping[str, Any]) -> None:
        """Keep what the top level says; chunks repeat it, so the last word counts."""
        for name, value in chunk.items():
            if value is not None and name not in TOP:
                self._top[name] = _merged(self._top.get(name), value, lists_grow=False)

    def of_choice(self, choice: Mapping[str, Any]) -> None:
        """Keep what the choice says beside its delta; lists (logprobs) grow."""
        for name, value in choice.items():
            if value is not None and name not in CHOICE:
                self.choice[name] = _merged(self.choice.get(name), value)

    def of_message(self, said: Mapping[str, Any], known: frozenset[str]) -> None:
        """Keep what a delta or message says that is not `known`; its text grows."""
        for name, value in said.items():
            if value is None or name in known:
                continue
            old = self._message.get(name)
            if isinstance(value, str) and _is_text(old):
                self._message[name] = grown(old, value)
            else:
                self._message[name] = _merged(self._message.get(name), value)

    def add(self, name: str, value: Any) -> None:
        """Keep one more thing of the top level."""
        self._top[name] = value

    def says(self, name: str) -> bool:
        """Whether the message holds something under this name."""
        return bool(self._message.get(name))

    def all(self) -> dict[str, Any]:
        """Return `provider_extras`. What is empty says nothing."""
        if not (self._top or self.choice or self._message):
            return {}
        found = {name: value for name, value in self._top.items() if value not in _EMPTY}
        message = {name: _joined(value) for name, value in self._message.items()}
        for level, said in (("choice", self.choice), ("message", message)):
            for name, value in said.items():
                if value not in _EMPTY:
                    found[f"{level}.{name}" if name in found else name] = value
        return found


_EMPTY: tuple[Any, ...] = ("", [], {})


def _is_text(value: Any) -> bool:
    return isinstance(value, str | Pieces)


def _joined(value: Any) -> Any:
    """Return a value whose growing text is one; a word that every chunk repeats stays one word."""
    if isinstance(value, Pieces) and len(set(value)) == 1:
        return whole(value[0])
    if isinstance(value, dict):
        for name in _GROWING & value.keys():
            value[name] = whole(value[name])
    return whole(value)


def _merged(old: Any, new: Any, *, lists_grow: bool = True) -> Any:
    """Return what two chunks say together: objects field by field, lists one after the other.

    The older value is changed in place: it was parsed for this answer alone, and copying it for
    every chunk would cost time quadratic in the length of the answer.
    """
    if isinstance(old, dict) and isinstance(new, dict):
        for name, value in new.items():
            if name in _GROWING and isinstance(value, str) and _is_text(old.get(name)):
                old[name] = grown(old[name], value)
            elif value is not None or name not in old:
                old[name] = _merged(old.get(name), value, lists_grow=lists_grow)
        return old
    if lists_grow and isinstance(old, list) and isinstance(new, list):
        old.extend(new)
        return old
    return new
