"""Halves of characters, which some servers send and no UTF-8 can hold.

Whoever cuts text by UTF-16 units may send an emoji's first half in one piece and its second in the
next. Joined they are the character again; a half whose other half never comes is replaced.
"""

from __future__ import annotations

from typing import Any

_PIECES = {"text_delta": "text", "thinking_delta": "thinking", "input_json_delta": "partial_json"}


def mended(value: Any) -> Any:
    """Return a JSON value with every half of a character in it replaced."""
    if isinstance(value, str):
        return value.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    if isinstance(value, dict):
        return {mended(name): mended(item) for name, item in value.items()}
    return [mended(item) for item in value] if isinstance(value, list) else value


class Halves:
    """What is left of a stream's last piece of text; `pending` says whether there is anything."""

    __slots__ = ("pending",)

    def __init__(self) -> None:
        self.pending = ""

    def joined(self, said: Any) -> Any:
        """Return an event with the half before it put in front and a half at its end kept back."""
        delta: Any = said.get("delta") if isinstance(said, dict) else None
        name = _PIECES.get(str(delta.get("type"))) if isinstance(delta, dict) else None
        if name is None or not isinstance(delta.get(name), str):
            if isinstance(said, dict) and said.get("type") == "content_block_stop":
                self.pending = ""  # its other half never came
            return mended(said)
        text = self.pending + delta[name]
        self.pending = text[-1:] if "\ud800" <= text[-1:] <= "\udbff" else ""
        return mended({**said, "delta": {**delta, name: text.removesuffix(self.pending)}})
