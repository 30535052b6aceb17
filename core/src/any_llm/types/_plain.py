"""Turning what people have into plain JSON data: our objects, the official SDK's, mappings."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
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
