"""Stop sequences on a wire that has none: the client cuts the text itself, where that was asked.

`ctx.state["cut"]` holds the sequences. The end of the text that may begin one is held back. The
sequence that is complete first counts; where two end at once, the longer one.
"""

from __future__ import annotations

from collections.abc import Sequence


class Cut:
    """Watches text for stop sequences. `met` is the one that was found."""

    def __init__(self, sequences: Sequence[str]) -> None:
        self._sequences = tuple(filter(None, sequences))
        self._most = max(map(len, self._sequences), default=1) - 1
        self._held = ""
        self.met: str | None = None
        self.active = bool(self._sequences)

    def feed(self, text: str) -> str:
        """Return what may be shown of the text so far: all but its last few characters."""
        text = self._held + text
        ends = [(at + len(s), at, s) for s in self._sequences if (at := text.find(s)) >= 0]
        if ends:
            _, at, self.met = min(ends)
            self._held = ""
            return text[:at]
        show = max(0, len(text) - self._most)
        self._held = text[show:]
        return text[:show]

    def rest(self) -> str:
        """The text ends here: return what was held back. The next text begins anew."""
        held, self._held = self._held, ""
        return held
