"""Halves of characters (lone surrogates): no JSON text and no UTF-8 can hold them.

They come from JavaScript programs, Windows consoles and models' own answers, and a conversation
that holds one would fail for ever. So they are replaced where the request enters, and reported.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ._is_json import is_text
from ._plain import plain

_DEEPEST = 200


def whole_text(text: str) -> str:
    """Return `text` with pairs of halves joined and each single half as U+FFFD."""
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def mended(value: Any, path: str, found: list[str], depth: int = _DEEPEST) -> Any:
    """Return a copy of `value` without halves; `found` gets the path of each text that had one.

    An object two of whose keys would become one stays as it is: nothing may vanish.
    """
    value = plain(value)
    if isinstance(value, str):
        if is_text(value):
            return value
        found.append(path)
        return whole_text(value)
    if depth == 0:
        return value
    if isinstance(value, Mapping):
        return _object(value, path, found, depth)
    if isinstance(value, (list, tuple)):
        return [
            mended(part, f"{path}[{index}]", found, depth - 1) for index, part in enumerate(value)
        ]
    return value


def _object(value: Mapping[Any, Any], path: str, found: list[str], depth: int) -> Any:
    inside: list[str] = []
    copy: dict[Any, Any] = {}
    for key, part in value.items():
        where = f"{path}.{key}" if path else str(key)
        if isinstance(key, str) and not is_text(key):
            where = f"{path}.{whole_text(key)}"
            inside.append(where)
            key = whole_text(key)  # noqa: PLW2901  # the same key, mended
        copy[key] = mended(part, where, inside, depth - 1)
    if len(copy) < len(value):
        return value
    found += inside
    return copy
