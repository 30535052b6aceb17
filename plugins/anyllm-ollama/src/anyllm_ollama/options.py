"""The request's knobs: `options`, and what stands beside them at the top of the body.

Names and kinds are those of ollama/ollama @fb30760 (2026-08-21), api/types.go: Options, Runner,
ChatRequest. The server ignores an option that it does not know and answers 500 to one of another
type, so types are checked before anything is sent.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import Field, StrictBool, StrictFloat, StrictInt, StrictStr

from any_llm.plugin import CallContext, MessagesRequest

from .profile import OllamaProfile

_INTS = (
    "num_ctx",
    "num_keep",
    "num_batch",
    "num_gpu",
    "main_gpu",
    "num_thread",
    "draft_num_predict",
    "seed",
    "repeat_last_n",
)
_FLOATS = ("min_p", "typical_p", "repeat_penalty", "presence_penalty", "frequency_penalty")
_NUMBER: Any = StrictInt | StrictFloat

_OPTIONS: Mapping[str, Any] = {
    **dict.fromkeys(_INTS, StrictInt),
    **dict.fromkeys(_FLOATS, _NUMBER),
    "use_mmap": StrictBool,
}
_BESIDE: Mapping[str, Any] = {
    "keep_alive": StrictStr | _NUMBER,
    "truncate": StrictBool,
    "shift": StrictBool,
    "logprobs": StrictBool,
    "top_logprobs": Annotated[int, Field(strict=True, ge=0, le=20)],
}

CALL_OPTIONS: Mapping[str, Any] = {**_OPTIONS, **_BESIDE}
"""Keywords of a call that are Ollama's own, and their types."""


def wire_options(request: MessagesRequest, ctx: CallContext) -> dict[str, Any]:
    """Return `options`: Messages' own knobs under Ollama's names, and Ollama's."""
    profile: OllamaProfile = ctx.profile
    if request.max_tokens == 0:
        ctx.refuse("max_tokens", "0 (filling the cache) is not possible on this wire", "use 1")
    asked = {name: value for name, value in ctx.options.items() if name in _OPTIONS}
    said: dict[str, Any] = {**profile.options, **asked, "num_predict": request.max_tokens}
    for name in ("temperature", "top_p", "top_k"):
        if (value := getattr(request, name)) is not None:
            said[name] = value
    if request.stop_sequences:
        what = "one that is met ends the answer like any other end: stop_reason is end_turn"
        ctx.report("stop_sequences", what, "hint")
        said["stop"] = list(request.stop_sequences)
    return said


def beside(ctx: CallContext) -> dict[str, Any]:
    """Return the fields of the body that are Ollama's own.

    `truncate` is false unless said otherwise: the server would drop the oldest messages of a long
    prompt without a word. `shift` is part of the runner's configuration and may reload the model,
    so it goes only when it is asked for.
    """
    profile: OllamaProfile = ctx.profile
    said: dict[str, Any] = {"truncate": profile.truncate, "keep_alive": profile.keep_alive}
    said |= {name: value for name, value in ctx.options.items() if name in _BESIDE}
    return {name: value for name, value in said.items() if value is not None}


def report_absent(request: MessagesRequest, ctx: CallContext) -> None:
    """Report the knobs that no field of this wire carries."""
    metadata = request.metadata or {}
    ctx.leftover("metadata", metadata, "user_id")
    if metadata.get("user_id") is not None:
        ctx.report("metadata.user_id", "this server has no field for it")
    if request.cache_control is not None:
        ctx.report("cache_control", "the server caches by itself what it can", "hint")
    if request.service_tier is not None:
        ctx.report("service_tier", "this server has no tiers", "hint")
    if request.speed == "standard":
        ctx.report("speed", "standard is what the server does anyway", "hint")
    elif request.speed is not None:
        ctx.report("speed", "this server has no such speed")
