"""JSON from and to the wire: decoded once, straight from bytes; encoded once, deterministic."""

from __future__ import annotations

import codecs
import json
import math
from typing import Any

from pydantic_core import PydanticSerializationError, from_json, to_json

from .errors import RequestValidationError

_LARGE = 16_384  # bytes: from here on a look at each value is cheaper than a search of the text


def loads(data: bytes | str) -> Any:
    """Return the value of a JSON text. ValueError if it is none.

    A vendor may cut an emoji between two chunks and send half a surrogate pair in each; the fast
    parser refuses those, the slow one keeps the halves, and the emitter joins them.
    """
    try:
        return from_json(data)
    except ValueError:
        if not _needs_the_slow_one(data):
            raise
    try:
        return json.loads(data)
    except RecursionError:
        raise ValueError("JSON that is nested too deep") from None


def _needs_the_slow_one(data: bytes | str) -> bool:
    """Whether there may be half a character in it, or a byte order mark before it."""
    if isinstance(data, str):
        return "\\u" in data
    return b"\\u" in data or data.startswith(codecs.BOM_UTF8)


def dumps(value: Any) -> bytes:
    """Return compact UTF-8 JSON, keys in the order given.

    NaN, infinities, lone surrogates and values that JSON does not know are a
    RequestValidationError: a server must not see another value than the caller passed.
    """
    try:
        body = to_json(value, inf_nan_mode="constants")
        if _may_hold_constants(body, value):
            json.dumps(value, allow_nan=False)  # text that merely contains the word is fine
    except (PydanticSerializationError, TypeError, ValueError) as error:
        raise RequestValidationError([f"the request is not JSON: {error}"]) from error
    return body


def _may_hold_constants(body: bytes, value: Any) -> bool:
    """Whether NaN or Infinity stand in it. A picture holds those letters by chance."""
    if len(body) <= _LARGE:
        return b"NaN" in body or b"Infinity" in body
    if _is_finite(value):
        return False
    try:
        from_json(body, allow_inf_nan=False)
    except ValueError:
        return True
    return False


def _is_finite(value: Any) -> bool:
    """Whether `value` is plain data without NaN and infinities. False also where that is unknown.

    It was written as JSON before, so it has no circles.
    """
    level: list[Any] = [[value]]
    while level:
        inside: list[Any] = []
        for holder in level:
            for part in holder.values() if type(holder) is dict else holder:
                kind = type(part)
                if kind is dict or kind is list:
                    inside.append(part)
                elif not (kind in _NO_FLOATS or (kind is float and math.isfinite(part))):
                    return False
        level = inside
    return True


_NO_FLOATS = frozenset({str, int, bool, type(None)})
