"""Tool schemas as Ollama's typed structs can hold them.

The server reads a tool's parameters into structs and forgets every keyword they lack
(ollama/ollama @fb30760, 2026-08-21, api/types.go: ToolFunctionParameters, ToolProperty); `items`
alone is kept as it is. So references are replaced by what they name, `oneOf` becomes `anyOf`,
`const` an `enum` of one and `allOf` the schema it adds up to. What is lost even so stays on the
wire, for servers that learn to read it, and is listed for whoever must report it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from .schema_facts import (
    ANNOTATIONS,
    AT_ROOT,
    IN_PROPERTY,
    MAX_DEPTH,
    MAX_PLACES,
    Unfit,
    merged_all_of,
    resolve,
)

Schema = Mapping[str, Any]


@dataclass(slots=True)
class Flat:
    """A schema for the wire, and what the server will not read of it: keyword -> places.

    `hints` say nothing about which values are valid, `lost` do.
    """

    schema: dict[str, Any]
    hints: dict[str, list[str]] = field(default_factory=dict)
    lost: dict[str, list[str]] = field(default_factory=dict)


def flat_schema(schema: Schema) -> Flat:
    """Return the flat equal of a tool's input schema, which stays untouched.

    Unfit when it is nested or unfolds beyond all measure.
    """
    return _Flattener(schema).run()


class _Flattener:
    def __init__(self, root: Schema) -> None:
        self._root = root
        self._flat = Flat({})
        self._places = 0
        self._recursive = False

    def run(self) -> Flat:
        said = self._node({**self._root}, "", (), depth=0, kept=False)
        if not self._recursive:
            said = {name: value for name, value in said.items() if name not in _DEFS}
        kind = said.get("type", "object")
        if isinstance(kind, list):  # the server's struct takes one word here
            self._note("type", "", ", ".join(map(str, kind)))
            kind = "object" if "object" in kind or not kind else kind[0]
        self._check(said, "", AT_ROOT)
        said["type"] = kind
        self._flat.schema = {**_EMPTY, **said}
        return self._flat

    def _node(
        self, schema: Any, path: str, refs: tuple[str, ...], *, depth: int, kept: bool
    ) -> dict[str, Any]:
        """Return one schema, flat. `refs` are the references it stands in, `kept`: in `items`."""
        self._places += 1
        if depth > MAX_DEPTH or self._places > MAX_PLACES:
            raise Unfit(f"it is nested deeper than {MAX_DEPTH} or has over {MAX_PLACES} places")
        said, refs = self._unfolded(schema, path, refs)
        if not kept:
            said, refs = self._plain(said, refs)
        for name in ("anyOf", "oneOf", "allOf"):
            if isinstance(said.get(name), list):
                said[name] = [
                    self._node(each, path, refs, depth=depth + 1, kept=kept)
                    for each in said[name]
                    if each is not False
                ]
        if isinstance(said.get("properties"), Mapping):
            said["properties"] = self._properties(said["properties"], path, refs, depth, kept=kept)
        if isinstance(said.get("items"), Mapping):
            where = f"{path}[]"
            said["items"] = self._node(said["items"], where, refs, depth=depth + 1, kept=True)
        if not kept and path:
            self._check(said, path, IN_PROPERTY)
        return said

    def _properties(
        self, properties: Schema, path: str, refs: tuple[str, ...], depth: int, *, kept: bool
    ) -> dict[str, Any]:
        said = {}
        for name, inner in properties.items():
            where = f"{path}.{name}" if path else name
            if inner is False:
                self._note("false", where)
            else:
                said[name] = self._node(inner, where, refs, depth=depth + 1, kept=kept)
        return said

    def _unfolded(
        self, schema: Any, path: str, refs: tuple[str, ...]
    ) -> tuple[dict[str, Any], tuple[str, ...]]:
        """Return the schema with its references replaced by what they name."""
        said = {} if schema is True else schema
        if not isinstance(said, Mapping):
            raise Unfit(f"{path or 'the root'} is no schema: {said!r:.40}")
        said = dict(said)
        while isinstance(ref := said.get("$ref"), str):
            target = resolve(self._root, ref)
            if target is None or ref in refs:
                self._recursive = self._recursive or target is not None
                return said, refs
            refs = (*refs, ref)
            del said["$ref"]
            said = {**target, **said}
        return said, refs

    def _plain(
        self, said: dict[str, Any], refs: tuple[str, ...]
    ) -> tuple[dict[str, Any], tuple[str, ...]]:
        """Return the schema with the keywords that have a twin in the server's structs."""
        used: list[str] = []

        def named(ref: str) -> Schema | None:
            used.append(ref)
            return None if ref in refs else resolve(self._root, ref)

        if "allOf" in said and (merged := merged_all_of(said, named)) is not None:
            said, refs = merged, (*refs, *used)
        if "oneOf" in said and "anyOf" not in said:
            said["anyOf"] = said.pop("oneOf")
        if "const" in said:
            said["enum"] = [said.pop("const")]
        return said, refs

    def _check(self, said: Schema, path: str, known: frozenset[str]) -> None:
        """Note every keyword that the struct of this place lacks."""
        for name in said.keys() - known:
            self._note(name, path, hint=name in ANNOTATIONS or _says_nothing(name, said[name]))

    def _note(self, keyword: str, path: str, what: str = "", *, hint: bool = False) -> None:
        place = path or "the root"
        where = (self._flat.hints if hint else self._flat.lost).setdefault(keyword, [])
        where.append(f"{place}: {what}" if what else place)


_DEFS = ("$defs", "definitions")
_EMPTY: Schema = {"type": "object", "properties": {}}


def _says_nothing(keyword: str, value: Any) -> bool:
    """Whether a keyword only says what a model does anyway."""
    return keyword == "additionalProperties" and isinstance(value, bool)
