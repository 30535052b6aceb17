"""What a model and its wire take, found out by asking the dialect: no I/O, no key.

    can = any_llm.capabilities("openai:gpt-5.1")
    can["top_k"].state, can["top_k"].reason
    can.takes("image, inline", "tools")

A feature is two requests that differ in it and in nothing else; what becomes of the difference is
what becomes of the feature. So the answer is what the conversion does, and not a table beside it.
It says what is sent: whether the model behind makes use of it is the provider's affair.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from difflib import get_close_matches
from types import MappingProxyType
from typing import Any, Literal

from ._arguments import sort_arguments
from ._features import GROUPS, Pair
from ._place import Settings
from ._plan import Plan
from ._resolve import plan_call
from .dialect import Mode
from .errors import UnsupportedFeature
from .losses import Loss, Severity
from .provider import ProviderSpec

State = Literal["carried", "emulated", "reported", "noted", "as_ever", "refused"]
"""carried: it is in the request that is sent; emulated: done in another way, reported; reported:
the request goes without it and says so; noted: a hint that changes no answer is left out and stands
in `losses`; as_ever: it asks for what is done anyway; refused: an error before anything is sent."""

_STATES: Mapping[Severity, State] = {
    "lossy": "reported",
    "emulated": "emulated",
    "hint": "noted",
    "passed_through": "carried",
}
_TAKEN: frozenset[State] = frozenset({"carried", "emulated", "as_ever"})
_NOWHERE = "http://server.invalid/v1"  # for a row whose address is the caller's to say


@dataclass(frozen=True, slots=True, kw_only=True)
class Feature:
    """One feature of the Messages API, and what becomes of it.

    `path` is the field and `reason` says why where it is not simply carried; else both are empty.
    """

    name: str
    group: str
    state: State
    path: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Capabilities(Mapping[str, Feature]):
    """What a provider's wire takes of the Messages API, for one model; by the features' names.

    `modes` says whether the dialect answers whole, streamed or both; the core makes one of the
    other.
    """

    provider: str
    model: str
    dialect: str
    modes: frozenset[Mode]
    features: Mapping[str, Feature]

    def __getitem__(self, name: str) -> Feature:
        if name in self.features:
            return self.features[name]
        close = get_close_matches(name, self.features, n=3)
        hint = f"; did you mean {' or '.join(map(repr, close))}?" if close else ""
        raise KeyError(f"no feature is called {name!r}{hint}")

    def __iter__(self) -> Iterator[str]:
        return iter(self.features)

    def __len__(self) -> int:
        return len(self.features)

    def __repr__(self) -> str:
        counts = Counter(feature.state for feature in self.features.values())
        said = ", ".join(f"{count} {state}" for state, count in counts.most_common())
        return f"<Capabilities of {self.provider}:{self.model} ({self.dialect}): {said}>"

    def takes(self, *names: str) -> bool:
        """Return whether all of these arrive: carried, emulated, or what is done anyway."""
        return all(self[name].state in _TAKEN for name in names)

    def of(self, *states: State) -> tuple[Feature, ...]:
        """Return the features that are in one of `states`."""
        return tuple(feature for feature in self.features.values() if feature.state in states)


class Question:
    """Asks what becomes of features: for one provider, one model and what each call says besides.

    `call` are keywords of a call such as `quirks`, `api_base` or `wire_api`. A setting that is
    nowhere said stands for itself.
    """

    def __init__(
        self, settings: Settings, provider: str, model: str, call: Mapping[str, Any]
    ) -> None:
        self.spec = settings.plugins.provider(provider)
        self._model = model
        self._call = {"messages": [{"role": "user", "content": "hi"}], "max_tokens": 5, **call}
        said = settings.settings.get(provider, {})
        places = {**_missing(self.spec, settings), **said}
        if not self.spec.base_url or any(value is None for value in places.values()):
            self._call.setdefault("api_base", _NOWHERE)
        found = {name: value for name, value in places.items() if value is not None}
        self._settings = replace(
            settings, observers=(), settings={**settings.settings, provider: found}
        )

    def feature(self, name: str, pair: Pair, group: str = "") -> Feature:
        """Return what becomes of the difference between two requests."""
        try:
            sent, losses = self._encoded(pair[1])
        except UnsupportedFeature as error:
            return Feature(name=name, group=group, state="refused", **_why(error, self.spec.id))
        try:
            plain, known = self._encoded(pair[0])
        except UnsupportedFeature:  # what it is compared with is not possible here, but it is
            plain, known = None, []
        more = list((Counter(losses) - Counter(known)).elements())
        found = {_STATES[loss.severity]: loss for loss in reversed(more or losses)}
        for state in ("reported", "emulated"):
            if loss := found.get(state):
                return Feature(
                    name=name, group=group, state=state, path=loss.path, reason=loss.what
                )
        if sent != plain:
            return Feature(name=name, group=group, state="carried")
        if loss := found.get("noted"):
            return Feature(name=name, group=group, state="noted", path=loss.path, reason=loss.what)
        return Feature(name=name, group=group, state="as_ever")

    def plan(self, fields: Mapping[str, Any]) -> Plan:
        """Return the plan of a call with these fields; it holds no key of anybody's."""
        said = {**self._call, **fields}
        model = said.pop("model", self._model)
        api_base = said.pop("api_base", None)
        asked = sort_arguments(model, self.spec.id, "no-key", api_base, said)
        return plan_call(asked, self._settings, operation="messages", stream=False)

    def _encoded(self, fields: Mapping[str, Any]) -> tuple[Any, Sequence[Loss]]:
        plan = self.plan(fields)
        assert plan.request is not None
        wire = plan.dialect.encode(plan.request, plan.ctx)
        return (wire.path, dict(wire.query), dict(wire.headers), wire.json), plan.ctx.losses


def ask(
    settings: Settings, provider: str, model: str, call: Mapping[str, Any] | None = None
) -> Capabilities:
    """Return what the wire of `provider` takes for `model`. Errors of the plan come through."""
    question = Question(settings, provider, model, call or {})
    dialect = question.plan({}).dialect
    features = {
        name: question.feature(name, pair, group)
        for group, pairs in GROUPS.items()
        for name, pair in pairs.items()
    }
    return Capabilities(
        provider=provider,
        model=model,
        dialect=dialect.name,
        modes=dialect.modes,
        features=MappingProxyType(features),
    )


def _missing(spec: ProviderSpec, settings: Settings) -> dict[str, str | None]:
    """Return the settings that nobody has said, each with its own name as its value.

    Where a call goes changes no feature. None: its row does not take the name for a value.
    """
    found: dict[str, str | None] = {}
    for setting in spec.settings:
        if setting.default is None and not any(settings.env.get(name) for name in setting.env):
            try:
                found[setting.name] = setting.name
                if setting.parse:
                    setting.parse(setting.name)
            except ValueError:
                found[setting.name] = None
    return found


def _why(error: UnsupportedFeature, provider: str) -> dict[str, str]:
    prefix = f"{provider}: {error.path}: "
    return {"path": error.path, "reason": str(error).removeprefix(prefix)}
