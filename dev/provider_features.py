"""What becomes of each feature of the Messages API on a wire, asked of its dialect."""

from __future__ import annotations

from typing import Any

from provider_page import Column, Page
from provider_rows import code, section, table

from any_llm import PluginManager
from any_llm._capabilities import Question
from any_llm._features import FIELDS, Pair
from any_llm._place import Settings
from any_llm.plugin import ProviderSpec, hookimpl

_TEXT = """\
Two requests that differ in one thing, and what became of the difference:

- *carried*: it is in the request that is sent;
- *emulated*: it is done in another way, which is reported (`LossyConversionWarning` and `losses`);
- *reported*: the request goes without it, and says so (`on_loss="error"` refuses it instead);
- *noted*: a hint that changes no answer, such as a cache mark, is left out and stands in `losses`;
- *refused*: `UnsupportedFeature` is raised before anything is sent.
"""
_SAME = "- *as ever*: it asks for what is done anyway, so that the request is the same.\n"
_AS_EVER = "as ever"
_SHOWN = {"as_ever": _AS_EVER}
# These fields stand below, value by value.
_BELOW = frozenset({"thinking", "output_config", "tool_choice"})


class _Plugin:
    """A page's rows and dialect, as a plugin offers them."""

    ANYLLM_API = (1, 0)

    def __init__(self, page: Page) -> None:
        self._page = page

    @hookimpl
    def anyllm_providers(self) -> list[ProviderSpec]:
        return list(self._page.rows)

    @hookimpl
    def anyllm_dialects(self) -> list[Any]:
        return [self._page.dialect]


def section_of(page: Page) -> str:
    """Return the section of the page."""
    plugins = PluginManager(autoload=False)
    plugins.register(_Plugin(page))
    rows: list[list[str]] = []
    for title, features in page.features.items():
        rows.append([f"**{title}**", *[""] * len(page.columns)])
        for name, pair in features.items():
            if name in _BELOW:
                continue
            cells = [becomes(column, pair, plugins) for column in page.columns]
            rows.append([name if features is not FIELDS else code(name), *cells])
    same = _SAME if any(_AS_EVER in row for row in rows) else ""
    remarks = f"{page.remarks}\n\n" if page.remarks else ""
    said = table(["", *map(_head, page.columns)], rows)
    return section("What becomes of each feature", f"{_TEXT}{same}\n{remarks}{said}")


def _head(column: Column) -> str:
    return "<br>".join(part for part in (code(column.row), column.model, column.note) if part)


def becomes(column: Column, pair: Pair, plugins: PluginManager) -> str:
    """Return what becomes of the difference between two requests."""
    settings = Settings(plugins=plugins, env={}, settings={column.row: column.settings})
    question = Question(settings, column.row, column.model or "a-model", column.call)
    state = question.feature("", pair).state
    return _SHOWN.get(state, state)
