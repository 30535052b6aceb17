"""Families of Claude models that differ from the newest one, with source and date.

A rule that stands later wins. Ids that no rule fits get the newest family's mends and no refusal.
Ids of other clouds (anthropic.claude-..., claude-...@20250929, anthropic/claude-sonnet-4.5) fit
too.
"""

from __future__ import annotations

from any_llm.plugin import ModelRule, model_rules

_DOCS = "platform.claude.com/docs, 2026-08-22: extended thinking, adaptive thinking"
_PREFILL = "platform.claude.com/docs, 2026-08-22: prefilling; recorded: accepted up to 4.5"
_RECORDED = "recorded traffic: accepted with 200"
_FORCED = "recorded 400: Thinking may not be enabled when tool_choice forces tool use."
_SONNET_5_5 = "platform.claude.com/docs, 2026-09: Claude Sonnet 5.5"
_MYTHOS = "platform.claude.com/docs, 2026-08-22: tool choice"


def _named(*names: str) -> tuple[str, ...]:
    return tuple(f"*claude-{name}" for name in names)


_BEFORE_4_6 = _named(
    *("2*", "3*", "instant*", "v2*", "4-5-haiku*"),
    *("opus-4", "opus-4@*", "opus-4-2*", "opus-4-0*", "opus-4-1*", "opus-4-5*"),
    *("opus-4.1*", "opus-4.5*"),
    *("sonnet-4", "sonnet-4@*", "sonnet-4-2*", "sonnet-4-0*", "sonnet-4-5*", "sonnet-4.5*"),
    *("haiku-4-5*", "haiku-4.5*"),
)
_4_6 = _named("opus-4-6*", "sonnet-4-6*", "opus-4.6*", "sonnet-4.6*")
_SINCE_4_7 = _named(
    *("opus-4-7*", "opus-4-8*", "opus-4.7*", "opus-4.8*"),
    *("opus-5*", "sonnet-5*", "haiku-5*", "fable-5*", "mythos*"),
)

MODELS: tuple[ModelRule, ...] = (
    *model_rules(
        _BEFORE_4_6,
        {"sampling": "without_thinking", "budget": "sent", "adaptive": False},
        f"{_DOCS}; {_RECORDED}",
    ),
    *model_rules(_BEFORE_4_6, {"prefill": True}, _PREFILL),
    *model_rules(
        _4_6,
        {"sampling": "without_thinking", "budget": "sent", "adaptive": True},
        f"{_DOCS}; {_RECORDED}",
    ),
    *model_rules((*_BEFORE_4_6, *_4_6), {"forced_refused_with": ("enabled",)}, _FORCED),
    *model_rules(_named("opus-4-8*", "opus-4.8*"), {"forced_refused_with": ("adaptive",)}, _FORCED),
    *model_rules((*_4_6, *_SINCE_4_7), {"prefill": False}, _PREFILL),
    *model_rules(
        _named("sonnet-5-5*", "sonnet-5.5*"),
        {"forced_tools": False, "disabled": "between_tools"},
        _SONNET_5_5,
    ),
    *model_rules(_named("mythos-preview*"), {"forced_tools": False}, _MYTHOS),
)
