"""Put recorded Responses requests into Messages form, to be encoded again and compared.

    call = to_messages(record)                 # arguments of messages(**call)
    sent = ...                                 # the wire body that a dialect makes of it
    assert normalise(sent) == normalise(accepted_body(record))

Only requests that a real provider accepted count. What Messages has no field for goes through
`extra_body`; what Messages cannot say at all is left out, and `expressible` says why.
"""

from __future__ import annotations

from typing import Any

from .chat_requests import MAX_TOKENS, host_of
from .records import Record
from .responses_fields import fields
from .responses_history import History, Seal
from .responses_normalise import NORMALISATIONS, normalise
from .unsayable import Unsayable

__all__ = [
    "NORMALISATIONS",
    "Seal",
    "accepted_body",
    "expressible",
    "host_of",
    "normalise",
    "to_messages",
]

Json = dict[str, Any]


def to_messages(record: Record, seal: Seal) -> Json:
    """Return the Messages form of a recorded request (Unsayable where there is none).

    `seal(payload)` makes the signature of reasoning in the history.
    """
    request = _accepted(record)
    history = History(seal=seal)
    if request.get("instructions"):
        history.system.append({"type": "text", "text": request["instructions"]})
    history.read(request["input"])
    out: Json = {"model": _model(record), "max_tokens": MAX_TOKENS, "messages": history.messages}
    if history.system:
        out["system"] = history.system
    return {**out, **fields(request, host=host_of(record))}


def expressible(record: Record, seal: Seal) -> str | None:
    """Return why a recorded request is left out, or None when it can be put into Messages form."""
    try:
        to_messages(record, seal)
    except Unsayable as reason:
        return str(reason)
    return None


def accepted_body(record: Record) -> Json:
    """Return the body that the provider accepted, with the limit and model of its Messages form."""
    body = dict(_accepted(record))
    if body.get("max_output_tokens") is None:
        body["max_output_tokens"] = MAX_TOKENS
    body["model"] = _model(record)
    return body


def _accepted(record: Record) -> Json:
    request = record["request"]
    if not isinstance(request, dict) or not request.get("input"):
        raise Unsayable("no request recorded")
    if not str(record["url_path"]).endswith("/responses"):
        raise Unsayable("a request to another endpoint")
    if record["status"] >= 400 or "error" in record["features"]:
        raise Unsayable("the provider did not accept it")
    return request


def _model(record: Record) -> str:
    return str(record["request"].get("model") or record["model"] or "unnamed")
