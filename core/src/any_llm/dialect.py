"""What a provider author writes: the conversion between Messages and one wire format.

Pure: nothing here does I/O, reads a clock or looks at the environment, and the same object serves
the sync and the async client. Everything a conversion may know about its call is in `CallContext`.
Nonsense from the wire may surface as LookupError, TypeError, ValueError or AttributeError: whoever
runs a dialect turns those into `BadReply`, so an author writes `said["id"]`.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Generator, Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, ClassVar, Literal, NoReturn

from ._json import loads
from .emit import Emitter
from .errors import APIStatusError, NotFoundError, UnsupportedFeature, status_error
from .framing import SSE, Frame, Framer
from .losses import Loss, Severity
from .types import MessageResponse, MessagesRequest, MessageTokensCount, ModelInfo

Mode = Literal["whole", "streamed"]


@dataclass(frozen=True, slots=True, kw_only=True)
class WireRequest:
    """One request without credentials. `json` is serialised once, before the first attempt.

    `path` is put behind the path of the base URL.
    """

    path: str
    method: str = "POST"
    query: Mapping[str, str] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    json: Any = None
    content: bytes | None = None


@dataclass(frozen=True, kw_only=True)
class WireReply:
    """A whole answer: status, lower-cased headers, body."""

    status: int
    headers: Mapping[str, str]
    content: bytes

    @property
    def json(self) -> Any:
        """The parsed body. ValueError when it is no JSON."""
        kept = self.__dict__
        if "_json" not in kept:  # a cached_property has a lock, before Python 3.12
            kept["_json"] = loads(self.content)
        return kept["_json"]

    @cached_property
    def body(self) -> Any:
        """The parsed body, or its text when it is no JSON: for errors."""
        try:
            return self.json
        except ValueError:
            return self.content.decode("utf-8", "replace")


@dataclass(frozen=True, slots=True)
class ModelRule:
    """Options for the models whose id fits `pattern` (case-insensitive glob), and who says so."""

    pattern: str
    options: Mapping[str, Any]
    source: str = ""


def model_rules(
    patterns: Sequence[str], options: Mapping[str, Any], source: str
) -> tuple[ModelRule, ...]:
    """Return one rule for each pattern of a family."""
    return tuple(ModelRule(pattern, options, source) for pattern in patterns)


@dataclass(slots=True, kw_only=True)
class CallContext:
    """All that a conversion may know about its call; one object a call.

    `operation` is `messages`, `count_tokens`, `models` or another of the dialect's flows;
    `profile` is the dialect's typed options, resolved for this model; `options` are the call
    options that the dialect declares; `settings` the row's settings (region, project, ...);
    `state` is the dialect's own, from encode to the last event.
    """

    provider: str
    model: str
    operation: str = "messages"
    stream: bool = False
    base_url: str = ""
    profile: Any = None
    options: Mapping[str, Any] = field(default_factory=dict)
    settings: Mapping[str, str] = field(default_factory=dict)
    betas: Sequence[str] = ()
    losses: list[Loss] = field(default_factory=list)
    state: dict[str, Any] = field(default_factory=dict)
    seed: str = ""
    _ids: int = 0

    def new_id(self, prefix: str) -> str:
        """Return a fresh id such as `toolu_4f1c...01`: letters, digits and _ only."""
        self._ids += 1
        return f"{prefix}{self.seed}{self._ids:02x}"

    def report(self, path: str, what: str, severity: Severity = "lossy") -> None:
        """Note that `path` does not go across as asked; the call goes on."""
        self.losses.append(Loss(path, what, severity))

    def refuse(self, path: str, what: str, do: str = "") -> NoReturn:
        """Raise UnsupportedFeature: going on would lose content or a guarantee."""
        advice = f"; {do}" if do else ""
        raise UnsupportedFeature(
            f"{self.provider}: {path}: {what}{advice}", path=path, provider=self.provider
        )

    def leftover(self, path: str, said: Mapping[str, Any], *known: str) -> None:
        """Report every key of `said` that the conversion does not know, so that none vanishes."""
        for name in said:
            if name not in known and said[name] is not None:
                self.report(f"{path}.{name}" if path else name, "not carried: unknown to this wire")


# --- steps a conversion may ask for ----------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Send:
    """Ask the provider itself, with its credentials; the answer is a `WireReply` (2xx)."""

    request: WireRequest


@dataclass(frozen=True, slots=True)
class Fetch:
    """Get a URL without credentials; the answer is `Fetched`. Off unless the client allows it."""

    url: str
    path: str  # the request's field that asks for it, for errors


@dataclass(frozen=True, slots=True)
class Fetched:
    """What a Fetch brought."""

    content: bytes
    media_type: str


@dataclass(frozen=True, slots=True)
class Cached:
    """Run `flow` once for this client, provider and key, however many calls wait for it."""

    key: Hashable
    flow: Callable[[], Generator[Any, Any, Any]]


Step = Send | Fetch | Cached
Flow = Generator[Step, Any, Any]


class StreamDecoder(ABC):
    """Turns the frames of one answer into events, by calling `self.emit`. One object an answer."""

    def __init__(self, ctx: CallContext) -> None:
        self.ctx = ctx
        self.emit = Emitter()

    @abstractmethod
    def feed(self, frame: Frame) -> None:
        """Say on `self.emit` what this frame means."""

    def close(self) -> None:
        """The bytes have ended: say what is left. The core raises unless the message finished."""


class Dialect(ABC):
    """A wire format. Subclass it once for a format, not once for a vendor."""

    name: ClassVar[str]
    framer: ClassVar[type[Framer]] = SSE
    decoder: ClassVar[type[StreamDecoder]]
    modes: ClassVar[frozenset[Mode]] = frozenset({"whole", "streamed"})
    profile: ClassVar[type | None] = None
    """A pydantic model or dataclass: the typed options of rows and of `quirks=`."""
    models: ClassVar[Sequence[ModelRule]] = ()
    carries_betas: ClassVar[bool] = False
    """Whether `betas` mean something on this wire; else they stand in the losses."""
    fields: ClassVar[frozenset[str] | None] = None
    """The request's fields that `encode` reads, where it does not account for the others itself:
    the core reports every other field that was said."""
    call_options: ClassVar[Mapping[str, Any]] = {}
    """Keywords of a call that belong to this dialect, and their types."""

    def choose(self, request: MessagesRequest | None, ctx: CallContext) -> Dialect:
        """Return the dialect that this call uses: itself, unless a vendor speaks several wires.

        Asked once a call, before anything else; `ctx.profile` is this dialect's. `request` is
        None for an operation that has none.
        """
        return self

    @abstractmethod
    def encode(self, request: MessagesRequest, ctx: CallContext) -> WireRequest:
        """Return the wire's request: refuse, report or emulate what it cannot carry."""

    @abstractmethod
    def decode(self, reply: WireReply, ctx: CallContext) -> MessageResponse:
        """Return the message of a whole 2xx answer, or raise the error it holds."""

    def prepare(
        self, request: MessagesRequest, ctx: CallContext
    ) -> Generator[Step, Any, WireRequest]:
        """`encode`, for a dialect that must ask or fetch something first."""
        return self.encode(request, ctx)
        yield  # a generator that needs no step

    def error(self, reply: WireReply, ctx: CallContext) -> APIStatusError:
        """Return the error of an answer with a status that is not 2xx.

        The default reads `{"error": {"type", "message"}}` and survives everything else.
        """
        said = reply.body.get("error", reply.body) if isinstance(reply.body, dict) else reply.body
        kind = said.get("type") if isinstance(said, dict) else None
        return wire_error(reply, ctx, said, type=kind if isinstance(kind, str) else None)

    def count_tokens(
        self, request: MessagesRequest, ctx: CallContext
    ) -> Generator[Step, Any, MessageTokensCount]:
        """Ask the provider how many input tokens a request has."""
        ctx.refuse("count_tokens", "this provider has no endpoint that counts tokens")
        yield

    def list_models(self, ctx: CallContext) -> Generator[Step, Any, list[ModelInfo]]:
        """Ask the provider for its models, all pages."""
        ctx.refuse("models", "this provider has no list of models")
        yield

    def retrieve_model(self, model: str, ctx: CallContext) -> Generator[Step, Any, ModelInfo]:
        """Ask the provider for one model; by default, find it in its list. NotFoundError if not."""
        for info in (yield from self.list_models(ctx)):
            if info.id == model:
                return info
        raise NotFoundError(
            f"{ctx.provider}: has no model {model!r}; models.list() tells which it has",
            status=404,
            provider=ctx.provider,
        )


def wire_error(
    reply: WireReply,
    ctx: CallContext,
    said: Any,
    *,
    type: str | None = None,
    code: str | None = None,
    message: str | None = None,
    retry_after: float | None = None,
) -> APIStatusError:
    """Return the typed error for `reply`, with what its headers say added."""
    text = message or (said.get("message") if isinstance(said, dict) else said)
    line = " ".join(str(text or "").split())
    if not line:
        line = f"HTTP {reply.status} without a message"
    elif text is reply.body:  # a proxy's page, a bare word: nothing that says what it means
        line = f"HTTP {reply.status}: {line:.300}"
    return status_error(
        f"{ctx.provider}: {line:.2000}",
        status=reply.status,
        type=type,
        code=code,
        provider=ctx.provider,
        request_id=request_id(reply.headers),
        retry_after=retry_after if retry_after is not None else retry_delay(reply.headers),
        should_retry={"true": True, "false": False}.get(reply.headers.get("x-should-retry", "")),
        body=reply.body,
    )


def request_id(headers: Mapping[str, str]) -> str | None:
    """Return the provider's id of an exchange, under the names that vendors use."""
    for name in _REQUEST_IDS:
        if found := headers.get(name):
            return found
    return None


_REQUEST_IDS = ("request-id", "x-request-id", "apim-request-id", "x-amzn-requestid", "cf-ray")


def retry_delay(headers: Mapping[str, str]) -> float | None:
    """Return `retry-after-ms` or a numeric `retry-after` in seconds; None when neither is said.

    An HTTP date needs a clock: the exchange resolves it (see `Retry`).
    """
    for name, unit in (("retry-after-ms", 0.001), ("retry-after", 1.0)):
        try:
            seconds = float(headers[name]) * unit
        except (KeyError, ValueError):
            continue
        if 0 <= seconds < float("inf"):
            return seconds
    return None
