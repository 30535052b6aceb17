"""Put recorded Chat Completions requests into Messages form, to be encoded again and compared.

    call = to_messages(record)                 # arguments of messages(**call)
    sent = ...                                 # the wire body that a dialect makes of it
    assert normalise(sent) == normalise(accepted_body(record))

Only requests that a real provider accepted count. What Messages has no field for goes through
`extra_body`; what Messages cannot say at all is left out, and `expressible` says why.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Any

from .chat_fields import fields
from .chat_history import History, Seal
from .chat_normalise import NORMALISATIONS, normalise
from .chat_request_features import features
from .records import Record
from .unsayable import Unsayable

__all__ = [
    "MAX_TOKENS",
    "NORMALISATIONS",
    "Seal",
    "accepted_body",
    "expressible",
    "features",
    "host_of",
    "normalise",
    "report",
    "to_messages",
]

Json = dict[str, Any]

MAX_TOKENS = 4096
"""The limit given to requests that had none: Messages requires one."""


def to_messages(record: Record, seal: Seal | None = None) -> Json:
    """Return the Messages form of a recorded request (Unsayable where there is none).

    `seal(field, text, details)` makes the signature of reasoning in the history; without it such
    requests are left out.
    """
    request = _accepted(record)
    history = History(seal=seal, caching=host_of(record) == "openrouter")
    history.read(request["messages"])
    out: Json = {"model": _model(record), "max_tokens": MAX_TOKENS, "messages": history.messages}
    if history.system:
        out["system"] = history.system
    return {**out, **fields(request, host=host_of(record))}


def expressible(record: Record, seal: Seal | None = None) -> str | None:
    """Return why a recorded request is left out, or None when it can be put into Messages form."""
    try:
        to_messages(record, seal)
    except Unsayable as reason:
        return str(reason)
    return None


def accepted_body(record: Record) -> Json:
    """Return the body that the provider accepted, with the limit and model of its Messages form."""
    body = dict(_accepted(record))
    if body.get("max_tokens") is None and body.get("max_completion_tokens") is None:
        body["max_tokens"] = MAX_TOKENS
    body["model"] = _model(record)
    return body


def host_of(record: Record) -> str:
    """Return the name of the host, without the mark of one that was guessed from the path.

    `/v1/chat/completions` is everybody's path: who is taken for OpenAI by it alone is unknown.
    """
    name = str(record["provider"])
    return "unknown" if name == "openai?" else name.rstrip("?")


def report(
    records: Iterable[Record], seal: Seal | None = None
) -> tuple[Counter[str], Counter[str]]:
    """Count the features of the expressible requests, and the reasons of the others."""
    found: Counter[str] = Counter()
    left: Counter[str] = Counter()
    for record in records:
        try:
            call = to_messages(record, seal)
        except Unsayable as reason:
            left[str(reason)] += 1
        else:
            found.update(features(call))
            found["requests"] += 1
    return found, left


def _accepted(record: Record) -> Json:
    request = record["request"]
    if not isinstance(request, dict) or not isinstance(request.get("messages"), list):
        raise Unsayable("no request recorded")
    if record["status"] >= 400 or "error" in record["features"]:
        raise Unsayable("the provider did not accept it")
    return request


def _model(record: Record) -> str:
    return str(record["request"].get("model") or record["model"] or "unnamed")
