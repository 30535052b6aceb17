"""Families of models that differ from the rest of their provider, with source and date.

A rule that stands later wins, so a family begins with the newest's rules and older models take
parts of them back.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from any_llm.plugin import ModelRule, model_rules

_VERIFIED = "pydantic-ai profiles/openai.py @4fda389, verified live 2026-07; openai 3.54 types"
_TOOLS = "BerriAI/litellm#34569, LibreChat#14355, 2026; recorded: tools with effort none, 200"
_SYSTEM = "ai-sdk openai-language-model-capabilities.ts @ed857f5, 2026-08-22"
_PHASE = "recorded 2026: phase on every message of gpt-5.3-codex, -5.4, -5.5, -5.6, on no older one"
_ON_CHAT = "recorded 2026: 400 not supported with the Responses API"
_NOT_ON_CHAT = "openai 3.54, types/shared/responses_model.py"
_MEDIUM = "egoist/chatwise-releases#1257, Laisky/one-api#266: medium alone; recorded: medium, 200"
_DEEP = "recorded 2026: 400 deep research models only support web_search_preview"
_STOP = "recorded 2026: o3-mini takes stop; o4-mini, gpt-5, -5.2, -5.4, -5.6 answer 400"


# What gpt-6 and whatever comes after it is taken to be. Other names (another server behind the
# row's key, a deployment) are no family: there what is asked goes, and the API says what it takes.
_NEWEST: Mapping[str, Any] = {
    "system_role": "developer",
    "sampling": "without_thinking",
    "stop_max": 0,
    "thinking": "reasoning_effort",
    "thinks_unasked": True,
    "tools_and_effort": "none",
    "cache": "breakpoints",
    "encrypted_reasoning": True,
    "phase": True,
}
_WITHOUT_THINKING: Mapping[str, Any] = {
    "system_role": "system",
    "sampling": "always",
    "stop_max": 4,
    "thinking": "none",
    "thinks_unasked": False,
    "tools_and_effort": "any",
    "cache": "none",
    "encrypted_reasoning": False,
    "phase": False,
}
# Never on OpenAI's own servers, often behind their row with another address.
_OPEN_WEIGHTS: Mapping[str, Any] = {
    **_WITHOUT_THINKING,
    "thinking": "reasoning_effort",
    "thinks_unasked": True,
    "efforts": ("low", "medium", "high"),
}
_ALWAYS: Mapping[str, Any] = {
    "sampling": "never",
    "tools_and_effort": "any",
    "cache": "none",
    "phase": False,
}
_FIXED: Mapping[str, Any] = {
    **_ALWAYS,
    "thinking": "always",
    "efforts": ("medium",),
    "thinks_unasked": True,
}
_OPT_IN: Mapping[str, Any] = {
    "thinks_unasked": False,
    "tools_and_effort": "any",
    "cache": "none",
    "phase": False,
    "efforts": ("none", "low", "medium", "high", "xhigh"),
}

OPENAI: tuple[ModelRule, ...] = (
    *model_rules(
        ("gpt-*", "ft:gpt-*", "o[1-9]*", "codex-*"), _NEWEST, f"{_VERIFIED}; {_TOOLS}; {_STOP}"
    ),
    *model_rules(
        ("gpt-3*", "gpt-4*", "chatgpt-4o*", "ft:gpt-3.5*", "ft:gpt-4*", "gpt-audio*"),
        _WITHOUT_THINKING,
        _SYSTEM,
    ),
    *model_rules(("gpt-5-chat*",), _WITHOUT_THINKING, _VERIFIED),
    *model_rules(("gpt-oss*",), _OPEN_WEIGHTS, "pydantic-ai profiles/groq.py @4fda389, 2026-08-22"),
    *model_rules(
        ("o1*", "o3*", "o4*"), {**_ALWAYS, "efforts": ("low", "medium", "high")}, _VERIFIED
    ),
    *model_rules(("o1*", "o3-mini*"), {"stop_max": 4}, _STOP),
    *model_rules(("o1-pro*",), {"stop_max": 0}, _NOT_ON_CHAT),
    *model_rules(("o1-mini*", "o1-preview*"), {"on_responses": False}, _ON_CHAT),
    *model_rules(("codex-mini*",), {"phase": False}, _PHASE),
    *model_rules(
        ("gpt-5", "gpt-5-2025*", "gpt-5-mini*", "gpt-5-nano*", "gpt-5-pro*", "gpt-5-codex*"),
        {**_ALWAYS, "efforts": ("minimal", "low", "medium", "high")},
        _VERIFIED,
    ),
    *model_rules(
        ("gpt-5.1*",), {**_OPT_IN, "efforts": ("none", "low", "medium", "high")}, _VERIFIED
    ),
    *model_rules(("gpt-5.2*", "gpt-5.3*", "gpt-5.4*"), _OPT_IN, _VERIFIED),
    *model_rules(
        ("gpt-5.1-chat*", "gpt-5.2-chat*", "gpt-5.3-chat*"), _FIXED, f"{_VERIFIED}; {_MEDIUM}"
    ),
    *model_rules(
        ("gpt-5.5*",),
        {"cache": "none", "efforts": ("none", "low", "medium", "high", "xhigh")},
        _VERIFIED,
    ),
    *model_rules(("gpt-5.4*", "gpt-5.5*"), {"tools_and_effort": "unset"}, _TOOLS),
    *model_rules(("gpt-5.3-codex*", "gpt-5.4*"), {"phase": True}, _PHASE),
    *model_rules(
        ("gpt-5.6*",), {"efforts": ("none", "low", "medium", "high", "xhigh", "max")}, _VERIFIED
    ),
    *model_rules(("*deep-research*",), {"web_search": "web_search_preview"}, _DEEP),
)

ANYWHERE: tuple[ModelRule, ...] = tuple(
    model_rules(
        ("*kimi-k2-thinking*", "*kimi-k2.[5-9]*", "*kimi-k[3-9]*"),
        {"reasoning_required": "tool_calls"},
        "QuantumNous/new-api#4795; librechat.ai docs, Moonshot, 2026",
    )
)
"""Rules for servers that pass requests on to a model's own maker."""
