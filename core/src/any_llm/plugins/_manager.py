"""The way from an id to a row, a dialect or a transport.

An id leads to a claim (`_claims`, `_index`: metadata and precedence), the claim to a plugin
(`_loading`: one import), the plugin to what it offers (`_offers`: hooks, checks), and only then to
the row. The way is the same whichever plugins were loaded before: the order of calls decides
nothing.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Mapping
from functools import cached_property
from importlib.metadata import distributions
from typing import TYPE_CHECKING

from ..errors import AmbiguousProvider, ConfigurationError, PluginError
from ._claims import BUILT_IN, DIALECTS, PLUGINS, PROVIDERS, Choice, Claim, Problem
from ._index import Index, Offered, contested, preferred
from ._loading import Loader

if TYPE_CHECKING:  # who only lists providers needs neither these nor the schema behind them
    from ..dialect import Dialect
    from ..observe import Observer
    from ..provider import ProviderSpec
    from ..transport import TransportFactory
    from ._offers import Offers

_NATIVE = "messages"  # the name of the core's own dialect


class PluginManager:
    """One independent set of plugins. Make as many as you like; none knows of another.

    `autoload=False` looks at nothing that is installed: only what is registered by hand is there.
    `env` is read here, once, for two lists of names of entry points or distributions, with commas
    between: ANYLLM_PLUGINS (let in only these; empty = none) and ANYLLM_DISABLE_PLUGINS. They
    concern installed plugins only.

    Threads may share a manager. Metadata is read once, at the first question, and a plugin that
    failed to load stays failed: to see what was installed since, make a new manager.
    """

    def __init__(self, *, autoload: bool = True, env: Mapping[str, str] = os.environ) -> None:
        self._autoload = autoload
        self._choice = Choice.of(env)
        self._lock = threading.RLock()  # re-entrant: a plugin may ask while it is imported
        self._index: Index | None = None
        self._loader = Loader()
        self._by_hand: list[Offers] = []
        self._owners: dict[tuple[str, str], Offers] = {}  # (group, id) -> whose it is

    def register(self, plugin: object) -> None:
        """Add a plugin module (or an object with hooks) by hand; its ids win over installed ones.

        PluginError when something is wrong with it, AmbiguousProvider when another plugin that
        was registered by hand has one of its ids; the manager is then as it was.
        """
        with self._lock:
            offers = self._loader.by_hand(plugin)
            if offers in self._by_hand:
                raise PluginError(f"plugin {offers.name}: already registered; register it once")
            for key in offers.ids:
                other = self._owners.get(key)
                if other is not None and other in self._by_hand:
                    raise AmbiguousProvider(
                        f"plugin {offers.name}: {key[1]!r} was already registered by hand, by "
                        f"{other.name}; register one of the two"
                    )
            self._by_hand.append(offers)
            self._owners.update(dict.fromkeys(offers.ids, offers))

    def provider(self, id: str) -> ProviderSpec:
        """Return the row of provider `id`, importing its plugin if that has not been done.

        UnknownProvider, AmbiguousProvider, or PluginError with the plugin's own error as cause.
        """
        return self._owner(PROVIDERS, id).providers[id]

    def dialect(self, name: str | Dialect) -> Dialect:
        """Return the dialect that a row names; an object is handed back. Errors as `provider`.

        `messages` is the core's own and no installed plugin's; one registered by hand replaces it.
        """
        if not isinstance(name, str):
            return name
        if name == _NATIVE and (DIALECTS, name) not in self._owners:
            return self._native
        return self._owner(DIALECTS, name).dialects[name]

    def transport(self, spec: ProviderSpec, scheme: str) -> TransportFactory:
        """Return what carries requests of `spec` to URLs of `scheme`.

        That is the row's own transport; else what the row's plugin registers for the scheme; else
        what a plugin registered by hand does; else one of group `any_llm.plugins`, of which the
        namesake distribution `anyllm-<scheme>` comes first. AmbiguousProvider when two have the
        same right, ConfigurationError when there is none and for http(s), the client's own.
        """
        scheme = scheme.lower()
        if spec.transport is not None:
            return spec.transport
        if scheme in BUILT_IN:
            raise ConfigurationError(f"transport {scheme!r}: the client carries it, no plugin does")
        owner = self._owners.get((PROVIDERS, spec.id))
        if owner is None or scheme not in owner.transports:
            with self._lock:
                owner = self._carrier(spec, scheme)
        return owner.transports[scheme]

    @property
    def observers(self) -> tuple[Observer, ...]:
        """The observers of plugins registered by hand and of group `any_llm.plugins`.

        Imports that group. A plugin of it that cannot be loaded is logged and in `problems`;
        nothing is raised.
        """
        with self._lock:
            sources = [*self._by_hand, *(offers for offers, _ in self._general())]
        return tuple(one for offers in dict.fromkeys(sources) for one in offers.observers)

    @property
    def problems(self) -> tuple[Problem, ...]:
        """What was left out so far: metadata that cannot be read, plugins that failed to load."""
        return (*(self._index.problems if self._index else ()), *self._loader.problems)

    def has(self, id: str) -> bool:
        """Return whether anybody offers provider `id`. Imports nothing; asking may still fail."""
        return (PROVIDERS, id) in self._owners or bool(self._scanned().claims(PROVIDERS, id))

    def offered(self) -> tuple[Offered, ...]:
        """Return every claim to a provider id, sorted, losing ones included. Imports nothing."""
        mine = [(key, offers.name) for offers in tuple(self._by_hand) for key in offers.providers]
        return tuple(self._scanned().offered(mine))

    def installable(self) -> dict[str, str]:
        """Return the well-known ids whose plugin is absent, and the distribution to install."""
        if not self._autoload:
            return {}
        from ._unknown import WELL_KNOWN

        known = WELL_KNOWN[PROVIDERS].items()
        here = self._scanned().installed
        return {key: home for key, home in known if home not in here and not self.has(key)}

    @cached_property
    def _native(self) -> Dialect:
        from ..native import MessagesDialect  # only for who speaks it

        return MessagesDialect()

    def _scanned(self) -> Index:
        index = self._index
        if index is None:
            with self._lock:  # another thread may have done it while this one waited
                index = self._index = self._index or self._scan()
        return index

    def _scan(self) -> Index:
        return Index(self._choice, distributions() if self._autoload else ())

    def _owner(self, group: str, id: str) -> Offers:
        if owner := self._owners.get((group, id)):
            return owner
        with self._lock:  # another thread may have found it while this one waited
            owner = self._owners.get((group, id)) or self._find(group, id)
            return self._owners.setdefault((group, id), owner)

    def _find(self, group: str, id: str) -> Offers:
        index = self._scanned()
        claim = index.pick(group, id)
        if claim is None:
            from ._unknown import unknown

            mine = [name for kind, name in (*self._owners, (DIALECTS, _NATIVE)) if kind == group]
            raise unknown(group, id, index, by_hand=mine, autoload=self._autoload)
        offers = self._loader.load(claim)
        if (group, id) not in offers.ids:
            raise PluginError(f"{claim}: it does not register what its entry point says")
        if offers.observers and all(one.key != claim.key for one in index.all(PLUGINS)):
            silent = f"its observers are not called; give it an entry point in group {PLUGINS}"
            self._loader.note(claim, PluginError(f"{claim}: {silent}"), unheard=True)
        return offers

    def _general(self) -> list[tuple[Offers, Claim]]:
        found = []
        for claim in self._scanned().all(PLUGINS):
            try:
                found.append((self._loader.load(claim), claim))
            except PluginError:
                continue  # logged and in `problems`
        return found

    def _carrier(self, spec: ProviderSpec, scheme: str) -> Offers:
        by_hand = [offers for offers in self._by_hand if scheme in offers.transports]
        if len(by_hand) > 1:
            names = " and ".join(offers.name for offers in by_hand)
            raise AmbiguousProvider(
                f"transport {scheme!r}: registered by hand by {names}; register one of them"
            )
        if by_hand:
            return by_hand[0]
        able = {offers: claim for offers, claim in self._general() if scheme in offers.transports}
        best = preferred(list(able.items()), scheme, lambda pair: pair[1].distribution)
        if len(best) > 1:
            raise contested(f"transport {scheme!r}", [claim for _, claim in best])
        if not best:
            raise ConfigurationError(
                f"provider {spec.id!r}: no plugin carries {scheme}:// URLs; install the one that "
                f"does, or use a base URL with http or https"
            )
        return best[0][0]
