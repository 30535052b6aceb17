"""How this wire writes tools, the choice of one, and the form of the answer."""

from __future__ import annotations

from typing import Any

from ..common.output import Output
from ..common.tools import Offer, ToolForms
from .web import PREVIEW, SEARCH, web_search


def _function(said: dict[str, Any]) -> dict[str, Any]:
    # Where `strict` is not said the API makes every property required (google/adk-go#1389).
    return {"type": "function", **said, "strict": said.get("strict", False)}


def _chosen(offer: Offer) -> dict[str, Any]:
    kind = offer.wire["type"]
    if kind == SEARCH:
        # openai 3.54, types/responses/tool_choice_types_param.py: only the preview can be named.
        return {"type": "allowed_tools", "mode": "required", "tools": [{"type": SEARCH}]}
    return {"type": PREVIEW} if kind == PREVIEW else {"type": "function", "name": offer.name}


FORMS = ToolForms(function=_function, hosted=web_search, chosen=_chosen)


def text_format(output: Output) -> dict[str, Any]:
    """Return the body's field for the form of the answer."""
    if output.schema is not None:
        return {"text": {"format": {"type": "json_schema", **output.schema}}}
    return {"text": {"format": {"type": "json_object"}}} if output.json else {}
