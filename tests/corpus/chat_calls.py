"""Sort all fragments of an answer's tool calls into calls, looking at the whole answer at once."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from .expected import Call


class Contradiction(Exception):
    """The fragments cannot be one reading: a call without a name, or bytes after its end."""


@dataclass
class Group:
    """The fragments of one call. `at` is the place of the first among all pieces."""

    at: int
    index: int | None
    ids: list[str] = field(default_factory=list)
    names: list[str] = field(default_factory=list)
    parts: list[str] = field(default_factory=list)

    def add(self, call: dict[str, Any]) -> None:
        """Add a fragment."""
        function = call.get("function") or {}
        self.ids += [call["id"]] if call.get("id") else []
        self.names += [function["name"]] if function.get("name") else []
        if function.get("arguments") is not None:
            self.parts.append(_as_text(function["arguments"]))


def group(fragments: Iterable[tuple[int, dict[str, Any]]]) -> list[Group]:
    """Return the calls that `fragments` (place, wire object) make up, in order of their start."""
    groups: list[Group] = []
    for at, call in fragments:
        home = _home(groups, call)
        if home is None:
            home = Group(at=at, index=call.get("index"))
            groups.append(home)
        home.add(call)
    return groups


def settle(found: Group) -> Call:
    """Return the call that a group means; Contradiction where it means none."""
    if not found.names:
        raise Contradiction(f"a tool call without a name: {found.parts!r}")
    arguments = read_arguments(found.parts)
    return Call(id=next(iter(found.ids), None), name=found.names[0], arguments=arguments)


def read_arguments(parts: list[str]) -> dict[str, Any] | str:
    """Return the object that the argument fragments hold, or the raw text if they hold none.

    Nothing and `null` mean no arguments. Fragments that repeat a complete object are one object;
    anything else after a complete object is a Contradiction.
    """
    raw = "".join(parts)
    if raw.strip() in ("", "null"):
        return {}
    parsed = _object(raw)
    if parsed is not None:
        return parsed
    for end in range(1, len(parts)):
        head, rest = "".join(parts[:end]), "".join(parts[end:])
        parsed = _object(head)
        if parsed is not None:
            if rest.replace(head, "").strip():
                raise Contradiction(f"bytes after a complete call: {rest!r}")
            return parsed
    return raw


def _home(groups: list[Group], call: dict[str, Any]) -> Group | None:
    identity, index = call.get("id") or "", call.get("index")
    function = call.get("function") or {}
    for known in groups:
        if identity and identity in known.ids:
            return known
    lane = [known for known in groups if index is None or known.index == index]
    if not lane:
        return None
    last = lane[-1]
    name = function.get("name") or ""
    ended = bool(last.parts) and _object("".join(last.parts)) is not None
    renewed = bool(identity and last.ids) and (bool(name) or ended)
    fresh = _as_text(function.get("arguments") or "").lstrip().startswith(("{", "["))
    restarted = bool(name) and ended and (fresh or index is None)
    return None if renewed or restarted else last


def _object(text: str) -> dict[str, Any] | None:
    try:
        parsed = json.loads(text)
    except ValueError:
        return None
    return parsed if isinstance(parsed, dict) else None


def _as_text(arguments: Any) -> str:
    return arguments if isinstance(arguments, str) else json.dumps(arguments)
