"""Changing a recorded answer: the JSON in it, whole or in the lines of a stream."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

Path = tuple[str, ...]


def edited(body: bytes, change: Callable[[Any], Any]) -> bytes:
    """Return `body` with `change` made to each JSON object in it, all else as it is.

    The objects are the body itself, or what stands in its lines, behind `data:` or alone.
    """
    whole = _object(body)
    if whole is not None:
        return _dump(change(whole))
    lines = body.split(b"\n")
    return b"\n".join(_edited_line(line, change) for line in lines)


def objects(body: bytes) -> list[Any]:
    """Return the JSON objects of a body, in order."""
    found: list[Any] = []

    def keep(value: Any) -> Any:
        found.append(value)
        return value

    edited(body, keep)
    return found


def _edited_line(line: bytes, change: Callable[[Any], Any]) -> bytes:
    text = line.rstrip(b"\r")
    name, colon, rest = text.partition(b":")
    head = name + colon if name == b"data" else b""
    said = _object(rest if head else text)
    if said is None:
        return line
    return head + (b" " if head else b"") + _dump(change(said)) + line[len(text) :]


def _object(text: bytes) -> Any:
    try:
        found = json.loads(text)
    except ValueError:
        return None
    return found if isinstance(found, dict | list) else None


def _dump(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False).encode()


def leaves(value: Any, path: Path = ()) -> Iterator[tuple[Path, Any]]:
    """Yield what is no container, with the keys that lead to it; places in lists do not count."""
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from leaves(inner, (*path, key))
    elif isinstance(value, list):
        for inner in value:
            yield from leaves(inner, (*path, "[]"))
    else:
        yield path, value


def mapped(value: Any, change: Callable[[Path, Any], Any], path: Path = ()) -> Any:
    """Return `value` with `change(path, leaf)` in the place of each leaf."""
    if isinstance(value, dict):
        return {key: mapped(inner, change, (*path, key)) for key, inner in value.items()}
    if isinstance(value, list):
        return [mapped(inner, change, (*path, "[]")) for inner in value]
    return change(path, value)


def without(value: Any, gone: Callable[[Path, Any], bool], path: Path = ()) -> Any:
    """Return `value` without the keys of those leaves that are `gone(path, leaf)`."""
    if isinstance(value, dict):
        kept = {
            key: inner
            for key, inner in value.items()
            if isinstance(inner, dict | list) or not gone((*path, key), inner)
        }
        return {key: without(inner, gone, (*path, key)) for key, inner in kept.items()}
    if isinstance(value, list):
        return [without(inner, gone, (*path, "[]")) for inner in value]
    return value


def spoken(body: bytes, fits: Callable[[str], bool]) -> dict[Path, list[str]]:
    """Return the places whose strings, put together over the whole body, are what `fits`."""
    places: dict[Path, list[str]] = {}
    for said in objects(body):
        for path, leaf in leaves(said):
            if isinstance(leaf, str):
                places.setdefault(path, []).append(leaf)
    return {path: texts for path, texts in places.items() if fits("".join(texts))}


def with_last(body: bytes, path: Path, texts: list[str], change: Callable[[str], str]) -> bytes:
    """Change the last of `texts` at `path` that is not empty."""
    last = max(at for at, text in enumerate(texts) if text)
    seen = -1

    def leaf(where: Path, value: Any) -> Any:
        nonlocal seen
        if where != path or not isinstance(value, str):
            return value
        seen += 1
        return change(value) if seen == last else value

    return edited(body, lambda said: mapped(said, leaf))
