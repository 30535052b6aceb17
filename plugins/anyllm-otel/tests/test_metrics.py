"""The client metrics of the GenAI semantic conventions: names, units, boundaries, attributes."""

from __future__ import annotations

import pytest
from opentelemetry.semconv._incubating.metrics import gen_ai_metrics

from any_llm import OverloadedError, RateLimitError, Usage
from any_llm.testing import FakeAnswer, FakeProvider, ReplayServer
from tests.contracts.support import HELLO, manager, plain_answer, row

DURATION = f"{gen_ai_metrics.GEN_AI_CLIENT_OPERATION_DURATION} s"
FIRST_CHUNK = f"{gen_ai_metrics.GEN_AI_CLIENT_OPERATION_TIME_TO_FIRST_CHUNK} s"
TOKENS = f"{gen_ai_metrics.GEN_AI_CLIENT_TOKEN_USAGE} {{token}}"
# As the page "GenAI metrics" writes them out.
SECONDS = [0.01, 0.02, 0.04, 0.08, 0.16, 0.32, 0.64, 1.28, 2.56, 5.12, 10.24, 20.48, 40.96, 81.92]
COUNTS = [
    *(1, 4, 16, 64, 256, 1024, 4096, 16384, 65536, 262144, 1048576, 4194304, 16777216, 67108864)
]
IDENTITY = {
    "gen_ai.operation.name": "chat",
    "gen_ai.provider.name": "fake",
    "gen_ai.request.model": "m",
}
KNOWN = {**IDENTITY, "gen_ai.response.model": "m"}


def client_of(colour, telemetry, fake, **options):
    return colour.client(fake.plugins, observers=[telemetry.observer], **options)


def test_a_whole_call(colour, telemetry):
    usage = Usage(input_tokens=10, output_tokens=20, cache_read_input_tokens=5)
    fake = FakeProvider(FakeAnswer("x", usage=usage))
    client_of(colour, telemetry, fake).messages("fake:m", HELLO, 9)
    points = telemetry.points()
    assert set(points) == {DURATION, TOKENS}
    (duration,) = points[DURATION]
    assert (duration.attributes, duration.count, duration.bounds) == (KNOWN, 1, SECONDS)
    assert duration.sum >= 0
    found = {point.attributes.pop("gen_ai.token.type"): point for point in points[TOKENS]}
    assert {kind: (point.sum, point.count) for kind, point in found.items()} == {
        "input": (15, 1),
        "output": (20, 1),
    }
    for point in found.values():
        assert (point.attributes, point.bounds) == (KNOWN, COUNTS)


def test_a_streamed_call_has_a_first_chunk(colour, telemetry):
    client = client_of(colour, telemetry, FakeProvider("one two"))
    client.messages("fake:m", HELLO, 9, stream=True).get_final_message()
    points = telemetry.points()
    assert set(points) == {DURATION, FIRST_CHUNK, TOKENS}
    (first,) = points[FIRST_CHUNK]
    (duration,) = points[DURATION]
    assert (first.attributes, first.count, first.bounds) == (KNOWN, 1, SECONDS)
    assert 0 <= first.sum <= duration.sum


def test_calls_add_up(colour, telemetry):
    client = client_of(colour, telemetry, FakeProvider(answer=lambda _: "x"))
    for _ in range(3):
        client.messages("fake:m", HELLO, 9)
    (duration,) = telemetry.points()[DURATION]
    assert duration.count == 3


def test_retries_are_one_measurement(colour, telemetry):
    busy = OverloadedError("busy", status=529, retry_after=0.001)
    client = client_of(colour, telemetry, FakeProvider(busy, "x"), max_retries=1)
    client.messages("fake:m", HELLO, 9)
    (duration,) = telemetry.points()[DURATION]
    assert (duration.count, duration.attributes) == (1, KNOWN)


def test_a_failed_call_has_its_error_type_and_no_tokens(colour, telemetry):
    client = client_of(colour, telemetry, FakeProvider(RateLimitError("no", status=429)))
    with pytest.raises(RateLimitError):
        client.messages("fake:m", HELLO, 9)
    points = telemetry.points()
    assert set(points) == {DURATION}
    (duration,) = points[DURATION]
    assert duration.attributes == {**IDENTITY, "error.type": "RateLimitError"}


def test_a_provider_that_reports_no_tokens(colour, telemetry):
    # "Otherwise it MUST NOT report usage metric."
    usage = Usage(input_tokens=0, output_tokens=0)
    client = client_of(colour, telemetry, FakeProvider(FakeAnswer("x", usage=usage)))
    client.messages("fake:m", HELLO, 9)
    assert set(telemetry.points()) == {DURATION}
    assert "gen_ai.usage.input_tokens" not in telemetry.attributes


def test_an_abandoned_stream_has_a_duration(colour, telemetry):
    stream = client_of(colour, telemetry, FakeProvider("a b")).messages(
        "fake:m", HELLO, 9, stream=True
    )
    stream.close()
    assert set(telemetry.points()) == {DURATION, FIRST_CHUNK}


def test_a_server_has_an_address(colour, telemetry):
    with ReplayServer(answer=plain_answer) as server:
        client = colour.client(manager(row(server)), observers=[telemetry.observer])
        client.messages("stand-in:m", HELLO, 9)
    (duration,) = telemetry.points()[DURATION]
    assert duration.attributes["server.address"] == "127.0.0.1"
    assert duration.attributes["server.port"] == int(server.url.rpartition(":")[2])
