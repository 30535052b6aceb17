"""The provider's row: Chat Completions as llama.cpp's server speaks them."""

from __future__ import annotations

from any_llm.plugin import ModelRule, ProviderSpec

from .settings import row_settings

SCHEME = "local"

_SETTINGS = tuple(row_settings())
_QUERY = "&".join(f"{setting.name}={{{setting.name}}}" for setting in _SETTINGS)

# Each was tried on the llama.cpp of xllamacpp 2026.10.11549.
_LLAMA_CPP = {
    "top_k": True,
    "prefill": "native",
    "thinking": "chat_template_kwargs",
    "effort_field": None,
    "budget_field": "thinking_budget_tokens",
    "reasoning_out": "reasoning_content",
    "empty_content": "empty",
    "images": "none",  # no second file with a model for pictures is loaded
    "tool_choice_tool": False,  # a tool's name silently becomes "auto"
}
_SMOLLM2 = {"tools": False, "thinking": "none"}

LOCAL = ProviderSpec(
    id="local",
    dialect="openai-chat",
    base_url=f"{SCHEME}://llama.cpp/v1?{_QUERY}",
    settings=_SETTINGS,
    options=_LLAMA_CPP,
    models=tuple(
        ModelRule(pattern, _SMOLLM2, "the chat template in the file: no tools, no thinking")
        for pattern in ("default", "smollm2-*")
    ),
    docs="https://github.com/ggml-org/llama.cpp/blob/master/tools/server/README.md",
    checked="2026-11-23",
)
