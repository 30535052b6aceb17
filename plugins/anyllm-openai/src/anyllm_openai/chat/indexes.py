"""The index of a choice or of a call: some servers send the number as text."""

from __future__ import annotations

from collections.abc import Hashable


def number(index: Hashable) -> Hashable:
    """Return an index: digits in a string as the number they are, anything else as it is."""
    if isinstance(index, str) and len(index) < 10 and index.isascii() and index.isdigit():
        return int(index)
    return index
