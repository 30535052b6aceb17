"""What Ollama's structs know of JSON Schema, and questions about one schema."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import unquote


class Unfit(ValueError):
    """A schema that cannot be sent; the text says why."""


MAX_DEPTH = 64
"""How deep a tool's schema may be nested, references unfolded."""
MAX_PLACES = 10_000
"""How many schemas a tool's schema may hold, references unfolded."""

# ollama/ollama @fb30760 (2026-08-21), api/types.go.
AT_ROOT = frozenset({"type", "$defs", "items", "required", "properties"})
IN_PROPERTY = frozenset({"anyOf", "type", "items", "description", "enum", "properties", "required"})

ANNOTATIONS = frozenset(
    {
        "title",
        "description",
        "default",
        "examples",
        "example",
        "deprecated",
        "readOnly",
        "writeOnly",
        "discriminator",
        "$defs",
        "$schema",
        "$id",
        "$anchor",
        "$comment",
    }
)
"""Keywords that say nothing about which values are valid."""


def resolve(root: Mapping[str, Any], ref: str) -> Mapping[str, Any] | None:
    """Return what a JSON pointer within the schema names; None if it names no schema in it.

    It stands in a URI, so `%5B` is `[`; without a slash it is an `$anchor`, which is no pointer.
    """
    pointer = unquote(ref[1:])
    if not ref.startswith("#") or (pointer and not pointer.startswith("/")):
        return None
    place: Any = root
    for part in pointer.split("/")[1:]:
        name = part.replace("~1", "/").replace("~0", "~")
        if isinstance(place, Mapping):
            place = place.get(name)
        elif isinstance(place, list) and name.isascii() and name.isdigit():
            place = place[int(name)] if int(name) < len(place) else None
        else:
            return None
    return place if isinstance(place, Mapping) else None


def merged_all_of(
    schema: Mapping[str, Any], named: Callable[[str], Mapping[str, Any] | None]
) -> dict[str, Any] | None:
    """Return the one schema that an `allOf` adds up to; None where its parts contradict."""
    said = {name: value for name, value in schema.items() if name != "allOf"}
    parts = schema["allOf"]
    for part in parts if isinstance(parts, list) else [None]:
        if not isinstance(part, Mapping):
            return None
        known = _unfolded(part, named)
        if "$ref" in known or "allOf" in known or not _add(said, known):
            return None
    return said


def _unfolded(
    part: Mapping[str, Any], named: Callable[[str], Mapping[str, Any] | None]
) -> Mapping[str, Any]:
    ref = part.get("$ref")
    target = named(ref) if isinstance(ref, str) else None
    if target is None:
        return part
    return {**target, **{name: value for name, value in part.items() if name != "$ref"}}


def _add(said: dict[str, Any], part: Mapping[str, Any]) -> bool:
    """Put a part's keywords to those said already; False where both cannot hold in one schema."""
    for name, value in part.items():
        old = said.get(name)
        if name not in said or name in ANNOTATIONS or old == value:
            said.setdefault(name, value)
        elif name == "required" and isinstance(old, list) and isinstance(value, list):
            said[name] = [*old, *(each for each in value if each not in old)]
        elif name == "properties" and isinstance(old, Mapping) and isinstance(value, Mapping):
            if any(key in old and old[key] != inner for key, inner in value.items()):
                return False
            said[name] = {**old, **value}
        else:
            return False
    return True
