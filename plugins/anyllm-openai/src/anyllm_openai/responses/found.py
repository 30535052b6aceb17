"""Which item an event is about. No event is trusted to name it.

OpenAI names items by `item_id` and `output_index`; llama.cpp sends no index and names a call by an
id that its item does not have; gateways give the terminal event other ids than the stream had.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from typing import Any

from .calling import CallItem
from .items import Item, OtherItem
from .kinds import ITEMS
from .line import Line
from .message import MessageItem

Json = dict[str, Any]


class Found:
    """The items of one answer, in the order in which the wire began them."""

    def __init__(self, line: Line) -> None:
        self.items: list[Item] = []
        self._line = line
        self._by_id: dict[str, Item] = {}
        self._at: dict[Hashable, Item] = {}
        self._twins: set[str] = set()
        """Ids of more than one item: xAI gives one to all reasoning of an answer."""

    def added(self, said: Json, index: Hashable) -> None:
        """An item begins, unless it has begun before."""
        item = self._known(said, index) or self._open_at(index)
        if item is None or not _may_be(item, said) or (index is None and _may_come_again(item)):
            self._begin(said, index)

    def done(self, said: Json, index: Hashable) -> Item:
        """Return the item that is complete; begin it if the wire did not."""
        item = self._known(said, index)
        if item is None and (at := self._open_at(index)) and _may_be_other_id(at, said):
            item = at  # Copilot names an item anew in every event
        if item is None:
            open_ = (one for one in self.items if not one.done and _may_be(one, said))
            again = (one for one in self.items if one.done and one.said == said)
            item = next(open_, None) or next(again, None)
        return item or self._begin(said, index)

    def of_event(self, event: Json, kind: str) -> Item:
        """Return the item of this kind that a delta belongs to; begin it if the wire did not."""
        named, index = event.get("item_id") or "", event.get("output_index")
        item = self._by_id.get(named) if named else None
        if item is None or item.kind != kind or named in self._twins:
            item = self._at.get(index)
            if item is None or item.kind != kind:
                item = self._open(kind) or self._begin({"type": kind, "id": named}, index)
            if named:
                self._by_id[named] = item
        return item

    def settled(self, output: list[Json]) -> Iterator[tuple[Item, Json]]:
        """Yield each item of the terminal event with what it is there, in the order it has there.

        What cannot be recognised by an id is the next one of its kind; what the stream did not
        have at all begins now.
        """
        left = list(self.items)
        pairs: dict[int, Item] = {}
        for fits in (_same_id, _same_call, _may_be_other_id):
            for at, said in enumerate(output):
                item = next((one for one in left if at not in pairs and fits(one, said)), None)
                if item is not None:
                    pairs[at] = item
                    left.remove(item)
        for at, said in enumerate(output):
            yield pairs.get(at) or self._begin(said, None), said

    def _known(self, said: Json, index: Hashable) -> Item | None:
        """Return the item with this id."""
        same = [one for one in self.items if _same(one, said)]
        for fits in (
            lambda one: index is None or one.index == index,
            lambda one: not one.done,
            lambda one: one.said == said,
        ):
            if found := [one for one in same if fits(one)]:
                return found[-1]
        return None

    def _open_at(self, index: Hashable) -> Item | None:
        item = None if index is None else self._at.get(index)
        return None if item is None or item.done else item

    def _open(self, kind: str) -> Item | None:
        """Return the open item of this kind that began last."""
        open_ = (item for item in reversed(self.items) if item.kind == kind and not item.done)
        return next(open_, None)

    def _begin(self, said: Json, index: Hashable) -> Item:
        cls = ITEMS.get(said["type"], OtherItem)
        if cls is MessageItem and said.get("role") not in (None, "assistant"):
            cls = OtherItem  # a turn of the caller's, told again
        item = cls(said, self._line)
        self.items.append(item)
        for name in (said.get("id"), said.get("call_id")):
            if isinstance(name, str) and name:
                if name in self._by_id:
                    self._twins.add(name)
                self._by_id[name] = item
        item.index = index
        if index is not None:
            self._at[index] = item
        return item


def _may_come_again(item: Item) -> bool:
    """Whether what begins with this item's id, and no index, is another: ids may be constants.

    A call or a search that is done was told twice: another would be one that nobody made.
    """
    return item.done and item.kind in ("message", "reasoning")


def _same_id(item: Item, said: Json) -> bool:
    return bool(item.id) and item.id == said.get("id") and item.kind == said["type"]


def _same(item: Item, said: Json) -> bool:
    return _same_id(item, said) or (_same_call(item, said) and _may_be(item, said))


def _same_call(item: Item, said: Json) -> bool:
    return isinstance(item, CallItem) and bool(item.call_id) and item.call_id == said.get("call_id")


def _may_be(item: Item, said: Json) -> bool:
    """Whether `said` may be this item: of its kind, and of no other id and no other call."""
    other = item.id and said.get("id") and item.id != said["id"]
    return not other and _may_be_other_id(item, said)


def _may_be_other_id(item: Item, said: Json) -> bool:
    """The same, where the ids of items say nothing: gateways make new ones for the last event."""
    other = isinstance(item, CallItem) and item.call_id and said.get("call_id")
    return item.kind == said["type"] and (not other or _same_call(item, said))
