"""The Messages dialect itself: pass-through of the schema's own wire.

It lives in the core because it is the schema; a provider that speaks Messages is a row with
`dialect="messages"`, or subclasses this for a variant. Known fields and unknown ones go out as
they are; known events and unknown ones come back as they are, checked against the grammar.

Source: Messages API reference and the official Python SDK 2.12 (2026-11-20).
"""

from __future__ import annotations

from collections.abc import Generator, Mapping
from typing import Any

from pydantic import ConfigDict
from pydantic.dataclasses import dataclass

from ._json import loads
from .dialect import (
    CallContext,
    Dialect,
    Send,
    Step,
    StreamDecoder,
    WireReply,
    WireRequest,
    wire_error,
)
from .envelope import Envelope
from .errors import APIStatusError, BadReply, status_error
from .framing import Frame
from .types import (
    MessageResponse,
    MessagesRequest,
    MessageTokensCount,
    ModelInfo,
    parse_event,
)

_HEADER_FIELDS = {
    "user_profile_id": "anthropic-user-profile-id",
    "workspace_id": "anthropic-workspace-id",
}
_NOT_COUNTED = frozenset(
    {"max_tokens", "stream", "stop_sequences", "temperature", "top_p", "top_k"}
)


@dataclass(frozen=True, kw_only=True, config=ConfigDict(extra="forbid"))
class MessagesProfile:
    """Where an endpoint departs from Anthropic's.

    `api_version` is the `anthropic-version` header; paths are relative to the base URL, and an
    empty one means that the endpoint does not exist.
    """

    api_version: str = "2023-06-01"
    path: str = "/v1/messages"
    count_path: str = "/v1/messages/count_tokens"
    models_path: str = "/v1/models"


class MessagesDecoder(StreamDecoder):
    """Hands events on; an `error` event is the typed error that it names."""

    def feed(self, frame: Frame) -> None:
        """Parse one event."""
        if not frame.data:
            return
        said = loads(frame.data)
        if isinstance(said, dict) and said.get("type") == "error":
            raise stream_error(said, self.ctx)
        self.emit.native(parse_event(said))


class MessagesDialect(Dialect):
    """The wire format of the Messages API."""

    name = "messages"
    carries_betas = True
    decoder = MessagesDecoder
    profile = MessagesProfile

    def encode(self, request: MessagesRequest, ctx: CallContext) -> WireRequest:
        """Return the request as it is, less reasoning state that other providers issued."""
        body = self.body(request, ctx)
        if ctx.stream:
            body["stream"] = True
        else:
            body.pop("stream", None)
        return WireRequest(path=ctx.profile.path, json=body, headers=self.headers(request, ctx))

    def body(self, request: MessagesRequest, ctx: CallContext) -> dict[str, Any]:
        """Return the JSON body without `stream`."""
        body = {n: v for n, v in request.fields().items() if n not in _HEADER_FIELDS}
        body["model"] = ctx.model
        body["messages"] = own_messages(request.messages, ctx)
        return body

    def headers(self, request: MessagesRequest, ctx: CallContext) -> dict[str, str]:
        """Return version, betas and the fields that travel as headers."""
        headers = {"anthropic-version": ctx.profile.api_version}
        if ctx.betas:
            headers["anthropic-beta"] = ",".join(ctx.betas)
        for name, header in _HEADER_FIELDS.items():
            if value := getattr(request, name):
                headers[header] = value
        return headers

    def decode(self, reply: WireReply, ctx: CallContext) -> MessageResponse:
        """Return the message as it came."""
        said = reply.json
        if isinstance(said, dict) and said.get("type") == "error":
            raise stream_error(said, ctx)
        if not isinstance(said, dict) or said.get("type") != "message":
            raise BadReply(f"expected a message, got {reply.content[:200]!r}")
        return MessageResponse.model_validate(said)

    def error(self, reply: WireReply, ctx: CallContext) -> APIStatusError:
        """Return the error of an answer that is not 2xx."""
        said = reply.body.get("error") if isinstance(reply.body, dict) else None
        if not isinstance(said, dict):
            return wire_error(reply, ctx, said or reply.body)
        error = wire_error(reply, ctx, said, type=_text(said.get("type")), code=_code(said))
        error.request_id = error.request_id or _text(reply.body.get("request_id"))
        return error

    def count_tokens(
        self, request: MessagesRequest, ctx: CallContext
    ) -> Generator[Step, Any, MessageTokensCount]:
        """Ask `count_tokens`; an estimate by the provider's own account."""
        if not ctx.profile.count_path:
            ctx.refuse("count_tokens", "this endpoint counts no tokens")
        body = {n: v for n, v in self.body(request, ctx).items() if n not in _NOT_COUNTED}
        headers = self.headers(request, ctx)
        wire = WireRequest(path=ctx.profile.count_path, json=body, headers=headers)
        reply: WireReply = yield Send(wire)
        return MessageTokensCount.model_validate(reply.json)

    def list_models(self, ctx: CallContext) -> Generator[Step, Any, list[ModelInfo]]:
        """Ask for all pages of models."""
        if not ctx.profile.models_path:
            ctx.refuse("models", "this endpoint lists no models")
        headers = {"anthropic-version": ctx.profile.api_version}
        found: list[ModelInfo] = []
        query = {"limit": "1000"}
        while True:
            wire = WireRequest(
                path=ctx.profile.models_path, method="GET", query=query, headers=headers
            )
            reply: WireReply = yield Send(wire)
            found += map(ModelInfo.model_validate, reply.json["data"])
            last = reply.json.get("last_id")
            if not reply.json.get("has_more") or not last or query.get("after_id") == last:
                return found
            query = {**query, "after_id": last}


def own_messages(messages: Any, ctx: CallContext) -> list[dict[str, Any]]:
    """Return the turns without blocks that this wire must not see.

    Reasoning whose signature is an envelope belongs to the provider that issued it (Anthropic
    verifies signatures), and the API answers 400 to the empty text blocks that it may return.
    """
    kept: list[dict[str, Any]] = []
    for at, turn in enumerate(messages):
        content = turn["content"]
        if isinstance(content, str):
            kept.append(turn)
            continue
        blocks = [
            block
            for index, block in enumerate(content)
            if not _foreign(block, f"messages[{at}].content[{index}]", ctx)
        ]
        if blocks or not content:
            kept.append({**turn, "content": blocks})
    return kept


def _foreign(block: Mapping[str, Any], path: str, ctx: CallContext) -> bool:
    kind = block["type"]
    if kind == "text" and not block["text"]:
        return True  # says nothing, so nothing is lost
    sealed = block.get("signature" if kind == "thinking" else "data", "")
    if kind not in {"thinking", "redacted_thinking"} or not isinstance(sealed, str):
        return False
    if not Envelope.is_ours(sealed):
        return False
    ctx.report(path, "reasoning of another provider, which only that one can use: dropped", "hint")
    return True


def stream_error(said: Mapping[str, Any], ctx: CallContext) -> APIStatusError:
    """Return the typed error of an `error` object inside a 200 answer."""
    error = said.get("error")
    error = error if isinstance(error, dict) else {"message": error}
    return status_error(
        f"{ctx.provider}: {error.get('message') or 'an error without a message'!s:.2000}",
        type=_text(error.get("type")),
        code=_code(error),
        provider=ctx.provider,
        request_id=_text(said.get("request_id")),
        body=dict(said),
    )


def _code(error: Mapping[str, Any]) -> str | None:
    details = error.get("details")
    return _text(details.get("error_code")) if isinstance(details, dict) else None


def _text(value: Any) -> str | None:
    return value if isinstance(value, str) and value else None
