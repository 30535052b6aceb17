"""Finding a secret wherever it may have got to."""

from __future__ import annotations

import io
import logging
import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from types import ModuleType
from typing import Any


def holds(value: Any, secret: str) -> bool:
    """Whether `secret` can be reached from `value`: by text, attributes, slots and containers."""
    seen: set[int] = set()
    waiting = [value]
    while waiting:
        one = waiting.pop()
        if id(one) in seen:
            continue
        seen.add(id(one))
        if isinstance(one, bytes):
            one = one.decode("utf-8", "replace")
        if isinstance(one, str):
            if secret in one:
                return True
        elif isinstance(one, Mapping):
            waiting += [*one.keys(), *one.values()]
        elif isinstance(one, (list, tuple, set, frozenset)):
            waiting += one
        elif not isinstance(one, (type, ModuleType)) and not callable(one):
            waiting += _parts(one)
    return False


def _parts(value: Any) -> list[Any]:
    slots = [name for cls in type(value).__mro__ for name in getattr(cls, "__slots__", ())]
    parts = [getattr(value, name) for name in slots if hasattr(value, name)]
    if isinstance(value, BaseException):
        parts += [str(value), repr(value), *value.args, value.__cause__, value.__context__]
    return [repr(value), *parts, *getattr(value, "__dict__", {}).values()]


class _Lines(logging.Handler):
    def __init__(self) -> None:
        super().__init__(logging.DEBUG)
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        """Keep the line."""
        self.lines.append(f"{record.getMessage()} {record.exc_info}")


@contextmanager
def said_aloud() -> Iterator[list[str]]:
    """Collect what is logged, warned and printed meanwhile; all of it stands there at the end."""
    printed = io.StringIO()
    with (
        warnings.catch_warnings(record=True) as warned,
        redirect_stdout(printed),
        redirect_stderr(printed),
        logged() as lines,
    ):
        warnings.simplefilter("always")
        yield lines
    lines += [printed.getvalue(), *(str(one.message) for one in warned)]


@contextmanager
def logged() -> Iterator[list[str]]:
    """Collect every line that is logged meanwhile, at every level."""
    root, handler = logging.getLogger(), _Lines()
    level = root.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    try:
        yield handler.lines
    finally:
        root.setLevel(level)
        root.removeHandler(handler)
