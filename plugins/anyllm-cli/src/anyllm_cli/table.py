"""A table on standard output: rich's on a terminal, aligned columns in a pipe."""

from __future__ import annotations

import sys
from collections.abc import Sequence

import click

from .terminal import console, on_terminal


def show(columns: Sequence[str], cells: Sequence[Sequence[str]], styles: Sequence[str]) -> None:
    """Print a table; `styles` is one for each line, for terminals."""
    if not on_terminal(sys.stdout):
        widths = [max(map(len, column)) for column in zip(columns, *cells, strict=True)]
        for line in (columns, *cells):
            padded = (cell.ljust(width) for cell, width in zip(line, widths, strict=True))
            click.echo("  ".join(padded).rstrip())
        return
    from rich.table import Table

    table = Table(*columns, box=None, header_style="bold", pad_edge=False)
    for line, style in zip(cells, styles, strict=True):
        table.add_row(*line, style=style)
    console(stderr=False).print(table)
