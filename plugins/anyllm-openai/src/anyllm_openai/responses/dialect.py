"""The dialect: OpenAI's Responses.

Each direction is imported by the first call that goes it: a program speaks one wire, not two.
"""

from __future__ import annotations

from collections.abc import Generator, Mapping
from typing import Any, ClassVar, Literal

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

from ..common.errors import error_of_reply
from .profile import OpenAIProfile
from .stream import ResponsesStream


class Responses(Dialect):
    """Messages over `POST /responses` (OpenAI API reference and SDK 3.54, read 2026-11-22).

    What servers and models do differently is `OpenAIProfile`.
    """

    name = "openai-responses"
    decoder = ResponsesStream
    profile = OpenAIProfile
    call_options: ClassVar[Mapping[str, Any]] = {
        "wire_api": Literal["auto", "responses"],
        "cut_stop_sequences": bool,
    }

    def encode(self, request: MessagesRequest, ctx: CallContext) -> WireRequest:
        """Return the body of a request; UnsupportedFeature for what it cannot carry."""
        from .encode import encode

        return encode(request, ctx)

    def decode(self, reply: WireReply, ctx: CallContext) -> MessageResponse:
        """Return the message of a whole response, or raise the error it holds."""
        from .decode import decode

        return decode(reply, ctx)

    def error(self, reply: WireReply, ctx: CallContext) -> APIStatusError:
        """Return the typed error of any body that servers and gateways send with a status."""
        from .advice import advise

        return error_of_reply(reply, ctx, advise=advise)

    def count_tokens(
        self, request: MessagesRequest, ctx: CallContext
    ) -> Generator[Step, Any, MessageTokensCount]:
        """Ask `POST /responses/input_tokens`."""
        from .count import count_tokens

        return (yield from count_tokens(request, ctx))

    def list_models(self, ctx: CallContext) -> Generator[Step, Any, list[ModelInfo]]:
        """Ask `GET /models`."""
        from ..common.listing import list_models

        return (yield from list_models(ctx))
