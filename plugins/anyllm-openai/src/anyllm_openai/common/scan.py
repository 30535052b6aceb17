"""Finding the end of a JSON value that arrives in pieces, each byte looked at once."""

from __future__ import annotations

import re

_OUTSIDE = re.compile(r'["{}\[\]]')
_INSIDE = re.compile(r'["\\]')
_SPACE = " \t\r\n"


class JSONEnd:
    """Reads the text of one JSON value piece by piece and says where it ends.

    Only quotes and brackets are followed: whether the value between them is valid is for the
    parser to say. A number or a word such as `null` has no visible end; `bare` marks those.
    `quoted` says that a string is open, `escaped` that what follows a backslash is still to come.
    """

    __slots__ = ("_depth", "bare", "begun", "escaped", "quoted")

    def __init__(self) -> None:
        self.begun = False
        self.bare = False
        self._depth = 0
        self.quoted = False
        self.escaped = False

    def within(self, text: str) -> bool:
        """Whether all of `text` lies in the string that is open: nearly every piece of a long one.

        Where no quote is, only a backslash at the end reaches beyond the piece.
        """
        return self.quoted and not (self.escaped or '"' in text or text.endswith("\\"))

    def feed(self, text: str) -> int:
        """Return the place in `text` just behind the value's end, or -1 if it goes on."""
        if self.within(text):
            return -1
        at = 0
        if not self.begun:
            at = len(text) - len(text.lstrip(_SPACE))
            if at == len(text):
                return -1
            self.begun = True
            self.bare = text[at] not in '{["'
        return -1 if self.bare else self._follow(text, at)

    def _follow(self, text: str, at: int) -> int:
        if self.escaped and text:
            at, self.escaped = at + 1, False
        while found := (_INSIDE if self.quoted else _OUTSIDE).search(text, at):
            at = found.end()
            mark = found[0]
            if mark == "\\":
                self.escaped = at == len(text)
                at += 1
            elif mark == '"':
                self.quoted = not self.quoted
            else:
                self._depth += 1 if mark in "{[" else -1
            if not (self.quoted or self._depth > 0):
                return at
        return -1
