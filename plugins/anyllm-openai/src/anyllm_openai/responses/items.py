"""The items of an answer: what all of them have, and those that are no part of the message.

An item is begun by `output_item.added` (or by the first event that names it), grows by deltas and
is settled by its `done` events, by `output_item.done` and by the terminal event. All of these may
come twice, late or not at all; what is shown already stands, and what differs is reported.
"""

from __future__ import annotations

from collections.abc import Collection, Hashable
from typing import Any

from .line import Line

Json = dict[str, Any]

_COMMON = frozenset({"id", "type", "status", "role", "content"})


class Item:
    """One item. `said` is what the wire said last of it, whole."""

    known: frozenset[str] = _COMMON
    """Fields that the blocks carry; all others stand in `provider_extras`."""

    def __init__(self, said: Json, line: Line) -> None:
        self.kind: str = said["type"]
        self.id = str(said.get("id") or "")
        self.said = said
        self.line = line
        self.done = False
        self.index: Hashable = None  # the wire's output_index, where it gives one

    def settle(self, said: Json) -> None:
        """Take in the whole item: the wire's last word, so far."""
        self.said = said
        self.done = True

    def beside(self) -> dict[str, Json]:
        """Return what its blocks do not carry, by the index of the block."""
        return {}

    def _more(self) -> Json:
        return {
            name: value
            for name, value in self.said.items()
            if name not in self.known and value not in (None, "", [], {})
        }


class OtherItem(Item):
    """An item that is no part of a Messages answer: it is kept as it came."""


def places(told: Collection[Hashable], count: int) -> list[Hashable]:
    """Return the indexes of an item's parts: their places, unless the deltas counted otherwise.

    Bedrock's start at 1 for the second item of an answer; its parts then follow in their order.
    """
    counted: list[Hashable] = list(range(count))
    if all(at in counted for at in told):
        return counted
    return [*told, *(("rest", at) for at in counted)][:count]
