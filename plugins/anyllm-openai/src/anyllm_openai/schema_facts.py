"""What strict mode knows of JSON Schema, and questions about one schema."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


class NotStrict(ValueError):
    """A schema has no equal in strict mode; the text says where and why."""


KEPT = frozenset({"title", "description", "default", "$schema", "enum", "const"})
"""Taken as they are."""

# Say nothing about which values are valid, and are not known to be taken.
ANNOTATIONS = frozenset(
    {
        "$id",
        "$anchor",
        "$comment",
        "$defs",
        "definitions",
        "discriminator",
        "examples",
        "deprecated",
        "readOnly",
        "writeOnly",
    }
)
FORMATS = frozenset(
    {"date-time", "time", "date", "duration", "email", "hostname", "ipv4", "ipv6", "uuid"}
)
NUMBERS = frozenset(
    {
        "minimum",
        "maximum",
        "exclusiveMinimum",
        "exclusiveMaximum",
        "multipleOf",
        "minItems",
        "maxItems",
    }
)
HOLDS = frozenset({"type", "properties", "items", "enum", "const"})
"""Keywords that say what a value holds; beside alternatives they would bind too."""

_LOOKS = ("(?=", "(?!", "(?<=", "(?<!")
_TYPES: tuple[tuple[type, str], ...] = (
    (bool, "boolean"),  # before int: a bool is one
    (str, "string"),
    (int, "integer"),
    (float, "number"),
    (type(None), "null"),
)

_OBJECT, _LIST, _TEXT = (Mapping, "an object"), (list, "a list"), (str, "text")
_SHAPES: Mapping[str, tuple[Any, str]] = {
    **dict.fromkeys(("properties", "$defs", "definitions"), _OBJECT),
    **dict.fromkeys(("required", "enum", "anyOf", "oneOf", "allOf"), _LIST),
    **dict.fromkeys(("$ref", "format", "pattern", "description"), _TEXT),
    "additionalProperties": ((bool, Mapping), "true, false or a schema"),
}
"""What the keywords hold that are looked into; None says of any that it is not there."""


def check_shapes(schema: Any) -> None:
    """Raise NotStrict for what is no JSON schema at all: a keyword that holds the wrong thing."""
    if not isinstance(schema, Mapping):
        return
    for name, (kind, word) in _SHAPES.items():
        if schema.get(name) is not None and not isinstance(schema[name], kind):
            raise NotStrict(f"{name} must be {word}, not {schema[name]!r:.40}")
    if not all(isinstance(name, str) for name in schema.get("required") or ()):
        raise NotStrict("required must hold names")
    for holder in ("properties", "$defs", "definitions"):
        for inner in (schema.get(holder) or {}).values():
            check_shapes(inner)
    for each in ("anyOf", "oneOf", "allOf"):
        for inner in schema.get(each) or ():
            check_shapes(inner)
    check_shapes(schema.get("items"))


def ref_name(ref: Any) -> str:
    """Return the name in `#/$defs/<name>`; "" for any other reference."""
    for head in ("#/$defs/", "#/definitions/"):
        if isinstance(ref, str) and ref.startswith(head):
            return ref[len(head) :].replace("~1", "/").replace("~0", "~")
    return ""


def type_of(schema: Mapping[str, Any], where: str) -> Any:
    """Return the type of a schema, from its values where it names none. NotStrict without any."""
    if "type" in schema:
        return schema["type"]
    if "properties" in schema:
        return "object"
    names = list(dict.fromkeys(_type_of_value(value, where) for value in _values(schema)))
    if not names:
        raise NotStrict(f"{where} has no type")
    return names[0] if len(names) == 1 else names


def _values(schema: Mapping[str, Any]) -> list[Any]:
    """Return the values that a schema names one by one."""
    if schema.get("enum") is not None:
        return list(schema["enum"])
    return [schema["const"]] if "const" in schema else []


def _type_of_value(value: Any, where: str) -> str:
    for kind, name in _TYPES:
        if isinstance(value, kind):
            return name
    raise NotStrict(f"{where} allows a value that is no scalar")


def admits_null(schema: Any, defs: Mapping[str, Any], seen: frozenset[str] = frozenset()) -> bool:
    """Whether null is valid: then a missing property and a null one can mean the same."""
    if not isinstance(schema, Mapping):
        return schema is True
    if "$ref" in schema:
        name = ref_name(schema["$ref"])
        known = name in defs and name not in seen
        return known and admits_null(defs[name], defs, seen | {name})
    if "const" in schema or "enum" in schema:
        return None in _values(schema)
    for key, fold in (("anyOf", any), ("oneOf", any), ("allOf", all)):
        if schema.get(key) is not None:
            return fold(admits_null(each, defs, seen) for each in schema[key])
    kind = schema.get("type")
    return kind == "null" or (isinstance(kind, list) and "null" in kind)


def looks_around(pattern: str) -> bool:
    """Whether a regular expression has look-around, which strict mode refuses."""
    unescaped = pattern.replace("\\\\", "").replace("\\(", "")
    return any(look in unescaped for look in _LOOKS)
