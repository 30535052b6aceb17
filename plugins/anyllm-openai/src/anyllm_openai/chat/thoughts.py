"""Reasoning in an answer: where servers put it, and the state that must go back with it."""

from __future__ import annotations

from functools import cache
from typing import Any

from any_llm.plugin import CallContext

from ..common.errors import bad_reply
from ..common.pieces import grown, whole
from .extras import Extras
from .signature import seal

_TEXT_OF_DETAIL = {"reasoning.text": "text", "reasoning.summary": "summary"}
_GROWING = frozenset({"text", "summary", "data"})
_STRINGS = ("reasoning_content", "reasoning", "reasoning_text", "thinking")


class Thoughts:
    """Collects the reasoning of one block: the field its text came in, the objects beside it.

    Where a message has the text twice (as a string and in `reasoning_details`), the first place
    of the profile's `reasoning_in` counts. The objects are kept as they came, for the signature.
    """

    def __init__(self, ctx: CallContext, extras: Extras) -> None:
        self._ctx = ctx
        self._extras = extras
        places = ctx.profile.reasoning_in
        self.strings = _strings(places)
        """The fields that may hold reasoning as a string."""
        self._detailed = "reasoning_details" in places
        self._string_seen = False
        self._field: str | None = None
        self._details: list[dict[str, Any]] = []
        self._encrypted: set[tuple[str, str]] = set()
        self._signature = ""

    @property
    def pending(self) -> bool:
        """Whether there is anything that no block has carried yet and that must go back."""
        return bool(self._details or self._signature)

    def read(self, said: dict[str, Any]) -> str:
        """Return the reasoning text of a delta or message, "" if it has none."""
        text = ""
        for name in self.strings:
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

    def sign(self, signature: str) -> None:
        """Keep the signature that stands in a part of the content."""
        self._field, self._signature = "content", signature

    def seal(self) -> str:
        """Return the signature of the block that ends here, and begin anew."""
        details = [{name: whole(value) for name, value in each.items()} for each in self._details]
        field, self._field, self._details = self._field, None, []
        signature, self._signature = self._signature, ""
        try:
            return seal(self._ctx, field=field, details=details or None, signature=signature)
        except ValueError as error:
            raise bad_reply(self._ctx, "reasoning_details that are no JSON") from error

    def _collect(self, details: list[dict[str, Any]]) -> str:
        """Keep the objects, the pieces of one joined; return their text."""
        told = ""
        # Pieces of one object come in neighbouring chunks, never in one list.
        last = self._details[-1] if self._details else None
        for detail in details:
            if self._resent(detail):
                continue
            if field := _TEXT_OF_DETAIL.get(detail.get("type", "")):
                told += detail.get(field) or ""
            if last is not None and _continues(last, detail):
                _join(last, detail)
            else:
                self._details.append(dict(detail))
            last = None
        return told

    def _resent(self, detail: dict[str, Any]) -> bool:
        """Whether this is an encrypted object that came before, whole: same id, same data."""
        own, data = detail.get("id"), detail.get("data")
        if not (own and data and isinstance(own, str) and isinstance(data, str)):
            return False
        came = (own, data) in self._encrypted
        self._encrypted.add((own, data))
        return came


@cache
def _strings(places: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(name for name in places if name in _STRINGS)


def _continues(last: dict[str, Any], detail: dict[str, Any]) -> bool:
    if last.get("type") != detail.get("type") or last.get("index") != detail.get("index"):
        return False
    own = detail.get("id")
    if own is None and detail.get("index") is None and not _goes_on(last, detail):
        return False
    return own is None or last.get("id") in (None, own)


def _goes_on(last: dict[str, Any], detail: dict[str, Any]) -> bool:
    """Whether a piece without index and id continues: text does until it is signed."""
    return detail.get("type") in _TEXT_OF_DETAIL and not last.get("signature")


def _join(last: dict[str, Any], piece: dict[str, Any]) -> None:
    for name, value in piece.items():
        old = last.get(name)
        if name not in _GROWING or not isinstance(value, str) or old is None:
            if value not in (None, "") or old is None:
                last[name] = value
        else:
            last[name] = grown(old, value)
