"""How long a client waits before it tries again."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import any_llm
from any_llm import Retry
from any_llm.errors import status_error
from any_llm.testing import Answer, ReplayServer
from tests.support.colours import options, run


def delays(attempt: int, **facts: Any) -> set[float | None]:
    """The delays of a thousand failures."""
    error = status_error("msgs: no", status=503, **facts)
    return {Retry(max_retries=20).delay(attempt, error) for _ in range(1000)}


@pytest.mark.parametrize(
    ("attempt", "longest"), [(1, 0.5), (2, 1.0), (3, 2.0), (4, 4.0), (5, 8.0), (6, 8.0), (20, 8.0)]
)
def test_a_pause_doubles_up_to_eight_seconds_less_a_quarter_at_random(
    attempt: int, longest: float
) -> None:
    random.seed(attempt)
    seen = [delay for delay in delays(attempt) if delay is not None]
    assert len(seen) > 900
    assert longest * 0.75 <= min(seen) < longest * 0.76
    assert longest * 0.99 < max(seen) <= longest


def test_what_the_provider_asks_for_is_waited_exactly() -> None:
    assert delays(1, retry_after=3.25) == {3.25}
    assert delays(1, retry_after=60.0) == {60.0}
    assert delays(1, retry_after=60.1) == {None}
    assert len(delays(1, retry_after=0.0)) > 900  # zero is no time: the pause is ours


def test_a_connection_error_has_the_usual_pause() -> None:
    for error in (
        any_llm.APIConnectionError("broke"),
        any_llm.APITimeoutError("slow"),
        any_llm.StreamTruncated("cut"),
    ):
        delay = Retry().delay(1, error)
        assert delay is not None
        assert 0.375 <= delay <= 0.5
        assert Retry().delay(3, error) is None


def test_what_we_cannot_read_or_say_is_not_tried_again() -> None:
    for error in (any_llm.BadReply("x"), any_llm.ConfigurationError("x")):
        assert Retry().delay(1, error) is None


def asked(**headers: str) -> float | None:
    """The `retry_after` of a refusal with these headers."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    refused = Answer.of({"error": "no"}, status=429, headers=named)
    with ReplayServer(refused) as server:
        [got] = run("sync", options(server, max_retries=0), {})
    assert isinstance(got.error, any_llm.RateLimitError)
    return got.error.retry_after


def test_seconds_and_milliseconds() -> None:
    assert asked(retry_after="7") == 7
    assert asked(retry_after="0.5") == 0.5
    assert asked(retry_after_ms="1500") == 1.5
    assert asked(retry_after_ms="1500", retry_after="7") == 1.5
    assert asked(retry_after_ms="soon", retry_after="7") == 7
    assert asked() is None


def test_a_date() -> None:
    later = datetime.now(UTC) + timedelta(seconds=40)
    found = asked(retry_after=format_datetime(later, usegmt=True))
    assert found is not None
    assert 20 < found <= 40
    assert asked(retry_after="Wed, 21 Oct 2015 07:28:00 GMT") == 0


@pytest.mark.parametrize("said", ["soon", "-5", "nan", "inf", "1e999", "", "12:00", "Wed, 99 Foo"])
def test_nonsense_asks_for_nothing(said: str) -> None:
    assert asked(retry_after=said) is None
    assert asked(retry_after_ms=said) is None


@given(st.text())
def test_no_header_stops_the_error_from_being_raised(said: str) -> None:
    from any_llm._plan import asked_delay

    found = asked_delay({"retry-after": said}, datetime.now(UTC))
    assert found is None or found >= 0
