"""Pairs of requests that differ in one feature: what a server sees differs too, or it is told."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

Json = dict[str, Any]
Sent = tuple[Any, ...]
"""What a server sees and, at the end, what the caller is told: (path, severity) of each loss. Or
("refused", path)."""

NO_VALUES: Mapping[str, str] = {}


def vanished(
    features: Mapping[str, tuple[Json, Json]],
    sent: Callable[[Json], Sent],
    values: Mapping[str, str] = NO_VALUES,
) -> list[str]:
    """Return the features that make no difference to `sent`.

    `values` are those that change a value where the thing itself cannot go: feature -> the
    beginning of the path under which both requests report it, in the same words.
    """
    return [
        name
        for name, (without, having) in features.items()
        if not _seen(sent(without), sent(having), values.get(name))
    ]


def _seen(first: Sent, second: Sent, path: str | None) -> bool:
    if second[0] == "refused" or first != second:
        return True
    losses: Iterable[tuple[str, str]] = second[-1]
    return path is not None and any(told.startswith(path) for told, _ in losses)
