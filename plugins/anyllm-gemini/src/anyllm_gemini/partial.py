"""Calls in pieces: Vertex AI streams arguments as values of JSON paths, when a request asks for it.

A call `{"name", "willContinue": true}` opens, each `{"partialArgs": [{"jsonPath", ...Value}]}`
adds, and one without `willContinue` ends it. Source: google-genai 3.4 types.PartialArg, 2026-11.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

_STEP = re.compile(r"\.([^.\[\]]+)|\[(\d+)\]|\['((?:[^'\\]|\\.)*)'\]|\[\"((?:[^\"\\]|\\.)*)\"\]")
_LONGEST = 100_000
"""No list of arguments is longer: an index is what the wire says, not what memory must hold."""


class Partial:
    """The arguments of one call as they come together."""

    def __init__(self) -> None:
        self.args: dict[str, Any] = {}

    def add(self, pieces: Any) -> None:
        """Take in the `partialArgs` of a chunk. ValueError for a path that is none."""
        for piece in pieces or ():
            steps = _steps(piece["jsonPath"])
            value = _value(piece)
            old = _look(self.args, steps)
            joined = isinstance(old, str) and isinstance(value, str)
            _put(self.args, steps, old + value if joined else value)


def _steps(path: str) -> list[str | int]:
    steps: list[str | int] = []
    at = 1
    while at < len(path):
        found = _STEP.match(path, at)
        if not found:
            break
        name, index, *quoted = found.groups()
        steps.append(int(index) if index is not None else name or next(filter(None, quoted), ""))
        at = found.end()
    if not path.startswith("$") or at != len(path) or not steps or isinstance(steps[0], int):
        raise ValueError(f"not a path into the arguments of a call: {path!r:.100}")
    return steps


def _value(piece: Mapping[str, Any]) -> Any:
    for name in ("stringValue", "numberValue", "boolValue"):
        if name in piece:
            return piece[name]
    if "nullValue" in piece:
        return None
    raise ValueError(f"a piece of arguments without a value: {piece!r:.100}")


def _look(value: Any, steps: list[str | int]) -> Any:
    for step in steps:
        if isinstance(value, dict) and isinstance(step, str):
            value = value.get(step)
        elif isinstance(value, list) and isinstance(step, int) and step < len(value):
            value = value[step]
        else:
            return None
    return value


def _put(place: Any, steps: list[str | int], last: Any) -> None:
    """Set the place that `steps` lead to, making the objects and lists on the way."""
    for step, following in zip(steps, [*steps[1:], None], strict=True):
        inner: Any = _room(place, step)
        if following is None:
            inner = last
        elif not isinstance(inner, dict | list):
            inner = [] if isinstance(following, int) else {}
        place[step] = inner
        place = inner


def _room(place: Any, step: str | int) -> Any:
    """Return what stands at `step`, after making room for it in a list."""
    if isinstance(step, str) and isinstance(place, dict):
        return place.get(step)
    if isinstance(step, int) and isinstance(place, list) and step <= _LONGEST:
        place.extend([None] * (step + 1 - len(place)))
        return place[step]
    raise ValueError(f"no place for {step!r:.100} in a call's arguments")
