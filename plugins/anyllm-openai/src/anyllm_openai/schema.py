"""JSON schemas for OpenAI's strict mode, changed only where they still mean the same.

Strict mode takes a subset of JSON Schema: every object is closed and all its properties are
required. A schema that would have to mean something else is `NotStrict`: nothing optional becomes
required, no map becomes an empty object. Limits that strict mode does not know are told to the
model in descriptions and listed in `Fitted.notes`, for whoever must report them.

Source: OpenAI's guide to Structured Outputs (supported schemas), as read through openai 3.54 and
pydantic-ai's profiles/openai.py of 2026-08; 304 strict schemas that OpenAI and Azure accepted in
recorded traffic (title, default and $schema stay, `required` in any order).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from any_llm.plugin import dumps

from .schema_facts import (
    ANNOTATIONS,
    FORMATS,
    HOLDS,
    KEPT,
    NUMBERS,
    NotStrict,
    admits_null,
    check_shapes,
    looks_around,
    ref_name,
    type_of,
)

__all__ = ["Fitted", "NotStrict", "strict_schema"]

Schema = Mapping[str, Any]


class Fitted(NamedTuple):
    """A schema as strict mode takes it, and what of the original is told instead of enforced."""

    schema: dict[str, Any]
    notes: tuple[str, ...]


def strict_schema(schema: Schema) -> Fitted:
    """Return the strict equal of `schema`, which stays untouched; NotStrict when it has none."""
    check_shapes(schema)
    return _Fit(schema).run()


class _Fit:
    def __init__(self, schema: Schema) -> None:
        self.root = {name: value for name, value in schema.items() if name not in _DEFS}
        self.defs: dict[str, Any] = {}
        for name in _DEFS:
            self.defs |= schema.get(name) or {}
        self.notes: list[str] = []
        self.used: list[str] = []

    def run(self) -> Fitted:
        fitted = self.node(self._root(), "")
        if fitted.get("type") != "object":
            raise NotStrict("the root must be an object")
        defs: dict[str, Any] = {}
        for name in self.used:  # grows while it is walked
            defs[name] = self.node(self.defs[name], f"$defs.{name}")
        if defs:
            fitted["$defs"] = {name: defs[name] for name in self.defs if name in defs}
        return Fitted(fitted, tuple(self.notes))

    def _root(self) -> Schema:
        """The root with a reference in its place resolved: strict mode wants an object there."""
        root: Schema = self.root
        for _ in range(len(self.defs) + 1):
            if "$ref" not in root:
                return root
            about = {name: root[name] for name in root if name in ANNOTATIONS or name in KEPT}
            if len(about) + 1 != len(root):
                raise NotStrict("the root is a reference with more beside it")
            name = self._known(root["$ref"])
            if name is None:
                break
            root = {**self.defs[name], **about}
        raise NotStrict("the root refers to itself")

    def node(self, schema: Any, path: str) -> dict[str, Any]:
        """Return one schema, fitted."""
        if not isinstance(schema, Mapping) or not schema:
            raise NotStrict(f"{_at(path)} allows anything")
        if "$ref" in schema:
            return self._ref(schema, path)
        if "allOf" in schema:
            return self.node(_collapsed(schema, path), path)
        said: dict[str, Any] = {}
        if "anyOf" in schema or "oneOf" in schema:
            self._choices(said, schema, path)
        else:
            said["type"] = type_of(schema, _at(path))
            kinds = said["type"] if isinstance(said["type"], list) else [said["type"]]
            if "object" in kinds:
                self._object(said, schema, path)
            if "array" in kinds:
                said["items"] = self.node(schema.get("items"), f"{path}[]")
        self._rest(said, schema, path)
        return said

    def _ref(self, schema: Schema, path: str) -> dict[str, Any]:
        name = self._known(schema["$ref"])
        if name is not None and name not in self.used:
            self.used.append(name)
        ref = {"$ref": "#" if name is None else f"#/$defs/{name}"}
        rest = {key: value for key, value in schema.items() if key != "$ref"}
        if not rest:
            return ref
        said: dict[str, Any] = {"anyOf": [ref]}  # strict mode wants nothing beside a reference
        self._rest(said, rest, path)
        return ref if len(said) == 1 else said

    def _known(self, ref: Any) -> str | None:
        """The name of a definition; None for the root."""
        if ref == "#":
            return None
        name: str = ref_name(ref)
        if name not in self.defs:
            raise NotStrict(f"the reference {ref!r} is not to $defs")
        return name

    def _choices(self, said: dict[str, Any], schema: Schema, path: str) -> None:
        if HOLDS & schema.keys() or ("anyOf" in schema and "oneOf" in schema):
            raise NotStrict(f"{_at(path)} has alternatives and more beside them")
        choices = schema.get("anyOf", schema.get("oneOf"))
        if not isinstance(choices, list) or not choices:
            raise NotStrict(f"{_at(path)} has no alternatives")
        if "oneOf" in schema and "discriminator" not in schema:
            self.notes.append(f"{_at(path)}: oneOf (as anyOf)")
        said["anyOf"] = [self.node(each, path) for each in choices]

    def _object(self, said: dict[str, Any], schema: Schema, path: str) -> None:
        properties = schema.get("properties")
        closed = schema.get("additionalProperties")
        if isinstance(closed, Mapping) or closed not in {None, False}:
            raise NotStrict(f"{_at(path)} has free keys")
        if not isinstance(properties, Mapping):
            raise NotStrict(f"{_at(path)} is an object without properties")
        required = schema.get("required") or ()
        if ghosts := [name for name in required if name not in properties]:
            raise NotStrict(f"{_at(path)} requires {ghosts[0]!r}, which is no property")
        for name, inner in properties.items():
            if name not in required and not admits_null(inner, self.defs):
                raise NotStrict(f"{_at(_join(path, name))} is optional")
        said["properties"] = {
            name: self.node(inner, _join(path, name)) for name, inner in properties.items()
        }
        said["required"] = [*required, *(name for name in properties if name not in required)]
        said["additionalProperties"] = False

    def _rest(self, said: dict[str, Any], schema: Schema, path: str) -> None:
        """Carry over what strict mode knows; tell the model the rest."""
        told: list[str] = []
        for name, value in schema.items():
            if name in said or name in ANNOTATIONS or name in {"items", "oneOf", "description"}:
                continue
            if name in KEPT or _kept(name, value):
                said[name] = value
            elif name in _IMPOSSIBLE and not (name == "unevaluatedProperties" and value is False):
                raise NotStrict(f"{_at(path)} has {name}")
            elif value is not False:
                told.append(f"{name}: {dumps(value).decode()}")
                self.notes.append(f"{_at(path)}: {name}")
        text = " ".join(filter(None, [schema.get("description"), _brackets(told)]))
        if text:
            said["description"] = text


_DEFS = ("$defs", "definitions")
_ABOUT = frozenset({"title", "description", "default"})
_IMPOSSIBLE = frozenset(
    {
        "not",
        "if",
        "then",
        "else",
        "dependentRequired",
        "dependentSchemas",
        "dependencies",
        "patternProperties",
        "prefixItems",
        "additionalItems",
        "unevaluatedItems",
        "unevaluatedProperties",
        "$dynamicRef",
    }
)


def _kept(name: str, value: Any) -> bool:
    if name == "format":
        return value in FORMATS
    if name == "pattern":
        return isinstance(value, str) and not looks_around(value)
    return name in NUMBERS and isinstance(value, (int, float)) and not isinstance(value, bool)


def _collapsed(schema: Schema, path: str) -> dict[str, Any]:
    """An `allOf` of one is that one, with what stood beside it."""
    inner = schema["allOf"]
    if not isinstance(inner, list) or len(inner) != 1 or not isinstance(inner[0], Mapping):
        raise NotStrict(f"{_at(path)} has allOf")
    beside = {name: value for name, value in schema.items() if name != "allOf"}
    for name, value in inner[0].items():
        if beside.setdefault(name, value) != value and name not in _ABOUT:
            raise NotStrict(f"{_at(path)} has allOf with another {name}")
    return beside


def _brackets(told: list[str]) -> str:
    return f"({', '.join(told)})" if told else ""


def _join(path: str, name: str) -> str:
    return f"{path}.{name}" if path else name


def _at(path: str) -> str:
    return path or "the root"
