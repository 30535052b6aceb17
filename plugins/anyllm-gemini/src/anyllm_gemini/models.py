"""Families of models that differ from the newest one, with source and date.

A rule that stands later wins. Ids that no rule fits get the newest family's rules, so that what is
asked is asked, and the API says what it takes.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from any_llm.plugin import ModelRule, model_rules

_THINKING = "ai.google.dev/gemini-api/docs/thinking; pydantic-ai 2.68 profiles/google.py, 2026-11"
_LEVELS = "pydantic-ai 2.68 profiles/google.py, 2026-11; other levels are a 400"
_SAMPLING = "anomalyco/opencode#38924, ENTERPILOT/GoModel#863, 2026"
_RECORDED = "recorded traffic of 2025: budgets accepted with 200"
_OLDER = "litellm 1.106 vertex_ai/gemini, any-llm-sdk 1.40 utils.py, 2026-11; older models: 400"


_BEFORE_3: Mapping[str, Any] = {
    "thinking": "none",
    "signatures": False,
    "call_ids": False,
    "combines": False,
    "validated": False,
    "server_tool_invocations": False,
    "result_media": (),
    "tool_name_max": 64,
    "sampling": "used",
}
_BUDGET: Mapping[str, Any] = {"thinking": "budget", "validated": True}

MODELS: tuple[ModelRule, ...] = (
    *model_rules(
        (
            *("gemini-1.*", "gemini-2.*", "gemini-live-2*", "gemini-exp-*", "gemini-pro"),
            *("gemini-pro-vision", "gemini-robotics-er-1.5*", "learnlm-*", "gemma-2-*"),
            *("gemma-3-*", "gemma-3n-*"),
        ),
        _BEFORE_3,
        _OLDER,
    ),
    *model_rules(("gemini-2.0-flash-thinking*",), {"thinking": "budget"}, _RECORDED),
    *model_rules(
        ("gemini-2.5-*", "gemini-live-2.5-*", "gemini-robotics-er-1.5*"),
        _BUDGET,
        _THINKING,
    ),
    *model_rules(
        ("gemini-2.5-pro*",),
        {"budget_min": 128, "budget_max": 32768, "budget_off": False},
        _THINKING,
    ),
    *model_rules(("gemini-2.5-flash-lite*",), {"budget_min": 512}, _THINKING),
    *model_rules(("gemini-3-*", "gemini-3.[0-5]-*"), {"sampling": "used"}, _SAMPLING),
    *model_rules(("gemini-3.5-flash-lite*",), {"sampling": "ignored"}, _SAMPLING),
    *model_rules(
        ("gemini-3-flash*", "gemini-3.1-flash*", "gemini-3.5-flash*", "gemini-3.6-flash*"),
        {"levels": ("MINIMAL", "LOW", "MEDIUM", "HIGH")},
        _LEVELS,
    ),
    *model_rules(("gemini-3-pro*",), {"levels": ("LOW", "HIGH")}, _LEVELS),
)
