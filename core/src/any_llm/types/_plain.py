"""Turning what people have into plain JSON data: our objects, the official SDK's, mappings."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from pydantic import BaseModel

from ._base import Event, Model, wire

_SCALARS = (str, int, float, bool, type(None))


def plain(value: Any) -> Any:
    """Return `value` as dicts, lists and scalars. What is plain already comes back as it is.

    Objects with a pydantic face are dumped without the fields that are None, so that an answer's
    block is a block of a request. Nothing that was passed in is changed.
    """
    if type(value) is dict or isinstance(value, _SCALARS):
        return value
    if isinstance(value, (Model, Event)):
        return wire(value)
    if isinstance(value, BaseModel):
        ours = getattr(type(value), "__api_exclude__", None)  # the official SDK's local extras
        return value.model_dump(mode="json", exclude_none=True, exclude=ours, warnings=False)
    if isinstance(value, Mapping):
        return dict(value)
    return value


def as_list(value: Any) -> Any:
    """Return a tuple or another iterable of blocks as a list; anything else as it is."""
    if value is None or isinstance(value, (str, list, bytes, Mapping, BaseModel, Event)):
        return value
    return list(value) if isinstance(value, Iterable) else value


def as_turn(value: Any) -> Any:
    """Return a message of a request. A whole answer is reduced to its role and content."""
    turn = plain(value)
    if type(turn) is dict and turn.get("type") == "message":
        return {"role": turn.get("role"), "content": turn.get("content")}
    return turn


# --- is it JSON? -----------------------------------------------------------------------------

_DEEPEST = 200  # what the JSON writer can nest, with room for a dialect's own levels


def is_json(value: Any, depth: int = _DEEPEST) -> bool:
    """Whether JSON can say `value` as it is.

    The JSON writer says more (a date as text, a set as a list, an integer key as text), but the
    server must see what the caller passed. Objects that define their JSON (pydantic's) pass.
    """
    if isinstance(value, str):
        return value.isascii() or is_text(value)
    if isinstance(value, dict):
        return depth > 0 and _fields_are_json(value, depth - 1)
    if isinstance(value, (list, tuple)):
        return depth > 0 and all(is_json(part, depth - 1) for part in value)
    if value is None or isinstance(value, (int, float)):
        return not isinstance(value, float) or math.isfinite(value)
    return isinstance(value, BaseModel) or dataclasses.is_dataclass(value)


def _fields_are_json(value: dict[Any, Any], depth: int) -> bool:
    # A loop and no generators: a long request has thousands of objects, nearly all short texts.
    for key, part in value.items():
        if not isinstance(key, str) or not (key.isascii() or is_text(key)):
            return False
        if not (type(part) is str and part.isascii()) and not is_json(part, depth):
            return False
    return True


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
            if not isinstance(key, str) or not (key.isascii() or is_text(key)):
                yield f"{path}: the key {key!r:.40} is no text"
            yield from not_json(part, f"{path}.{key}", depth - 1)
    elif isinstance(value, (list, tuple)):
        for index, part in enumerate(value):
            yield from not_json(part, f"{path}[{index}]", depth - 1)
    else:
        yield f"{path}: a {type(value).__name__} is no JSON value; pass text, a number, a list, ..."


def is_text(value: str) -> bool:
    """Whether UTF-8 can hold `value`: it has no half of a character (lone surrogate)."""
    try:
        value.encode()
    except UnicodeEncodeError:
        return False
    return True
