"""The request's knobs: how long, how random, how fast."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from any_llm.plugin import CallContext, MessagesRequest

from .profile import GeminiProfile

_SAMPLING = {"temperature": "temperature", "top_p": "topP", "top_k": "topK"}
_TIERS = {"standard_only": "standard"}
# How Vertex AI is told to pay as one goes, cheaply or with priority (pydantic-ai 2.68
# models/google.py; docs.cloud.google.com/vertex-ai/generative-ai/docs, "Flex PayGo", 2026).
_SHARED = "x-vertex-ai-llm-shared-request-type"
_HEADERS: Mapping[str, Mapping[str, str]] = {
    "standard": {"x-vertex-ai-llm-request-type": "shared"},
    "flex": {_SHARED: "flex"},
    "priority": {_SHARED: "priority"},
}


def max_tokens(request: MessagesRequest, ctx: CallContext) -> dict[str, Any]:
    """Return the bound of the answer; thoughts count inside, as they do in Messages."""
    if request.max_tokens == 0:
        ctx.refuse("max_tokens", "0 (filling the cache) is not possible on this wire", "use 1")
    return {"maxOutputTokens": request.max_tokens}


def sampling(request: MessagesRequest, ctx: CallContext) -> dict[str, Any]:
    """Return temperature, topP, topK and stopSequences."""
    profile: GeminiProfile = ctx.profile
    said: dict[str, Any] = {}
    for name, field in _SAMPLING.items():
        value = getattr(request, name)
        if value is not None:
            said[field] = value
            if profile.sampling == "ignored":
                ctx.report(name, "sent, but this model ignores it")
    return {**said, **_stop(request, ctx)}


def _stop(request: MessagesRequest, ctx: CallContext) -> dict[str, Any]:
    profile: GeminiProfile = ctx.profile
    stops = request.stop_sequences
    if not stops:
        return {}
    if profile.stop_max is not None and len(stops) > profile.stop_max:
        what = f"this provider takes at most {profile.stop_max}"
        ctx.refuse("stop_sequences", what, "cut the text yourself")
    ctx.report("stop_sequences", "Gemini does not say which one was met, or that one was", "hint")
    return {"stopSequences": list(stops)}


def service_tier(
    request: MessagesRequest, ctx: CallContext
) -> tuple[dict[str, Any], Mapping[str, str]]:
    """Return the body's field and the headers for a tier; `auto` is what is done anyway."""
    profile: GeminiProfile = ctx.profile
    tier, speed = request.service_tier, request.speed
    if speed is not None:
        standard = speed == "standard"
        what = "standard is what the server does anyway" if standard else "there is no such speed"
        ctx.report("speed", what, "hint" if standard else "lossy")
    if tier is None or tier == "auto":
        return {}, {}
    word = _TIERS.get(tier, tier)
    if profile.service_tier == "body":
        return {"serviceTier": word}, {}
    if word not in _HEADERS:
        ctx.report("service_tier", f"Vertex AI has no tier {word!r}", "hint")
    return {}, _HEADERS.get(word, {})


def end_user(request: MessagesRequest, ctx: CallContext) -> None:
    """Report the id of the end user, which this wire has no field for."""
    metadata = request.metadata or {}
    ctx.leftover("metadata", metadata, "user_id")
    if metadata.get("user_id") is not None:
        ctx.report("metadata.user_id", "this provider has no field for it")
