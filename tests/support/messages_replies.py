"""Hand-made answers of Messages endpoints, and what reads them."""

from __future__ import annotations

import json
from typing import Any

from any_llm.plugin import CallContext, MessagesDecoder
from anyllm_anthropic.dialect import Anthropic
from anyllm_anthropic.profile import AnthropicProfile

from .replies import Json, Reader

DIALECT = Anthropic()


def context(*, provider: str = "anthropic", model: str = "claude-x", **quirks: Any) -> CallContext:
    """Return the context of a call."""
    return CallContext(
        provider=provider,
        model=model,
        base_url="https://host.test",
        profile=AnthropicProfile(**quirks),
        seed="seed",
    )


def sse(*events: Json) -> bytes:
    """Return events as the API sends them."""
    return b"".join(
        b"event: %s\ndata: %s\n\n" % (str(one["type"]).encode(), json.dumps(one).encode())
        for one in events
    )


READER = Reader(decode=DIALECT.decode, decoder=MessagesDecoder, context=context, native=True)
read_bytes, read_whole = READER.stream, READER.whole
