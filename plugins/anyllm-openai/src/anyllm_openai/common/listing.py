"""`GET /models`: the list that nearly every server has, with more or less in it."""

from __future__ import annotations

from collections.abc import Generator
from datetime import UTC, datetime
from typing import Any

from any_llm.plugin import CallContext, ModelInfo, Send, Step, WireReply, WireRequest

from .errors import bad_reply, error_inside

# OpenRouter, Groq, vLLM and SGLang, Mistral, Together; read 2026-11-22.
_INPUT_LIMIT = ("context_length", "context_window", "max_model_len", "max_context_length")
_OUTPUT_LIMIT = ("max_completion_tokens", "max_output_tokens", "max_tokens")


def list_models(ctx: CallContext) -> Generator[Step, Any, list[ModelInfo]]:
    """Return all models of the server, pages followed where it has pages."""
    found: list[ModelInfo] = []
    query: dict[str, str] = {}
    while True:
        reply: WireReply = yield Send(WireRequest(path="/models", method="GET", query=query))
        body = reply.json
        if isinstance(body, dict) and body.get("error"):
            raise error_inside(body, ctx, reply.headers)
        said = body if isinstance(body, list) else body.get("data", body.get("models"))
        if not isinstance(said, list):
            raise bad_reply(ctx, f"no list of models in {reply.content!r:.200}")
        page = [_model(each) for each in said]
        found += page
        if isinstance(body, list) or not body.get("has_more") or not page:
            return found
        if query.get("after") == page[-1].id:
            raise bad_reply(ctx, "the list of models repeats its last page")
        query = {"after": page[-1].id}


def _model(said: dict[str, Any]) -> ModelInfo:
    known = said.get("id") or said["name"]
    name = said.get("display_name") or said.get("name")
    provider = said.get("top_provider")  # OpenRouter
    places = (said, provider if isinstance(provider, dict) else {})
    return ModelInfo.model_validate(
        {
            "id": known,
            "display_name": name if isinstance(name, str) else known,
            "created_at": _time(said.get("created")),
            "max_input_tokens": _limit(places, _INPUT_LIMIT),
            "max_tokens": _limit(places, _OUTPUT_LIMIT),
            "provider_extras": said,
        }
    )


def _limit(places: tuple[dict[str, Any], ...], names: tuple[str, ...]) -> int | None:
    for place in places:
        for name in names:
            value = place.get(name)
            if isinstance(value, int) and not isinstance(value, bool) and value > 0:
                return value
    return None


def _time(created: Any) -> str | None:
    """Return seconds since 1970 as RFC 3339, as the Messages API writes times; 0 says nothing."""
    if isinstance(created, bool) or not isinstance(created, int | float) or created <= 0:
        return None
    try:
        return datetime.fromtimestamp(created, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    except (OverflowError, OSError, ValueError):
        return None
