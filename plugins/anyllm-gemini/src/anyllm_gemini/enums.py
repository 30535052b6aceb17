"""Enums that arrive as numbers: a client may ask Google for `enum-encoding=int`.

Both hosts number the first six alike; beyond those the numbers are Vertex AI's
(google/cloud/aiplatform/v1/content.proto, 2026). A number without a name stays a number.
"""

from __future__ import annotations

from typing import Any

_COMMON = ("FINISH_REASON_UNSPECIFIED", "STOP", "MAX_TOKENS", "SAFETY", "RECITATION", "OTHER")
_VERTEX = (
    *_COMMON,
    *("BLOCKLIST", "PROHIBITED_CONTENT", "SPII", "MALFORMED_FUNCTION_CALL", "MODEL_ARMOR"),
    *("IMAGE_SAFETY", "IMAGE_PROHIBITED_CONTENT", "IMAGE_RECITATION", "IMAGE_OTHER"),
    *("UNEXPECTED_TOOL_CALL", "NO_IMAGE"),
)
OUTCOMES = ("OUTCOME_UNSPECIFIED", "OUTCOME_OK", "OUTCOME_FAILED", "OUTCOME_DEADLINE_EXCEEDED")
"""How code that Google ran can have ended, by their numbers (google-genai 3.4 types.Outcome)."""


def finish_reason(said: Any, issuer: str) -> str:
    """Return the name of a `finishReason`; "" for none."""
    return _name(said, _VERTEX if issuer == "vertex" else _COMMON)


def outcome(said: Any) -> str:
    """Return the name of a code execution's `outcome`; "" for none."""
    return _name(said, OUTCOMES)


def _name(said: Any, names: tuple[str, ...]) -> str:
    if isinstance(said, int) and not isinstance(said, bool):
        return names[said] if 0 <= said < len(names) else str(said)
    return str(said or "").upper()
