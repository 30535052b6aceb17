"""Gateways: one address, many providers behind it."""

from __future__ import annotations

from any_llm.plugin import ApiKey

from ..models import ANYWHERE
from .row import LITELLM, MODELS_DEV, PYDANTIC_AI, RECORDED, Row, local, row

_OPENROUTER = "https://openrouter.ai/docs/use-cases/reasoning-tokens, read 2026-11-23"
_OPENROUTER_CACHE = (
    "https://openrouter.ai/docs/client-sdks/typescript/models/anthropiccachecontroldirective,"
    " read 2026-11-23"
)
_REASONING = {
    "thinking": "reasoning",
    "effort_field": "reasoning.effort",
    "budget_field": "reasoning.max_tokens",
}

OPENROUTER = row(
    "openrouter",
    "https://openrouter.ai/api/v1",
    docs="https://openrouter.ai/docs/api-reference/chat-completion",
    env=("OPENROUTER_API_KEY",),
    facts={
        _OPENROUTER: {**_REASONING, "reasoning_out": "reasoning_details"},
        _OPENROUTER_CACHE: {"cache": "cache_control"},
        PYDANTIC_AI: {"max_tokens_field": "max_tokens", "pdf": "file", "pdf_urls": True},
        f"{RECORDED}: pictures in tool messages, strict schemas": {
            "tool_results": "parts",
            "json_schema_strict": "send",
            "top_k": True,
        },
        f"{RECORDED}, claude-3.5-haiku: a system turn inside is obeyed": {
            "system_later": "in_place",
        },
    },
)

VERCEL = row(
    "vercel",
    "https://ai-gateway.vercel.sh/v1",
    docs="https://vercel.com/docs/ai-gateway/sdks-and-apis/openai-chat-completions",
    env=("AI_GATEWAY_API_KEY", "VERCEL_OIDC_TOKEN"),
    facts={
        f"{MODELS_DEV}: vercel.com/docs/ai-gateway, reasoning": {
            **_REASONING,
            "efforts": ("none", "minimal", "low", "medium", "high", "xhigh"),
        },
    },
    models=ANYWHERE,
)

PORTKEY = row(
    "portkey",
    "https://api.portkey.ai/v1",
    docs="https://portkey.ai/docs/api-reference/inference-api/chat",
    auth=ApiKey(env=("PORTKEY_API_KEY",), header="x-portkey-api-key", prefix=""),
    models=ANYWHERE,
)

LITELLM_PROXY = local(
    "litellm",
    4000,
    docs="https://docs.litellm.ai/docs/providers/litellm_proxy",
    url_env=("LITELLM_PROXY_API_BASE", "LITELLM_API_BASE"),
    key_env=("LITELLM_PROXY_API_KEY", "LITELLM_API_KEY"),
    facts={
        # It keeps Gemini's thought signatures inside long ids of calls.
        f"{LITELLM}: ids of calls carry state": {"tool_id_max": None, "call_id_max": None},
    },
    models=ANYWHERE,
    path="",
)

ROWS: tuple[Row, ...] = (OPENROUTER, VERCEL, PORTKEY, LITELLM_PROXY)
