"""What this wire keeps in the signature of a thinking block: the reasoning item it was.

The payload: `by` (the server), `id`, `encrypted_content`, and of `summary` and `content` (the
lists of parts as they came) what the block's text does not say; `more` are a vendor's own fields.
Reasoning goes back only to the server that sent it: nobody else can decrypt it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from any_llm.plugin import CallContext, Envelope

from ..common.issuer import issued_by

ISSUER = "openai-responses"


def seal(ctx: CallContext, payload: Mapping[str, Any]) -> str:
    """Return the signature (or the `data` of a redacted block) for a reasoning item."""
    return Envelope(ISSUER, {"by": issued_by(ctx), **payload}).seal()


def unseal(sealed: str, ctx: CallContext) -> Mapping[str, Any] | None:
    """Return the payload if this very server issued it, else None."""
    envelope = Envelope.open(sealed)
    if envelope is None or envelope.issuer != ISSUER:
        return None
    payload = envelope.payload
    own = payload.get("by") == issued_by(ctx) and _is_whole(payload)
    return payload if own else None


def _is_whole(payload: Mapping[str, Any]) -> bool:
    """Whether it holds what this wire seals: anybody can write a signature that looks like one."""
    parts = [*_listed(payload, "summary"), *_listed(payload, "content"), payload.get("more") or {}]
    texts = [payload.get(name) or "" for name in ("id", "encrypted_content")]
    return all(isinstance(part, dict) for part in parts) and all(
        isinstance(text, str) for text in texts
    )


def _listed(payload: Mapping[str, Any], name: str) -> list[Any]:
    said = payload.get(name) or []
    return said if isinstance(said, list) else [None]
