"""Whose reasoning state a block holds: an endpoint gets back its own and nobody else's.

Anthropic's signatures stand in histories as they came, so that what the official SDK kept works
here and the other way round. Every other endpoint's are sealed with its name: sent elsewhere they
would be refused there ("Invalid `signature` in `thinking` block"), and end the conversation.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..envelope import Envelope

_STATE = {"thinking": "signature", "redacted_thinking": "data"}
_KEY = "state"


def state_field(kind: str) -> str | None:
    """Return the field that holds the state of a block of this type; None if none does."""
    return _STATE.get(kind)


def sealed(state: str, issuer: str) -> str:
    """Return state that an endpoint sent as it stands in our answers."""
    return Envelope(issuer, {_KEY: state}).seal() if issuer and state else state


def opened(state: str, issuer: str) -> str | None:
    """Return state as the endpoint sent it; None when it is not its own."""
    if not Envelope.is_ours(state):
        return None if issuer and state else state
    envelope = Envelope.open(state)
    if envelope is None or not issuer or envelope.issuer != issuer:
        return None
    own = envelope.payload.get(_KEY)
    return own if isinstance(own, str) else None


def sealed_block(block: Mapping[str, Any], issuer: str) -> Mapping[str, Any]:
    """Return a block of an answer with its state sealed."""
    name = state_field(block["type"]) if issuer else None
    if name is None or not isinstance(block.get(name), str):
        return block
    return {**block, name: sealed(block[name], issuer)}
