"""The recorder: a real exchange becomes a case of the kit, without anybody's secrets in it.

    case = record("acme:acme-1", [{"role": "user", "content": "Hello"}], 100, name="hello")
    case.dump("cases/hello.json")

What must come of a recording is what any_llm makes of it now: read it before you keep it. Keys, and
who the answer was for, are taken out (see `_scrub`), and what is left is played back once: it has
to mean the same, and to hold no secret however it is read.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from .._place import resolve_settings
from ..client import Client
from ..errors import AnyLLMError, APIError, APIStatusError
from ..plugin import Call, MessageResponse, Observer
from ..plugins import PluginManager
from ..types import MESSAGES_FIELDS
from ._scrub import Scrubber, secrets_of
from ._tape import Head, Player, Tape, Taped, place_of
from .case import MODES, Case, Exchange, Expect, ExpectedError, Mode, Recording, ToolCall

# Keywords of a call that say how it is made and not what is asked.
_HOW = frozenset({"timeout", "max_retries", "on_loss", "extra_headers", "extra_query"})


class RecordError(AnyLLMError):
    """An exchange could not be made into a case; nothing was written."""


def record(
    model: str,
    messages: Any,
    max_tokens: int,
    *,
    name: str = "",
    modes: Sequence[Mode] = MODES,
    source: str = "",
    licence: str = "",
    plugins: PluginManager | None = None,
    client_options: Mapping[str, Any] | None = None,
    **fields: Any,
) -> Case:
    """Make the call, whole and streamed, and return it as a case.

    `fields` are what `Client.messages` takes, `client_options` what `Client` takes. An error of the
    provider is recorded as well as an answer; where no answer came at all, its error is raised.
    RecordError when the recording cannot be made safe.
    """
    taking = _Taking({"plugins": plugins, **(client_options or {}), "max_retries": 0})
    call = {"model": model, "messages": messages, "max_tokens": max_tokens, **fields}
    call.pop("stream", None)
    if call.get("output_format") is not None:
        raise RecordError("record: output_format: a case holds JSON; say it as output_config")
    takes: dict[Mode, _Take] = {mode: taking.take(call, mode) for mode in modes}
    if not takes:
        raise RecordError("record: modes: name whole, streamed or both")
    scrubber = Scrubber(taking.secrets(call, takes.values()))
    asked = _asked(call, next(iter(takes.values())).call, scrubber)
    recordings = {
        mode: _recording(take, taking, {**call, **_secretless(call)}, mode, scrubber)
        for mode, take in takes.items()
    }
    case = Case(
        name=name or scrubber.text(str(asked["request"]["model"])),
        **asked,
        whole=recordings.get("whole"),
        streamed=recordings.get("streamed"),
        source=source,
        licence=licence,
        recorded=datetime.now(UTC).date().isoformat(),
    )
    text = json.dumps(case.as_json(), ensure_ascii=False)
    if scrubber.finds(text):
        raise RecordError("record: a secret would stand in the case; nothing is written")
    return case


@dataclass(slots=True)
class _Take:
    """One call that was made: its facts, what was taped of it, what came of it.

    `tokens` are exchanges with other servers, which no case has a place for.
    """

    call: Call
    taped: list[Taped]
    tokens: list[Taped]
    expect: Expect


class _Facts(Observer):
    def __init__(self) -> None:
        self.call: Call | None = None

    def on_request(self, call: Call) -> None:
        self.call = call


class _Taking:
    """Makes calls with one set of client options."""

    def __init__(self, options: Mapping[str, Any]) -> None:
        self._options = {"on_loss": "ignore", **options}
        self._found: set[str] = set()

    def take(self, call: Mapping[str, Any], mode: Mode) -> _Take:
        """Make the call and keep what went over the wire to the provider itself."""
        tape, facts = Tape(), _Facts()
        with self._client(wrap_transport=tape.wrap, observers=[facts]) as client:
            expect, error = _outcome(client, call, mode)
            if facts.call is None or (error is not None and not tape.taped):
                raise error or RecordError("record: the call was never sent")
            self._know(client, facts.call)
        server = facts.call.server
        here = [one for one in tape.taped if place_of(one.request.url) == server]
        tokens = [one for one in tape.taped if place_of(one.request.url) != server]
        self._found |= _of_requests(tape.taped)
        return _Take(facts.call, here, tokens, expect)

    def play(
        self, take: _Take, call: Mapping[str, Any], mode: Mode, exchanges: Iterable[Exchange]
    ) -> Expect:
        """Return what comes of recorded exchanges."""
        heads: dict[str, list[Head]] = {}
        for one in take.tokens:
            there = heads.setdefault(place_of(one.request.url), [])
            there.append(Head(one.status, one.headers, one.body))
        heads[take.call.server] = [Head(one.status, one.headers, one.body) for one in exchanges]
        with self._client(wrap_transport=lambda _: Player(heads)) as client:
            return _outcome(client, call, mode)[0]

    def secrets(self, call: Mapping[str, Any], takes: Iterable[_Take]) -> set[str]:
        """Return everything that must not stand in a case."""
        found = set(self._found)
        keys = [call.get("api_key"), *(self._options.get("keys") or {}).values()]
        found |= {key for key in keys if isinstance(key, str)}
        for take in takes:
            for one in take.taped:
                found |= secrets_of(one.headers.items())
        return found

    def _client(self, **more: Any) -> Client:
        given = [*self._options.get("observers", ()), *more.pop("observers", ())]
        return Client(**{**self._options, **more, "observers": given})

    def _know(self, client: Client, call: Call) -> None:
        spec = client.plugins.provider(call.provider)
        values = resolve_settings(spec, client._settings)
        defaults = {setting.name: setting.default for setting in spec.settings}
        own = {name: value for name, value in values.items() if value != defaults.get(name)}
        self._found |= secrets_of(own.items())


def _of_requests(taped: Iterable[Taped]) -> set[str]:
    found: set[str] = set()
    for one in taped:
        query = parse_qsl(urlsplit(one.request.url).query)
        found |= secrets_of([*one.request.headers.items(), *query])
    return found


def _secretless(call: Mapping[str, Any]) -> dict[str, Any]:
    return {"api_key": "x" * len(call["api_key"])} if call.get("api_key") else {}


def _outcome(client: Client, call: Mapping[str, Any], mode: Mode) -> tuple[Expect, APIError | None]:
    try:
        if mode == "whole":
            return _expected(client.messages(**call)), None
        with client.stream(**call) as stream:
            return _expected(stream.get_final_message()), None
    except APIError as error:
        return _expected_error(error), error


def _expected(message: MessageResponse) -> Expect:
    blocks = message.content
    counts = {name: value for name, value in vars(message.usage).items() if type(value) is int}
    return Expect(
        text=message.text,
        thinking="".join(block.thinking for block in blocks if block.type == "thinking"),
        tools=tuple(
            ToolCall(name=block.name, input=block.input)
            for block in blocks
            if block.type == "tool_use"
        ),
        stop_reason=message.stop_reason,
        stop_sequence=message.stop_sequence,
        usage=counts,
        blocks=tuple(block.type for block in blocks),
    )


def _expected_error(error: APIError) -> Expect:
    found = ExpectedError(kind=type(error).__name__)
    if isinstance(error, APIStatusError):
        found = replace(found, type=error.type, status=error.status, retry_after=error.retry_after)
    return Expect(error=found)


def _asked(call: Mapping[str, Any], facts: Call, scrubber: Scrubber) -> dict[str, Any]:
    assert facts.request is not None
    request = {"model": facts.model, **facts.request.fields()}
    request.pop("stream", None)
    options = {
        name: value
        for name, value in call.items()
        if name not in MESSAGES_FIELDS | _HOW | {"provider", "api_key", "api_base"}
    }
    return {
        "request": scrubber.value(request),
        "options": scrubber.value(options),
        "provider": facts.provider,
    }


def _recording(
    take: _Take, taking: _Taking, call: Mapping[str, Any], mode: Mode, scrubber: Scrubber
) -> Recording:
    exchanges = tuple(_exchange(one, scrubber) for one in take.taped)
    expect = taking.play(take, call, mode, exchanges)
    said = [expect.text, expect.thinking, *(json.dumps(tool.input) for tool in expect.tools)]
    if any(map(scrubber.finds, said)):
        raise RecordError(
            "record: the answer says a secret in pieces that only together make it; nothing is "
            "written. Ask something else"
        )
    before, after = scrubber.value(_shape(take.expect)), scrubber.value(_shape(expect))
    if before != after:
        raise RecordError(
            f"record: without the secrets in it the {mode} answer means something else: {before} "
            f"became {after}; nothing is written"
        )
    return Recording(exchanges=exchanges, expect=expect)


def _shape(expect: Expect) -> list[Any]:
    error = None if expect.error is None else vars(expect.error)
    tools = [tool.name for tool in expect.tools]
    return [expect.stop_reason, tools, expect.blocks, expect.usage, error]


def _exchange(one: Taped, scrubber: Scrubber) -> Exchange:
    parts = urlsplit(one.request.url)
    path = parts.path + (f"?{parts.query}" if parts.query else "")
    try:
        sent = json.loads(one.request.content) if one.request.content else None
    except ValueError:
        sent = None  # no JSON: a case has no place for it
    return Exchange(
        status=one.status,
        headers=scrubber.kept(one.headers),
        body=scrubber.body(one.body),
        method=one.request.method,
        path=scrubber.text(path),
        sent=scrubber.value(sent),
        pieces=tuple(map(len, one.pieces)),
    )
