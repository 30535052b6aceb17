"""Calls in pieces: Vertex AI streams arguments as values of JSON paths, when a request asks for it.

A call `{"name", "willContinue": true}` opens, each `{"partialArgs": [{"jsonPath", ...Value}]}` adds,
and one without `willContinue` ends it. Source: google-genai 3.4 types.PartialArg, 2026-11.
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


def _put(value: Any, steps: list[str | int], last: Any) -> None:
    """Set the place that `steps` lead to, making the objects and lists on the way."""
    for step, following in zip(steps, [*steps[1:], None], strict=True):
        if isinstance(step, int):
            if not isinstance(value, list) or step > _LONGEST:
                raise ValueError(f"no list for index {step} of a call's arguments")
            value.extend([None] * (step + 1 - len(value)))
            inner = value[step]
        else:
            if not isinstance(value, dict):
                raise ValueError(f"no object for {step!r:.100} of a call's arguments")
            inner = value.get(step)
        if following is None:
            inner = last
        elif not isinstance(inner, dict | list):
            inner = [] if isinstance(following, int) else {}
        value[step] = inner
        value = inner
