"""Whether a JSON schema is already what OpenAI's strict mode takes."""

from __future__ import annotations

from typing import Any

# Keywords that strict mode rejects, so that an adapter has to take them out (mapping, 4.5).
_REJECTED = frozenset(
    (
        *("default", "title", "$schema", "discriminator", "format", "pattern"),
        *("minLength", "maxLength", "uniqueItems", "contains", "minContains", "maxContains"),
        *("patternProperties", "propertyNames", "minProperties", "maxProperties"),
        *("unevaluatedProperties", "unevaluatedItems"),
        *("oneOf", "allOf", "not", "if", "then", "else"),
    )
)


def strict_ready(schema: Any) -> bool:
    """Say whether strict mode takes `schema` as it stands: nothing to add, nothing to take out.

    Every object is closed and requires all of its properties, and no rejected keyword is used.
    """
    return isinstance(schema, dict) and schema.get("type") == "object" and _ready(schema)


def _ready(schema: Any) -> bool:
    if not isinstance(schema, dict):
        return True
    if _REJECTED & schema.keys() or (schema.get("type") == "array" and not schema.get("items")):
        return False
    if "$ref" in schema and len(schema) > 1:
        return False
    if schema.get("type") == "object" and not _closed(schema):
        return False
    named = [schema.get(key) or {} for key in ("properties", "$defs", "definitions")]
    inner = [each for names in named for each in names.values()]
    return all(map(_ready, [*inner, *(schema.get("anyOf") or []), schema.get("items")]))


def _closed(schema: dict[str, Any]) -> bool:
    properties = schema.get("properties") or {}
    required = schema.get("required") or []
    return schema.get("additionalProperties") is False and set(required) == set(properties)
