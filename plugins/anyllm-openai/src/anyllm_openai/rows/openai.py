"""OpenAI itself, and the same API on Azure."""

from __future__ import annotations

from any_llm.plugin import ApiKey, Setting

from ..models import OPENAI
from .row import ANY_LLM, PYDANTIC_AI, RECORDED, Row, row

_TYPES = "openai 3.54 (2026-11), types/chat/completion_create_params.py"
_PARTS = "openai 3.54 (2026-11), types/chat/chat_completion_content_part_param.py"
_TIERS = {"auto": "auto", "standard_only": "default"}
_COMMON = {
    "max_tokens_field": "max_completion_tokens",
    "user_id_field": "safety_identifier",
    "stop_max": 4,
    "strict_tools": "transform",
    "json_schema_strict": "transform",
}
_LIKE_OPENAI = {"reasoning_out": "none", "expand_parallel": True}


def _azure_resource(endpoint: str) -> str:
    """Bring the forms of an endpoint that people have into one: `https://<resource>...`."""
    url = endpoint.strip().rstrip("/").removesuffix("/v1").removesuffix("/openai").rstrip("/")
    if "://" not in url:
        raise ValueError(f"must be such as https://<name>.openai.azure.com, not {endpoint!r}")
    return url


ROWS: tuple[Row, ...] = (
    row(
        "openai",
        "https://api.openai.com/v1",
        docs="https://developers.openai.com/api/reference/resources/responses",
        env=("OPENAI_API_KEY",),
        facts={
            _TYPES: {
                **_COMMON,
                "system_later": "in_place",
                "service_tiers": {**_TIERS, "fast": "fast"},
            },
            _PARTS: {"pdf": "file", "file_ids": True},
            "openai 3.54 (2026-11), types/responses/web_search_tool_param.py": {
                "web_search": "web_search"
            },
            f"{ANY_LLM}: strict hosts refuse unknown fields": _LIKE_OPENAI,
            "recorded ids of calls; openclaw/openclaw#875: at most 40 characters": {
                "tool_id_max": 40
            },
        },
        models=OPENAI,
    ),
    row(
        "azure",
        "{endpoint}/openai/v1",
        docs="https://learn.microsoft.com/en-us/azure/foundry/openai/latest",
        auth=ApiKey(env=("AZURE_OPENAI_API_KEY", "AZURE_API_KEY"), header="api-key", prefix=""),
        settings=(Setting(name="endpoint", env=("AZURE_OPENAI_ENDPOINT",), parse=_azure_resource),),
        facts={
            # A deployment's name hides its model: what is asked goes, the API says what it takes.
            _TYPES: {**_COMMON, "system_later": "in_place", "tool_id_max": 40},
            f"{PYDANTIC_AI}: no documents on Chat Completions": {"pdf": "none"},
            "https://learn.microsoft.com/azure/foundry/openai/how-to/web-search, read 2026-11-28": {
                "web_search": "web_search"
            },
            f"{RECORDED}: as OpenAI": {**_LIKE_OPENAI, "service_tiers": _TIERS},
        },
        models=OPENAI,
    ),
)
