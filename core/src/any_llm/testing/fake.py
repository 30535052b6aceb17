"""A provider for the tests of applications: it says what it was told to, without a network.

    fake = FakeProvider("Hello!", FakeAnswer(FakeAnswer.tool_use("weather", {"city": "Rome"})))
    client = Client(plugins=fake.plugins)
    assert client.messages("fake:any", [{"role": "user", "content": "hi"}], 100).text == "Hello!"
    assert fake.calls[0].messages == [{"role": "user", "content": "hi"}]

It is a Messages server inside the process: everything above its transport is what runs in
production, so streams, retries, losses, observers and typed errors are real. Works with `Client`
and `AsyncClient` (asyncio and trio), and needs no pytest.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, get_args

from pydantic import SecretStr

from ..plugin import (
    MESSAGES_FIELDS,
    ApiKey,
    CallContext,
    HTTPRequest,
    MessagesDialect,
    MessagesRequest,
    ProviderSpec,
    TransportFactory,
    WireRequest,
    dumps,
    hookimpl,
    loads,
)
from ..plugins import PluginManager
from ._fake_transport import AsyncFakeTransport, FakeTransport
from ._script import Played, answer_of

_KEY = "x-api-key"
Lack = Literal["refused", "lossy", "emulated", "hint"]


@dataclass(frozen=True, slots=True, kw_only=True)
class FakeCall:
    """One attempt as it came in: the body as a Messages server reads it, headers, and the key."""

    number: int
    body: Mapping[str, Any]
    headers: Mapping[str, str] = field(repr=False)
    api_key: SecretStr | None

    @property
    def model(self) -> str:
        """The model that was asked for."""
        return str(self.body["model"])

    @property
    def messages(self) -> list[dict[str, Any]]:
        """The turns."""
        return list(self.body["messages"])

    @property
    def system(self) -> Any:
        """The system prompt, None without one."""
        return self.body.get("system")

    @property
    def tools(self) -> list[dict[str, Any]]:
        """The tools; empty without any."""
        return list(self.body.get("tools") or ())

    @property
    def max_tokens(self) -> int:
        """The limit of the answer."""
        return int(self.body["max_tokens"])

    @property
    def stream(self) -> bool:
        """Whether the answer was asked for as a stream."""
        return bool(self.body.get("stream"))


class ScriptEnded(AssertionError):
    """A FakeProvider was called once more than it has answers."""


class FakeProvider:
    """Answers calls with `answers`, in order, one for each attempt: a retry takes the next one.

    An answer is a text, a FakeAnswer, an APIError, a MessageResponse, or an object for
    `output_format`. `answer` is a function that makes one of a FakeCall, for any number of calls.
    `provider` is the id that it stands in for ("openai": the application's model ids stay as they
    are). `lacks` says what it cannot carry: `{"tools": "refused", "top_k": "lossy"}`. `tokens` is
    what count_tokens answers, `models` are the ids it lists.

    `calls` are the attempts so far. It is a plugin: `fake.plugins` is a manager with it alone, and
    `manager.register(fake)` puts it into yours.
    """

    def __init__(
        self,
        *answers: Any,
        answer: Callable[[FakeCall], Any] | None = None,
        provider: str = "fake",
        lacks: Mapping[str, Lack] | None = None,
        tokens: int = 10,
        models: Sequence[str] = (),
    ) -> None:
        """Check the answers; TypeError for what cannot be one."""
        if answers and answer is not None:
            raise TypeError("FakeProvider: pass answers in their order or answer=, not both")
        _check(lacks or {})
        self._answers = [answer_of(said) for said in answers]
        self._choose = answer
        self._lock = threading.Lock()
        self._used = 0
        self.calls: list[FakeCall] = []
        self._tokens, self._models = tokens, list(models)
        self.spec = ProviderSpec(
            id=provider,
            dialect=_FakeDialect(lacks or {}),
            base_url="fake://in.process",
            auth=ApiKey(required=False, header=_KEY, prefix=""),
            transport=TransportFactory(
                sync=lambda: FakeTransport(self.serve),
                asynchronous=lambda: AsyncFakeTransport(self.serve),
            ),
        )

    @hookimpl
    def anyllm_providers(self) -> Sequence[ProviderSpec]:
        """Return the row."""
        return [self.spec]

    @property
    def plugins(self) -> PluginManager:
        """A new manager that knows this provider and nothing that is installed."""
        manager = PluginManager(autoload=False, env={})
        manager.register(self)
        return manager

    @property
    def unused(self) -> int:
        """How many answers nobody has asked for yet."""
        return len(self._answers) - self._used

    def add(self, *answers: Any) -> None:
        """Put `answers` behind those that are there."""
        more = [answer_of(said) for said in answers]
        with self._lock:
            self._answers += more

    def serve(self, request: HTTPRequest) -> Played:
        """Return what the server says to one request; what transports call."""
        path = request.url.partition("://")[2].partition("?")[0]
        if path.endswith("/models"):
            said = {"data": [{"type": "model", "id": name} for name in self._models]}
            return _json({**said, "has_more": False})
        if path.endswith("/count_tokens"):
            return _json({"input_tokens": self._tokens})
        call = self._note(request)
        answer = answer_of(self._choose(call)) if self._choose else self._next(call)
        return answer.play(call.number, call.body)

    def _note(self, request: HTTPRequest) -> FakeCall:
        headers = dict(request.headers)
        key = headers.pop(_KEY, None)
        with self._lock:
            call = FakeCall(
                number=len(self.calls) + 1,
                body=loads(request.content),
                headers=headers,
                api_key=None if key is None else SecretStr(key),
            )
            self.calls.append(call)
        return call

    def _next(self, call: FakeCall) -> Any:
        with self._lock:
            if self._used < len(self._answers):
                self._used += 1
                return self._answers[self._used - 1]
        raise ScriptEnded(
            f"{self.spec.id}: attempt {call.number} came, and the script holds {self._used} "
            f"answers; give FakeProvider one more, or answer= for any number. "
            f"It was asked: {call.messages[-1]!r:.200}"
        )


class _FakeDialect(MessagesDialect):
    """The Messages wire, less what the test wants to be missing."""

    name = "fake"

    def __init__(self, lacks: Mapping[str, Lack]) -> None:
        self._lacks = dict(lacks)

    def encode(self, request: MessagesRequest, ctx: CallContext) -> WireRequest:
        """Return the request; refuse or report the fields that this provider lacks."""
        said = request.fields()
        for name, lack in self._lacks.items():
            if name not in said:
                continue
            if lack == "refused":
                ctx.refuse(name, "this provider has none", "leave it out")
            ctx.report(name, "not carried: this provider has none", lack)
        wire = super().encode(request, ctx)
        body = {name: value for name, value in wire.json.items() if name not in self._lacks}
        return WireRequest(path=wire.path, json=body, headers=wire.headers)


def _check(lacks: Mapping[str, Lack]) -> None:
    for name, lack in lacks.items():
        if name not in MESSAGES_FIELDS:
            raise TypeError(f"FakeProvider: lacks: {name!r} is no field of a request")
        if lack not in get_args(Lack):
            ways = ", ".join(get_args(Lack))
            raise TypeError(f"FakeProvider: lacks: {name}: {lack!r} is none of {ways}")


def _json(value: Any) -> Played:
    return Played(headers={"content-type": "application/json"}, pieces=[dumps(value)])
