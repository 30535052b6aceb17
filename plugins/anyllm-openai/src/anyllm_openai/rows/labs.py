"""Makers of models that serve them in this format."""

from __future__ import annotations

from any_llm.plugin import model_rules

from .row import AI_SDK, LITELLM, MODELS_DEV, PYDANTIC_AI, RECORDED, Row, row

_DEEPSEEK = "https://api-docs.deepseek.com/guides/thinking_mode, read 2026-11-23"
_MINIMAX = "https://platform.minimax.io/docs, through agentscope-java's integration page, 2026-11"
_KIMI = "https://platform.kimi.ai/docs/api/chat, through models.dev (2026-06-25) and agentscope"
_MISTRAL = "mistral-openapi-client 0.1.0 (OpenAPI of docs.mistral.ai)"
_XAI = "https://docs.x.ai/developers/models, through pydantic-ai profiles/grok.py, 2026-08"

DEEPSEEK = row(
    "deepseek",
    "https://api.deepseek.com",
    docs="https://api-docs.deepseek.com/api/create-chat-completion",
    env=("DEEPSEEK_API_KEY",),
    facts={
        _DEEPSEEK: {
            "thinking": "thinking",
            "efforts": ("low", "high", "max"),
            "effort_words": {"minimal": "low", "medium": "high", "xhigh": "high"},
            "sampling": "without_thinking",
            "reasoning_out": "reasoning_content",
        },
        "Zoo-Code#201, pi#3636, 2026: every assistant turn, else 400": {
            "reasoning_required": "always"
        },
        f"{RECORDED}: thinking mode refuses a forced choice, takes it when disabled": {
            "tool_choice_thinking": False
        },
        f"{PYDANTIC_AI}: json_object only": {"json_schema": "json_object"},
        f"{RECORDED}: a system turn inside is obeyed": {"system_later": "in_place"},
        f"{RECORDED}: over Responses": {"web_search": "web_search"},
    },
    models=(
        *model_rules(
            ("deepseek-v4*", "deepseek-chat", "deepseek-reasoner"),
            {"images": "none"},
            f"{RECORDED}: 400 unknown variant image_url",
        ),
        *model_rules(
            ("deepseek-chat",),
            {"thinks_unasked": False},
            f"{RECORDED}: forced choices and bare assistant turns are accepted",
        ),
    ),
)

MISTRAL = row(
    "mistral",
    "https://api.mistral.ai/v1",
    docs="https://docs.mistral.ai/api/endpoint/chat",
    env=("MISTRAL_API_KEY",),
    facts={
        AI_SDK: {
            "tool_choice_any": "any",
            "pdf": "document_url",
            "pdf_urls": True,
            "stream_usage": False,
            "efforts": ("none", "high"),
            "thinks_unasked": False,
            "json_schema_strict": "send",
        },
        f"{PYDANTIC_AI}: models/mistral.py": {
            "reasoning_in": ("content",),
            "reasoning_out": "content",
            "user_after_tool": False,
        },
        _MISTRAL: {"prefill": "prefix"},
        f"{RECORDED}: ids of nine letters and digits": {
            "tool_id_max": 9,
            "tool_id_pattern": "[A-Za-z0-9]{9}",
            "empty_content": "empty",
        },
    },
    models=(
        *model_rules(
            ("magistral*",),
            {"thinking": "always", "effort_field": None, "thinks_unasked": True},
            PYDANTIC_AI,
        ),
        *model_rules(
            ("codestral*", "ministral*", "devstral*", "pixtral*", "open-*", "mistral-large*"),
            {"thinking": "none"},
            AI_SDK,
        ),
        *model_rules(
            ("mistral-small*", "ministral*"),
            {"user_after_tool": True},
            f"{RECORDED}: a user turn behind a tool result is accepted",
        ),
    ),
)

XAI = row(
    "xai",
    "https://api.x.ai/v1",
    docs="https://docs.x.ai/docs/api-reference",
    env=("XAI_API_KEY",),
    facts={
        AI_SDK: {
            "max_tokens_field": "max_completion_tokens",
            "json_schema_strict": "send",
            "stop_max": 0,
        },
        f"{RECORDED}: over Responses": {"web_search": "web_search", "encrypted_reasoning": True},
    },
    models=(
        *model_rules(
            ("*non-reasoning*",),
            {"thinking": "none", "stop_max": None, "encrypted_reasoning": False},
            AI_SDK,
        ),
        *model_rules(
            ("grok-4.20-reasoning", "grok-4.20-????-reasoning", "grok-code-fast*"),
            {"thinking": "always", "effort_field": None},
            f"{AI_SDK}; {RECORDED}: 400 does not support parameter reasoningEffort",
        ),
        *model_rules(("grok-3-mini*",), {"efforts": ("low", "high")}, _XAI),
        *model_rules(("grok-4.3*",), {"efforts": ("none", "low", "medium", "high")}, _XAI),
        *model_rules(("grok-4.5*",), {"efforts": ("low", "medium", "high")}, _XAI),
    ),
)

MOONSHOT = row(
    "moonshot",
    "https://api.moonshot.ai/v1",
    docs="https://platform.kimi.ai/docs/api/chat",
    env=("MOONSHOT_API_KEY", "MOONSHOTAI_API_KEY"),
    facts={
        _KIMI: {
            "thinking": "thinking",
            "effort_field": None,
            "sampling": "never",
            "prefill": "partial",
        },
        PYDANTIC_AI: {
            "reasoning_out": "reasoning_content",
            "tool_choice_any": None,
            "strict_tools": "refuse",
        },
        "librechat.ai docs, Moonshot, 2026: calls need their reasoning": {
            "reasoning_required": "tool_calls"
        },
        "harn-vm 0.10.34, probed 2026-07-18: 400 for a forced choice with thinking": {
            "tool_choice_thinking": False
        },
        AI_SDK: {"images": "data", "user_id_field": "safety_identifier"},
    },
    models=(
        *model_rules(("moonshot-v1*",), {"thinking": "none", "sampling": "always"}, _KIMI),
        *model_rules(
            ("kimi-k3*",),
            {
                "thinking": "always",
                "effort_field": "reasoning_effort",
                "efforts": ("low", "high", "max"),
            },
            f"{_KIMI}; {AI_SDK}",
        ),
        *model_rules(("kimi-k2.7-code*", "kimi-k2-thinking*"), {"thinking": "always"}, _KIMI),
    ),
)

ZAI = row(
    "zai",
    "https://api.z.ai/api/paas/v4",
    docs="https://docs.z.ai/api-reference/llm/chat-completion",
    env=("ZAI_API_KEY", "ZHIPU_API_KEY"),
    facts={
        f"{MODELS_DEV}: docs.z.ai/guides/capabilities/thinking": {"thinking": "thinking"},
        PYDANTIC_AI: {
            "reasoning_out": "reasoning_content",
            "json_schema": "json_object",
        },
    },
    models=(
        *model_rules(
            ("glm-4*", "glm-5", "glm-5-*", "glm-5.1*"),
            {"effort_field": None},
            PYDANTIC_AI,
        ),
        *model_rules(
            ("glm-5.3*",),
            {"thinking": "always", "efforts": ("low", "high", "max")},
            PYDANTIC_AI,
        ),
    ),
)

MINIMAX = row(
    "minimax",
    "https://api.minimax.io/v1",
    docs="https://platform.minimax.io/docs/api-reference/text-openai-api",
    env=("MINIMAX_API_KEY",),
    facts={
        _MINIMAX: {
            "max_tokens_field": "max_completion_tokens",
            "thinking": "adaptive",
            "effort_field": None,
            "extra": {"reasoning_split": True},
            "reasoning_out": "reasoning_details",
            "strict_tools": "refuse",
            "tool_choice_any": None,
            "tool_choice_tool": False,
            "tool_choice_none": None,
            "parallel_tool_calls": False,
            "json_schema": "none",
        },
    },
    models=model_rules(("minimax-m2*",), {"thinking": "always"}, _MINIMAX),
)

DASHSCOPE = row(
    "dashscope",
    "https://dashscope-intl.aliyuncs.com/compatible-mode/v1",
    docs="https://www.alibabacloud.com/help/en/model-studio/use-qwen-by-calling-api",
    env=("DASHSCOPE_API_KEY", "ALIBABA_API_KEY"),
    facts={
        f"{MODELS_DEV}: alibabacloud.com/help/en/model-studio/deep-thinking": {
            "thinking": "enable_thinking",
            "budget_field": "thinking_budget",
            "effort_field": None,
        },
        f"{AI_SDK}: earlier reasoning is ignored, parts take cache_control": {
            "reasoning_out": "none",
            "top_k": True,
            "cache": "cache_control",
        },
        f"{RECORDED}: 400 for a forced choice in thinking mode, 200 without": {
            "tool_choice_thinking": False
        },
    },
    models=model_rules(
        ("deepseek-v4*",),
        {"effort_field": "reasoning_effort", "efforts": ("high", "max")},
        f"{MODELS_DEV}: reasoning_effort is high or max only for DeepSeek V4",
    ),
)

PERPLEXITY = row(
    "perplexity",
    "https://api.perplexity.ai",
    docs="https://docs.perplexity.ai/api-reference/sonar-post",
    env=("PERPLEXITY_API_KEY",),
    facts={
        f"{MODELS_DEV}: docs.perplexity.ai/api-reference/sonar-post": {
            "efforts": ("minimal", "low", "medium", "high")
        },
        AI_SDK: {"stop_max": 0, "tools": False, "reasoning_out": "none"},
        f"{LITELLM}: no tools, no stop": {"parallel_tool_calls": False},
    },
)

ROWS: tuple[Row, ...] = (
    DEEPSEEK,
    MISTRAL,
    XAI,
    MOONSHOT,
    ZAI,
    MINIMAX,
    DASHSCOPE,
    PERPLEXITY,
)
