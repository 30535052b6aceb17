"""What is tried again, how often, and what is not."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

import any_llm
from any_llm import Observer
from any_llm.plugin import MessagesDecoder, MessagesDialect
from any_llm.testing import Answer, ReplayServer
from tests.support.colours import COLOURS, options, run
from tests.support.raw import RawServer, read_head, reset
from tests.support.wire import events, fault, message, plugins, row, sse

pytestmark = pytest.mark.parametrize("colour", COLOURS)

SOON = {"retry-after-ms": "1", "content-type": "application/json"}
GOOD = Answer.of(message())
STREAM = Answer.sse(sse(*events()))


def refuse(status: int, headers: Mapping[str, str] | None = None, **error: Any) -> Answer:
    body = fault(**({"type": "api_error"} | error)) if error else {"error": "no"}
    return Answer.of(body, status=status, headers={**SOON, **(headers or {})})


def attempts(colour: str, *answers: Answer, made: Mapping[str, Any] = {}, **call: Any) -> int:
    """How many requests a call made."""
    with ReplayServer(*answers) as server:
        run(colour, options(server, **made), call)
        return len(server.requests)


def test_statuses_that_another_attempt_may_help(colour: str) -> None:
    statuses = [408, 409, 429, 500, 501, 502, 503, 504, 529, 599]
    answers = [answer for status in statuses for answer in (refuse(status), refuse(status), GOOD)]
    with ReplayServer(*answers) as server:
        found = run(colour, options(server), *({} for _ in statuses))
    assert [got.text for got in found] == ["Hello there"] * len(statuses)
    assert len(server.requests) == 3 * len(statuses)
    assert len({request.body for request in server.requests}) == 1


def test_statuses_that_it_cannot_help(colour: str) -> None:
    statuses = [400, 401, 402, 403, 404, 405, 412, 413, 422, 431, 499]
    with ReplayServer(*map(refuse, statuses)) as server:
        found = run(colour, options(server), *({} for _ in statuses))
    errors = [got.error for got in found if isinstance(got.error, any_llm.APIStatusError)]
    assert [error.status for error in errors] == statuses
    assert len(server.requests) == len(statuses)


@pytest.mark.parametrize(
    ("status", "said", "tries"),
    [(400, "true", 2), (500, "false", 1), (429, "false", 1), (500, "maybe", 2), (404, "TRUE", 1)],
)
def test_the_provider_says_itself_whether_to_retry(
    colour: str, status: int, said: str, tries: int
) -> None:
    assert attempts(colour, refuse(status, {"x-should-retry": said}), GOOD) == tries


def test_a_spent_budget_is_not_asked_again(colour: str) -> None:
    with ReplayServer(refuse(429, type="billing_error", text="no credit"), GOOD) as server:
        [got] = run(colour, options(server), {})
    assert isinstance(got.error, any_llm.PaymentRequiredError)
    assert got.error.status == 429
    assert len(server.requests) == 1


def test_max_retries_of_client_and_call(colour: str) -> None:
    always = refuse(503)
    assert attempts(colour, always) == 3
    assert attempts(colour, always, made={"max_retries": 0}) == 1
    assert attempts(colour, always, made={"max_retries": 4}) == 5
    assert attempts(colour, always, made={"max_retries": 4}, max_retries=1) == 2
    assert attempts(colour, always, made={"max_retries": 0}, max_retries=1) == 2
    assert attempts(colour, always, max_retries=0) == 1


def test_the_last_failure_is_raised(colour: str) -> None:
    first, last = refuse(500, text="one"), refuse(429, type="rate_limit_error", text="two")
    with ReplayServer(first, last) as server:
        [got] = run(colour, options(server), {"max_retries": 1})
    assert isinstance(got.error, any_llm.RateLimitError)
    assert str(got.error) == "msgs: two"


def test_a_longer_wait_than_we_have_patience_for_is_the_callers_affair(colour: str) -> None:
    with ReplayServer(refuse(429, {"retry-after-ms": "", "retry-after": "61"}), GOOD) as server:
        [got] = run(colour, options(server), {})
    assert isinstance(got.error, any_llm.RateLimitError)
    assert got.error.retry_after == 61
    assert len(server.requests) == 1


# --- streams ---------------------------------------------------------------------------------


def test_a_refused_stream_is_asked_for_again(colour: str) -> None:
    with ReplayServer(refuse(529), STREAM) as server:
        [got] = run(colour, options(server), {"stream": True})
    assert got.text == "Hello there"
    assert [event.type for event in got.events].count("message_start") == 1
    assert len(server.requests) == 2


@pytest.mark.parametrize(("type", "tries"), [("overloaded_error", 2), ("invalid_request_error", 1)])
def test_an_error_event_before_the_first_event(colour: str, type: str, tries: int) -> None:
    with ReplayServer(Answer.sse(sse(fault(type))), STREAM) as server:
        [got] = run(colour, options(server), {"stream": True})
    assert len(server.requests) == tries
    assert (got.error is None) == (tries == 2)
    assert got.stage == ("" if tries == 2 else "call")


@pytest.mark.parametrize("end", ["cut", "reset"])
def test_a_connection_lost_before_the_first_event(colour: str, end: Any) -> None:
    lost = Answer.sse(sse(*events()), end=end, after=40)
    with ReplayServer(lost, STREAM) as server:
        [got] = run(colour, options(server), {"stream": True})
    assert got.text == "Hello there"
    assert len(server.requests) == 2


def test_nothing_is_retried_after_the_first_event(colour: str) -> None:
    for broken in (
        Answer.sse(sse(*events()[:3], fault())),
        Answer.sse(sse(*events()[:3])),
        Answer.sse(sse(*events()[:3]), end="cut"),
        Answer.sse(sse(*events()[:1]) + b"event: x\ndata: {nonsense\n\n"),
    ):
        with ReplayServer(broken, STREAM) as server:
            [got] = run(colour, options(server), {"stream": True, "max_retries": 5})
        assert isinstance(got.error, any_llm.APIError)
        assert got.stage == "iteration"
        assert got.events
        assert len(server.requests) == 1


# --- connections -----------------------------------------------------------------------------


def test_a_connection_reset_before_the_head(colour: str) -> None:
    seen: list[bytes] = []

    def serve(connection: Any) -> None:
        seen.append(read_head(connection))
        if len(seen) == 1:
            reset(connection)
        else:
            connection.sendall(b"HTTP/1.1 400 No\r\ncontent-length: 0\r\n\r\n")

    with RawServer(serve) as server:
        [got] = run(colour, options(server), {"max_retries": 1})
    assert isinstance(got.error, any_llm.BadRequestError)
    assert len(seen) == 2


# --- observers and losses --------------------------------------------------------------------


class Seen(Observer):
    def __init__(self) -> None:
        self.said: list[tuple[str, Any]] = []

    def on_request(self, call: any_llm.Call) -> None:
        self.said.append(("request", call.provider))

    def on_retry(self, call: any_llm.Call, retry: any_llm.Retrying) -> None:
        self.said.append(("retry", retry))

    def on_end(self, call: any_llm.Call, end: any_llm.End) -> None:
        self.said.append(("end", end))


def test_observers_see_each_retry_and_one_end(colour: str) -> None:
    seen = Seen()
    with ReplayServer(refuse(500, text="a"), refuse(503, text="b"), GOOD) as server:
        run(colour, options(server, observers=[seen]), {})
    assert [name for name, _ in seen.said] == ["request", "retry", "retry", "end"]
    first, second = (fact for name, fact in seen.said if name == "retry")
    assert (first.attempt, str(first.error), first.delay) == (1, "msgs: a", 0.001)
    assert (second.attempt, str(second.error), second.delay) == (2, "msgs: b", 0.001)
    assert seen.said[-1][1].outcome == "completed"


class Reporting(MessagesDecoder):
    """Reports a loss for every message_start."""

    def feed(self, frame: any_llm.plugin.Frame) -> None:
        if b"message_start" in frame.data:
            self.ctx.report("thinking", "not carried")
        super().feed(frame)


class Lossy(MessagesDialect):
    decoder = Reporting

    def encode(self, request: Any, ctx: Any) -> Any:
        ctx.report("top_k", "not carried")
        return super().encode(request, ctx)


def test_a_retry_never_duplicates_losses(colour: str) -> None:
    # The first attempt of the second pair reports its own loss before it fails.
    failed = Answer.sse(sse(fault(text="message_start")))
    for failing in (refuse(500), failed):
        with ReplayServer(failing, STREAM) as server:
            made = options(server, plugins=plugins(row(dialect=Lossy())), on_loss="ignore")
            [got] = run(colour, made, {"stream": True})
            assert len(server.requests) == 2
        assert got.message is not None
        assert [loss.path for loss in got.message.losses] == ["top_k", "thinking"]
