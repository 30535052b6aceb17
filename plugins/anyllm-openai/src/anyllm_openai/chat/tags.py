"""Reasoning that stands in the text as `<think>...</think>`, taken out of it as it streams.

Only where a row says so: in most answers those words are just text. The tag counts at the very
beginning of the answer, where chat templates put it.
"""

from __future__ import annotations

_OPEN, _CLOSE = "<think>", "</think>"


class ThinkTags:
    """Splits text into reasoning and the rest; holds back what may become a tag."""

    def __init__(self) -> None:
        self._held = ""
        self._blanks: list[str] = []  # before anything else: joined once
        self._state = "before"

    def split(self, text: str) -> tuple[str, str]:
        """Return the reasoning and the text that this piece makes certain, in that order."""
        if self._state == "after":
            return "", text
        text, self._held = self._held + text, ""
        if self._state == "before":
            head = text.lstrip()
            if blank := text[: len(text) - len(head)]:
                self._blanks.append(blank)
            if _OPEN.startswith(head[: len(_OPEN)]) and len(head) < len(_OPEN):
                self._held = head
                return "", ""
            if not head.startswith(_OPEN):
                self._state = "after"
                return "", "".join(self._blanks) + head
            self._state = "inside"
            text = head[len(_OPEN) :]
        inside, closed, after = text.partition(_CLOSE)
        if closed:
            self._state = "after"
            return inside, after
        keep = _overlap(inside)
        self._held = inside[len(inside) - keep :]
        return inside[: len(inside) - keep], ""

    def flush(self) -> tuple[str, str]:
        """Something else follows: return what was held back."""
        held, self._held = self._held, ""
        if self._state == "inside":
            return held, ""
        if self._state == "before":
            held = "".join(self._blanks) + held
        self._state = "after"
        return "", held


def _overlap(text: str) -> int:
    """Return how many characters at the end of `text` may begin the closing tag."""
    for size in range(min(len(_CLOSE) - 1, len(text)), 0, -1):
        if _CLOSE.startswith(text[-size:]):
            return size
    return 0
