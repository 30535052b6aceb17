"""Ids of calls: Google's own since Gemini 3; before that its calls have none and get one here."""

from __future__ import annotations

from typing import Any

from any_llm.plugin import CallContext

from .profile import GeminiProfile

MINTED = "toolu_gem_"
"""How an id begins that was made here. Google never sees such an id: it knows no such call."""
CALL_IDS = "call_ids"
"""In `ctx.state`: the ids of earlier calls. Some gateways count anew in each answer."""


def wire_id(call: str, ctx: CallContext) -> dict[str, Any]:
    """Return the field `id` of a call or a result, where the host takes it and may know it."""
    profile: GeminiProfile = ctx.profile
    return {"id": call} if profile.call_ids and not call.startswith(MINTED) else {}
