"""`any-llm providers`: who can answer, from metadata alone, and on request from their plugins."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import click

import any_llm

from .table import show
from .terminal import printable, say

_COLUMNS = ("provider", "distribution", "version", "state")
_DETAILS = ("dialect", "url", "key")
_STYLES = {"installed": "green", "installable": "dim"}  # all other states want attention


@click.command(short_help="List who can answer, installed and installable.")
@click.option("--details", is_flag=True, help="Import each plugin: its dialect, URL and key.")
@click.option("--features", is_flag=True, help="Say what becomes of each feature of a request.")
@click.option("--json", "as_json", is_flag=True, help="Print a JSON array.")
@click.argument("models", nargs=-1)
@click.pass_context
def providers(
    ctx: click.Context,
    /,
    *,
    details: bool,
    features: bool,
    as_json: bool,
    models: tuple[str, ...],
) -> None:
    """List every provider: its id, the distribution that brings it and that one's version.

    States: installed; shadowed (another distribution has the same id and comes first); ambiguous
    (two have the same right to it); broken (its plugin does not load); installable. No plugin is
    imported, unless --details or --features asks for it.

    With --features: what the wire of each provider takes, or for MODELS (provider:model, or a
    provider alone) one line a feature: carried, emulated, reported (the request goes without it
    and says so), noted (a hint is left out), as ever (it is done anyway) or refused.
    """
    manager = any_llm.PluginManager()
    if features:
        from .features import features as shown

        ctx.exit(shown(manager, models, as_json=as_json))
    if models:
        raise click.UsageError("MODELS need --features")
    rows = list(_rows(manager, details=details))
    if as_json:
        click.echo(json.dumps(rows, indent=2))
    else:
        _show(rows, (*_COLUMNS, *_DETAILS) if details else _COLUMNS)
    for error in dict.fromkeys(row["error"] for row in rows if row.get("error")):
        say(f"error: {error}", style="red")
    for problem in manager.problems:
        if not problem.plugin:  # those of plugins stand in their rows
            say(f"note: {problem}", style="yellow")


def _rows(manager: any_llm.PluginManager, *, details: bool) -> Iterator[dict[str, Any]]:
    unknown: dict[str, Any] = dict.fromkeys(_DETAILS if details else ())
    for offer in manager.offered():
        state = "installed" if offer.state == "chosen" else offer.state
        row = {**_row(offer.id, offer.distribution, offer.version, state), **unknown}
        if details and state != "shadowed":
            from .details import details_of

            row.update(details_of(manager, offer.id))
            if state == "installed" and "error" in row:
                row["state"] = "broken"
        yield row
    for name, distribution in sorted(manager.installable().items()):
        yield {**_row(name, distribution, None, "installable"), **unknown}


def _row(*cells: str | None) -> dict[str, Any]:
    return dict(zip(_COLUMNS, cells, strict=True))


def _show(rows: list[dict[str, Any]], columns: tuple[str, ...]) -> None:
    cells = [[_cell(row[name]) for name in columns] for row in rows]
    show(columns, cells, [_STYLES.get(row["state"], "yellow") for row in rows])


def _cell(value: Any) -> str:
    return _key(value) if isinstance(value, dict) else printable(value or "-")


def _key(key: dict[str, Any]) -> str:
    names = " or ".join(key["variables"])
    if key["present"]:
        return "yes"
    if not names:
        return "no" if key["required"] else "not needed"
    return f"no: set {names}" if key["required"] else f"no (optional: {names})"
