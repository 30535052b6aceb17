"""What a page of docs/providers is made of, as data: one `Page` for each wire format."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from any_llm._features import GROUPS, Pair
from any_llm.plugin import Dialect, ProviderSpec

FEATURES: Mapping[str, Mapping[str, Pair]] = GROUPS
"""The features of the Messages API: what every page asks of its dialect."""


@dataclass(frozen=True, kw_only=True)
class Column:
    """One column of the table of features: a row of the page, and a model.

    `call` is what each of its calls says besides: `quirks`, `api_base`. `settings` are the
    row's. `note` stands in the head of the column.
    """

    row: str
    model: str = ""
    call: Mapping[str, Any] = field(default_factory=dict)
    settings: Mapping[str, str] = field(default_factory=dict)
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class Page:
    """One page: who is on it, how the text begins, and what is asked of the dialect.

    `facts` gives a row's quirks by their sources (row's id -> source -> quirks); for a row that
    is not in it, the row's own `docs` and `checked` are the source of its options.
    """

    file: str
    title: str
    source: str
    """Where the rows come from, as the mark in the page says it."""
    head: str
    dialect: Dialect
    rows: Sequence[ProviderSpec]
    columns: Sequence[Column]
    facts: Mapping[str, Mapping[str, Mapping[str, Any]]] = field(default_factory=dict)
    features: Mapping[str, Mapping[str, Pair]] = field(default_factory=lambda: FEATURES)
    defaults: str = "The defaults are those of a server that nobody has listed."
    """What the defaults of the quirks stand for."""
    remarks: str = ""
    """What the reader of the table of features should know."""
