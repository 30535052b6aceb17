"""What this wire keeps in signatures: thought signatures, and parts that only Google can read.

Payload of an envelope, any of: `own`, the signature of the thinking block that bears it; `next`,
that of the call (or media) behind it; `prev`, that of the text before it; `chars`, how many of the
last characters of that thinking or text the signed part held, so that a signed part never merges
with an unsigned one; `part`, a whole part as it came. An empty payload says who thought.

Google, "Thought signatures" (ai.google.dev/gemini-api/docs/thought-signatures, 2026-11): parts with
signatures go back exactly as they came; they are never joined, and never given twice.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from any_llm.plugin import BadReply, CallContext, Envelope

from .profile import GeminiProfile

DUMMY = "c2tpcF90aG91Z2h0X3NpZ25hdHVyZV92YWxpZGF0b3I="
"""base64 of "skip_thought_signature_validator": for a call whose signature nobody has. Documented
by Google as the last resort; this form was verified live on both hosts (pydantic-ai 2.68)."""


def seal(ctx: CallContext, payload: Mapping[str, Any]) -> str:
    """Return the signature, or the `data` of a redacted block, that holds `payload`."""
    profile: GeminiProfile = ctx.profile
    kept = {name: value for name, value in payload.items() if value is not None}
    try:
        return Envelope(profile.issuer, kept).seal()
    except ValueError as error:  # half a character, say: no JSON can hold it
        raise BadReply(f"{ctx.provider}: a signature cannot be kept: {error}") from error


def unseal(sealed: Any, ctx: CallContext) -> Mapping[str, Any] | None:
    """Return the payload if this host issued it, else None."""
    profile: GeminiProfile = ctx.profile
    envelope = Envelope.open(sealed) if isinstance(sealed, str) else None
    if envelope is None or envelope.issuer != profile.issuer:
        return None
    return envelope.payload
