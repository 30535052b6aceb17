"""JSON schemas as OpenAPI 3.0 `Schema` objects, for gateways that know nothing else.

Source: google-genai 3.4 types.Schema. References are put in place, `null` becomes `nullable`, what
the form has no word for goes into the description where it is told but not enforced.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import unquote

from any_llm.plugin import CallContext, dumps

from .schema import NOTES

_KEPT = frozenset(
    (
        *("type", "format", "title", "description", "nullable", "enum", "items", "minItems"),
        *("maxItems", "properties", "required", "minProperties", "maxProperties", "minimum"),
        *("maximum", "minLength", "maxLength", "pattern", "default", "example", "anyOf"),
        "propertyOrdering",
    )
)
_SHAPES: Mapping[str, type | tuple[type, ...]] = {
    **dict.fromkeys(("required", "enum", "anyOf", "oneOf", "allOf"), (list, tuple)),
    "properties": Mapping,
    "$ref": str,
}
_MAX_PLACES = 10_000
_GONE = frozenset({"$defs", "definitions", "$id", "$anchor", "$ref"}) | (NOTES - _KEPT)


class OpenAPI:
    """Turns the schema at `path` of a request into its OpenAPI form."""

    def __init__(self, root: Mapping[str, Any], path: str, ctx: CallContext) -> None:
        self._root = root
        self._path = path
        self._ctx = ctx
        self._places = 0

    def schema(self) -> dict[str, Any]:
        """Return the form; UnsupportedFeature for a schema that refers to itself or is none."""
        return self._node(self._root, ())

    def _node(self, said: Any, inside: tuple[str, ...]) -> dict[str, Any]:
        self._places += 1
        if self._places > _MAX_PLACES:
            what = f"it unfolds to over {_MAX_PLACES} schemas"
            self._ctx.refuse(self._path, what, "send a simpler schema")
        if said is True:
            return {}
        if said is False:
            self._ctx.refuse(self._path, "a schema that allows nothing cannot be said here")
        self._shaped(said)
        if isinstance(reference := said.get("$ref"), str):
            if reference in inside:
                self._ctx.refuse(self._path, f"{reference} refers to itself", "flatten the schema")
            rest = {name: value for name, value in said.items() if name != "$ref"}
            target = self._target(reference)
            return self._node({**target, **rest}, (*inside, reference))
        node = _without_null(_all_of(said))
        kept = {name: value for name, value in node.items() if name in _KEPT}
        self._tell(node, kept)
        self._enum(kept)
        if "properties" in kept:
            kept["properties"] = {
                name: self._node(each, inside) for name, each in kept["properties"].items()
            }
        if "required" in kept:
            there = kept.get("properties", {})
            kept["required"] = [name for name in kept["required"] if name in there]
        if "anyOf" in kept:
            kept["anyOf"] = [self._node(each, inside) for each in kept["anyOf"]]
        if kept.get("type") == "array" or "items" in kept:
            kept["items"] = self._node(kept.get("items", {}), inside)
        return {
            name: value for name, value in kept.items() if value not in ([], {}) or name == "items"
        }

    def _shaped(self, said: Any) -> None:
        """Refuse what has not the shape of a schema: nothing would be known of what it means."""
        if not isinstance(said, Mapping):
            self._ctx.refuse(self._path, f"{said!r:.40} is no schema of this form")
        for name, kind in _SHAPES.items():
            if name in said and not isinstance(said[name], kind):
                self._ctx.refuse(self._path, f"{name} cannot be {said[name]!r:.40}")
        for member in said.get("allOf", ()):
            if not isinstance(member, bool):
                self._shaped(member)

    def _target(self, reference: str) -> Mapping[str, Any]:
        value: Any = self._root
        path = unquote(reference.removeprefix("#"))
        for step in path.strip("/").split("/") if path else ():
            key = step.replace("~1", "/").replace("~0", "~")
            value = value.get(key) if isinstance(value, Mapping) else None
        if not reference.startswith("#") or not isinstance(value, Mapping):
            self._ctx.refuse(self._path, f"{reference!r:.100} names no schema in it")
        return value

    def _tell(self, node: Mapping[str, Any], kept: dict[str, Any]) -> None:
        """Put what is not carried into the description."""
        lost = {name: value for name, value in node.items() if name not in _KEPT | _GONE}
        more = lost.get("additionalProperties")
        if isinstance(more, bool) or more == {}:
            del lost["additionalProperties"]
            what = "whether other properties may come is not said"
            self._ctx.report(self._path, what, "hint")
        if lost:
            self._told(", ".join(sorted(lost)), dumps(lost).decode(), kept)

    def _told(self, what: str, text: str, kept: dict[str, Any]) -> None:
        self._ctx.report(self._path, f"not enforced, only told: {what}", "emulated")
        before = kept.get("description")
        kept["description"] = f"{before} {text}" if before else text

    def _enum(self, kept: dict[str, Any]) -> None:
        """Make choices strings, which is all this form knows; other choices are told."""
        choices = kept.get("enum")
        if choices is None:
            return
        if None in choices:
            kept["nullable"] = True
            choices = [each for each in choices if each is not None]
        if all(isinstance(each, str) for each in choices):
            kept["type"] = "string"
            kept["enum"] = choices
            return
        del kept["enum"]
        said = ", ".join(dumps(each).decode() for each in choices)
        self._told("enum", f"One of: {said}", kept)


def _all_of(said: Mapping[str, Any]) -> dict[str, Any]:
    """Return a schema with the members of its `allOf` put together."""
    node = {name: value for name, value in said.items() if name != "allOf"}
    for member in said.get("allOf") or ():
        if not isinstance(member, Mapping) or "$ref" in member:
            return dict(said)  # told, not enforced
        inner = _all_of(member)
        properties = {**inner.get("properties", {}), **node.get("properties", {})}
        required = [*node.get("required", []), *inner.get("required", [])]
        node = {**inner, **node}
        if properties:
            node["properties"] = properties
        if required:
            node["required"] = list(dict.fromkeys(required))
    return node


def _without_null(node: dict[str, Any]) -> dict[str, Any]:
    """Return a schema whose `null` is `nullable`, and whose unions are all `anyOf`."""
    if "const" in node and "enum" not in node:
        node["enum"] = [node.pop("const")]
    if "oneOf" in node and "anyOf" not in node:
        node["anyOf"] = node.pop("oneOf")
    kinds = node.get("type")
    if isinstance(kinds, list):
        others = [kind for kind in kinds if kind != "null"]
        del node["type"]
        if len(others) != len(kinds):
            node["nullable"] = True
        if len(others) == 1:
            node["type"] = others[0]
        elif others:
            node["anyOf"] = [{"type": kind} for kind in others]
    options = node.get("anyOf")
    if isinstance(options, list) and {"type": "null"} in options:
        node["nullable"] = True
        others = [each for each in options if each != {"type": "null"}]
        node["anyOf"] = others
        if len(others) == 1 and isinstance(others[0], Mapping):
            del node["anyOf"]
            node = {**others[0], **node}
    return node
