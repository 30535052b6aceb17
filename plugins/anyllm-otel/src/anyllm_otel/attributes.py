"""The attributes of a call: what was asked, where, what came of it. No content is among them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeAlias

from any_llm.plugin import APIStatusError, Call, End, MessageResponse, Usage

from . import names

Value: TypeAlias = str | bool | int | float | list[str]
Attributes: TypeAlias = dict[str, Value]

# Field -> its type in the conventions. Those of the first group are Messages fields, those of the
# second go into the wire's body as they are, under the names that vendors share.
_FIELDS: Mapping[str, type[int | float]] = {
    "max_tokens": int,
    "temperature": float,
    "top_p": float,
    "top_k": float,
}
_EXTRA: Mapping[str, type[int | float]] = {
    "seed": int,
    "frequency_penalty": float,
    "presence_penalty": float,
}


def identity(call: Call) -> Attributes:
    """Return what says which call this is: for the span at its creation, and for all metrics."""
    found: Attributes = {
        "gen_ai.operation.name": names.operation_name(call),
        "gen_ai.provider.name": names.provider_name(call),
    }
    if call.operation != "models":
        found["gen_ai.request.model"] = call.model
    if place := names.server(call):
        found["server.address"], found["server.port"] = place
    return found


def asked(call: Call) -> Attributes:
    """Return the parameters of the request."""
    found: Attributes = {}
    request = call.request
    if request is None or call.operation != "messages":
        return found
    said = request.fields()
    for name, kind in _FIELDS.items():
        if name in said:
            found[f"gen_ai.request.{name}"] = kind(said[name])
    if request.stop_sequences:
        found["gen_ai.request.stop_sequences"] = list(request.stop_sequences)
    if call.stream:
        found["gen_ai.request.stream"] = True
    if (request.output_config or {}).get("format"):
        found["gen_ai.output.type"] = "json"
    return found | _passed_through({**said, **call.extra})


def _passed_through(said: Mapping[str, Any]) -> Attributes:
    found: Attributes = {}
    for name, kind in _EXTRA.items():
        if _is_number(said.get(name)):
            found[f"gen_ai.request.{name}"] = kind(said[name])
    count = said.get("n")
    if isinstance(count, int) and count != 1:
        found["gen_ai.request.choice.count"] = count
    return found


def answered(message: MessageResponse | None) -> Attributes:
    """Return what the answer says about itself; of a stream that broke, what had come."""
    if message is None:
        return {}
    found: Attributes = {
        "gen_ai.response.finish_reasons": [names.finish_reason(message.stop_reason)]
    }
    if message.id:
        found["gen_ai.response.id"] = message.id
    if message.model:
        found["gen_ai.response.model"] = message.model
    if message.request_id:
        found["any_llm.request_id"] = message.request_id
    return found | used(message.usage)


def used(usage: Usage) -> Attributes:
    """Return the counts of tokens, nothing where the provider told none.

    The conventions' input tokens are all of them; in a Messages answer those that the cache wrote
    and gave are counted beside.
    """
    given, written = usage.cache_read_input_tokens, usage.cache_creation_input_tokens
    into = usage.input_tokens + (given or 0) + (written or 0)
    found: Attributes = {}
    if into or usage.output_tokens:
        found["gen_ai.usage.input_tokens"] = into
        found["gen_ai.usage.output_tokens"] = usage.output_tokens
    if given is not None:
        found["gen_ai.usage.cache_read.input_tokens"] = given
    if written is not None:
        found["gen_ai.usage.cache_creation.input_tokens"] = written
    details = usage.output_tokens_details
    if details is not None and details.thinking_tokens is not None:
        found["gen_ai.usage.reasoning.output_tokens"] = details.thinking_tokens
    return found


def error_type(end: End) -> str | None:
    """Return the name of what ended the call: the error's class, or `cancelled`."""
    if end.outcome == "cancelled":
        return "cancelled"
    return type(end.error).__name__ if end.error is not None else None


def error_summary(end: End) -> str:
    """Return the error in words that hold no content: what the provider said may repeat some."""
    error = end.error
    if isinstance(error, APIStatusError):
        return f"{type(error).__name__}: HTTP {error.status}, {error.type}"
    return error_type(end) or ""


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)
