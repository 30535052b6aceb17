"""Reasoning in an answer: where servers put it, and the state that must go back with it."""

from __future__ import annotations

from typing import Any

from any_llm.plugin import CallContext

from .errors import bad_reply
from .extras import Extras
from .signature import seal

_TEXT_OF_DETAIL = {"reasoning.text": "text", "reasoning.summary": "summary"}
_GROWING = frozenset({"text", "summary", "data"})
_STRINGS = ("reasoning_content", "reasoning")


class _Pieces(list[str]):
    """Text that is still growing; joined once, at the end."""


class Thoughts:
    """Collects the reasoning of one block: the field its text came in, the objects beside it.

    Where a message has the text twice (as a string and in `reasoning_details`), the first place
    of the profile's `reasoning_in` counts. The objects are kept as they came, for the signature.
    """

    def __init__(self, ctx: CallContext, extras: Extras) -> None:
        self._ctx = ctx
        self._extras = extras
        places = ctx.profile.reasoning_in
        self._strings = tuple(name for name in places if name in _STRINGS)
        self._detailed = "reasoning_details" in places
        self._string_seen = False
        self._field: str | None = None
        self._details: list[dict[str, Any]] = []

    @property
    def pending(self) -> bool:
        """Whether there are objects that no block has carried yet."""
        return bool(self._details)

    def read(self, said: dict[str, Any]) -> str:
        """Return the reasoning text of a delta or message, "" if it has none."""
        text = ""
        for name in self._strings:
            value = said.get(name)
            if value and isinstance(value, str):
                text, self._field, self._string_seen = value, name, True
                break
            if value:
                self._extras.of_message({name: value}, frozenset())
        if self._detailed and (details := said.get("reasoning_details")):
            told = self._collect(details)
            if told and not self._string_seen:
                text, self._field = told, "reasoning_details"
        return text

    def came_in(self, field: str) -> None:
        """Note that the text came in another place: parts of the content, tags in the text."""
        self._field = field

    def seal(self) -> str:
        """Return the signature of the block that ends here, and begin anew."""
        details = [{name: _whole(value) for name, value in each.items()} for each in self._details]
        field, self._field, self._details = self._field, None, []
        try:
            return seal(self._ctx, field=field, details=details or None)
        except ValueError as error:
            raise bad_reply(self._ctx, "reasoning_details that are no JSON") from error

    def _collect(self, details: list[dict[str, Any]]) -> str:
        """Keep the objects, the pieces of one joined; return their text."""
        told = ""
        # Pieces of one object come in neighbouring chunks, never in one list.
        last = self._details[-1] if self._details else None
        for detail in details:
            if field := _TEXT_OF_DETAIL.get(detail.get("type", "")):
                told += detail.get(field) or ""
            if last is not None and _continues(last, detail):
                _join(last, detail)
            else:
                self._details.append(dict(detail))
            last = None
        return told


def _continues(last: dict[str, Any], detail: dict[str, Any]) -> bool:
    if last.get("type") != detail.get("type") or last.get("index") != detail.get("index"):
        return False
    own = detail.get("id")
    return own is None or last.get("id") in (None, own)


def _join(last: dict[str, Any], piece: dict[str, Any]) -> None:
    for name, value in piece.items():
        old = last.get(name)
        if name not in _GROWING or not isinstance(value, str) or old is None:
            if value not in (None, "") or old is None:
                last[name] = value
        elif isinstance(old, _Pieces):
            old.append(value)
        else:
            last[name] = _Pieces((old, value))


def _whole(value: Any) -> Any:
    """Return the value with its pieces joined, and characters that were cut between two."""
    text = "".join(value) if isinstance(value, _Pieces) else value
    if isinstance(text, str) and not text.isascii():
        return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    return text
