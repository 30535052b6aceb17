"""Importing plugins: each once, each failure kept with the plugin that failed."""

from __future__ import annotations

import logging
import sys
from typing import TYPE_CHECKING

from ..errors import PluginError
from ._claims import PLUGINS, Claim, Problem

if TYPE_CHECKING:
    from ._offers import Offers

_log = logging.getLogger("any_llm")


class Loader:
    """The plugins that one manager has imported, and those that failed. Not locked: its owner is.

    A failure is kept, so that a broken plugin costs one import and not one each call. What a
    plugin raises on purpose to stop the program (KeyboardInterrupt) is no failure and passes.
    """

    def __init__(self) -> None:
        self.problems: list[Problem] = []
        self._loaded: dict[tuple[str, str], Offers] = {}
        self._failed: dict[tuple[str, str], BaseException] = {}
        self._loading: set[tuple[str, str]] = set()
        self._collected: dict[int, Offers] = {}  # by identity; `Offers` keeps its plugin alive

    def by_hand(self, plugin: object) -> Offers:
        """Return what a plugin object offers. PluginError when something is wrong with it."""
        name = str(getattr(plugin, "__name__", type(plugin).__name__))
        try:
            return self._collect(plugin, name, type(plugin).__module__)
        except KeyboardInterrupt:
            raise
        except BaseException as error:
            raise PluginError(f"plugin {name}, registered by hand: {_why(error)}") from error

    def load(self, claim: Claim) -> Offers:
        """Return what the plugin of `claim` offers, importing it the first time.

        PluginError names plugin, distribution and reason, with the plugin's own error as cause.
        """
        key = claim.key
        if key in self._loaded:
            return self._loaded[key]
        if key in self._loading:
            raise PluginError(f"{claim}: asks for itself while it is being imported")
        if key not in self._failed:
            self._loading.add(key)
            try:
                return self._loaded.setdefault(key, self._import(claim))
            except KeyboardInterrupt:
                raise
            # What a Rust extension that panics raises, and sys.exit(), is no Exception.
            except BaseException as error:  # noqa: BLE001  # kept, and raised below
                self._failed[key] = error
                self.note(claim, _failure(claim, error), unheard=claim.group == PLUGINS)
            finally:
                self._loading.discard(key)
        raise _failure(claim, self._failed[key])

    def note(self, claim: Claim, error: PluginError, *, unheard: bool) -> None:
        """Record a plugin's first problem; log it when no call will raise it."""
        problem = Problem(claim.value, claim.distribution, error)
        if claim.key not in {(known.distribution, known.plugin) for known in self.problems}:
            self.problems.append(problem)
            if unheard:
                _log.warning("%s", problem)

    def _import(self, claim: Claim) -> Offers:
        if claim.entry.pattern.match(claim.value) is None:
            raise PluginError(f"its entry point {claim.value!r} is no module or module:object")
        return self._collect(claim.entry.load(), claim.value, claim.entry.module)

    def _collect(self, plugin: object, name: str, module: str) -> Offers:
        from ._offers import FIRST_API, collect  # with the first plugin: the hooks and the schema

        # The same module under a second claim, or by hand too, is the same plugin.
        if id(plugin) not in self._collected:
            stated = getattr(sys.modules.get(module), "ANYLLM_API", FIRST_API)
            offers = collect(plugin, name, getattr(plugin, "ANYLLM_API", stated))
            self._collected[id(plugin)] = offers
        return self._collected[id(plugin)]


def _failure(claim: Claim, error: BaseException) -> PluginError:
    # A new one for each call: a raised exception belongs to the thread that raised it.
    remedy = "" if isinstance(error, PluginError) else "; repair or uninstall it"
    failure = PluginError(f"{claim}: {_why(error)}{remedy}")
    failure.__cause__ = error
    return failure


def _why(error: BaseException) -> str:
    if isinstance(error, PluginError):
        return str(error)
    return f"could not be loaded: {type(error).__name__}: {error}"
