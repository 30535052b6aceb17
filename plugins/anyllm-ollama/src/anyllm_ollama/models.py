"""The models of a server: `GET /api/tags`, and `POST /api/show` for what those leave out."""

from __future__ import annotations

from collections.abc import Generator, Mapping
from functools import partial
from typing import Any

from any_llm.plugin import (
    APIStatusError,
    Cached,
    CallContext,
    ModelInfo,
    Send,
    Step,
    WireReply,
    WireRequest,
)

from .errors import bad_reply
from .host import check_place, on_cloud

Flow = Generator[Step, Any, Any]

_INFO_LENGTH = ".context_length"


def list_models(ctx: CallContext) -> Generator[Step, Any, list[ModelInfo]]:
    """Return all models of the server.

    Servers that do not list capabilities are asked for those of each model, once.
    """
    check_place(ctx)
    reply: WireReply = yield Send(WireRequest(path="/api/tags", method="GET"))
    said = reply.json.get("models")
    if not isinstance(said, list):
        raise bad_reply(ctx, f"no list of models in {reply.content!r:.200}")
    found = []
    for each in said:
        more: Mapping[str, Any] = {}
        if each.get("capabilities") is None and not on_cloud(ctx):
            name = each.get("model") or each["name"]
            more = yield Cached(("show", name, each.get("digest")), partial(_show, name))
        found.append(_model(each, more))
    return found


def _show(name: str) -> Flow:
    """Ask for the details of one model; {} where the server will not say."""
    try:
        reply: WireReply = yield Send(WireRequest(path="/api/show", json={"model": name}))
        said = reply.json
    except (APIStatusError, ValueError):  # an imitator may know no /api/show, or answer with a page
        return {}  # the list stands without it
    return said if isinstance(said, dict) else {}


def _model(said: Mapping[str, Any], more: Mapping[str, Any]) -> ModelInfo:
    name = said.get("name") or said["model"]
    known = said.get("capabilities")
    return ModelInfo.model_validate(
        {
            "id": name,
            "display_name": name,
            "created_at": said.get("modified_at") or None,
            "max_input_tokens": _length(said, more),
            "capabilities": _capabilities(more.get("capabilities") if known is None else known),
            "provider_extras": dict(said),
        }
    )


def _capabilities(said: Any) -> dict[str, Any] | None:
    """Return them under Messages' names where it has one (types/model/capability.go).

    `ollama` is the server's own list, with what Messages has no name for.
    """
    if not isinstance(said, list):
        return None
    return {
        "image_input": {"supported": "vision" in said},
        "thinking": {"supported": "thinking" in said},
        "ollama": said,
    }


def _length(said: Mapping[str, Any], more: Mapping[str, Any]) -> int | None:
    """Return the longest context that the model can have; the server may give it less."""
    info = more.get("model_info")
    facts = info if isinstance(info, Mapping) else {}
    lengths = [value for key, value in facts.items() if key.endswith(_INFO_LENGTH)]
    places = (holder.get("details") for holder in (said, more))
    lengths += [place.get("context_length") for place in places if isinstance(place, Mapping)]
    return next((value for value in lengths if isinstance(value, int) and value > 0), None)
