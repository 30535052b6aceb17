"""A provider on a real server: its plugin, a client of each colour, the answers to come."""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import replace
from typing import Any, Literal, Self
from urllib.parse import urlsplit

from anyio.from_thread import BlockingPortal, start_blocking_portal

from ... import AsyncClient, Client, PluginManager
from ..._plan import Plan
from ...client import _arguments
from ...provider import ProviderSpec
from ..case import Exchange
from ..replay import Answer, ReplayServer
from .checks import Trial
from .outcome import Outcome, Witness

Colour = Literal["sync", "asyncio", "trio"]
COLOURS: tuple[Colour, ...] = ("sync", "asyncio", "trio")

# What the server makes itself; a body is recorded as it was after decompression.
_HOP = frozenset({"connection", "content-encoding", "content-length", "transfer-encoding"})


class Stage:
    """Opened by `with`. One server and one client of each colour, all made when first needed."""

    def __init__(self, suite: Any) -> None:
        self.suite = suite
        self.plugins = PluginManager(env={}, autoload=suite.plugin is None)
        if suite.plugin is not None:
            self.plugins.register(suite.plugin)
        self.spec = self.plugins.provider(suite.provider)
        self.dialect = self.plugins.dialect(self.spec.dialect)
        self.witness = Witness()
        self._answers: deque[Answer] = deque()
        self._open = ExitStack()
        self._clients: dict[Colour, Any] = {}
        self._portals: dict[Colour, BlockingPortal] = {}
        self.server = ReplayServer(answer=self._next)
        self.base = self.server.url + _path(self.spec, suite.settings)

    def __enter__(self) -> Self:
        self._open.enter_context(self.server)
        return self

    def __exit__(self, *exc: object) -> None:
        self._open.close()

    def client(self, colour: Colour) -> Any:
        """The client of this colour."""
        if colour not in self._clients:
            self._clients[colour] = self._made(colour)
        return self._clients[colour]

    def portal(self, colour: Colour) -> BlockingPortal:
        """The event loop behind an async client."""
        self.client(colour)
        return self._portals[colour]

    def arguments(self, request: Mapping[str, Any], **options: Any) -> dict[str, Any]:
        """The keywords of a call to this server."""
        return {
            **request,
            "max_tokens": request.get("max_tokens", 1024),
            "provider": self.suite.provider,
            "api_base": self.base,
            **self.suite.options,
            **options,
        }

    def play(self, trial: Trial, colour: Colour = "sync", **changes: Any) -> Outcome:
        """Make a case's call and answer with its recording; `changes` are an Answer's."""
        answers = [answer_of(one) for one in trial.recording.exchanges]
        answers[-1] = replace(answers[-1], **changes)
        return self.call(trial.case.request, answers, trial.stream, colour, **trial.case.options)

    def call(
        self,
        request: Mapping[str, Any],
        answers: Sequence[Answer],
        stream: bool,  # noqa: FBT001  # as in the request itself
        colour: Colour = "sync",
        **options: Any,
    ) -> Outcome:
        """Make a call that gets these answers."""
        arguments = self.arguments(request, **options)
        self._answers = deque(answers)
        self.witness.facts = []
        before = len(self.server.requests)
        outcome = Outcome()
        run = self._sync if colour == "sync" else self._async
        run(colour, arguments, stream, outcome)
        outcome.received = self.server.requests[before:]
        outcome.facts = self.witness.facts
        return outcome

    def plan(self, request: Mapping[str, Any], *, stream: bool, **options: Any) -> Plan:
        """The plan of a call: its dialect, its context and its checked request."""
        fields = self.arguments(request, **options)
        model, messages = fields.pop("model"), fields.pop("messages")
        args, _ = _arguments(model, messages, fields.pop("max_tokens"), fields)
        plan: Plan = self.client("sync")._plan(args, "messages", stream=stream)
        return plan

    def answers(self, answers: Sequence[Answer]) -> None:
        """Set what the server says next."""
        self._answers = deque(answers)

    # -- the machine --------------------------------------------------------------------------

    def _next(self, _: Any) -> Answer:
        if self._answers:
            return self._answers.popleft()
        return Answer(status=501, body=b"the call asks more often than was recorded")

    def _made(self, colour: Colour) -> Any:
        options: dict[str, Any] = {
            "plugins": self.plugins,
            "env": {},
            "max_retries": 0,
            "timeout": 20.0,  # ends a test that would hang; nothing else waits
            "on_loss": "ignore",
            "observers": [self.witness],
            "settings": {self.suite.provider: self.suite.settings} if self.suite.settings else {},
            "keys": {self.suite.provider: self.suite.api_key} if self.suite.api_key else {},
        }
        if colour == "sync":
            client: Any = Client(**options)
            self._open.callback(client.close)
            return client
        portal = self._open.enter_context(start_blocking_portal(colour))
        self._portals[colour] = portal
        client = AsyncClient(**options)
        self._open.callback(lambda: portal.call(client.close))
        return client

    def _sync(self, colour: Colour, arguments: Any, stream: bool, outcome: Outcome) -> None:  # noqa: FBT001
        client = self.client(colour)
        try:
            if not stream:
                outcome.message = client.messages(**arguments)
            else:
                with client.stream(**arguments) as opened:
                    outcome.events.extend(opened)
                    outcome.message = opened.get_final_message()
        except Exception as error:  # noqa: BLE001  # whatever comes is what the tests are about
            outcome.error = error
        outcome.losses = _losses(outcome, self.witness)

    def _async(self, colour: Colour, arguments: Any, stream: bool, outcome: Outcome) -> None:  # noqa: FBT001
        client = self.client(colour)

        async def run() -> None:
            if not stream:
                outcome.message = await client.messages(**arguments)
                return
            async with client.stream(**arguments) as opened:
                async for event in opened:
                    outcome.events.append(event)
                outcome.message = await opened.get_final_message()

        try:
            self._portals[colour].call(run)
        except Exception as error:  # noqa: BLE001  # as above
            outcome.error = error
        outcome.losses = _losses(outcome, self.witness)


def _losses(outcome: Outcome, witness: Witness) -> tuple[Any, ...]:
    if outcome.message is not None:
        return outcome.message.losses
    ends = [fact.losses for fact in witness.facts if hasattr(fact, "losses")]
    return ends[-1] if ends else ()


def answer_of(exchange: Exchange, **changes: Any) -> Answer:
    """The recorded answer, as the server gives it."""
    headers = {n.lower(): v for n, v in exchange.headers.items() if n.lower() not in _HOP}
    answer = Answer(body=exchange.body, status=exchange.status, headers=headers)
    return replace(answer, **changes)


def _path(spec: ProviderSpec, settings: Mapping[str, str]) -> str:
    """The path of the row's base URL; a setting that nobody gave stands for itself."""
    values: dict[str, Any] = {}
    for setting in spec.settings:
        said = settings.get(setting.name) or setting.default or setting.name
        values[setting.name] = said
        try:
            values[setting.name] = setting.parse(said) if setting.parse else said
        except ValueError as error:
            if setting.name in settings:
                raise AssertionError(f"{spec.id}: setting {setting.name}: {error}") from error
    try:
        return urlsplit(spec.base_url.format_map(values)).path
    except AttributeError as error:  # a part of a setting's value that only its parser makes
        raise AssertionError(f"{spec.id}: its address needs the suite's settings") from error
