"""Structured output: a type goes out as a JSON schema and comes back as an object of that type.

What goes out always has an object at its root, because OpenAI answers 400 to any other ("schema
must be a JSON Schema of 'type: "object"'"). A type with another root (`list[int]`, a union, an
enum) is asked for as `{"value": ...}` and taken out of it here: a dialect could not take it out of
a stream, whose text therefore shows the wrapped JSON. A second gain: the text of an object is
never the beginning of a longer one, so what is complete is known to be complete.

What comes back is judged by the type, by pydantic's rules for JSON: whether "5" passes for an int
is the type's to say (`ConfigDict(strict=True)` says no).
"""

from __future__ import annotations

import dataclasses
import functools
import inspect
import re
from collections.abc import Iterable, Iterator, Mapping
from itertools import groupby
from typing import Any, Generic, TypeVar, overload

from pydantic import (
    BaseModel,
    PydanticUserError,
    TypeAdapter,
    ValidationError,
)
from pydantic_core import SchemaError, from_json
from typing_extensions import TypedDict

from ._json import dumps, loads
from .errors import RequestValidationError, StructuredOutputError
from .losses import Loss
from .types import MessageResponse, ParsedMessage, TextBlock
from .types._plain import plain

T = TypeVar("T")
S = TypeVar("S")


class _Wrapped(TypedDict, Generic[T]):
    """What is asked for when the type's own schema has no object at its root."""

    value: T


class OutputFormat(Generic[T]):
    """What `output_format` asks for: `name`, the JSON schema, and the way back to an object.

    Takes a pydantic model, a dataclass, a TypedDict or any other type that a pydantic TypeAdapter
    takes. TypeError for a schema, a value, or a type that has no JSON schema.
    """

    @overload
    def __init__(self, output_format: type[T]) -> None: ...
    @overload
    def __init__(self, output_format: Any) -> None: ...  # unions, Literal, Annotated, ...
    def __init__(self, output_format: Any) -> None:
        _refuse_values(output_format)
        self.name = _name(output_format)
        try:
            own: TypeAdapter[Any] = TypeAdapter(output_format)
            schema = own.json_schema()
            root = _object_root(schema)
            self._wrapped = root is None
            wrapper: Any = _Wrapped
            self._adapter = own if root is not None else TypeAdapter(wrapper[output_format])
            asked = _wrap(schema) if root is None else root
            _close(asked)  # in place: json_schema() made every dict anew
            self._schema = dumps(asked)
        except (PydanticUserError, SchemaError, KeyError) as error:  # KeyError: a stray $ref
            said = str(error).partition("\n")[0]
            raise TypeError(
                f"output_format: pydantic makes no JSON schema of {self.name}: {said}"
            ) from error
        except RequestValidationError as error:
            raise TypeError(
                f"output_format: the schema of {self.name} holds what JSON cannot say "
                f"(a default or a bound such as NaN or infinity): {error}"
            ) from error

    @overload
    @staticmethod
    def of(output_format: type[S]) -> OutputFormat[S]: ...
    @overload
    @staticmethod
    def of(output_format: Any) -> OutputFormat[Any]: ...
    @staticmethod
    def of(output_format: Any) -> OutputFormat[Any]:
        """Return the format of a type, made once for each type that can be hashed."""
        try:
            hash(output_format)
        except TypeError:  # Annotated[int, Field(json_schema_extra={...})], and a schema
            return OutputFormat(output_format)
        # int | str and str | int are equal and hash alike, but their schemas are not.
        return _cached(output_format, repr(output_format))

    def __repr__(self) -> str:
        return f"OutputFormat({self.name})"

    def schema(self) -> dict[str, Any]:
        """Return the JSON schema that goes into the request; the caller may change its copy.

        It is pydantic's own, constraints and all, with an object at its root, `$defs` beside it,
        and `additionalProperties: false` (the Messages API wants it) where an object lists its
        properties and says nothing about others. A dialect that can carry less says so.
        """
        schema: dict[str, Any] = loads(self._schema)
        return schema

    def merge(self, output_config: Any, losses: list[Loss]) -> dict[str, Any]:
        """Return `output_config` with this format in it; effort and what else it says stay.

        Another format that was given there gives way, as in the official SDK, and is noted in
        `losses`. RequestValidationError when `output_config` is no object.
        """
        said = plain(output_config)
        if said is None:
            said = {}
        if not isinstance(said, dict):
            kind = type(output_config).__name__
            raise RequestValidationError([f"output_config: must be an object, not a {kind}"])
        ours = {"type": "json_schema", "schema": self.schema()}
        if said.get("format") not in (None, ours):
            what = f"replaced by the schema of output_format ({self.name}); pass one of the two"
            losses.append(Loss("output_config.format", what))
        return {**said, "format": ours}

    def parse(self, message: MessageResponse, *, provider: str = "") -> ParsedMessage[T]:
        """Return `message` with the object that its text holds as `parsed_output`.

        The object is the whole text: all text blocks joined (servers split one text), else the
        first of them, else the text after the last block of another kind (a search's preamble is
        no part of the answer). White space around it is free; one Markdown fence around it is
        taken off and noted in `losses`, since a provider that enforces the schema sends none.

        A turn that goes on (stop_reason tool_use, pause_turn, compaction) and holds no object yet
        has None, so that a tool loop can run. Everything else without an object, and every
        refusal, is a StructuredOutputError that carries the message and says why. An answer cut
        off by its length counts when its object is complete: models pad it with white space.
        """
        if message.stop_reason == "refusal":
            raise self._error("refusal", message, provider)
        text, losses = _find(message)
        said: Any = None
        fault: ValidationError | None = None
        try:
            said = self._adapter.validate_json(text or message.text.encode(errors="surrogatepass"))
        except ValidationError as error:
            fault = error
        if text is not None and fault is None:
            return _parsed(message, said["value"] if self._wrapped else said, losses)
        if message.stop_reason in _GOES_ON:
            return _parsed(message, None, ())
        reason = "invalid" if text is not None else _missing(message)
        raise self._error(reason, message, provider, fault) from fault

    def _error(
        self,
        reason: str,
        message: MessageResponse,
        provider: str,
        fault: ValidationError | None = None,
    ) -> StructuredOutputError:
        why = f"no {self.name} for output_format: {_why(reason, message, fault)}"
        return StructuredOutputError(
            (f"{provider}: " if provider else "") + f"{why} (the whole answer is in .response)",
            response=message,
            reason=reason,
            provider=provider,
        )


@functools.lru_cache(maxsize=256)
def _cached(output_format: Any, _spelling: str) -> OutputFormat[Any]:
    return OutputFormat(output_format)


# --- what goes out ---------------------------------------------------------------------------


def _refuse_values(output_format: Any) -> None:
    if output_format is BaseModel:
        raise TypeError("output_format: BaseModel itself has no fields; pass a model of your own")
    if isinstance(output_format, type):
        return
    if isinstance(output_format, Mapping):
        raise TypeError(
            "output_format: a type is needed, not a schema; "
            "pass output_config={'format': {'type': 'json_schema', 'schema': ...}}"
        )
    # A TypeAdapter takes these for something else (a name, a call's arguments) or stumbles.
    other = (BaseModel, str, bytes, functools.partial)
    if (
        isinstance(output_format, other)
        or dataclasses.is_dataclass(output_format)
        or inspect.isroutine(output_format)
    ):
        kind = type(output_format).__name__
        raise TypeError(f"output_format: a type is needed, not a value; this is a {kind}")


def _name(output_format: Any) -> str:
    if isinstance(output_format, type):
        return output_format.__name__
    return str(output_format).removeprefix("typing.")


def _object_root(schema: dict[str, Any]) -> dict[str, Any] | None:
    """Return the schema with an object at its root, if that is what it means; else None.

    A model that refers to itself stands in `$defs` and the root points there: it is put in place.
    """
    defs: dict[str, Any] = schema.get("$defs", {})
    root = schema
    for _ in defs:  # a reference may lead to a reference, but to no more than there are
        if "$ref" not in root or _composed(root):
            break
        beside = {key: part for key, part in root.items() if key not in ("$ref", "$defs")}
        root = {**defs[root["$ref"].removeprefix("#/$defs/")], **beside}
    if root.get("type") != "object":
        return None
    if root is schema:
        return schema
    body = dumps([root, defs])
    used = {name: part for name, part in defs.items() if dumps(f"#/$defs/{name}") in body}
    return {**root, "$defs": used} if used else root


def _wrap(schema: Mapping[str, Any]) -> dict[str, Any]:
    value = {key: part for key, part in schema.items() if key != "$defs"}
    wrapped = {
        "type": "object",
        "properties": {"value": value},
        "required": ["value"],
        "additionalProperties": False,
    }
    return {**wrapped, "$defs": schema["$defs"]} if "$defs" in schema else wrapped


# Keywords that speak about the same object. Two of them make one statement together, and closing
# one part would shut out what the other lists. pydantic writes no such schema; people do.
_IN_PLACE = frozenset({"properties", "$ref", "anyOf", "oneOf", "allOf", "if", "dependentSchemas"})


def _composed(schema: Mapping[str, Any]) -> bool:
    return len(_IN_PLACE & schema.keys()) > 1 or len(schema.get("allOf", ())) > 1


def _close(schema: dict[str, Any]) -> None:
    """Put `additionalProperties: false` where an object lists its properties and says no more.

    A map (`dict[str, int]`) lists none. A schema with a hand-made composition stays as it is.
    """
    nodes = list(_nodes(schema))
    if any(map(_composed, nodes)):
        return
    for node in nodes:
        if "properties" in node and "unevaluatedProperties" not in node:
            node.setdefault("additionalProperties", False)


def _nodes(schema: Any) -> Iterator[dict[str, Any]]:
    """Every schema in a schema. What stands in enum, const, default or examples is data."""
    if not isinstance(schema, dict):  # `items: true`
        return
    yield schema
    for name in ("$defs", "properties", "patternProperties"):
        for part in schema.get(name, {}).values():
            yield from _nodes(part)
    for name in ("anyOf", "oneOf", "allOf", "prefixItems"):
        for part in schema.get(name, ()):
            yield from _nodes(part)
    for name in ("items", "additionalProperties", "contains"):
        yield from _nodes(schema.get(name))


# --- what comes back -------------------------------------------------------------------------

_GOES_ON = ("tool_use", "pause_turn", "compaction")
_CUT_OFF = {
    "max_tokens": "at max_tokens ({tokens} output tokens) before its JSON was complete; "
    "raise max_tokens",
    "model_context_window_exceeded": "at the end of the model's context window before its JSON "
    "was complete; shorten the input",
}
_FENCE = re.compile(r"```(?:json)?[ \t]*\r?\n(.*)```", re.DOTALL | re.IGNORECASE)
_FENCED = Loss(
    "output_config.format",
    "the provider did not enforce the schema: the JSON came in a Markdown fence",
)


def _find(message: MessageResponse) -> tuple[bytes | None, tuple[Loss, ...]]:
    """Return the JSON object in the message's text, where `OutputFormat.parse` says it may be."""
    for text in _candidates(message):
        if data := _json_object(text):
            return data, ()
        if (fenced := _FENCE.fullmatch(text)) and (data := _json_object(fenced[1])):
            return data, (_FENCED,)
    return None, ()


def _candidates(message: MessageResponse) -> Iterable[str]:
    blocks = message.content
    texts = [block.text.strip() for block in blocks if isinstance(block, TextBlock)]
    runs = [
        "".join(block.text for block in run if isinstance(block, TextBlock)).strip()
        for _, run in groupby(blocks, lambda block: isinstance(block, TextBlock))
    ]
    first, last = next(filter(None, texts), ""), next(filter(None, reversed(runs)), "")
    return dict.fromkeys((message.text.strip(), first, last))


def _json_object(text: str) -> bytes | None:
    """Return the text's bytes if they are a JSON object: NaN, or half a character, is no JSON."""
    try:
        data = text.encode()
        value = from_json(data, allow_inf_nan=False)
    except ValueError:
        return None
    return data if isinstance(value, dict) else None


def _missing(message: MessageResponse) -> str:
    if message.stop_reason in _CUT_OFF:
        return "max_tokens"
    return "invalid" if message.text.strip() else "empty"


def _why(reason: str, message: MessageResponse, fault: ValidationError | None) -> str:
    if reason == "refusal":
        details = message.stop_details
        said = [details.category, details.explanation] if details else []
        return ": ".join(["the model refused to answer", *filter(None, said)])
    if reason == "max_tokens":
        why = _CUT_OFF[message.stop_reason or ""]
        return f"the answer was cut off {why.format(tokens=message.usage.output_tokens)}"
    if reason == "empty":
        held = ", ".join(block.type for block in message.content) or "nothing"
        return f"the answer has no text (stop_reason {message.stop_reason}, content: {held})"
    text = message.text.strip()
    begins = text if len(text) <= 80 else text[:80] + "..."
    end = f", cut by stop sequence {message.stop_sequence!r}" if message.stop_sequence else ""
    return f"the answer does not fit: {_faults(fault)}; it reads {begins!r}{end}"


def _faults(fault: ValidationError | None) -> str:
    if fault is None:
        return "it is no JSON object"
    errors = fault.errors(include_url=False, include_context=False, include_input=False)
    paths = [".".join(map(str, said["loc"])) for said in errors[:3]]
    lines = [": ".join(filter(None, (path, errors[i]["msg"]))) for i, path in enumerate(paths)]
    more = f" and {len(errors) - 3} more" if len(errors) > 3 else ""
    return "; ".join(lines) + more


def _parsed(message: MessageResponse, value: Any, losses: tuple[Loss, ...]) -> ParsedMessage[Any]:
    """Return the message as a ParsedMessage.

    Its state is copied and not validated again; and ParsedMessage is not parametrised with the
    type, which would make a pydantic class of each (1 ms) for nothing that anyone can see.
    """
    private = message.__pydantic_private__ or {}
    parsed: ParsedMessage[Any] = ParsedMessage.__new__(ParsedMessage)
    for name, state in (
        ("__dict__", {**message.__dict__}),
        ("__pydantic_extra__", {**(message.__pydantic_extra__ or {})}),
        ("__pydantic_fields_set__", {*message.__pydantic_fields_set__}),
        (
            "__pydantic_private__",
            {**private, "_parsed": value, "_losses": (*message.losses, *losses)},
        ),
    ):
        object.__setattr__(parsed, name, state)
    return parsed
