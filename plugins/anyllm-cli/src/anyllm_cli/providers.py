"""`any-llm providers`: who can answer, from metadata alone, and on request from their plugins."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from typing import Any

import click

import any_llm

from .terminal import console, on_terminal, printable, say

_COLUMNS = ("provider", "distribution", "version", "state")
_DETAILS = ("dialect", "url", "key")
_STYLES = {"installed": "green", "installable": "dim"}  # all other states want attention


@click.command(short_help="List who can answer, installed and installable.")
@click.option("--details", is_flag=True, help="Import each plugin: its dialect, URL and key.")
@click.option("--json", "as_json", is_flag=True, help="Print a JSON array.")
def providers(*, details: bool, as_json: bool) -> None:
    """List every provider: its id, the distribution that brings it and that one's version.

    States: installed; shadowed (another distribution has the same id and comes first); ambiguous
    (two have the same right to it); broken (its plugin does not load); installable. No plugin is
    imported, unless --details asks for it.
    """
    manager = any_llm.PluginManager()
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
    """Print a table: rich's on a terminal, aligned columns in a pipe."""
    cells = [[_cell(row[name]) for name in columns] for row in rows]
    if not on_terminal(sys.stdout):
        widths = [max(map(len, column)) for column in zip(columns, *cells, strict=True)]
        for line in (columns, *cells):
            padded = (cell.ljust(width) for cell, width in zip(line, widths, strict=True))
            click.echo("  ".join(padded).rstrip())
        return
    from rich.table import Table

    table = Table(*columns, box=None, header_style="bold", pad_edge=False)
    for row, line in zip(rows, cells, strict=True):
        table.add_row(*line, style=_STYLES.get(row["state"], "yellow"))
    console(stderr=False).print(table)


def _cell(value: Any) -> str:
    return _key(value) if isinstance(value, dict) else printable(value or "-")


def _key(key: dict[str, Any]) -> str:
    names = " or ".join(key["variables"])
    if key["present"]:
        return "yes"
    if not names:
        return "no" if key["required"] else "not needed"
    return f"no: set {names}" if key["required"] else f"no (optional: {names})"
