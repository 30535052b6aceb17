"""Servers that people run themselves, and the row of a server that nobody has listed."""

from __future__ import annotations

from ..common.issuer import GENERIC
from ..models import ANYWHERE
from .row import RECORDED, Row, local, row

_LLAMACPP = "llama.cpp tools/server/README.md and server-chat.cpp @03eb25f, 2026-11"
_VLLM = "vLLM vllm/entrypoints/openai and entrypoints/anthropic/serving.py @0001948, 2026-11"
_SGLANG = "https://docs.sglang.io/docs/advanced_features/thinking_budget, read 2026-11-23"
_LM_STUDIO = "https://lmstudio.ai/docs/developer/openai-compat/chat-completions, 2026-06-25"

VLLM = local(
    "vllm",
    8000,
    docs="https://docs.vllm.ai/en/latest/serving/openai_compatible_server.html",
    url_env=("VLLM_BASE_URL", "VLLM_API_BASE"),
    key_env=("VLLM_API_KEY",),
    facts={
        _VLLM: {
            "top_k": True,
            "prefill": "continue_final_message",
            "tool_results": "parts",
            "thinking": "chat_template_kwargs",
        },
    },
)

SGLANG = local(
    "sglang",
    30000,
    docs="https://docs.sglang.io/docs/basic_usage/openai_api_completions",
    url_env=("SGLANG_BASE_URL",),
    key_env=("SGLANG_API_KEY",),
    facts={_SGLANG: {"thinking": "chat_template_kwargs", "top_k": True}},
)

LLAMACPP = local(
    "llamacpp",
    8080,
    docs="https://github.com/ggml-org/llama.cpp/blob/master/tools/server/README.md",
    url_env=("LLAMACPP_BASE_URL", "LLAMA_BASE_URL"),
    key_env=("LLAMA_API_KEY",),
    facts={
        _LLAMACPP: {
            "top_k": True,
            "prefill": "native",
            "thinking": "chat_template_kwargs",
            "effort_field": None,
            "budget_field": "thinking_budget_tokens",
            "reasoning_out": "reasoning_content",
            "empty_content": "empty",
        },
        f"{RECORDED}: pictures in tool messages": {"tool_results": "parts"},
        # An object would silently become "auto".
        "langchain-llama-cpp (pypi), tested with b11429, 2026": {"tool_choice_tool": False},
    },
)

LLAMAFILE = local(
    "llamafile",
    8080,
    docs="https://github.com/mozilla-ai/llamafile/blob/main/docs/index.md",
    url_env=("LLAMAFILE_BASE_URL", "LLAMAFILE_API_BASE"),
    facts={
        f"{_LLAMACPP}: the same server, older": {
            "top_k": True,
            "prefill": "native",
            "empty_content": "empty",
            "tool_choice_tool": False,
        },
    },
)

LM_STUDIO = local(
    "lmstudio",
    1234,
    docs="https://lmstudio.ai/docs/developer/openai-compat/chat-completions",
    url_env=("LMSTUDIO_BASE_URL", "LM_STUDIO_API_BASE"),
    key_env=("LMSTUDIO_API_KEY", "LM_STUDIO_API_KEY"),
    facts={_LM_STUDIO: {"images": "data", "top_k": True}},
)

ANY = row(
    GENERIC,
    "",  # a caller says where it is: api_base
    docs="https://developers.openai.com/api/reference/resources/chat",
    key=False,
    models=ANYWHERE,
)

ROWS: tuple[Row, ...] = (VLLM, SGLANG, LLAMACPP, LLAMAFILE, LM_STUDIO, ANY)
