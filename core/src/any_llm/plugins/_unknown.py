"""What to do about an id that no plugin offers: install, upgrade, let in, register or spell it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from types import MappingProxyType

from .._known import LLMProvider
from ..errors import UnknownProvider
from ._claims import ALLOW, DIALECTS, KINDS, PROVIDERS, Claim
from ._index import Index

_OPENAI = "anyllm-openai"
_ANTHROPIC = "anyllm-anthropic"
_OTHERS = {
    LLMProvider.ANTHROPIC: _ANTHROPIC,
    **{known: _ANTHROPIC for known in LLMProvider if known.endswith("-messages")},
    LLMProvider.GEMINI: "anyllm-gemini",
    LLMProvider.LOCAL: "anyllm-local",
    LLMProvider.OLLAMA: "anyllm-ollama",
    LLMProvider.VERTEX: "anyllm-gemini",
}
WELL_KNOWN: Mapping[str, Mapping[str, str]] = MappingProxyType(
    {
        PROVIDERS: {str(known): _OTHERS.get(known, _OPENAI) for known in LLMProvider},
        DIALECTS: {"anthropic": _ANTHROPIC, "openai-chat": _OPENAI},
    }
)
"""For each group: ids of well-known plugins, and the distribution that brings them."""


def unknown(
    group: str, id: str, index: Index, *, by_hand: Iterable[str], autoload: bool
) -> UnknownProvider:
    """Return the error for an id that nobody offers, with the way out of it."""
    offered = sorted({*by_hand, *index.ids(group)})
    listed = ", ".join(offered) or "nothing"
    home = WELL_KNOWN[group].get(id)
    if not autoload:
        advice = f"nothing is loaded by itself (autoload=False); register its plugin. Has: {listed}"
    elif barred := index.barred(group, id):
        advice = _let_in(*barred[0])
    elif home is None:
        advice = f"no installed plugin offers it{_close(group, id, offered)} Offered: {listed}"
        advice += "; unreadable metadata, see PluginManager.problems" if index.problems else ""
    elif home in index.installed:
        have = f"{home} {index.installed[home]}"
        advice = f"the installed {have} does not offer it; run: pip install --upgrade {home}"
    else:
        advice = f"its plugin is not installed; run: pip install {home}"
    return UnknownProvider(f"{KINDS[group]} {id!r}: {advice}")


def _let_in(claim: Claim, variable: str) -> str:
    what = f"{claim.distribution} offers it, but the environment variable {variable}"
    if variable == ALLOW:
        return f"{what} leaves it out; add {claim.distribution} to it"
    return f"{what} disables it; take it out there"


def _close(group: str, id: str, offered: list[str]) -> str:
    # A name that nobody vouches for is never made into a `pip install`.
    homes = {name: home for name, home in WELL_KNOWN[group].items() if name not in offered}
    close = get_close_matches(id.lower(), [*offered, *homes], n=3)
    texts = [f"{n!r} (pip install {homes[n]})" if n in homes else repr(n) for n in close]
    return f"; did you mean {' or '.join(texts)}?" if texts else "."
