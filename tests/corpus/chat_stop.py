"""What the end of a Chat Completions answer means: a stop reason, or a failure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from .expected import Failure

Json = dict[str, Any]

_CUT = frozenset({"length", "model_length", "max_tokens", "max_output_tokens"})
_REFUSED = frozenset({"content_filter", "sensitive"})
_FAILED = frozenset({"error", "network_error", "abort", "insufficient_system_resource"})
_CALLED = frozenset({"tool_calls", "tool_call", "function_call", "tool_use"})
_ENDED = frozenset({"stop", "eos", "eos_token", "end_turn", "stop_sequence", ""})


@dataclass(frozen=True, kw_only=True)
class End:
    """All that a wire says about the end of its answer."""

    finish: str | None
    native: str | None = None
    token: str | None = None

    @classmethod
    def of(cls, choices: list[Json]) -> End:
        """Read the end from every choice object of an answer: the first word said counts."""
        return cls(
            finish=_first(choices, "finish_reason") or _details(choices) or _empty(choices),
            native=_first(choices, "native_finish_reason"),
            token=_first(choices, "stop_reason") or _first(choices, "matched_stop"),
        )


def stop_reason(
    end: End, *, calls: bool, refused: bool, stops: list[str]
) -> tuple[str, str | None] | Failure:
    """Return the stop reason and sequence, or the failure that the end means.

    An answer with no finish reason and no call is incomplete, whatever else came; one that
    announces calls and has none is unreadable.
    """
    finish = end.finish
    if finish in _FAILED:
        return Failure(kind="status", status=500, type="api_error")
    certain = _whatever_came(end) or ("tool_use" if calls else None)
    if certain:
        return certain, None
    if finish is None or finish in _CALLED:
        return Failure(kind="incomplete" if finish is None else "unreadable")
    if finish == "stop" and end.token in stops:
        return "stop_sequence", end.token
    ended = "refusal" if refused else "end_turn"
    return (ended if finish in _ENDED else finish), None


def _whatever_came(end: End) -> str | None:
    """Return the stop reason of an answer that was cut or withheld, with calls or without.

    OpenRouter says `tool_calls` for a call that the limit cut; its `native_finish_reason` tells.
    """
    if end.finish in _CUT or (end.finish in _CALLED and str(end.native).lower() in _CUT):
        return "max_tokens"
    return "refusal" if end.finish in _REFUSED else None


def _first(choices: list[Json], key: str) -> str | None:
    said = (choice.get(key) for choice in choices)
    return next((word for word in said if isinstance(word, str) and word), None)


def _details(choices: list[Json]) -> str | None:
    """Read `finish_details` of early vision models."""
    said = (choice.get("finish_details") for choice in choices)
    return next((detail["type"] for detail in said if detail), None)


def _empty(choices: list[Json]) -> str | None:
    return "" if any(choice.get("finish_reason") == "" for choice in choices) else None
