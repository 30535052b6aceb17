"""Put recorded Gemini requests into Messages form, to be encoded again and compared.

    call = to_messages(record, seal, levels=..., thinks=...)   # arguments of messages(**call)
    sent = ...                                                 # the body that a dialect makes of it
    assert normalise(sent, ids=...) == normalise(accepted_body(record), ids=...)

Only requests that Google accepted count. What Messages has no field for goes through `extra_body`;
what Messages cannot say at all is left out, and `expressible` says why.
"""

from __future__ import annotations

from typing import Any

from .gemini_fields import fields
from .gemini_history import History, Seal
from .gemini_keys import camel
from .gemini_normalise import NORMALISATIONS, normalise
from .records import Record
from .unsayable import Unsayable

__all__ = [
    "MAX_TOKENS",
    "NORMALISATIONS",
    "Seal",
    "accepted_body",
    "expressible",
    "model_of",
    "normalise",
    "to_messages",
]

Json = dict[str, Any]

MAX_TOKENS = 4096
"""The limit given to requests that had none: Messages requires one."""
_KNOWN = frozenset(
    (
        *("contents", "generationConfig", "tools", "systemInstruction", "toolConfig", "model"),
        *("safetySettings", "cachedContent", "modelArmorConfig", "labels"),
    )
)


def to_messages(
    record: Record, seal: Seal | None = None, *, levels: bool = True, thinks: bool = True
) -> Json:
    """Return the Messages form of a recorded request (Unsayable where there is none).

    `seal(payload)` makes the opaque state of the history; without it such requests are left out.
    `levels` and `thinks` say how the model is asked to think: see `fields`.
    """
    request = _accepted(record)
    history = History(seal or _unsealed)
    history.read(request["contents"])
    out: Json = {"model": model_of(record), "messages": history.messages}
    if system := (request.get("systemInstruction") or {}).get("parts"):
        out["system"] = [{"type": "text", "text": part["text"]} for part in system]
    said = fields(request, levels=levels, thinks=thinks)
    stream = {"stream": True} if record["stream"] else {}
    return {"max_tokens": MAX_TOKENS, **out, **said, **stream}


def expressible(
    record: Record, seal: Seal | None = None, *, levels: bool = True, thinks: bool = True
) -> str | None:
    """Return why a recorded request is left out, or None when it can be put into Messages form."""
    try:
        to_messages(record, seal, levels=levels, thinks=thinks)
    except Unsayable as reason:
        return str(reason)
    return None


def accepted_body(record: Record) -> Json:
    """Return the body that Google accepted, with the limit of its Messages form."""
    body = _accepted(record)
    config = {"maxOutputTokens": MAX_TOKENS, **(body.get("generationConfig") or {})}
    return {**body, "generationConfig": config}


def model_of(record: Record) -> str:
    """Return the model that was asked, without the collection it stands in."""
    return str(record["model"]).removeprefix("models/")


def _accepted(record: Record) -> Json:
    request = record["request"]
    if not isinstance(request, dict) or not isinstance(request.get("contents"), list):
        raise Unsayable("no request recorded")
    if record["status"] >= 400:
        raise Unsayable("the provider did not accept it")
    said: Json = camel(request)
    if unknown := sorted(said.keys() - _KNOWN):
        raise Unsayable(f"another method's fields: {', '.join(unknown)}")
    return said


def _unsealed(payload: Json) -> str:
    raise Unsayable(f"opaque state in the history, and no seal was given: {sorted(payload)}")
