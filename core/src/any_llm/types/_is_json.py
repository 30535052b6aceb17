"""Whether JSON can say a value as it is, and where it cannot."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Iterator
from itertools import chain
from typing import Any

from pydantic import BaseModel

_DEEPEST = 200  # what the JSON writer can nest, with room for a dialect's own levels
_MANY, _WIDEST = 1_000, 1_000_000  # objects and lists of one level; what they may hold together


def is_json(value: Any, depth: int = _DEEPEST) -> bool:
    """Whether JSON can say `value` as it is.

    The JSON writer says more (a date as text, a set as a list, an integer key as text), but the
    server must see what the caller passed. Objects that define their JSON (pydantic's) pass.
    """
    return is_plain_json(value, depth) or _says_json(value, depth)


def is_plain_json(value: Any, depth: int) -> bool:
    """Whether `value` is JSON made of dicts, lists and scalars themselves, as nearly all is.

    Level by level and in loops of C where there are some: a long request has thousands of values.
    """
    dicts: list[Any] = []
    lists: list[Any] = [[value]]
    for _ in range(depth + 1):
        keys = set(chain.from_iterable(dicts))
        if not _TEXT.issuperset(map(type, keys)):
            return False
        texts = list(keys)
        parts = chain.from_iterable(chain(map(dict.values, dicts), lists))
        dicts, lists = [], []
        for part in parts:
            kind = type(part)
            if kind is str:
                texts.append(part)
            elif kind is dict:
                dicts.append(part)
            elif kind is list:
                lists.append(part)
            elif kind not in _OTHERS and not (kind is float and math.isfinite(part)):
                return False
        if not _are_texts(texts) or _is_endless(dicts, lists):
            return False
        if not dicts and not lists:
            return True
    return False


_TEXT, _OTHERS = frozenset({str}), frozenset({int, bool, type(None)})


def _are_texts(texts: list[str]) -> bool:
    return all(map(str.isascii, texts)) or all(map(is_text, texts))


def _is_endless(dicts: list[Any], lists: list[Any]) -> bool:
    """Whether a level holds so much that it may be a circle, which would grow and grow."""
    if len(dicts) + len(lists) <= _MANY:
        return False
    return sum(map(len, chain(dicts, lists))) > _WIDEST


def _says_json(value: Any, depth: int) -> bool:
    if isinstance(value, str):
        return is_text(value)
    if isinstance(value, dict):
        return depth > 0 and all(
            isinstance(key, str) and is_text(key) and _says_json(part, depth - 1)
            for key, part in value.items()
        )
    if isinstance(value, (list, tuple)):
        return depth > 0 and all(_says_json(part, depth - 1) for part in value)
    if value is None or isinstance(value, (int, float)):
        return not isinstance(value, float) or math.isfinite(value)
    return isinstance(value, BaseModel) or dataclasses.is_dataclass(value)


def not_json(value: Any, path: str, depth: int = _DEEPEST) -> Iterator[str]:
    """Yield a line for each part of `value` that JSON cannot say."""
    if is_json(value, depth):
        return
    if isinstance(value, str):
        yield f"{path}: holds half a character (a lone surrogate), which cannot be sent"
    elif isinstance(value, float):
        yield f"{path}: {value} is no number of JSON"
    elif depth == 0 and isinstance(value, (dict, list, tuple)):
        yield f"{path[:60]}...: is nested more than {_DEEPEST} levels deep"
    elif isinstance(value, dict):
        for key, part in value.items():
            if not isinstance(key, str) or not is_text(key):
                yield f"{path}: the key {key!r:.40} is no text"
            yield from not_json(part, f"{path}.{key}", depth - 1)
    elif isinstance(value, (list, tuple)):
        for index, part in enumerate(value):
            yield from not_json(part, f"{path}[{index}]", depth - 1)
    else:
        yield f"{path}: a {type(value).__name__} is no JSON value; pass text, a number, a list, ..."


def is_text(value: str) -> bool:
    """Whether UTF-8 can hold `value`: it has no half of a character (lone surrogate)."""
    if value.isascii():
        return True
    try:
        value.encode()
    except UnicodeEncodeError:
        return False
    return True
