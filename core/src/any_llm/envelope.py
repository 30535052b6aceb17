"""Vendor state inside `thinking.signature` and `redacted_thinking.data`.

A Messages conversation carries reasoning only in those two opaque strings, so what a vendor wants
back (encrypted reasoning, thought signatures, the field a server used) travels there: a version,
its issuer and a JSON payload. A dialect replays only what it issued itself; anything else belongs
to another provider and is dropped, with a line in `losses`.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

from ._json import dumps, loads

_PREFIX = "anyllm1."


@dataclass(frozen=True, slots=True)
class Envelope:
    """State of one issuer (a dialect's name, or finer: `openai-responses`, `gemini`)."""

    issuer: str
    payload: Mapping[str, Any]

    def seal(self) -> str:
        """Return the string for a signature: letters, digits, `-`, `_` and `.` only."""
        raw = dumps({"issuer": self.issuer, **self.payload})
        return _PREFIX + base64.urlsafe_b64encode(raw).decode().rstrip("=")

    @classmethod
    def open(cls, sealed: str) -> Self | None:
        """Return the envelope in `sealed`; None if it is a vendor's own signature."""
        if not sealed.startswith(_PREFIX):
            return None
        text = sealed[len(_PREFIX) :]
        try:
            said = loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
        except (binascii.Error, ValueError):
            return None
        if not isinstance(said, dict) or not isinstance(said.get("issuer"), str):
            return None
        return cls(said.pop("issuer"), said)

    @staticmethod
    def is_ours(sealed: str) -> bool:
        """Whether `sealed` was made by any_llm, for whichever issuer, readable or not."""
        return sealed.startswith(_PREFIX)
