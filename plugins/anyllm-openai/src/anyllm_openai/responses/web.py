"""The web search that the server runs itself, as a tool of the request."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from any_llm.plugin import CallContext, MessagesRequest, no_tool_hints

from ..common.cache import no_mark
from ..common.tools import Offer, Tool, refuse_hosted
from .profile import OpenAIProfile

SEARCH, PREVIEW = "web_search", "web_search_preview"
SOURCES = "web_search_call.action.sources"

_KNOWN = (
    "type",
    "name",
    "max_uses",
    "allowed_domains",
    "blocked_domains",
    "user_location",
    "cache_control",
    "defer_loading",
    "allowed_callers",
)
_OUT = "leave it out"
_PLACE = ("type", "city", "region", "country", "timezone")


def web_search(tool: Tool, path: str, ctx: CallContext) -> dict[str, Any]:
    """Return the server's web search for Messages' one; refuse any other tool of a provider."""
    profile: OpenAIProfile = ctx.profile
    if not str(tool["type"]).startswith("web_search_20"):
        return refuse_hosted(tool, path, ctx)
    if profile.web_search is None:
        ctx.refuse(path, "this provider has no web search of its own", _OUT)
    ctx.leftover(path, tool, *_KNOWN)
    if tool.get("blocked_domains"):
        ctx.refuse(f"{path}.blocked_domains", "only allowed domains can be said", "name those")
    no_mark(tool, path, ctx)
    no_tool_hints(tool, path, ctx)
    said: dict[str, Any] = {"type": profile.web_search}
    if domains := tool.get("allowed_domains"):
        if not isinstance(domains, list):
            ctx.refuse(f"{path}.allowed_domains", "is no list", "pass a list of domains")
        if profile.web_search == PREVIEW:
            ctx.refuse(
                f"{path}.allowed_domains", "this model's search has no filter", "leave it out"
            )
        said["filters"] = {"allowed_domains": list(domains)}
    if place := tool.get("user_location"):
        if not isinstance(place, Mapping):
            ctx.refuse(f"{path}.user_location", "is no object", "name city, region, country")
        ctx.leftover(f"{path}.user_location", place, *_PLACE)
        said["user_location"] = {name: place[name] for name in _PLACE if place.get(name)}
    return said


def search_fields(
    request: MessagesRequest, offers: list[Offer]
) -> tuple[dict[str, Any], list[str]]:
    """Return the limit of searches and what to `include` of them, where one is on offer."""
    if not any(offer.wire["type"] in {SEARCH, PREVIEW} for offer in offers):
        return {}, []
    # The wire's limit counts the calls of all its own tools; this is the only one there is.
    tools: Iterable[Tool] = request.tools or ()
    limits = [tool["max_uses"] for tool in tools if tool.get("max_uses")]
    return ({"max_tool_calls": limits[0]} if limits else {}), [SOURCES]
