"""Encoding a request for Chat Completions the way a call does."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

from anyllm_openai.chat.dialect import ChatCompletions
from tests.support import openai_requests
from tests.support.openai_requests import SPECS, Encoded

__all__ = ["CHAT", "SPECS", "Encode", "Encoded", "encode_once"]

CHAT = ChatCompletions()


class Encode(Protocol):
    def __call__(
        self,
        provider: str = ...,
        *,
        quirks: Mapping[str, Any] | None = ...,
        stream: bool = ...,
        judged: bool = ...,
        options: Mapping[str, Any] | None = ...,
        base_url: str = ...,
        **fields: Any,
    ) -> Encoded: ...


def encode_once(provider: str, fields: Mapping[str, Any], **more: Any) -> Encoded:
    return openai_requests.encode_once(CHAT, provider, fields, **more)
