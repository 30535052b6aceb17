"""What becomes of each feature of the Messages API on a wire, asked of its dialect."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any

from chat_features import FIELDS, Pair
from provider_page import Column, Page
from provider_rows import code, section, table

from any_llm import PluginManager
from any_llm._resolve import Settings, plan_call, sort_arguments
from any_llm.plugin import Loss, ProviderSpec, UnsupportedFeature, hookimpl

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
_WORDS = {"lossy": "reported", "emulated": "emulated", "hint": "noted", "passed_through": "carried"}
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
    try:
        sent, losses = encode(column, pair[1], plugins)
    except UnsupportedFeature:
        return "refused"
    plain, known = encode(column, pair[0], plugins)
    more = Counter(losses) - Counter(known)
    said = {_WORDS[loss.severity] for loss in more or losses}
    if loud := said & {"reported", "emulated"}:
        return max(loud)
    if sent != plain:
        return "carried"
    return "noted" if said else _AS_EVER


def encode(
    column: Column, fields: Mapping[str, Any], plugins: PluginManager
) -> tuple[Any, list[Loss]]:
    """Return what would be sent, and what was reported."""
    base = {"messages": [{"role": "user", "content": "hi"}], "max_tokens": 5, **column.call}
    said: dict[str, Any] = {"model": column.model or "a-model", **base, **fields}
    asked = sort_arguments(said.pop("model"), column.row, "a-key", said.pop("api_base", None), said)
    settings = Settings(plugins=plugins, env={}, settings={column.row: column.settings})
    plan = plan_call(asked, settings, operation="messages", stream=False)
    assert plan.request is not None
    wire = plan.dialect.encode(plan.request, plan.ctx)
    return (wire.path, dict(wire.headers), wire.json), plan.ctx.losses
