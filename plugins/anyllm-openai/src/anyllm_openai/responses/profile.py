"""What this wire needs to know of a server and a model beyond what Chat Completions asks."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import Any, Literal
from urllib.parse import urlsplit

from pydantic import Field

from any_llm.plugin import CallContext

from ..common.profile import ChatProfile


class OpenAIProfile(ChatProfile):
    """The quirks of a server and model that may be spoken to on either wire."""

    # --- which wire --------------------------------------------------------------------------
    wire_api: Literal["auto", "chat", "responses"] = "auto"
    """The wire: Chat Completions, Responses, or by the server's address (OpenAI's and Azure's own
    speak Responses, all others Chat Completions)."""
    on_responses: bool = True
    """The model is served over Responses; else `auto` means Chat Completions for it."""

    # --- Responses ---------------------------------------------------------------------------
    call_id_max: int | None = Field(default=64, ge=9)
    """Responses: the longest `call_id`; longer ones are shortened on call and result alike."""
    instructions_role: Literal["developer", "system"] = "developer"
    """Responses: the role of a system prompt or system turn that is an item."""
    encrypted_reasoning: bool | None = None
    """Responses: ask for the reasoning in encrypted form. A model that does not reason refuses
    it; None = where a request says something about thinking."""
    summaries: Literal["auto", "concise", "detailed"] | None = "auto"
    """Responses: the `reasoning.summary` that makes thinking visible; None = the model has none."""
    phase: bool = False
    """Responses: earlier turns of the model say whether they were commentary or final answer."""
    send_item_ids: bool | None = None
    """Responses: reasoning goes back with its id; None = at Foundry's project endpoints, which
    demand it. Elsewhere an id makes the server look for what it was told not to store."""
    web_search: Literal["web_search", "web_search_preview"] | None = None
    """Responses: the type of the server's web search; None = it has none."""
    prewarm: bool | None = None
    """Responses: a limit of 0 tokens fills the prompt cache; None = where the model has
    breakpoints."""
    cut_stop_sequences: bool = False
    """Responses: cut the text at a stop sequence on this side, as the wire has none."""

    @cached_property
    def on_this_wire(self) -> OpenAIProfile:
        """The profile with what Responses has one way for, whatever the server's chat needs."""
        ids = {"tool_id_max": self.call_id_max, "tool_id_pattern": None}
        return self.model_copy(update={**_ONE_WAY, **_thinking(self), **_cache(self), **ids})


# openai 3.54, types/responses/: one form for each part, in messages and in results.
_ONE_WAY: Mapping[str, Any] = {
    "string_content": False,
    "tool_results": "parts",
    "tools_and_effort": "any",
    "pdf": "file",
    "pdf_urls": True,
    "pdf_url_names": False,
    "file_ids": True,
    "image_ids": True,
}


def _thinking(profile: OpenAIProfile) -> dict[str, Any]:
    """Thinking has one knob here, `reasoning.effort`; whether a model has it stays as it is."""
    fixed = profile.thinking in {"always", "none"}
    return {
        "thinking": profile.thinking if fixed else "reasoning_effort",
        "effort_field": None if fixed and not profile.effort_field else "reasoning.effort",
        "budget_field": None,
    }


def _cache(profile: OpenAIProfile) -> dict[str, Any]:
    """Parts have one kind of mark here, also at OpenRouter (recorded, 200)."""
    breakpoints = profile.cache == "breakpoints"
    return {
        "cache": "none" if profile.cache == "none" else "breakpoints",
        "prewarm": breakpoints if profile.prewarm is None else profile.prewarm,
    }


def sends_ids(ctx: CallContext) -> bool:
    """Whether reasoning items go back under their ids."""
    profile: OpenAIProfile = ctx.profile
    if profile.send_item_ids is not None:
        return profile.send_item_ids
    # dotnet/extensions#7628 and #7629, 2026: a project endpoint refuses reasoning without an id.
    return "/api/projects/" in urlsplit(ctx.base_url).path
