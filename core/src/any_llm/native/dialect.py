"""The wire format of the Messages API."""

from __future__ import annotations

from collections.abc import Generator, Mapping
from typing import Any
from urllib.parse import quote

from ..dialect import CallContext, Dialect, Send, Step, WireReply, WireRequest
from ..errors import APIStatusError, BadReply
from ..types import MessageResponse, MessagesRequest, MessageTokensCount, ModelInfo
from .decoder import MessagesDecoder
from .errors import is_error, reply_error, stream_error
from .halves import mended
from .history import own_turns
from .profile import MessagesProfile
from .signatures import sealed_block

_HEADER_FIELDS = {
    "user_profile_id": "anthropic-user-profile-id",
    "workspace_id": "anthropic-workspace-id",
}
_NOT_COUNTED = frozenset(
    {"max_tokens", "stream", "stop_sequences", "temperature", "top_p", "top_k"}
)


class MessagesDialect(Dialect):
    """The wire format of the Messages API.

    A variant overrides `body` for what its requests hold, `api_version` for how they are read.
    """

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
        headers = self.headers(request, body, ctx)
        return WireRequest(path=ctx.profile.path, json=body, headers=headers)

    def body(self, request: MessagesRequest, ctx: CallContext) -> dict[str, Any]:
        """Return the JSON body without `stream`."""
        body = {n: v for n, v in request.fields().items() if n not in _HEADER_FIELDS}
        body["model"] = ctx.model
        body["messages"] = own_turns(request.messages, ctx)
        return body

    def api_version(self, body: Mapping[str, Any], ctx: CallContext) -> str:
        """Return the version of the API that a request is written for."""
        version: str = ctx.profile.api_version
        return version

    def headers(
        self, request: MessagesRequest, body: Mapping[str, Any], ctx: CallContext
    ) -> dict[str, str]:
        """Return version, betas and the fields that travel as headers."""
        headers = {"anthropic-version": self.api_version(body, ctx)}
        if ctx.betas:
            headers["anthropic-beta"] = ",".join(ctx.betas)
        for name, header in _HEADER_FIELDS.items():
            if value := getattr(request, name):
                headers[header] = value
        return headers

    def decode(self, reply: WireReply, ctx: CallContext) -> MessageResponse:
        """Return the message as it came."""
        said = mended(reply.json) if b"\\u" in reply.content else reply.json
        if is_error(said):
            raise stream_error(said, ctx)
        if not isinstance(said, dict) or said.get("type") != "message" or "content" not in said:
            raise BadReply(f"expected a message with its content, got {reply.content[:200]!r}")
        if issuer := ctx.profile.issuer:
            said = {**said, "content": [sealed_block(b, issuer) for b in said["content"]]}
        message = MessageResponse.model_validate(said)
        if message.stop_reason is None:
            raise BadReply("the message has no stop_reason; what arrived is incomplete")
        return message

    def error(self, reply: WireReply, ctx: CallContext) -> APIStatusError:
        """Return the error of an answer that is not 2xx."""
        return reply_error(reply, ctx)

    def count_tokens(
        self, request: MessagesRequest, ctx: CallContext
    ) -> Generator[Step, Any, MessageTokensCount]:
        """Ask `count_tokens`; an estimate by the provider's own account."""
        if not ctx.profile.count_path:
            ctx.refuse("count_tokens", "this endpoint counts no tokens")
        body = {n: v for n, v in self.body(request, ctx).items() if n not in _NOT_COUNTED}
        headers = self.headers(request, body, ctx)
        wire = WireRequest(path=ctx.profile.count_path, json=body, headers=headers)
        reply: WireReply = yield Send(wire)
        return MessageTokensCount.model_validate(_said(reply, ctx))

    def list_models(self, ctx: CallContext) -> Generator[Step, Any, list[ModelInfo]]:
        """Ask for all pages of models."""
        if not ctx.profile.models_path:
            ctx.refuse("models", "this endpoint lists no models")
        headers = {"anthropic-version": self.api_version({}, ctx)}
        found: list[ModelInfo] = []
        seen: set[str] = set()
        query = {"limit": "1000"}
        while True:
            wire = WireRequest(
                path=ctx.profile.models_path, method="GET", query=query, headers=headers
            )
            reply: WireReply = yield Send(wire)
            said = _said(reply, ctx)
            found += map(ModelInfo.model_validate, said["data"])
            last = said.get("last_id")
            if not said.get("has_more"):
                return found
            if not last or last in seen:
                raise BadReply(f"the list of models has more, but nothing behind {last!r}")
            seen.add(last)
            query = {**query, "after_id": last}

    def retrieve_model(self, model: str, ctx: CallContext) -> Generator[Step, Any, ModelInfo]:
        """Ask for one model, by whatever name the endpoint knows it."""
        if not (ctx.profile.models_path and ctx.profile.one_model):
            return (yield from super().retrieve_model(model, ctx))
        wire = WireRequest(
            path=f"{ctx.profile.models_path}/{quote(model, safe='')}",
            method="GET",
            headers={"anthropic-version": self.api_version({}, ctx)},
        )
        reply: WireReply = yield Send(wire)
        return ModelInfo.model_validate(_said(reply, ctx))


def _said(reply: WireReply, ctx: CallContext) -> Any:
    """Return what a 2xx answer says; raise the error it holds."""
    said = reply.json
    if is_error(said):
        raise stream_error(said, ctx)
    return said
