"""The dialect of OpenAI and of everybody with a compatible API: two wires, one chosen a call."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar, Literal
from urllib.parse import urlsplit

from any_llm.plugin import CallContext, Dialect, MessagesRequest

from .chat.dialect import ChatCompletions
from .responses.dialect import Responses
from .responses.profile import OpenAIProfile

# OpenAI with its regions; Azure OpenAI and Foundry. Imitations of Responses elsewhere differ in
# what they answer (llama.cpp calls a cut answer completed), so others speak it when told to.
_OWN = ("api.openai.com",)
_AZURE = ("openai.azure.com", "cognitiveservices.azure.com", "services.ai.azure.com")


class OpenAI(Responses):
    """Responses at OpenAI's and Azure's own addresses, Chat Completions anywhere else.

    `wire_api` says otherwise: of a call, else of the profile (`quirks=`). Stop sequences go to a
    model that takes them over Chat Completions, the only wire that has them.
    """

    name = "openai"
    call_options: ClassVar[Mapping[str, Any]] = {
        "wire_api": Literal["auto", "chat", "responses"],
        "cut_stop_sequences": bool,
    }

    def __init__(self) -> None:
        self.chat = ChatCompletions()

    def choose(self, request: MessagesRequest | None, ctx: CallContext) -> Dialect:
        """Return this dialect for Responses, the other for Chat Completions."""
        profile: OpenAIProfile = ctx.profile
        wire = ctx.options.get("wire_api", profile.wire_api)
        if wire == "auto":
            wire = "responses" if _fits(request, ctx) else "chat"
        return self if wire == "responses" else self.chat


def speaks_responses(base_url: str) -> bool:
    """Whether a server is one of OpenAI's or Azure's own."""
    host = (urlsplit(base_url).hostname or "").rstrip(".")
    return any(host == own or host.endswith(f".{own}") for own in (*_OWN, *_AZURE))


def _fits(request: MessagesRequest | None, ctx: CallContext) -> bool:
    profile: OpenAIProfile = ctx.profile
    if not speaks_responses(ctx.base_url) or not profile.on_responses:
        return False
    if request is None or not request.stop_sequences or ctx.operation != "messages":
        return True
    cuts = ctx.options.get("cut_stop_sequences", profile.cut_stop_sequences)
    return bool(cuts) or profile.stop_max == 0
