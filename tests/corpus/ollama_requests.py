"""Put recorded /api/chat requests into Messages form, to be encoded again and compared.

    call = to_messages(record)                 # arguments of messages(**call)
    sent = ...                                 # the wire body that the dialect makes of it
    assert normalise(sent) == normalise(accepted_body(record))

Only requests that a real server accepted count. What Messages has no field for goes through the
dialect's own options or `extra_body`; what Messages cannot say at all is left out, and
`expressible` says why.
"""

from __future__ import annotations

from typing import Any

from .ollama_history import History
from .ollama_normalise import NORMALISATIONS, normalise
from .records import Record
from .unsayable import Unsayable

__all__ = ["MAX_TOKENS", "NORMALISATIONS", "accepted_body", "expressible", "normalise"]
__all__ += ["to_messages"]

Json = dict[str, Any]

MAX_TOKENS = 4096
"""The limit given to requests that had none: Messages requires one."""

_KNOBS = {"temperature": "temperature", "top_p": "top_p", "top_k": "top_k"}
_BESIDE = ("keep_alive", "logprobs", "top_logprobs", "truncate", "shift")
_READ = {"model", "messages", "stream", "options", "tools", "format", "think", *_BESIDE}


def to_messages(record: Record) -> Json:
    """Return the Messages form of a recorded request (Unsayable where there is none)."""
    request = _accepted(record)
    history = History()
    history.read(request["messages"])
    out: Json = {
        "model": request["model"],
        "messages": history.messages,
        "stream": request.get("stream", True),
        **_options(request.get("options") or {}),
        **_form(request),
    }
    if history.system:
        out["system"] = history.system
    if request.get("tools"):
        out["tools"] = [_tool(tool) for tool in request["tools"]]
    out |= {name: request[name] for name in _BESIDE if request.get(name) is not None}
    if unknown := request.keys() - _READ:
        raise Unsayable(f"fields outside the wire: {sorted(unknown)}")
    return out


def expressible(record: Record) -> str | None:
    """Return why a recorded request is left out, or None when it can be put into Messages form."""
    try:
        to_messages(record)
    except Unsayable as reason:
        return str(reason)
    return None


def accepted_body(record: Record) -> Json:
    """Return the body that the server accepted, with the limit of its Messages form."""
    body = dict(_accepted(record))
    body["options"] = {"num_predict": MAX_TOKENS, **(body.get("options") or {})}
    return body


def _accepted(record: Record) -> Json:
    request = record["request"]
    if record["url_path"] != "/api/chat":
        raise Unsayable(f"{record['url_path']} is not /api/chat")
    if not isinstance(request, dict) or not isinstance(request.get("messages"), list):
        raise Unsayable("no request recorded")
    if record["status"] >= 400 or "error" in record["features"]:
        raise Unsayable("the server did not accept it")
    return request


def _options(options: Json) -> Json:
    out: Json = {"max_tokens": MAX_TOKENS}
    for name, value in options.items():
        if value is None:
            continue
        if name == "num_predict":
            out["max_tokens"] = value
        elif name == "stop":
            out["stop_sequences"] = value
        else:
            out[_KNOBS.get(name, name)] = value
    return out


def _form(request: Json) -> Json:
    """Return what the request says of thinking and of the answer's form."""
    out: Json = {}
    think, form = request.get("think"), request.get("format")
    if think is None:
        out["quirks"] = {"think_unasked": "unset"}
    elif isinstance(think, str):
        out |= {"thinking": {"type": "adaptive"}, "output_config": {"effort": think}}
    else:
        kind = {"type": "enabled", "budget_tokens": 1024} if think else {"type": "disabled"}
        out["thinking"] = kind
    if isinstance(form, dict):
        said = {"format": {"type": "json_schema", "schema": form}}
        out["output_config"] = {**out.get("output_config", {}), **said}
    elif form:
        out["extra_body"] = {"format": form}  # "json": Messages has no word for it
    return out


def _tool(tool: Json) -> Json:
    if tool.get("type") != "function":
        raise Unsayable(f"tool of the server's own kind: {tool.get('type')}")
    function = tool["function"]
    out = {"name": function["name"], "input_schema": function["parameters"]}
    if function.get("description"):
        out["description"] = function["description"]
    return out
