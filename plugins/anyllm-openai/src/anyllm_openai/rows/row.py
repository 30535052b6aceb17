"""How a row is written: every fact under the source that says so."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from any_llm.plugin import ApiKey, Auth, ModelRule, ProviderSpec, Setting

CHECKED = "2026-11-23"
"""The day these rows were read."""

DIALECT = "openai"
"""Both wires; `wire_api` says which, else the address does."""

# Where facts come from, when it is not a page of the vendor.
PYDANTIC_AI = "pydantic-ai @4fda389, 2026-08-22, pydantic_ai/providers and pydantic_ai/profiles"
AI_SDK = "vercel/ai @ed857f5, 2026-08-22, packages/*/src"
MODELS_DEV = "anomalyco/models.dev @f3fc692, 2026-07-02, providers/*/provider.toml"
RECORDED = "recorded traffic of 2025 and 2026 (accepted with 200, or refused with the error named)"
LITELLM = "litellm 1.106.2, 2026-11, litellm/llms/*/chat/transformation.py"
ANY_LLM = "any-llm-sdk 1.40.2, 2026-11, any_llm/providers"

Facts = Mapping[str, Mapping[str, Any]]
"""Source -> the options that it bears out."""


class Row(NamedTuple):
    """A provider's row and, for the docs, the source of each of its options."""

    spec: ProviderSpec
    facts: Facts


def row(
    id: str,
    base_url: str,
    *,
    docs: str,
    env: tuple[str, ...] = (),
    facts: Facts | None = None,
    models: Sequence[ModelRule] = (),
    auth: Auth | None = None,
    settings: Sequence[Setting] = (),
    key: bool = True,
) -> Row:
    """Return a row of this dialect; `key` says whether a call without one is an error."""
    facts = facts or {}
    spec = ProviderSpec(
        id=id,
        dialect=DIALECT,
        base_url=base_url,
        auth=auth or ApiKey(env=env, required=key),
        settings=settings,
        options={name: value for said in facts.values() for name, value in said.items()},
        models=models,
        docs=docs,
        checked=CHECKED,
    )
    return Row(spec, facts)


def local(
    id: str,
    port: int,
    *,
    docs: str,
    url_env: tuple[str, ...],
    key_env: tuple[str, ...] = (),
    facts: Facts | None = None,
    models: Sequence[ModelRule] = (),
    path: str = "/v1",
) -> Row:
    """Return the row of a server that people run themselves, by default on this machine."""
    default = f"http://localhost:{port}{path}"
    place = Setting(name="base_url", env=url_env, default=default, parse=_no_slash)
    return row(
        id,
        "{base_url}",
        docs=docs,
        env=key_env,
        facts=facts,
        models=models,
        settings=(place,),
        key=False,
    )


def _no_slash(url: str) -> str:
    return url.rstrip("/")
