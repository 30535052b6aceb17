"""One spelling for the keys of a Gemini body: Google reads `snake_case` and `camelCase` alike."""

from __future__ import annotations

import re
from typing import Any

Json = dict[str, Any]

DUMMY = "c2tpcF90aG91Z2h0X3NpZ25hdHVyZV92YWxpZGF0b3I="
"""The signature that stands in for one that nobody has."""

# Under these stand the user's own names.
_OPAQUE = frozenset(
    (
        *("args", "response", "parametersJsonSchema", "responseJsonSchema", "properties"),
        *("labels", "safetySettings"),
    )
)
_SNAKE = re.compile(r"_([a-z])")


def camel(value: Any) -> Any:
    """Return a copy with all keys of the wire in `camelCase`, and without those that are null."""
    if isinstance(value, list):
        return [camel(each) for each in value]
    if not isinstance(value, dict):
        return value
    out = {}
    for key, inner in value.items():
        name = _SNAKE.sub(lambda found: found[1].upper(), key)
        if name == "parts" and isinstance(inner, dict):
            out[name] = [camel(inner)]  # one may stand for a list of one
        elif inner is not None:
            out[name] = inner if name in _OPAQUE else camel(inner)
    return out


def json_schema(schema: Any) -> Any:
    """Return an OpenAPI `Schema` as the JSON schema that says the same."""
    if isinstance(schema, list):
        return [json_schema(each) for each in schema]
    if not isinstance(schema, dict):
        return schema
    out: Json = {}
    for key, value in schema.items():
        if key == "type" and isinstance(value, str):
            out[key] = value.lower()
        elif key == "properties" and isinstance(value, dict):
            out[key] = {name: json_schema(each) for name, each in value.items()}
        elif key in ("items", "anyOf"):
            out[key] = json_schema(value)
        elif key in ("minItems", "maxItems", "minLength", "maxLength") and isinstance(value, str):
            out[key] = int(value)  # int64 in JSON
        else:
            out[key] = value
    return out
