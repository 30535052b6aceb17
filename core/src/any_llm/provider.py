"""A provider as data: where it lives, how it authenticates, which dialect it speaks."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from .auth import ApiKey, Auth
from .dialect import Dialect, ModelRule
from .framing import Framer
from .transport import TransportFactory


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """Something a row must know before it can be called: region, project, deployment, host.

    The value is the client's `settings`, else the first variable of `env` that is set, else
    `default`. `parse` brings a variable's odd forms into one; ValueError says what is wrong.
    """

    name: str
    env: tuple[str, ...] = ()
    default: str | None = None
    parse: Callable[[str], str] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ProviderSpec:
    """One row of the provider table; building it does no I/O and reads no key.

    `base_url` may hold `{setting}` places. `options` is what the dialect validates into its typed
    profile; `models` adds options for some model ids. `docs` is the vendor's page, `checked` the
    day its facts were read.
    """

    id: str
    dialect: Dialect | str
    base_url: str
    auth: Auth = field(default_factory=lambda: ApiKey(required=False))
    headers: Mapping[str, str] = field(default_factory=dict)
    query: Mapping[str, str] = field(default_factory=dict)
    settings: Sequence[Setting] = ()
    options: Mapping[str, Any] = field(default_factory=dict)
    models: Sequence[ModelRule] = ()
    framer: type[Framer] | None = None
    transport: TransportFactory | None = None
    docs: str = ""
    checked: str = ""
