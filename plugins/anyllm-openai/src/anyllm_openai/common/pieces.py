"""Text that comes in pieces, and characters that were cut between two of them."""

from __future__ import annotations

from typing import Any


class Pieces(list[str]):
    """Text that is still growing; joined once, at the end: adding strings would be quadratic."""


def grown(old: Any, piece: str) -> Any:
    """Return `old` (text, or pieces of it) with one more piece."""
    if isinstance(old, Pieces):
        old.append(piece)
        return old
    return Pieces((old, piece))


def whole_text(text: str) -> str:
    """Return text with its halves of characters joined; a half that stays alone is replaced."""
    if text.isascii():
        return text
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def whole(value: Any) -> Any:
    """Return a value with its pieces joined; anything but text as it is."""
    if isinstance(value, Pieces):
        return whole_text("".join(value))
    return whole_text(value) if isinstance(value, str) else value
