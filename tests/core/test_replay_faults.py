"""Faults on demand: what the replay server does wrong when told, and what a client makes of it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from importlib.metadata import entry_points

import pytest

from any_llm import (
    APIConnectionError,
    APITimeoutError,
    BadRequestError,
    Client,
    OverloadedError,
    RateLimitError,
    ServiceUnavailableError,
    StreamTruncated,
    Usage,
)
from any_llm.plugin import MessageResponse, ProviderSpec, TextBlock
from any_llm.sse import to_sse
from any_llm.stream import MessageStream
from any_llm.testing import Answer, ReplayServer
from tests.contracts.support import HELLO, manager

SAID = MessageResponse(
    id="m1",
    model="m",
    content=[TextBlock(text="hello")],
    stop_reason="end_turn",
    usage=Usage(input_tokens=1, output_tokens=1),
)
BODY = SAID.model_dump(mode="json")
STREAM = b"".join(map(to_sse, MessageStream.of(SAID)))
MODEL = "stand-in:m"


def client_of(server, **options) -> Client:
    spec = ProviderSpec(id="stand-in", dialect="messages", base_url=server.url)
    return Client(plugins=manager(spec), env={}, **options)


def test_a_burst_and_then_success(replay_server) -> None:
    slow = Answer.error(503, headers={"retry-after-ms": "1"})
    server = replay_server(*slow.times(2), Answer.of(BODY))
    with client_of(server, max_retries=2) as client:
        assert client.messages(MODEL, HELLO, 9).text == "hello"
    assert len(server.requests) == 3


def test_a_burst_that_is_longer_than_the_patience(replay_server) -> None:
    slow = Answer.error(503, headers={"retry-after-ms": "1"})
    server = replay_server(*slow.times(3), Answer.of(BODY))
    with (
        client_of(server, max_retries=2) as client,
        pytest.raises(ServiceUnavailableError, match="a fault on demand"),
    ):
        client.messages(MODEL, HELLO, 9)
    assert len(server.requests) == 3


def test_the_wait_is_said_in_seconds(replay_server) -> None:
    server = replay_server(
        Answer.error(429, type="rate_limit_error", retry_after=0.001), Answer.of(BODY)
    )
    with client_of(server, max_retries=1) as client:
        assert client.messages(MODEL, HELLO, 9).text == "hello"
    server = replay_server(Answer.error(429, message="slow down", retry_after=120))
    with (
        client_of(server) as client,
        pytest.raises(RateLimitError, match=r"^stand-in: slow down$") as caught,
    ):
        client.messages(MODEL, HELLO, 9)
    assert caught.value.retry_after == 120


def test_the_wait_is_said_as_a_date(replay_server) -> None:
    until = datetime.now(UTC) + timedelta(hours=1)
    server = replay_server(Answer.error(529, retry_after=until))
    with client_of(server) as client, pytest.raises(OverloadedError) as caught:
        client.messages(MODEL, HELLO, 9)
    assert caught.value.retry_after == pytest.approx(3600, abs=120)


def test_whether_to_retry_is_said(replay_server) -> None:
    server = replay_server(Answer.error(503, should_retry=False))
    with client_of(server, max_retries=2) as client, pytest.raises(ServiceUnavailableError):
        client.messages(MODEL, HELLO, 9)
    assert len(server.requests) == 1


def test_a_refusal_may_have_any_body(replay_server) -> None:
    server = replay_server(Answer.error(400, body=b"<html>no</html>"))
    with client_of(server) as client, pytest.raises(BadRequestError) as caught:
        client.messages(MODEL, HELLO, 9)
    assert caught.value.body == "<html>no</html>"


@pytest.mark.parametrize("end", ["cut", "reset"])
@pytest.mark.parametrize("stream", [False, True])
def test_no_answer_at_all(replay_server, end, stream) -> None:
    server = replay_server(Answer.nothing(end))
    with client_of(server, max_retries=0) as client, pytest.raises(APIConnectionError):
        client.messages(MODEL, HELLO, 9, stream=stream)
    assert len(server.requests) == 1


def test_no_answer_once_is_retried(replay_server) -> None:
    server = replay_server(Answer.nothing("reset"), Answer.sse(STREAM))
    with client_of(server, max_retries=1) as client:
        assert client.messages(MODEL, HELLO, 9, stream=True).get_final_text() == "hello"


def test_silence_is_a_timeout(replay_server) -> None:
    server = replay_server(Answer.nothing("hang"))
    with (
        client_of(server, max_retries=0, timeout=0.05) as client,
        pytest.raises(APITimeoutError),
    ):
        client.messages(MODEL, HELLO, 9)


@pytest.mark.parametrize("size", [1, 7, len(STREAM)])
def test_splits_change_nothing(replay_server, size) -> None:
    server = replay_server(Answer.sse(STREAM, pieces=[size]))
    with client_of(server) as client:
        assert client.messages(MODEL, HELLO, 9, stream=True).get_final_text() == "hello"


@pytest.mark.parametrize("end", ["cut", "reset", "whole"])
def test_a_stream_that_breaks(replay_server, end) -> None:
    at = STREAM.index(b"event: content_block_stop")
    server = replay_server(Answer.sse(STREAM[:at], end=end))
    kind = StreamTruncated if end == "whole" else APIConnectionError
    with client_of(server) as client:
        stream = client.messages(MODEL, HELLO, 9, stream=True)
        with pytest.raises(kind):
            list(stream)
        assert stream.snapshot.text == "hello"


def test_the_fixture_starts_as_many_as_are_wanted(replay_server) -> None:
    first, second = replay_server(Answer.of(1)), replay_server(answer=lambda _: Answer.of(2))
    assert isinstance(first, ReplayServer)
    assert first.url != second.url


def test_nothing_registers_itself_with_pytest() -> None:
    ours = [entry for entry in entry_points(group="pytest11") if "any_llm" in entry.value]
    assert ours == []
