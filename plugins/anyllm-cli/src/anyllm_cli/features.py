"""`any-llm providers --features`: what becomes of each feature of the Messages API."""

from __future__ import annotations

import json
import sys
from collections import Counter
from collections.abc import Sequence
from contextlib import redirect_stdout
from dataclasses import asdict
from typing import Any

import click

import any_llm

from .table import show
from .terminal import line_of, printable, say

_STATES: tuple[str, ...] = ("carried", "emulated", "reported", "noted", "as_ever", "refused")
_STYLES = {"refused": "red", "reported": "yellow", "emulated": "yellow"}
_SOME_MODEL = "some-model"  # of which a provider knows nothing


def features(manager: any_llm.PluginManager, models: Sequence[str], *, as_json: bool) -> int:
    """Show the features of `models`, or an overview of all providers; return the exit code.

    A model is `provider:model`, or a provider alone for a model that it knows nothing about.
    """
    chosen = [offer.id for offer in manager.offered() if offer.state != "shadowed"]
    found, failed = [], []
    with any_llm.Client(plugins=manager) as client:
        for model in models or chosen:
            provider, _, name = model.partition(":")
            try:
                with redirect_stdout(sys.stderr):  # a plugin that prints must not spoil the list
                    found.append(client.capabilities(name or _SOME_MODEL, provider=provider))
            except any_llm.AnyLLMError as error:
                failed.append(line_of(error))
    if as_json:
        click.echo(json.dumps([_plain(can) for can in found], indent=2))
    elif found and models:
        _columns(found)
    elif found:
        _overview(found)
    for line in dict.fromkeys(failed):
        say(f"error: {line}", style="red")
    return 1 if models and failed else 0


def _plain(can: any_llm.Capabilities) -> dict[str, Any]:
    return {
        "provider": can.provider,
        "model": None if can.model == _SOME_MODEL else can.model,
        "dialect": can.dialect,
        "modes": sorted(can.modes),
        "features": [asdict(feature) for feature in can.values()],
    }


def _columns(found: Sequence[any_llm.Capabilities]) -> None:
    """One line a feature, one column a model; of one model alone the reasons too."""
    heads = [_head(can) for can in found]
    reasons = len(found) == 1
    cells, styles = [], []
    for name, feature in found[0].items():
        states = [can[name].state for can in found]
        cells.append([name, *states, *([feature.reason] if reasons else [])])
        styles.append(_STYLES.get(max(states, key=_STATES.index), ""))
    columns = ["feature", *heads, *(["why"] if reasons else [])]
    show(columns, [[printable(cell) for cell in line] for line in cells], styles)


def _head(can: any_llm.Capabilities) -> str:
    return can.provider if can.model == _SOME_MODEL else f"{can.provider}:{can.model}"


def _overview(found: Sequence[any_llm.Capabilities]) -> None:
    """One line a provider: how many features are in which state."""
    cells = []
    for can in found:
        counts = Counter[str](feature.state for feature in can.values())
        cells.append([can.provider, can.dialect, *(str(counts[state]) for state in _STATES)])
    columns = ["provider", "dialect", *(state.replace("_", " ") for state in _STATES)]
    show(columns, [[printable(cell) for cell in line] for line in cells], [""] * len(cells))
