"""What this wire keeps in the signature of a thinking block: where the reasoning came from.

Reasoning goes back in the field it came in, with the objects a server gave beside it, and only to
the server that sent it. The payload: `by` (the server), and of `field`, `details` (the
`reasoning_details` objects as they came), `calls` (thought signatures by id of the call) and
`signature` (of a thinking part of the content) what there is.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from any_llm.plugin import CallContext, Envelope

from ..common.issuer import issued_by

ISSUER = "openai-chat"


def seal(
    ctx: CallContext,
    *,
    field: str | None = None,
    details: list[Any] | None = None,
    calls: Mapping[str, str] | None = None,
    signature: str = "",
) -> str:
    """Return the signature (or the `data` of a redacted block) for reasoning of this answer."""
    said: dict[str, Any] = {
        "field": field,
        "details": details,
        "calls": dict(calls) if calls else None,
    }
    if signature:
        said["signature"] = signature
    kept = {name: value for name, value in said.items() if value is not None}
    return Envelope(ISSUER, {"by": issued_by(ctx), **kept}).seal()


def unseal(sealed: str, ctx: CallContext) -> Mapping[str, Any] | None:
    """Return the payload if this very server issued it, else None."""
    envelope = Envelope.open(sealed)
    if envelope is None or envelope.issuer != ISSUER:
        return None
    payload = envelope.payload
    return payload if payload.get("by") == issued_by(ctx) else None
