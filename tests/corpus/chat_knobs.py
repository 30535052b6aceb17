"""What recorded requests say about thinking, in the words of each host, as fields of Messages."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

Json = dict[str, Any]

EFFORTS = ("low", "medium", "high", "xhigh", "max")


def thought(key: str, value: Any, host: str) -> Json | None:
    """Return what a top-level field says: `thinking`, `effort` and what Messages cannot hold.

    None for a field that says nothing of the kind on this host; `rest` is for `extra_body`.
    """
    if key == "reasoning_effort":
        return _word(value)
    hosts, read = _OBJECTS.get(key, ((), _word))
    if host not in hosts and not (key == "thinking" and value == {"type": "disabled"}):
        known = key == "reasoning" and isinstance(value, dict) and list(value) == ["effort"]
        return _word(value["effort"]) if known else None
    return read(value)


def _word(value: Any) -> Json | None:
    if value == "none":
        return {"thinking": {"type": "disabled"}}
    return {"effort": value} if value in EFFORTS else None


def _switch(on: Any) -> Json:
    return {"thinking": {"type": "adaptive" if on else "disabled"}}


def _reasoning(value: Json) -> Json | None:
    """`reasoning: {effort, max_tokens, enabled, exclude}` of OpenRouter and what is like it."""
    rest = dict(value)
    out: Json = {}
    if "enabled" in rest:
        out |= _switch(rest.pop("enabled"))
    if "effort" in rest:
        found = _word(rest.pop("effort"))
        if found is None:
            return None
        out |= found
    if "max_tokens" in rest:
        out["thinking"] = {"type": "enabled", "budget_tokens": rest.pop("max_tokens")}
    return _with(rest, out) if out else None


def _typed(value: Json) -> Json:
    """`thinking: {type}` of DeepSeek and Z.ai."""
    rest = {name: said for name, said in value.items() if name != "type"}
    return _with(rest, _switch(value["type"] == "enabled"))


def _template(value: Json) -> Json | None:
    """`chat_template_kwargs: {enable_thinking}` of servers that run templates."""
    rest = {name: said for name, said in value.items() if name != "enable_thinking"}
    return _with(rest, _switch(value["enable_thinking"])) if len(rest) < len(value) else None


def _with(rest: Json, out: Json) -> Json:
    return {**out, "rest": rest} if rest else out


# Where hosts document these: field -> (hosts, how it reads).
_OBJECTS: dict[str, tuple[tuple[str, ...], Callable[[Any], Json | None]]] = {
    "reasoning": (("openrouter", "vercel-gateway"), _reasoning),
    "thinking": (("deepseek", "zai"), _typed),
    "enable_thinking": (("alibaba",), _switch),
    "chat_template_kwargs": (("llamacpp",), _template),
}
