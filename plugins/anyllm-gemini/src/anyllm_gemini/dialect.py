"""The dialect: Google's generateContent, on the Gemini API and on Vertex AI."""

from __future__ import annotations

from collections.abc import Generator
from typing import Any

from any_llm.plugin import (
    APIStatusError,
    CallContext,
    Dialect,
    MessageResponse,
    MessagesRequest,
    MessageTokensCount,
    ModelInfo,
    Step,
    WireReply,
    WireRequest,
)

from .count import count_tokens
from .decode import decode
from .encode import CALL_OPTIONS, encode
from .errors import error_of_reply
from .listing import list_models
from .models import MODELS
from .profile import GeminiProfile
from .stream import GeminiStream


class Gemini(Dialect):
    """Messages over `:generateContent` and `:streamGenerateContent` (API reference, 2026-11).

    What hosts and generations of models do differently is `GeminiProfile`: rows, `MODELS` and
    `quirks=` set it.
    """

    name = "gemini"
    decoder = GeminiStream
    profile = GeminiProfile
    models = MODELS
    call_options = CALL_OPTIONS

    def encode(self, request: MessagesRequest, ctx: CallContext) -> WireRequest:
        """Return the request; UnsupportedFeature for what it cannot carry."""
        return encode(request, ctx)

    def decode(self, reply: WireReply, ctx: CallContext) -> MessageResponse:
        """Return the message of a whole answer, or raise the error it holds."""
        return decode(reply, ctx)

    def error(self, reply: WireReply, ctx: CallContext) -> APIStatusError:
        """Return the typed error of a body that Google or a gateway sends with a status."""
        return error_of_reply(reply, ctx)

    def count_tokens(
        self, request: MessagesRequest, ctx: CallContext
    ) -> Generator[Step, Any, MessageTokensCount]:
        """Ask `:countTokens`, which counts system, tools and media too."""
        return (yield from count_tokens(request, ctx))

    def list_models(self, ctx: CallContext) -> Generator[Step, Any, list[ModelInfo]]:
        """Ask `GET /models`, all pages."""
        return (yield from list_models(ctx))
