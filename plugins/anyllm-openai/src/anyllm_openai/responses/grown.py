"""Text as it grows, piece by piece: what is new, and what it is in all."""

from __future__ import annotations


class Grown:
    """Joins the halves of characters that were cut between two pieces."""

    def __init__(self) -> None:
        self._pieces: list[str] = []
        self._half = ""

    def __bool__(self) -> bool:
        return bool(self._pieces)

    @property
    def text(self) -> str:
        """All of it so far, without a half character at the end."""
        if len(self._pieces) > 1:
            self._pieces = ["".join(self._pieces)]
        return self._pieces[0] if self._pieces else ""

    def add(self, piece: str) -> str:
        """Take in a piece; return what is new and whole of it."""
        if not piece:
            return ""
        if self._half or not piece.isascii():
            piece = self._mended(piece)
        if piece:
            self._pieces.append(piece)
        return piece

    def end(self) -> str:
        """Nothing more comes: return what stands for a half whose other half never came."""
        half, self._half = self._half, ""
        if half:
            self._pieces.append("\N{REPLACEMENT CHARACTER}")
        return "\N{REPLACEMENT CHARACTER}" if half else ""

    def missing(self, final: str) -> str | None:
        """Return what `final` (the wire's last word) has beyond this; None where they differ."""
        seen = self.text
        if not final or final == seen:
            return ""
        return final[len(seen) :] if final.startswith(seen) else None

    def _mended(self, piece: str) -> str:
        piece, self._half = self._half + piece, ""
        if piece and "\ud800" <= piece[-1] <= "\udbff":
            piece, self._half = piece[:-1], piece[-1]
        return piece.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
