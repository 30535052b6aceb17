"""The dialect: OpenAI's Chat Completions as hundreds of servers speak it.

Each direction is imported by the first call that goes it: a program speaks one wire, not two.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Mapping
from functools import cached_property
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
from ..common.profile import ChatProfile
from .stream import ChatStream


class ChatCompletions(Dialect):
    """Messages over `POST /chat/completions` (OpenAI API reference, read 2026-11-22).

    What servers do differently is `ChatProfile`: rows, model rules and `quirks=` set it.
    """

    name = "openai-chat"
    decoder = ChatStream
    profile = ChatProfile
    call_options: ClassVar[Mapping[str, Any]] = {"wire_api": Literal["auto", "chat"]}
    """Both words mean this wire."""

    def encode(self, request: MessagesRequest, ctx: CallContext) -> WireRequest:
        """Return the body of a completion request; UnsupportedFeature for what it cannot carry."""
        return self._encode(request, ctx)

    def decode(self, reply: WireReply, ctx: CallContext) -> MessageResponse:
        """Return the message of a whole completion, or raise the error it holds."""
        return self._decode(reply, ctx)

    @cached_property
    def _encode(self) -> Callable[[MessagesRequest, CallContext], WireRequest]:
        from .encode import encode

        return encode

    @cached_property
    def _decode(self) -> Callable[[WireReply, CallContext], MessageResponse]:
        from .decode import decode

        return decode

    def error(self, reply: WireReply, ctx: CallContext) -> APIStatusError:
        """Return the typed error of any body that servers and gateways send with a status."""
        return error_of_reply(reply, ctx)

    def count_tokens(
        self, request: MessagesRequest, ctx: CallContext
    ) -> Generator[Step, Any, MessageTokensCount]:
        """Refused: an estimate made here would not be the server's number."""
        ctx.refuse(
            "count_tokens",
            "Chat Completions has no endpoint that counts tokens",
            "read the usage of an answer, or ask the server's own tokenizer",
        )
        yield

    def list_models(self, ctx: CallContext) -> Generator[Step, Any, list[ModelInfo]]:
        """Ask `GET /models`."""
        from ..common.listing import list_models

        return (yield from list_models(ctx))
