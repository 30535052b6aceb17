"""`GET /models`: Google's list of its models, in pages."""

from __future__ import annotations

from collections.abc import Generator, Mapping
from typing import Any

from any_llm.plugin import CallContext, ModelInfo, Send, Step, WireReply, WireRequest

from .errors import bad_reply, error_inside
from .fault import holds_error
from .place import version
from .profile import GeminiProfile


def list_models(ctx: CallContext) -> Generator[Step, Any, list[ModelInfo]]:
    """Return all models, pages followed; what Google says of one is in its `provider_extras`."""
    profile: GeminiProfile = ctx.profile
    if not profile.lists_models:
        ctx.refuse("models", "Vertex AI lists models in its own Model Garden API, not here")
    path = f"{version(ctx)}{profile.models_path}"
    query = {"pageSize": "1000"}
    found: list[ModelInfo] = []
    pages: set[str] = set()
    while True:
        reply: WireReply = yield Send(WireRequest(path=path, method="GET", query=query))
        body = reply.json
        if holds_error(body):
            raise error_inside(body, ctx, reply.headers)
        page = body.get("models", []) if isinstance(body, dict) else None
        if not isinstance(page, list):
            raise bad_reply(ctx, f"no list of models in {reply.content!r:.200}")
        found += [_model(each) for each in page]
        following = str(body.get("nextPageToken") or "")
        if not following:
            return found
        if not page or following in pages:
            raise bad_reply(ctx, "the list of models repeats its pages")
        pages.add(following)
        query = {**query, "pageToken": following}


def _model(said: Mapping[str, Any]) -> ModelInfo:
    known = said["name"].removeprefix("models/")
    return ModelInfo.model_validate(
        {
            "id": known,
            "display_name": str(said.get("displayName") or known),
            "max_input_tokens": _limit(said.get("inputTokenLimit")),
            "max_tokens": _limit(said.get("outputTokenLimit")),
            "provider_extras": dict(said),
        }
    )


def _limit(value: Any) -> int | None:
    usable = isinstance(value, int) and not isinstance(value, bool) and value > 0
    return value if usable else None
