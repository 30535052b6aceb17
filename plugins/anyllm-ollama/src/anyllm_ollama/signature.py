"""Whose reasoning it is. Ollama signs none, so what comes from it is marked by an envelope.

Reasoning of this wire is plain text that any of its models reads, so the mark names the wire and
nothing more. What another provider signed is that provider's.
"""

from __future__ import annotations

from any_llm.plugin import Envelope

ISSUER = "ollama"
OWN = Envelope(ISSUER, {}).seal()
"""The signature of every thinking block that this wire made."""


def is_own(signature: str) -> bool:
    """Whether reasoning under this signature may go back: ours, or signed by nobody."""
    if not signature:
        return True
    envelope = Envelope.open(signature)
    return envelope is not None and envelope.issuer == ISSUER
