"""Requests that differ in one thing: what a provider must carry, report or refuse.

The features are those that `capabilities()` asks about; here they go over a real call. Beside them
stand fields that must not only arrive, but arrive with their value.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from ..._features import (
    CALLED,
    GROUPS,
    NOTE,
    PDF,
    PNG,
    choice,
    result,
    text,
    tools,
    turn,
    use,
    user,
)

Fields = Mapping[str, Any]

# They ask for what is done anyway, so that a request may be the same with them and without.
_AS_EVER = frozenset({"tool_choice", "thinking: disabled", "thinking: display"})


@dataclass(frozen=True)
class Probe:
    """Two requests; `roots` are the fields in which they differ."""

    name: str
    one: Fields
    other: Fields

    @property
    def roots(self) -> frozenset[str]:
        """The names of the fields that differ, as the paths of losses begin."""
        names = {*self.one, *self.other}
        return frozenset(name for name in names if self.one.get(name) != self.other.get(name))

    @property
    def may_be_the_same(self) -> bool:
        """Whether the wire's request may be the same for both."""
        return self.name in _AS_EVER


def _of(block: Fields, data: str) -> dict[str, Any]:
    return {**block, "source": {**block["source"], "data": data}}


def _thought(thinking: str) -> Fields:
    return turn({"type": "thinking", "thinking": thinking, "signature": "s"}, text("a"))


def _tool(**fields: Any) -> Fields:
    return tools(**{"name": "f", **fields})


# Source: Messages API reference (2026-11-20).
_VALUES: Mapping[str, tuple[Fields, Fields]] = {
    "max_tokens": ({"max_tokens": 7}, {"max_tokens": 9}),
    "many max_tokens": ({"max_tokens": 60_000}, {"max_tokens": 60_001}),
    "a second block of system": (
        {"system": [text("Be brief.")]},
        {"system": [text("Be brief."), text("Be kind.")]},
    ),
    "system": ({"system": "Be brief."}, {"system": "Be long."}),
    "temperature": ({"temperature": 0.25}, {"temperature": 0.75}),
    "a fine temperature": ({"temperature": 0.31}, {"temperature": 0.32}),
    "a high temperature": ({"temperature": 0.75}, {"temperature": 1.0}),
    "temperature of nothing": ({}, {"temperature": 0.0}),  # 0 is a value, and no default
    "top_p": ({"top_p": 0.25}, {"top_p": 0.75}),
    "top_k": ({"top_k": 5}, {"top_k": 6}),
    "stop_sequences": ({"stop_sequences": ["A"]}, {"stop_sequences": ["B"]}),
    "a second stop sequence": ({"stop_sequences": ["A"]}, {"stop_sequences": ["A", "B"]}),
    "metadata": ({"metadata": {"user_id": "a"}}, {"metadata": {"user_id": "b"}}),
    "tool: name": (_tool(), _tool(name="g")),
    "tool: description": (_tool(description="Tells."), _tool(description="Knows.")),
    "a second tool": (_tool(), {"tools": [*_tool()["tools"], *_tool(name="g")["tools"]]}),
    "tool_choice": (choice(type="any"), choice(type="none")),
    "text": (user(text("one")), user(text("two"))),
    "a second block of text": (user(text("one")), user(text("one"), text("two"))),
    "image, inline": (user(_of(PNG, "iVBO")), user(_of(PNG, "iVBP"))),
    "text between spaces": (user(text("one")), user(text(" one\n"))),
    "PDF": (user(_of(PDF, "JVBE")), user(_of(PDF, "JVBF"))),
    "text document": (user(_of(NOTE, "one")), user(_of(NOTE, "two"))),
    "thinking of another provider": (_thought("one"), _thought("two")),
    "assistant's text": (turn(text("one")), turn(text("two"))),
    "tool_use: name": (CALLED, turn(use(name="g"), after=result())),
    "tool_use: input": (
        turn(use(input={"a": "1"}), after=result()),
        turn(use(input={"a": "2"}), after=result()),
    ),
    "tool_use: no input": (CALLED, turn({**use(), "input": {}}, after=result())),
    "tool_result: no content": (
        CALLED,
        turn(use(), after={"type": "tool_result", "tool_use_id": "t"}),
    ),
    "tool_result: content": (CALLED, turn(use(), after=result(content="other"))),
}


def probes() -> Iterator[Probe]:
    """Yield every probe."""
    for pairs in GROUPS.values():
        for name, (without, says) in pairs.items():
            yield Probe(name, without, says)
    for name, (one, other) in _VALUES.items():
        yield Probe(f"{name}, another value", one, other)
