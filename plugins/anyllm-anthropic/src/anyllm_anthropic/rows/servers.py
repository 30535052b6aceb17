"""Servers that people run themselves and that speak Messages."""

from __future__ import annotations

from any_llm.plugin import ApiKey

from .row import Row, local

_LLAMACPP = "llama.cpp tools/server/README.md and server-common.cpp @25d5b0c, 2026; tried"
_OLLAMA = "ollama docs/api/anthropic-compatibility.mdx @b14ba52, 2026"
_VLLM = "vLLM vllm/entrypoints/anthropic/protocol.py @82df3f4, 2026"
_LM_STUDIO = "https://lmstudio.ai/docs/developer/anthropic-compat, 2026-11"

ROWS: tuple[Row, ...] = (
    local(
        "llamacpp-messages",
        8080,
        docs="https://github.com/ggml-org/llama.cpp/blob/master/tools/server/README.md",
        env=("LLAMACPP_BASE_URL", "LLAMA_BASE_URL"),
        auth=ApiKey(env=("LLAMA_API_KEY",), required=False),
        facts={_LLAMACPP: {"ignored": ("output_config.format", "cache_control", "metadata")}},
    ),
    local(
        "ollama-messages",
        11434,
        docs="https://docs.ollama.com/api/anthropic-compatibility",
        env=(),
        # A key from the environment belongs to ollama.com; a server of one's own needs none.
        auth=ApiKey(env=("OLLAMA_API_KEY",), required=False, hosts=("ollama.com",)),
        facts={
            _OLLAMA: {
                "count_path": "",
                "blocks_refused": ("document", "search_result"),
                "ignored": (
                    *("tool_choice", "output_config.format", "thinking.budget_tokens"),
                    *("metadata", "cache_control", "citations"),
                ),
            },
        },
    ),
    local(
        "vllm-messages",
        8000,
        docs="https://docs.vllm.ai/en/latest/serving/openai_compatible_server.html",
        env=("VLLM_BASE_URL", "VLLM_API_BASE"),
        auth=ApiKey(env=("VLLM_API_KEY",), required=False),
        facts={
            _VLLM: {
                "blocks_refused": ("document", "search_result", "redacted_thinking"),
                "ignored": (
                    *("output_config.format", "tool_choice.disable_parallel_tool_use"),
                    *("cache_control", "citations"),
                ),
            },
        },
    ),
    local(
        "lmstudio-messages",
        1234,
        docs="https://lmstudio.ai/docs/developer/anthropic-compat",
        env=("LMSTUDIO_BASE_URL", "LM_STUDIO_API_BASE"),
        auth=ApiKey(env=("LMSTUDIO_API_KEY", "LM_STUDIO_API_KEY", "LM_API_TOKEN"), required=False),
        facts={_LM_STUDIO: {"count_path": ""}},
    ),
)
