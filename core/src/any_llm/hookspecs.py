"""The hooks a plugin module may implement. Hooks register objects; the objects do the work.

Plugin API (1, 0), 2026-11. A plugin states the version it was written for as `ANYLLM_API` (none
means (1, 0)); the major number must be the core's, the minor at most the core's.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pluggy

from .dialect import Dialect
from .observe import Observer
from .provider import ProviderSpec
from .transport import TransportFactory

PROJECT = "any_llm"
API = (1, 0)

hookspec = pluggy.HookspecMarker(PROJECT)
hookimpl = pluggy.HookimplMarker(PROJECT)


@hookspec
def anyllm_providers() -> Sequence[ProviderSpec]:
    """Return the rows this plugin offers. Data only: build no client, read no key. Since (1, 0)."""
    raise NotImplementedError


@hookspec
def anyllm_dialects() -> Sequence[Dialect]:
    """Return the wire formats that rows may name. Since (1, 0)."""
    raise NotImplementedError


@hookspec
def anyllm_transports() -> Mapping[str, TransportFactory]:
    """Return transports by URL scheme, for this plugin's rows. Never http(s). Since (1, 0)."""
    raise NotImplementedError


@hookspec
def anyllm_observers() -> Sequence[Observer]:
    """Return observers for every client of this manager. Since (1, 0).

    They are called when the plugin is in group `any_llm.plugins` or was registered by hand.
    """
    raise NotImplementedError
