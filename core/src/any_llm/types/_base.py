"""The two bases of the public types.

`Model` is pydantic's: requests, blocks, messages, everything that people build or validate.
`Event` has the same face (attributes, `model_dump`, `model_dump_json`, equality, repr) on a plain
class: a stream makes hundreds of events a second and each is built once, by us, so validation
would only cost (a nested pydantic event 3.7 us, a plain one 0.5; see benchmarks/).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar, Literal, Self, TypeVar

from pydantic import BaseModel, ConfigDict, GetCoreSchemaHandler
from pydantic_core import CoreSchema, core_schema, to_json


class Model(BaseModel):
    """Base of the response types: unknown fields survive, schemas are built at first use."""

    model_config = ConfigDict(extra="allow", defer_build=True, protected_namespaces=())


M = TypeVar("M", bound=Model)
P = TypeVar("P", bound=BaseModel)


class _Blank:
    """What a class of models has where nothing is said: fields in their order, private state."""

    def __init__(self, cls: type[BaseModel]) -> None:
        self.fields = {name: field.default for name, field in cls.model_fields.items()}
        self.needed = {n for n, f in cls.model_fields.items() if f.default_factory is not None}
        self.grows = cls.model_config.get("extra") == "allow"
        self.private = {n: a.get_default() for n, a in cls.__private_attributes__.items()}


_blanks: dict[type[BaseModel], _Blank] = {}


def _blank(cls: type[BaseModel]) -> _Blank:
    blank = _blanks.get(cls)
    if blank is None:
        blank = _blanks[cls] = _Blank(cls)
    return blank


def built(cls: type[P], **fields: Any) -> P:
    """Return a `cls` of fields that are ours, so known to be right, all required ones among them.

    `model_construct` at a third of its cost: a stream makes one of these for every block.
    """
    blank = _blanks.get(cls) or _blank(cls)
    if not fields.keys() >= blank.needed:
        return cls.model_construct(**fields)
    said = {**blank.fields, **fields}
    extra: dict[str, Any] | None = {} if blank.grows else None
    if len(said) > len(blank.fields):
        if extra is None:
            return cls.model_construct(**fields)
        extra = {name: said.pop(name) for name in fields if name not in blank.fields}
    made = cls.__new__(cls)
    put = object.__setattr__  # as pydantic's own constructors do: the model may forbid it
    put(made, "__dict__", said)
    put(made, "__pydantic_fields_set__", set(fields))
    put(made, "__pydantic_extra__", extra)
    put(made, "__pydantic_private__", dict(blank.private) if blank.private else None)
    return made


def copied(model: M, update: Mapping[str, Any]) -> M:
    """Return a shallow copy with `update` put over it: `model_copy`, at a third of its cost."""
    cls, private = type(model), model.__pydantic_private__
    said, extra = {**model.__dict__, **update}, {**(model.__pydantic_extra__ or {})}
    if len(said) > len(model.__dict__):
        for name in update:  # in this order: that of a set is another in each process
            if name not in cls.model_fields:
                extra[name] = said.pop(name)
    made = cls.__new__(cls)
    put = object.__setattr__
    put(made, "__dict__", said)
    put(made, "__pydantic_fields_set__", model.__pydantic_fields_set__ | update.keys())
    put(made, "__pydantic_extra__", extra)
    put(made, "__pydantic_private__", dict(private) if private else None)
    return made


def put(model: M, update: Mapping[str, Any]) -> M:
    """Put `update` over a model that nobody else holds, and return it: `copied` without a copy."""
    if not update:
        return model
    said = vars(model)
    if update.keys() <= said.keys():
        said.update(update)
    else:
        extra, fields = model.__pydantic_extra__, _blank(type(model)).fields
        for name, value in update.items():
            if extra is None or name in said or name in fields:
                said[name] = value
            else:
                extra[name] = value
    model.__pydantic_fields_set__.update(update)
    return model


class Event:
    """Base of stream events and deltas. Fields a provider adds live beside the known ones."""

    type: Any  # a Literal in every class, so that checkers tell events apart by it
    _fields: ClassVar[tuple[str, ...]] = ()  # required, in the order of the wire
    _kinds: ClassVar[tuple[tuple[str, type], ...]] = ()  # what some of them must be

    @classmethod
    def model_validate(cls, obj: Any) -> Self:
        """Build from a mapping, or return `obj` if it is one of these. ValueError if neither."""
        if isinstance(obj, cls):
            return obj
        if not isinstance(obj, Mapping):
            raise ValueError(f"{cls.__name__}: expected a mapping, got {type(obj).__name__}")
        if cls.type != obj.get("type"):
            raise ValueError(f"{cls.__name__}: type is {obj.get('type')!r:.60}, not {cls.type!r}")
        if missing := [name for name in cls._fields if name not in obj]:
            raise ValueError(f"{cls.__name__}: missing {', '.join(missing)}")
        for name, kind in cls._kinds:
            if not isinstance(obj[name], kind):
                raise ValueError(f"{cls.__name__}: {name} is {obj[name]!r:.60}")
        event = cls.__new__(cls)
        cls._fill(event.__dict__, obj)
        return event

    @classmethod
    def _fill(cls, into: dict[str, Any], obj: Mapping[str, Any]) -> None:
        if not _METHODS.isdisjoint(obj):  # it would hide the method
            raise ValueError(f"{cls.__name__}: no field can be called {_METHODS & obj.keys()}")
        into.update(obj)
        into.pop("type", None)

    def model_dump(
        self, *, mode: Literal["python", "json"] = "python", exclude_none: bool = False
    ) -> dict[str, Any]:
        """Return the event as the wire's JSON object: `type` first, then the fields."""
        dumped: dict[str, Any] = {"type": self.type}
        for name, value in self.__dict__.items():
            if not (exclude_none and value is None):
                dumped[name] = _dump(value, mode=mode, exclude_none=exclude_none)
        return dumped

    def model_dump_json(self, *, indent: int | None = None, exclude_none: bool = False) -> str:
        """Return `model_dump()` as JSON text."""
        return to_json(
            self.model_dump(mode="json", exclude_none=exclude_none), indent=indent
        ).decode()

    def model_copy(self, *, update: Mapping[str, Any] | None = None) -> Self:
        """Return a shallow copy with `update` put over it."""
        copy = type(self).__new__(type(self))
        copy.__dict__.update(self.__dict__)
        copy.__dict__.update(update or {})
        return copy

    def __eq__(self, other: object) -> bool:
        return type(self) is type(other) and self.__dict__ == other.__dict__

    __hash__ = None  # type: ignore[assignment]  # mutable, as the pydantic types are

    def __repr__(self) -> str:
        inside = ", ".join(f"{name}={value!r}" for name, value in self.__dict__.items())
        return f"{type(self).__name__}({inside})"

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_plain_validator_function(
            cls.model_validate,
            serialization=core_schema.plain_serializer_function_ser_schema(
                lambda event: event.model_dump(mode="json")
            ),
        )


def wire(value: Any) -> Any:
    """Return our objects as the JSON data that they mean on the wire.

    A field of ours that is None was not said; where a provider's own field is null, it stays.
    """
    if isinstance(value, Model):
        said = {name: wire(part) for name, part in value.__dict__.items() if part is not None}
        return said | {n: wire(part) for n, part in (value.__pydantic_extra__ or {}).items()}
    if isinstance(value, Event):
        return {"type": value.type, **wire(value.__dict__)}
    if isinstance(value, dict):
        return {name: wire(part) for name, part in value.items()}
    return [wire(part) for part in value] if isinstance(value, list) else value


def _dump(value: Any, *, mode: Literal["python", "json"], exclude_none: bool) -> Any:
    if isinstance(value, Event):
        return value.model_dump(mode=mode, exclude_none=exclude_none)
    if isinstance(value, BaseModel):
        return value.model_dump(mode=mode, exclude_none=exclude_none)
    return value


_METHODS = frozenset(name for name in vars(Event) if name.startswith("model_"))
