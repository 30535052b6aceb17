"""JSON schemas as `parametersJsonSchema` and `responseJsonSchema` take them.

Google lists what it reads: `$id $defs $ref $anchor type format title description enum items
prefixItems minItems maxItems minimum maximum anyOf oneOf properties additionalProperties required`
(google-genai 3.4 types.GenerateContentConfig.response_json_schema). Other keywords are left as they
are; only three things are changed, in a copy, and `definitions` beside a `$ref`, which may have no
such neighbour, become `$defs`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from any_llm.plugin import CallContext

NAMED = frozenset({"properties", "patternProperties", "$defs", "definitions", "dependentSchemas"})
"""Keywords whose value maps names to schemas."""
LISTS = frozenset({"anyOf", "oneOf", "allOf", "prefixItems"})
"""Keywords whose value is a list of schemas."""
_SINGLE = frozenset(
    (
        *("items", "additionalProperties", "contains", "not", "if", "then", "else"),
        *("propertyNames", "unevaluatedItems", "unevaluatedProperties"),
    )
)
_MOVED = re.compile(r"^#/definitions/")
NOTES = frozenset(
    (
        *("title", "description", "default", "examples", "deprecated", "readOnly", "writeOnly"),
        *("$comment", "$schema"),
    )
)
"""Keywords that only tell a reader something: they allow and forbid nothing."""


def json_schema(schema: Mapping[str, Any], path: str, ctx: CallContext) -> dict[str, Any]:
    """Return a copy without `$schema`, with `const` as a list of one, `$ref` standing alone."""
    moves = "$ref" in schema and "definitions" in schema and "$defs" not in schema

    def change(node: Mapping[str, Any]) -> dict[str, Any]:
        changed = {name: value for name, value in node.items() if name != "$schema"}
        if moves and isinstance(reference := changed.get("$ref"), str):
            changed["$ref"] = _MOVED.sub("#/$defs/", reference)
        if moves and node is schema:
            changed["$defs"] = changed.pop("definitions")
        if "$ref" in changed:
            changed = _alone(changed, path, ctx)
        if "const" in changed and "enum" not in changed:
            changed["enum"] = [changed.pop("const")]
        return changed

    return walked(schema, change)


def walked(
    schema: Mapping[str, Any], change: Callable[[Mapping[str, Any]], dict[str, Any]]
) -> dict[str, Any]:
    """Return a copy in which `change` made each schema anew, those inside after those around."""
    node = change(schema)
    for name, value in node.items():
        if name in NAMED and isinstance(value, Mapping):
            node[name] = {key: _inner(each, change) for key, each in value.items()}
        elif name in LISTS and isinstance(value, list):
            node[name] = [_inner(each, change) for each in value]
        elif name in _SINGLE:
            node[name] = _inner(value, change)
    return node


def _inner(value: Any, change: Callable[[Mapping[str, Any]], dict[str, Any]]) -> Any:
    return walked(value, change) if isinstance(value, Mapping) else value


def _alone(node: Mapping[str, Any], path: str, ctx: CallContext) -> dict[str, Any]:
    """Return a reference without its neighbours: Google allows none but `$...`."""
    left = sorted(name for name in node if not name.startswith("$"))
    if left:
        kind = "hint" if NOTES.issuperset(left) else "lossy"
        what = f"left out beside $ref, where Google allows nothing: {', '.join(left)}"
        ctx.report(path, what, "hint" if kind == "hint" else "lossy")
    return {name: value for name, value in node.items() if name.startswith("$")}


def is_empty(schema: Mapping[str, Any]) -> bool:
    """Whether an object's schema allows no property, so that the field says nothing."""
    said = schema.keys() - {"type", "required"} - NOTES
    return not schema.get("properties") and (
        said <= {"properties", "additionalProperties"} and not schema.get("additionalProperties")
    )
