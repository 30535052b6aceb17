"""One tool call as its fragments add up."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Any

from any_llm.plugin import CallContext

from .errors import json_text
from .scan import JSONEnd


class Call:
    """One call as far as it is known. `index` is the server's, None where it gives none."""

    def __init__(self, index: Hashable) -> None:
        self.index = index
        self.id = ""
        self.name = ""
        self.signature = ""
        self.pieces: list[str] = []
        self.complete = False
        self.settled = False  # something came after it, so its name will not grow
        self.spoilt = False  # there is more than one JSON value: no end is an end any more
        self.opened = False  # the caller sees it
        self._end = JSONEnd()
        self._fresh: list[str] = []  # what the caller has not seen
        self._half = ""

    @property
    def arguments(self) -> str:
        """The text of the arguments so far."""
        return "".join(self.pieces)

    @property
    def begun(self) -> bool:
        """Whether there is anything of the arguments."""
        return self._end.begun

    @property
    def named(self) -> bool:
        """Whether the name is known and all there."""
        return bool(self.name) and (self.begun or self.settled)

    def add(self, text: str) -> None:
        """Take in more of the arguments. Text behind their end in the same piece breaks them."""
        if self._half or not text.isascii():
            text = self._mended(text)
        self.pieces.append(text)
        self._fresh.append(text)
        if self.spoilt:
            return
        end = self._end.feed(text)
        if end >= 0:
            self.complete = not text[end:].strip()
            self.spoilt = not self.complete

    def flows(self, text: str) -> bool:
        """Take in a piece of a string, if the caller was shown all before it: it may be shown.

        False where it may be anything else: it was not taken, and is for `add`.
        """
        if self._fresh or self._half or not (text.isascii() and self._end.within(text)):
            return False  # within a string it is neither complete nor spoilt
        self.pieces.append(text)
        return True

    def _mended(self, text: str) -> str:
        """Join the halves of a character that was cut between two pieces."""
        text, self._half = self._half + text, ""
        if "\ud800" <= text[-1] <= "\udbff":
            text, self._half = text[:-1], text[-1]
        return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")

    def spoil(self, text: str) -> None:
        """Take in text behind the end of the arguments: they are no JSON, however it came."""
        self.complete, self.spoilt = False, True
        self.add(text)

    def repeats(self, text: str) -> bool:
        """Whether `text` is the complete arguments once more, as some servers send them."""
        return text.strip() == self.arguments.strip()

    def news(self) -> str:
        """Return what the caller has not seen of the arguments.

        A bare word has no visible end and may turn out to be `null`, which means no arguments:
        it stays until `rest`.
        """
        if not self._end.begun or self._end.bare:
            return ""
        fresh, self._fresh = self._fresh, []
        return "".join(fresh)

    def rest(self) -> str:
        """Return what is left when nothing more can come."""
        text = self.arguments if self._end.bare else self.news()
        return "" if text.strip() == "null" else text


def arguments_text(said: Any, ctx: CallContext) -> str:
    """Return `arguments` as text: some servers send the object itself, or null."""
    if isinstance(said, str):
        return said
    return "" if said is None else json_text(said, ctx)


def opens(text: str) -> bool:
    """Whether `text` looks like the beginning of arguments."""
    return text.lstrip()[:1] in ("{", "[")
