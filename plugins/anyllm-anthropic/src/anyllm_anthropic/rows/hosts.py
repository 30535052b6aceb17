"""Vendors and gateways that serve other models in the Messages format."""

from __future__ import annotations

from any_llm.plugin import ApiKey, ModelRule

from .row import Row, compatible

_OPENROUTER = "https://openrouter.ai/docs/api/api-reference/anthropic-messages, 2026-11"
_RECORDED = "recorded traffic of 2026: signed reasoning of Claude models"
_DEEPSEEK = "https://api-docs.deepseek.com/guides/anthropic_api, 2026-11"
_KIMI = "https://platform.kimi.ai/docs/api/overview, through a compatibility survey, 2026-11"
_ZAI = "https://docs.z.ai/scenario-example/develop-tools/claude, 2026-11"
_MINIMAX = "https://platform.minimax.io/docs/api-reference/text-anthropic-api, 2026-11"
_NOWHERE = {"count_path": "", "models_path": ""}

ROWS: tuple[Row, ...] = (
    compatible(
        "openrouter-messages",
        "https://openrouter.ai/api",
        docs="https://openrouter.ai/docs/api/api-reference/anthropic-messages",
        auth=ApiKey(env=("OPENROUTER_API_KEY",)),
        facts={_OPENROUTER: {"count_path": ""}},
        # Signatures of Claude are good wherever Claude is served.
        models=(
            ModelRule("anthropic/*", {"issuer": "", "unsigned_thinking": "dropped"}, _RECORDED),
        ),
    ),
    compatible(
        "deepseek-messages",
        "https://api.deepseek.com/anthropic",
        docs="https://api-docs.deepseek.com/guides/anthropic_api",
        auth=ApiKey(env=("DEEPSEEK_API_KEY",), header="x-api-key", prefix=""),
        facts={
            _DEEPSEEK: {
                **_NOWHERE,
                "blocks_refused": (
                    *("document", "search_result", "redacted_thinking", "container_upload"),
                    *("code_execution_tool_result", "mcp_tool_use", "mcp_tool_result"),
                ),
                "ignored": (
                    *("top_k", "thinking.budget_tokens", "tool_choice.disable_parallel_tool_use"),
                    *("output_config.format", "container", "mcp_servers", "service_tier"),
                    *("cache_control", "citations", "is_error"),
                ),
            },
        },
    ),
    compatible(
        "moonshot-messages",
        "https://api.moonshot.ai/anthropic",
        docs="https://platform.kimi.ai/docs/api/overview",
        auth=ApiKey(env=("MOONSHOT_API_KEY", "MOONSHOTAI_API_KEY")),
        facts={_KIMI: _NOWHERE},
    ),
    compatible(
        "zai-messages",
        "https://api.z.ai/api/anthropic",
        docs="https://docs.z.ai/scenario-example/develop-tools/claude",
        auth=ApiKey(env=("ZAI_API_KEY", "ZHIPU_API_KEY")),
        facts={_ZAI: _NOWHERE},
    ),
    compatible(
        "minimax-messages",
        "https://api.minimax.io/anthropic",
        docs="https://platform.minimax.io/docs/api-reference/text-anthropic-api",
        auth=ApiKey(env=("MINIMAX_API_KEY",)),
        facts={
            _MINIMAX: {
                **_NOWHERE,
                "ignored": (
                    *("top_k", "stop_sequences", "mcp_servers", "context_management"),
                    "container",
                ),
            },
        },
        models=(ModelRule("minimax-m2*", {"blocks_refused": ("image", "document")}, _MINIMAX),),
    ),
)
