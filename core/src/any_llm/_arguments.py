"""A call's arguments, sorted: Messages fields, options of ours, and a provider's own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from ._options import OPTIONS
from .errors import RequestValidationError
from .losses import Loss
from .plugins import PluginManager
from .types import MESSAGES_FIELDS

COMPATIBLE = "openai-compatible"
"""The row for a server that is only known by its address."""


@dataclass(slots=True, kw_only=True)
class Arguments:
    """One call's arguments, sorted. `messages` are Messages fields, `extra` a provider's own."""

    model: str
    provider: str | None = None
    api_key: str | None = field(default=None, repr=False)
    api_base: str | None = None
    messages: dict[str, Any] = field(default_factory=dict)
    options: dict[str, Any] = field(default_factory=dict)
    others: dict[str, Any] = field(default_factory=dict)
    losses: list[Loss] = field(default_factory=list)


def sort_arguments(
    model: Any, provider: Any, api_key: Any, api_base: Any, fields: Mapping[str, Any]
) -> Arguments:
    """Sort keywords into Messages fields, options of ours, and the rest."""
    if not isinstance(model, str) or not model:
        raise RequestValidationError(
            [f"model: must be an id such as 'openai:gpt-5', not {model!r:.60}"]
        )
    found = Arguments(
        model=model,
        provider=None if provider is None else str(provider),
        api_key=api_key,
        api_base=api_base,
    )
    for name, value in fields.items():
        if name in OPTIONS:
            found.options[name] = value
        elif name in MESSAGES_FIELDS:
            found.messages[name] = value
        elif value is not None:
            found.others[name] = value
    return found


def split_model(args: Arguments, plugins: PluginManager) -> tuple[str, str]:
    """Return provider id and model id.

    With a provider named the model is passed on whole. `"provider:model"` splits at the first
    colon; with `api_base` alone, a prefix that no plugin offers belongs to the model.
    """
    if args.provider is not None:
        return args.provider, args.model
    prefix, colon, rest = args.model.partition(":")
    if args.api_base is not None and not (colon and rest and plugins.has(prefix)):
        return COMPATIBLE, args.model
    if not colon or not rest or not prefix:
        raise RequestValidationError(
            [
                (
                    f"model: {args.model!r} names no provider; write 'provider:model' "
                    f"(such as 'openai:{args.model.strip(':')}') or pass provider="
                )
            ]
        )
    return prefix, rest
