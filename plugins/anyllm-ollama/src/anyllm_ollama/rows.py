"""Where Ollama lives: wherever OLLAMA_HOST says, by default on this machine; and ollama.com."""

from __future__ import annotations

from any_llm.plugin import ApiKey, ProviderSpec, Setting

from .host import CLOUD, host_url

# ollama/ollama @fb30760, 2026-08-21: docs/api/authentication.mdx, docs/cloud.mdx.
_DOCS = "https://docs.ollama.com/api"
_CHECKED = "2026-11-23"
_KEY = "OLLAMA_API_KEY"

ROWS = (
    ProviderSpec(
        id="ollama",
        dialect="ollama",
        base_url="{host}",
        # A key from the environment belongs to ollama.com; a server of one's own needs none.
        auth=ApiKey(env=(_KEY,), required=False, hosts=(CLOUD,)),
        settings=(Setting(name="host", env=("OLLAMA_HOST",), default="", parse=host_url),),
        docs=_DOCS,
        checked=_CHECKED,
    ),
    ProviderSpec(
        id="ollama-cloud",
        dialect="ollama",
        base_url=f"https://{CLOUD}",
        auth=ApiKey(env=(_KEY,), hosts=(CLOUD,)),
        docs="https://docs.ollama.com/cloud",
        checked=_CHECKED,
    ),
)
