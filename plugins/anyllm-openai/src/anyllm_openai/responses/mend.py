"""Half characters and bottomless nesting in an event: what no JSON text could hold again.

The halves of text that grows (`delta`) are joined where it grows; everywhere else a half is
replaced by U+FFFD, and so is what is nested deeper than a serializer goes.
"""

from __future__ import annotations

from typing import Any

from ..common.mend import cleaned


def mended(event: dict[str, Any]) -> dict[str, Any]:
    """Return the event with all of that replaced but the halves of a delta."""
    found: dict[str, Any] = cleaned(event)
    if isinstance(event.get("delta"), str):
        found["delta"] = event["delta"]
    return found
