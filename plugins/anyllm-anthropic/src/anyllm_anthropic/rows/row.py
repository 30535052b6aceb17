"""How a row is written: every fact under the source that says so."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from any_llm.plugin import ApiKey, Auth, ModelRule, ProviderSpec, Setting

CHECKED = "2026-11-28"
"""The day these rows were read."""

DIALECT = "anthropic"

Facts = Mapping[str, Mapping[str, Any]]
"""Source -> the options that it bears out."""

# Nothing of Anthropic's own API holds elsewhere unless the endpoint's documentation says so.
NOT_ANTHROPIC: Mapping[str, Any] = {
    "api_version": "2023-06-01",
    "sampling": "used",
    "budget": "sent",
    "unsigned_thinking": "sent",
    "tool_ids": None,
    "server_tools": "any",
    "cache_marks": None,
}


@dataclass(frozen=True, slots=True)
class Row:
    """A provider's row and, for the docs, the source of each of its options."""

    spec: ProviderSpec
    facts: Facts


def row(
    id: str,
    base_url: str,
    *,
    docs: str,
    auth: Auth,
    facts: Facts | None = None,
    models: Sequence[ModelRule] = (),
    settings: Sequence[Setting] = (),
) -> Row:
    """Return a row of this dialect."""
    facts = facts or {}
    spec = ProviderSpec(
        id=id,
        dialect=DIALECT,
        base_url=base_url,
        auth=auth,
        settings=settings,
        options={name: value for said in facts.values() for name, value in said.items()},
        models=models,
        docs=docs,
        checked=CHECKED,
    )
    return Row(spec, facts)


def compatible(
    id: str,
    base_url: str,
    *,
    docs: str,
    auth: Auth,
    facts: Facts,
    models: Sequence[ModelRule] = (),
    settings: Sequence[Setting] = (),
) -> Row:
    """Return the row of an endpoint that is not Anthropic's: its reasoning state is its own."""
    own = {**NOT_ANTHROPIC, "issuer": id}
    said = {"the Messages format, without Anthropic's own rules": own, **facts}
    return row(id, base_url, docs=docs, auth=auth, facts=said, models=models, settings=settings)


def local(
    id: str, port: int, *, docs: str, env: tuple[str, ...], auth: ApiKey, facts: Facts
) -> Row:
    """Return the row of a server that people run themselves, by default on this machine."""
    default = f"http://localhost:{port}"
    place = Setting(name="base_url", env=env, default=default, parse=no_slash)
    return compatible(id, "{base_url}", docs=docs, auth=auth, facts=facts, settings=(place,))


def no_slash(url: str) -> str:
    """Return an address without the slash at its end."""
    return url.strip().rstrip("/")
