"""What is known of one model at one provider: the dialect's typed options, resolved."""

from __future__ import annotations

import fnmatch
from collections.abc import Iterable, Mapping
from typing import Any

from pydantic import TypeAdapter, ValidationError

from .dialect import Dialect, ModelRule
from .errors import ConfigurationError
from .provider import ProviderSpec


def adapter(kind: Any) -> TypeAdapter[Any]:
    """Return what checks values of this type; made once."""
    kept = _adapters.get(id(kind))
    if kept is not None and kept[0] is kind:
        return kept[1]
    if len(_adapters) > 1000:
        _adapters.clear()
    _adapters[id(kind)] = kind, (made := TypeAdapter(kind))
    return made


# By identity: types are made once, and hashing a Literal costs more than checking a value.
_adapters: dict[int, tuple[Any, TypeAdapter[Any]]] = {}


def resolve_profile(
    dialect: Dialect,
    spec: ProviderSpec,
    model: str,
    client: Mapping[str, Any],
    call: Mapping[str, Any],
) -> Any:
    """Return the dialect's typed profile: defaults < row < model rules < client < call."""
    if dialect.profile is None:
        if spec.options or spec.models or client or call:
            raise ConfigurationError(f"{spec.id}: dialect {dialect.name!r} has no quirks to set")
        return None
    key = (id(dialect), id(spec), model)
    kept = None if client or call else _profiles.get(key)
    if kept is not None and kept[0] is dialect and kept[1] is spec:
        return kept[2]
    said = {**spec.options}
    for rule in (*matching(dialect.models, model), *matching(spec.models, model)):
        said.update(rule.options)
    said.update(client)
    said.update(call)
    known = _names(dialect.profile)
    if known and (unknown := said.keys() - known):
        raise ConfigurationError(
            f"{spec.id}: quirks: unknown {', '.join(sorted(unknown))}; dialect {dialect.name!r} "
            f"knows {', '.join(sorted(known))}"
        )
    try:
        profile = adapter(dialect.profile).validate_python(said)
    except ValidationError as error:
        faults = "; ".join(f"{'.'.join(map(str, e['loc']))}: {e['msg']}" for e in error.errors())
        raise ConfigurationError(f"{spec.id}: quirks: {faults}") from None
    if not client and not call:
        if len(_profiles) > 1000:
            _profiles.clear()
        _profiles[key] = (dialect, spec, profile)
    return profile


def _names(profile: type) -> frozenset[str]:
    """The options of a profile; empty where any name will do.

    Asked here, as a class that does not forbid unknown names drops them in silence.
    """
    config = getattr(profile, "model_config", None) or getattr(profile, "__pydantic_config__", {})
    fields = getattr(profile, "model_fields", None) or getattr(profile, "__dataclass_fields__", {})
    return frozenset() if config.get("extra") == "allow" else frozenset(fields)


# Profiles are frozen and follow from row and model alone, so every client may share them.
_profiles: dict[tuple[int, int, str], tuple[Dialect, ProviderSpec, Any]] = {}


def matching(rules: Iterable[ModelRule], model: str) -> Iterable[ModelRule]:
    """Return the rules whose pattern fits the model id, with or without a `vendor/` before it."""
    name = model.lower()
    short = name.rpartition("/")[2]
    for rule in rules:
        pattern = rule.pattern.lower()
        if _fits(name, pattern) or _fits(short, pattern):
            yield rule


def _fits(name: str, pattern: str) -> bool:
    head = pattern.removesuffix("*")
    if _GLOB.isdisjoint(head):  # nearly every pattern: no expression to compile
        return name == head if head == pattern else name.startswith(head)
    return fnmatch.fnmatchcase(name, pattern)


_GLOB = frozenset("*?[")
