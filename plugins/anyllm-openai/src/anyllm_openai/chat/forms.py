"""How this wire writes tools, the choice of one, and the form of the answer."""

from __future__ import annotations

from typing import Any

from ..common.output import Output
from ..common.tools import Offer, ToolForms, refuse_hosted


def _function(said: dict[str, Any]) -> dict[str, Any]:
    return {"type": "function", "function": said}


def _chosen(offer: Offer) -> dict[str, Any]:
    return {"type": "function", "function": {"name": offer.name}}


FORMS = ToolForms(function=_function, hosted=refuse_hosted, chosen=_chosen)


def response_format(output: Output) -> dict[str, Any]:
    """Return the body's field for the form of the answer."""
    if output.schema is not None:
        said = {"type": "json_schema", "json_schema": output.schema}
        return {"response_format": said}
    return {"response_format": {"type": "json_object"}} if output.json else {}
