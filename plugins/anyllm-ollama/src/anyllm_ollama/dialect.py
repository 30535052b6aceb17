"""The dialect: Ollama's own chat API."""

from __future__ import annotations

from collections.abc import Generator
from typing import Any

from any_llm.plugin import (
    NDJSON,
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

from .decode import OllamaStream, decode
from .encode import encode
from .errors import error_of_reply
from .images import fetch_images
from .models import list_models
from .options import CALL_OPTIONS
from .profile import MODELS, OllamaProfile


class OllamaChat(Dialect):
    """Messages over `POST /api/chat` (ollama/ollama @fb30760, 2026-08-21, v0.33).

    Ollama's own options (`num_ctx`, `seed`, `keep_alive`, ...) are keywords of a call. What models
    and servers do differently is `OllamaProfile`: model rules and `quirks=` set it.
    """

    name = "ollama"
    framer = NDJSON
    decoder = OllamaStream
    profile = OllamaProfile
    models = MODELS
    call_options = CALL_OPTIONS

    def prepare(
        self, request: MessagesRequest, ctx: CallContext
    ) -> Generator[Step, Any, WireRequest]:
        """Fetch the pictures behind URLs, where the client allows that, then encode."""
        yield from fetch_images(request, ctx)
        return self.encode(request, ctx)

    def encode(self, request: MessagesRequest, ctx: CallContext) -> WireRequest:
        """Return the body of a chat request; UnsupportedFeature for what it cannot carry."""
        return encode(request, ctx)

    def decode(self, reply: WireReply, ctx: CallContext) -> MessageResponse:
        """Return the message of a whole answer, or raise the error it holds."""
        return decode(reply, ctx)

    def error(self, reply: WireReply, ctx: CallContext) -> APIStatusError:
        """Return the typed error; for a model that is missing it says how to get it."""
        return error_of_reply(reply, ctx)

    def count_tokens(
        self, request: MessagesRequest, ctx: CallContext
    ) -> Generator[Step, Any, MessageTokensCount]:
        """Refused: an estimate made here would not be the model's number."""
        ctx.refuse(
            "count_tokens",
            "Ollama has no endpoint that counts tokens",
            "read the usage of an answer",
        )
        yield

    def list_models(self, ctx: CallContext) -> Generator[Step, Any, list[ModelInfo]]:
        """Ask `GET /api/tags`, and `POST /api/show` where capabilities are missing there."""
        return (yield from list_models(ctx))
