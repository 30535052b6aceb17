"""What installed metadata says about plugins: one claim for each entry-point line. No import.

The value of an entry point is a plugin module, or `module:object`. Its name is the id it offers,
and in the group `any_llm.plugins` anything.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from importlib.metadata import Distribution, EntryPoint
from io import StringIO

from ..errors import PluginError

PROVIDERS = "any_llm.providers"  # imported when that id is asked for
DIALECTS = "any_llm.dialects"  # imported when that name is asked for
PLUGINS = "any_llm.plugins"  # imported with the first client
KINDS = {PROVIDERS: "provider", DIALECTS: "dialect", PLUGINS: "plugin"}

BUILT_IN = frozenset({"http", "https"})
"""URL schemes that the core carries and no plugin can claim."""

ALLOW = "ANYLLM_PLUGINS"
DENY = "ANYLLM_DISABLE_PLUGINS"

# What odd metadata makes importlib.metadata raise: not a file, not UTF-8, a line without "=".
_UNREADABLE = (OSError, ValueError, TypeError, AttributeError, LookupError)


@dataclass(frozen=True, slots=True)
class Claim:
    """One entry-point line: `distribution` says that the plugin at `value` offers `id`."""

    group: str
    id: str
    distribution: str
    version: str
    value: str
    entry: EntryPoint = field(repr=False, compare=False)

    @property
    def key(self) -> tuple[str, str]:
        """What tells one plugin from another: a distribution may hold several."""
        return self.distribution, self.value

    def __str__(self) -> str:
        release = f"{self.distribution} {self.version}".strip()
        return f"{KINDS[self.group]} {self.id!r}: plugin {self.value} ({release})"


@dataclass(frozen=True, slots=True)
class Problem:
    """Something that was left out, and why. `plugin` is empty where metadata cannot be read."""

    plugin: str
    distribution: str
    error: PluginError

    def __str__(self) -> str:
        return str(self.error)


@dataclass(frozen=True, slots=True)
class Choice:
    """Which plugins the environment lets in: names of entry points or of distributions.

    `only` None means all, empty means none; `denied` is taken away from that.
    """

    only: frozenset[str] | None = None
    denied: frozenset[str] = frozenset()

    @classmethod
    def of(cls, env: Mapping[str, str]) -> Choice:
        """Read ANYLLM_PLUGINS and ANYLLM_DISABLE_PLUGINS, lists with commas."""
        return cls(_names(env[ALLOW]) if ALLOW in env else None, _names(env.get(DENY, "")))

    def barrier(self, claim: Claim) -> str | None:
        """Return the name of the variable that keeps `claim` out, None when it may come in."""
        names = {claim.id, claim.distribution}
        if names & self.denied:
            return DENY
        return ALLOW if self.only is not None and not names & self.only else None


def read(found: Iterable[Distribution], problems: list[Problem]) -> Iterator[Claim]:
    """Yield the claims of all distributions; note those whose metadata cannot be read."""
    seen: set[str] = set()
    for distribution in found:
        try:
            claims = _claims(distribution)
        except _UNREADABLE as error:
            problems.append(_unreadable(distribution, error))
            continue
        # As with imports, the first on sys.path hides others of its name.
        if claims and claims[0].distribution not in seen:
            seen.add(claims[0].distribution)
            yield from claims


def normalised(distribution: str) -> str:
    """Return a distribution's name in the form that compares equal (PEP 503)."""
    return re.sub(r"[-_.]+", "-", distribution).lower()


def _claims(distribution: Distribution) -> list[Claim]:
    # Most distributions offer us nothing: find that out before parsing anything of them.
    if "any_llm." not in (distribution.read_text("entry_points.txt") or ""):
        return []
    headers = _headers(distribution)
    if "name" not in headers:
        raise ValueError("it names no distribution")
    name, version = normalised(headers["name"]), headers.get("version", "")
    return [
        Claim(entry.group, entry.name, name, version, entry.value, entry)
        for entry in distribution.entry_points
        if entry.group in KINDS
    ]


def _headers(distribution: Distribution) -> dict[str, str]:
    """Return the first lines of a distribution's metadata, by name in lower case.

    Not `.metadata`, nor `.name` and `.version`, which ask it: a mail parser reads all of the text,
    and the description in it is as long as the README.
    """
    text = distribution.read_text("METADATA") or distribution.read_text("PKG-INFO") or ""
    headers: dict[str, str] = {}
    # Lines as mail has them: `splitlines` also cuts at characters that a summary may hold, and a
    # line of blanks belongs to the one before.
    for line in StringIO(text, newline=None):
        if line == "\n":
            break
        name, _, value = line.partition(":")
        headers.setdefault(name.lower(), value.strip())
    return headers


def _unreadable(distribution: Distribution, error: Exception) -> Problem:
    name = "a distribution without a name"
    with suppress(*_UNREADABLE):
        name = normalised(_headers(distribution)["name"])
    problem = PluginError(f"{name}: its metadata cannot be read ({error}); reinstall it")
    problem.__cause__ = error
    return Problem("", name, problem)


def _names(text: str) -> frozenset[str]:
    # A distribution may be written in any of its forms; an id is itself in the same set.
    names = [name.strip() for name in text.split(",") if name.strip()]
    return frozenset(names) | frozenset(map(normalised, names))
