"""Hosts that serve other makers' models."""

from __future__ import annotations

from any_llm.plugin import model_rules

from .row import AI_SDK, ANY_LLM, LITELLM, MODELS_DEV, PYDANTIC_AI, RECORDED, Row, row

_GROQ_JSON = "https://console.groq.com/docs/structured-outputs, read 2026-11-23"
_OPEN_WEIGHTS = {"efforts": ("low", "medium", "high")}

GROQ = row(
    "groq",
    "https://api.groq.com/openai/v1",
    docs="https://console.groq.com/docs/api-reference",
    env=("GROQ_API_KEY",),
    facts={
        f"{LITELLM}; {RECORDED}": {"max_tokens_field": "max_completion_tokens"},
        f"{LITELLM}: a schema neither streams nor goes with tools": {
            "json_schema_stream": False,
            "json_schema_with_tools": False,
        },
        f"{ANY_LLM}: reasoning_content is refused": {"reasoning_out": "reasoning"},
        AI_SDK: {
            "user_id_field": "user",
            "service_tiers": {"auto": "auto", "standard_only": "on_demand"},
        },
    },
    models=(
        *model_rules(("openai/gpt-oss*",), _OPEN_WEIGHTS, PYDANTIC_AI),
        *model_rules(
            ("openai/gpt-oss-20b", "openai/gpt-oss-120b"),
            {"json_schema_strict": "transform"},
            _GROQ_JSON,
        ),
        *model_rules(
            ("qwen/qwen3*",),
            {
                "efforts": ("none", "default"),
                "effort_words": dict.fromkeys(
                    ("minimal", "low", "medium", "high", "xhigh", "max"), "default"
                ),
                "extra": {"reasoning_format": "parsed"},
            },
            f"{PYDANTIC_AI}; https://console.groq.com/docs/reasoning",
        ),
        *model_rules(
            ("llama-*", "meta-llama/*", "moonshotai/kimi-k2-instruct*"),
            {"thinking": "none"},
            PYDANTIC_AI,
        ),
    ),
)

CEREBRAS = row(
    "cerebras",
    "https://api.cerebras.ai/v1",
    docs="https://inference-docs.cerebras.ai/api-reference/chat-completions",
    env=("CEREBRAS_API_KEY",),
    facts={
        AI_SDK: {"max_tokens_field": "max_completion_tokens", "reasoning_out": "reasoning"},
        RECORDED: {"json_schema_strict": "send", "parallel_tool_calls": True},
    },
    models=(
        *model_rules(("gpt-oss*",), _OPEN_WEIGHTS, PYDANTIC_AI),
        *model_rules(("zai-*",), {"reasoning_out": "tags"}, PYDANTIC_AI),
        *model_rules(("llama*",), {"thinking": "none"}, PYDANTIC_AI),
    ),
)

TOGETHER = row(
    "together",
    "https://api.together.xyz/v1",
    docs="https://docs.together.ai/reference/chat-completions",
    env=("TOGETHER_API_KEY",),
    facts={
        f"{MODELS_DEV}: docs.together.ai/docs/inference/chat/reasoning": {
            "thinking": "reasoning",
            "efforts": ("low", "medium", "high"),
        },
        f"{RECORDED}: top_k beside the others": {"top_k": True},
    },
)

FIREWORKS = row(
    "fireworks",
    "https://api.fireworks.ai/inference/v1",
    docs="https://docs.fireworks.ai/api-reference/post-chatcompletions",
    env=("FIREWORKS_API_KEY",),
    facts={
        # Its `thinking` object with a budget excludes an effort; the effort is the common ground.
        f"{MODELS_DEV}: docs.fireworks.ai/guides/reasoning": {
            "thinking": "reasoning_effort",
        },
        f"{AI_SDK}: xhigh is high there": {"effort_words": {"minimal": "low", "xhigh": "high"}},
        f"{ANY_LLM}: unknown fields of a message are refused": {"reasoning_out": "none"},
    },
)

DEEPINFRA = row(
    "deepinfra",
    "https://api.deepinfra.com/v1/openai",
    docs="https://docs.deepinfra.com/api-reference/chat-completions/openai-chat-completions",
    env=("DEEPINFRA_API_KEY",),
    facts={
        f"{MODELS_DEV}: docs.deepinfra.com/chat/reasoning": {
            "thinking": "reasoning",
            "efforts": ("none", "low", "medium", "high", "xhigh"),
        },
    },
)

NEBIUS = row(
    "nebius",
    "https://api.tokenfactory.nebius.com/v1",
    docs="https://docs.tokenfactory.nebius.com/api-reference/inference/create-chat-completion",
    env=("NEBIUS_API_KEY",),
    facts={
        f"{MODELS_DEV}: docs.tokenfactory.nebius.com": {"efforts": ("low", "medium", "high")},
    },
)

SAMBANOVA = row(
    "sambanova",
    "https://api.sambanova.ai/v1",
    docs="https://docs.sambanova.ai/docs/en/api-reference/chat-completions",
    env=("SAMBANOVA_API_KEY",),
)

HUGGINGFACE = row(
    "huggingface",
    "https://router.huggingface.co/v1",
    docs="https://huggingface.co/docs/inference-providers/en/tasks/chat-completion",
    env=("HF_TOKEN", "HUGGINGFACE_API_KEY"),
    facts={
        f"{MODELS_DEV}: huggingface.co/docs/inference-providers": {
            "efforts": ("none", "minimal", "low", "medium", "high", "xhigh")
        },
    },
)

NVIDIA = row(
    "nvidia",
    "https://integrate.api.nvidia.com/v1",
    docs="https://docs.api.nvidia.com/nim/reference/llm-apis",
    env=("NVIDIA_API_KEY",),
)

GITHUB = row(
    "github",
    "https://models.github.ai/inference",
    docs="https://docs.github.com/en/rest/models/inference",
    env=("GITHUB_TOKEN", "GITHUB_API_KEY"),
)

ROWS: tuple[Row, ...] = (
    GROQ,
    CEREBRAS,
    TOGETHER,
    FIREWORKS,
    DEEPINFRA,
    NEBIUS,
    SAMBANOVA,
    HUGGINGFACE,
    NVIDIA,
    GITHUB,
)
