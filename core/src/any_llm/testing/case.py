"""A recorded case: one Messages call, what a vendor really answered, and what must come of it.

    case = Case.load("cases/tool_call.json")
    case.dump("cases/tool_call.json")

The file is JSON; docs/testing-a-provider.md describes it. `format` is its version: what this
any_llm does not know is an error, never skipped.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import BeforeValidator, ConfigDict, PlainSerializer, TypeAdapter, ValidationError

FORMAT = 1
"""The version of the file format that this any_llm writes; it reads this one and earlier ones."""

Mode = Literal["whole", "streamed"]
MODES: tuple[Mode, ...] = ("whole", "streamed")

_STRICT = ConfigDict(extra="forbid")


class CaseError(ValueError):
    """A case file cannot be read, or says something that no case can say."""


def _packed(body: bytes) -> list[str] | dict[str, str]:
    """Bytes as JSON: text as the list of its lines, which keep their ends; else base64."""
    try:
        text = body.decode()
    except UnicodeDecodeError:
        return {"base64": base64.b64encode(body).decode()}
    lines = [line + "\n" for line in text.split("\n")]  # not splitlines: U+2028 ends no line here
    lines[-1] = lines[-1][:-1]
    return lines if lines[-1] else lines[:-1]


def _unpacked(value: Any) -> Any:
    if isinstance(value, list) and all(isinstance(line, str) for line in value):
        return "".join(value).encode()
    if isinstance(value, dict) and list(value) == ["base64"]:
        return base64.b64decode(value["base64"], validate=True)
    if isinstance(value, bytes):
        return value
    raise ValueError('a body is a list of lines, joined as they are, or {"base64": "..."}')


Body = Annotated[bytes, BeforeValidator(_unpacked), PlainSerializer(_packed)]


@dataclass(frozen=True, kw_only=True)
class Exchange:
    """One HTTP exchange as it was on the wire, without credentials.

    `path` is the path and query that were asked; `sent` the JSON body that the vendor accepted, or
    None where it is not known. `body` are the bytes of the answer, a stream's with its line ends;
    `pieces` the sizes in which the network brought them, where that is known.
    """

    __pydantic_config__ = _STRICT

    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    body: Body = b""
    method: str = "POST"
    path: str | None = None
    sent: Any = None
    pieces: tuple[int, ...] = ()


@dataclass(frozen=True, kw_only=True)
class ToolCall:
    """A tool call that must come of an answer: its name and its whole input."""

    __pydantic_config__ = _STRICT

    name: str
    input: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class ExpectedError:
    """The error that must come: the class's name in `any_llm`, and what it must say.

    `type`, `status` and `retry_after` (seconds) are compared where they are given.
    """

    __pydantic_config__ = _STRICT

    kind: str
    type: str | None = None
    status: int | None = None
    retry_after: float | None = None


@dataclass(frozen=True, kw_only=True)
class Expect:
    """What must come of a recording: an answer, or an error.

    `text` and `thinking` are all blocks of that type in one string, `tools` the calls in order;
    what is left out must be absent. `usage` names the counts to compare. `blocks` are the types of
    all blocks in order, where it is given. With `error`, nothing else is said.
    """

    __pydantic_config__ = _STRICT

    text: str = ""
    thinking: str = ""
    tools: tuple[ToolCall, ...] = ()
    stop_reason: str | None = None
    stop_sequence: str | None = None
    usage: Mapping[str, int] = field(default_factory=dict)
    blocks: tuple[str, ...] | None = None
    error: ExpectedError | None = None


@dataclass(frozen=True, kw_only=True)
class Recording:
    """The exchanges of one call, in order (usually one), and what must come of them."""

    __pydantic_config__ = _STRICT

    exchanges: tuple[Exchange, ...]
    expect: Expect


@dataclass(frozen=True, kw_only=True)
class Case:
    """One call and its recordings: answered whole, streamed, or both.

    `request` are Messages fields, `model` without the provider; `options` what the call takes
    beside them (`quirks`, the dialect's own, a provider's). `source` says where the recording
    comes from, `licence` under which terms, `recorded` on which day. Two recordings that expect
    the same are compared with each other.
    """

    __pydantic_config__ = _STRICT

    name: str
    request: Mapping[str, Any]
    options: Mapping[str, Any] = field(default_factory=dict)
    whole: Recording | None = None
    streamed: Recording | None = None
    provider: str = ""
    source: str = ""
    licence: str = ""
    recorded: str = ""
    format: int = FORMAT

    def recording(self, mode: Mode) -> Recording | None:
        """The recording of `mode`, or None."""
        return self.whole if mode == "whole" else self.streamed

    @property
    def modes(self) -> tuple[Mode, ...]:
        """The modes that were recorded."""
        return tuple(mode for mode in MODES if self.recording(mode) is not None)

    @classmethod
    def load(cls, path: str | Path) -> Self:
        """Read a case file. CaseError says what is wrong with it."""
        try:
            return cls.of(json.loads(Path(path).read_bytes()))
        except ValueError as error:
            raise CaseError(f"{path}: {error}") from None

    @classmethod
    def of(cls, value: Any) -> Self:
        """Make a case of a file's parsed JSON. CaseError says what is wrong with it."""
        version = value.get("format") if isinstance(value, dict) else None
        if type(version) is not int or not 1 <= version <= FORMAT:
            raise CaseError(
                f"format {version!r}: this any_llm reads case files up to format {FORMAT}; "
                "upgrade anyllm-core, or record the case again"
            )
        try:
            case = _CASE.validate_python(value)
        except ValidationError as error:
            faults = (f"{'.'.join(map(str, e['loc']))}: {e['msg']}" for e in error.errors())
            raise CaseError("; ".join(faults)) from None
        _check(case)
        return cls(**vars(case))

    def dump(self, path: str | Path) -> None:
        """Write the case as a file that `load` reads back equal."""
        _check(self)
        text = json.dumps(self.as_json(), indent=2, ensure_ascii=False, allow_nan=False)
        Path(path).write_text(text + "\n", encoding="utf-8", newline="\n")

    def as_json(self) -> dict[str, Any]:
        """The case as a file holds it; what has its default is left out."""
        said: dict[str, Any] = _CASE.dump_python(self, mode="json", exclude_defaults=True)
        return {"format": self.format, **said}


_CASE: TypeAdapter[Case] = TypeAdapter(Case)


def _check(case: Case) -> None:
    """Refuse a case that could check nothing."""
    if not isinstance(case.request.get("model"), str):
        raise CaseError("request.model: the vendor's id of the model is needed")
    if not case.modes:
        raise CaseError("neither `whole` nor `streamed` is recorded; a case needs one of them")
    for mode in case.modes:
        recording = case.recording(mode)
        assert recording is not None
        if not recording.exchanges:
            raise CaseError(f"{mode}.exchanges: at least one exchange is needed")
        if recording.expect.error is None and recording.expect.stop_reason is None:
            raise CaseError(f"{mode}.expect: stop_reason or error is needed")


def load_cases(directory: str | Path) -> list[Case]:
    """Read all `*.json` of `directory`, by name. CaseError where there is none, or a broken one."""
    paths = sorted(Path(directory).glob("*.json"))
    if not paths:
        raise CaseError(f"{directory}: holds no case (*.json); record one, or name its directory")
    return [Case.load(path) for path in paths]
