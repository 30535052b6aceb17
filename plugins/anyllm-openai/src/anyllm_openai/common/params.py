"""The request's knobs that are alike on both wires: how random, for whom, how fast."""

from __future__ import annotations

from hashlib import sha256
from typing import Any

from any_llm.plugin import CallContext, MessagesRequest

from .profile import ChatProfile

# openai 3.54, types/chat/completion_create_params.py: safety_identifier, at most 128 characters.
_IDENTIFIER_MAX = 128


def sampling(request: MessagesRequest, ctx: CallContext, *, thinks: bool) -> dict[str, Any]:
    """Return temperature, top_p and top_k; report what the model does not take."""
    profile: ChatProfile = ctx.profile
    taken = profile.sampling == "always" or (profile.sampling == "without_thinking" and not thinks)
    said: dict[str, Any] = {}
    for name in ("temperature", "top_p"):
        value = getattr(request, name)
        if value is None:
            continue
        if taken:
            said[name] = value
        elif value == 1:
            ctx.report(name, "left out: 1 is what this model does anyway", "hint")
        else:
            why = "this model takes none" if profile.sampling == "never" else "not while it thinks"
            ctx.report(name, f"left out: {why}")
    if request.top_k is not None:
        if profile.top_k:
            said["top_k"] = request.top_k
        else:
            ctx.report("top_k", "left out: this provider takes none")
    return said


def service_tier(request: MessagesRequest, ctx: CallContext) -> dict[str, Any]:
    """Return the tier for `service_tier` and `speed`, which are one field here."""
    tiers = ctx.profile.service_tiers
    tier, speed = request.service_tier, request.speed
    said: dict[str, Any] = {}
    if speed == "fast" and tier == "standard_only":
        ctx.refuse("speed", '"fast" and service_tier "standard_only" exclude each other')
    if tier is not None:
        if tiers:
            said["service_tier"] = tiers.get(tier, tier)
        else:
            ctx.report("service_tier", "this provider has no tiers", "hint")
    if speed == "standard":
        ctx.report("speed", "standard is what the server does anyway", "hint")
    elif speed is not None and speed in tiers:
        if said:
            ctx.report("service_tier", f"speed {speed!r} takes its place", "hint")
        said["service_tier"] = tiers[speed]
    elif speed is not None:
        ctx.report("speed", "this provider has no such speed")
    return said


def end_user(request: MessagesRequest, ctx: CallContext) -> dict[str, Any]:
    """Return the id of the end user where the server has a field for it."""
    profile: ChatProfile = ctx.profile
    metadata = request.metadata or {}
    ctx.leftover("metadata", metadata, "user_id")
    user = metadata.get("user_id")
    if user is None:
        return {}
    if profile.user_id_field is None:
        ctx.report("metadata.user_id", "this provider has no field for it")
        return {}
    if len(user) > _IDENTIFIER_MAX:
        ctx.report("metadata.user_id", "sent as its SHA-256: it is too long", "emulated")
        user = sha256(user.encode("utf-8", "surrogatepass")).hexdigest()
    return {profile.user_id_field: user}
