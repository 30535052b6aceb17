"""Take a recorded Responses answer apart: its events, its items as they ended, its last word."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

Json = dict[str, Any]

TERMINAL = ("response.completed", "response.incomplete", "response.failed", "response.done")


@dataclass(frozen=True, kw_only=True)
class Stream:
    """What a stream said up to its end. `last` is the terminal event, or an error, or None."""

    events: list[Json] = field(default_factory=list)
    last: Json | None = None


def split(text: str) -> Stream:
    """Return the events of the first answer in a body; recordings may hold several in a row."""
    events: list[Json] = []
    for line in text.splitlines():
        if not line.startswith("data:") or line[5:].strip() == "[DONE]":
            continue
        try:
            said = json.loads(line[5:])
        except ValueError:  # the end of a body that was cut
            break
        events.append(said)
        if said.get("type") in (*TERMINAL, "error") or (said.get("error") and "type" not in said):
            return Stream(events=events[:-1], last=said)
    return Stream(events=events)


def streamed_items(events: list[Json]) -> list[Json]:
    """Return the items that a stream completed, in the order in which they began."""
    began = [event["item"] for event in events if event["type"] == "response.output_item.added"]
    done = [event["item"] for event in events if event["type"] == "response.output_item.done"]
    ids = [item.get("id") for item in began]
    return sorted(done, key=lambda item: ids.index(item.get("id")))


def deltas(events: list[Json], kind: str, item: Json, part: int | None = None) -> str:
    """Return what the deltas of an item (of one part of it) say together."""
    return "".join(
        event["delta"]
        for event in events
        if event["type"] == kind
        and event["item_id"] == item.get("id")
        and part in (None, event.get("content_index"))
    )


def annotations(items: list[Json]) -> Iterator[Json]:
    """Yield every annotation of the text of these items."""
    for item in items:
        for part in (item.get("content") or []) if item["type"] == "message" else []:
            yield from part.get("annotations") or []
