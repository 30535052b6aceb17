"""Spans field by field, as the GenAI semantic conventions have them.

The judges are the tables of "client inference" spans (semantic-conventions-genai, read 2026-11-28)
and the constants of the official package opentelemetry-semantic-conventions.
"""

from __future__ import annotations

import gc
import threading

import anyio
import pytest
from opentelemetry.semconv._incubating.attributes import gen_ai_attributes as gen_ai
from opentelemetry.semconv.attributes import error_attributes, server_attributes
from opentelemetry.trace import SpanKind, StatusCode

from any_llm import (
    APIConnectionError,
    APIError,
    AsyncClient,
    Client,
    OverloadedError,
    RateLimitError,
    UnsupportedFeature,
    Usage,
)
from any_llm.plugin import OutputTokensDetails, Transport
from any_llm.testing import Answer, FakeAnswer, FakeProvider, ReplayServer
from tests.contracts.support import HELLO, manager, plain_answer, row

MODEL = "fake:m"
KEY = "sk-otel-0815-secret"
SECRET = "the eagle lands at noon"

IDENTITY = {
    "gen_ai.operation.name": "chat",
    "gen_ai.provider.name": "fake",
    "gen_ai.request.model": "m",
}
ANSWER = {
    "gen_ai.response.id": "msg_fake_1",
    "gen_ai.response.model": "m",
    "gen_ai.response.finish_reasons": ("stop",),
    "gen_ai.usage.input_tokens": 10,
    "gen_ai.usage.output_tokens": 20,
    "any_llm.request_id": "req_fake_1",
    "any_llm.outcome": "completed",
}
ASKED = {**IDENTITY, "gen_ai.request.max_tokens": 9}


def client_of(colour, telemetry, fake, **options):
    return colour.client(fake.plugins, observers=[telemetry.observer], **options)


# --- how calls end ---------------------------------------------------------------------------


def test_a_whole_call(colour, telemetry):
    client = client_of(colour, telemetry, FakeProvider("hi"))
    client.messages(MODEL, HELLO, 9)
    span = telemetry.span
    assert telemetry.attributes == {**ASKED, **ANSWER}
    assert (span.name, span.kind) == ("chat m", SpanKind.INTERNAL)
    assert span.status.status_code is StatusCode.UNSET
    assert span.instrumentation_scope.name == "anyllm_otel"
    assert not span.events


def test_a_streamed_call(colour, telemetry):
    client = client_of(colour, telemetry, FakeProvider("hi there"))
    stream = client.messages(MODEL, HELLO, 9, stream=True)
    assert not telemetry.spans  # it ends with the answer, not with the call
    stream.get_final_message()
    assert telemetry.attributes == {**ASKED, **ANSWER, "gen_ai.request.stream": True}
    first = telemetry.span.attributes["gen_ai.response.time_to_first_chunk"]
    lasted = (telemetry.span.end_time - telemetry.span.start_time) / 1e9
    assert 0 <= first <= lasted


@pytest.mark.parametrize("stream", [False, True])
def test_a_retried_call_is_one_span(colour, telemetry, stream):
    busy = OverloadedError("busy", status=529, retry_after=0.001)
    client = client_of(colour, telemetry, FakeProvider(busy, busy, "hi"), max_retries=2)
    answer = client.messages(MODEL, HELLO, 9, stream=stream)
    if stream:
        answer.get_final_message()
    expected = {**ASKED, **ANSWER, "any_llm.retries": 2}
    expected |= {"gen_ai.response.id": "msg_fake_3", "any_llm.request_id": "req_fake_3"}
    expected |= {"gen_ai.request.stream": True} if stream else {}
    assert telemetry.attributes == expected
    assert telemetry.span.status.status_code is StatusCode.UNSET


@pytest.mark.parametrize("stream", [False, True])
@pytest.mark.parametrize(
    ("error", "summary"),
    [
        (
            RateLimitError(SECRET, status=429),
            "RateLimitError: HTTP 429, rate_limit_error",
        ),
        (APIConnectionError(SECRET), "APIConnectionError"),
    ],
    ids=["a status", "no connection"],
)
def test_a_failed_call(colour, telemetry, error, summary, stream):
    client = client_of(colour, telemetry, FakeProvider(error))
    with pytest.raises(type(error)):
        client.messages(MODEL, HELLO, 9, stream=stream)
    expected = {**ASKED, "error.type": type(error).__name__, "any_llm.outcome": "failed"}
    assert telemetry.attributes == expected | ({"gen_ai.request.stream": True} if stream else {})
    status = telemetry.span.status
    assert (status.status_code, status.description) == (StatusCode.ERROR, summary)


def test_a_stream_that_breaks_keeps_what_had_come(colour, telemetry):
    answer = FakeAnswer("one two", error=OverloadedError("busy", status=529))
    client = client_of(colour, telemetry, FakeProvider(answer))
    with pytest.raises(OverloadedError):
        list(client.messages(MODEL, HELLO, 9, stream=True))
    found = telemetry.attributes
    assert found["error.type"] == "OverloadedError"
    assert found["any_llm.outcome"] == "failed"
    assert found["gen_ai.response.id"] == "msg_fake_1"
    # "If a finish reason was expected but not received, ... SHOULD report `error`"
    assert found["gen_ai.response.finish_reasons"] == ("error",)
    assert telemetry.span.status.status_code is StatusCode.ERROR


def test_an_abandoned_stream(colour, telemetry):
    client = client_of(colour, telemetry, FakeProvider("one two"))
    stream = client.messages(MODEL, HELLO, 9, stream=True)
    next(stream)
    stream.close()
    found = telemetry.attributes
    assert found["any_llm.outcome"] == "abandoned"
    assert "error.type" not in found
    assert telemetry.span.status.status_code is StatusCode.UNSET


def test_a_dropped_stream_ends_its_span(telemetry):
    ended = threading.Event()
    telemetry.tracer_provider.add_span_processor(Ending(ended))
    with Client(
        plugins=FakeProvider("a").plugins, env={}, observers=[telemetry.observer]
    ) as client:
        stream = client.messages(MODEL, HELLO, 9, stream=True)
        del stream
        gc.collect()
        assert ended.wait(5)
    assert telemetry.attributes["any_llm.outcome"] == "abandoned"
    assert not telemetry.observer._open


class Ending:
    def __init__(self, ended):
        self.ended = ended

    def on_start(self, span, parent_context=None):
        pass

    def _on_ending(self, span):
        pass

    def on_end(self, span):
        self.ended.set()

    def shutdown(self):
        pass

    def force_flush(self, timeout_millis=0):
        return True


@pytest.mark.parametrize("backend", ["asyncio", "trio"])
@pytest.mark.parametrize("stream", [False, True])
def test_a_cancelled_call(telemetry, backend, stream):
    async def main():
        fake = FakeProvider(FakeAnswer("one two", delay=60))
        options = {"plugins": fake.plugins, "env": {}, "observers": [telemetry.observer]}
        async with AsyncClient(**options) as client:
            with anyio.move_on_after(0.01):
                await client.messages(MODEL, HELLO, 9, stream=stream)

    anyio.run(main, backend=backend)
    expected = {**ASKED, "error.type": "cancelled", "any_llm.outcome": "cancelled"}
    assert telemetry.attributes == expected | ({"gen_ai.request.stream": True} if stream else {})
    assert telemetry.span.status.status_code is StatusCode.ERROR
    assert telemetry.span.status.description == "cancelled"


@pytest.mark.parametrize("stream", [False, True])
def test_an_interrupted_call(telemetry, stream):
    class Interrupted(Transport):
        def send(self, request, timeout):
            raise KeyboardInterrupt

    fake = FakeProvider("never")
    options = {"plugins": fake.plugins, "env": {}, "observers": [telemetry.observer]}
    with (
        Client(**options, wrap_transport=lambda _: Interrupted()) as client,
        pytest.raises(KeyboardInterrupt),
    ):
        client.messages(MODEL, HELLO, 9, stream=stream)
    expected = {**ASKED, "error.type": "cancelled", "any_llm.outcome": "cancelled"}
    assert telemetry.attributes == expected | ({"gen_ai.request.stream": True} if stream else {})


def test_a_call_that_is_refused_before_sending_has_a_span_and_no_measurement(colour, telemetry):
    client = client_of(colour, telemetry, FakeProvider(lacks={"top_k": "refused"}))
    with pytest.raises(UnsupportedFeature):
        client.messages(MODEL, HELLO, 9, top_k=1)
    assert telemetry.attributes["error.type"] == "UnsupportedFeature"
    assert telemetry.points() == {}


# --- what a span says ------------------------------------------------------------------------


def test_the_parameters_of_a_request(colour, telemetry):
    client = client_of(colour, telemetry, FakeProvider("{}"))
    schema = {"type": "object", "properties": {}}
    client.messages(
        MODEL,
        HELLO,
        9,
        temperature=1,
        top_p=0.5,
        top_k=40,
        stop_sequences=["x", "y"],
        output_config={"format": {"type": "json_schema", "schema": schema}},
        seed=7,
        frequency_penalty=1,
        presence_penalty=0.25,
        n=2,
    )
    found = telemetry.attributes
    asked = {
        gen_ai.GEN_AI_REQUEST_MAX_TOKENS: 9,
        gen_ai.GEN_AI_REQUEST_TEMPERATURE: 1.0,
        gen_ai.GEN_AI_REQUEST_TOP_P: 0.5,
        gen_ai.GEN_AI_REQUEST_TOP_K: 40.0,
        gen_ai.GEN_AI_REQUEST_STOP_SEQUENCES: ("x", "y"),
        gen_ai.GEN_AI_OUTPUT_TYPE: gen_ai.GenAiOutputTypeValues.JSON.value,
        gen_ai.GEN_AI_REQUEST_SEED: 7,
        gen_ai.GEN_AI_REQUEST_FREQUENCY_PENALTY: 1.0,
        gen_ai.GEN_AI_REQUEST_PRESENCE_PENALTY: 0.25,
        gen_ai.GEN_AI_REQUEST_CHOICE_COUNT: 2,
    }
    assert found == {**IDENTITY, **asked, **ANSWER}
    assert type(found[gen_ai.GEN_AI_REQUEST_TEMPERATURE]) is float


def test_all_kinds_of_tokens(colour, telemetry):
    usage = Usage(
        input_tokens=10,
        output_tokens=20,
        cache_read_input_tokens=300,
        cache_creation_input_tokens=4000,
        output_tokens_details=OutputTokensDetails(thinking_tokens=15),
    )
    client_of(colour, telemetry, FakeProvider(FakeAnswer("x", usage=usage))).messages(
        MODEL, HELLO, 9
    )
    found = telemetry.attributes
    # "This value SHOULD include all types of input tokens, including cached tokens."
    assert found[gen_ai.GEN_AI_USAGE_INPUT_TOKENS] == 4310
    assert found[gen_ai.GEN_AI_USAGE_OUTPUT_TOKENS] == 20
    assert found[gen_ai.GEN_AI_USAGE_CACHE_READ_INPUT_TOKENS] == 300
    assert found[gen_ai.GEN_AI_USAGE_CACHE_CREATION_INPUT_TOKENS] == 4000
    assert found[gen_ai.GEN_AI_USAGE_REASONING_OUTPUT_TOKENS] == 15


@pytest.mark.parametrize(
    ("stop_reason", "finish_reason"),
    [
        ("end_turn", "stop"),
        ("stop_sequence", "stop"),
        ("max_tokens", "length"),
        ("model_context_window_exceeded", "length"),
        ("tool_use", "tool_call"),
        ("refusal", "content_filter"),
        ("pause_turn", "pause_turn"),
        ("brand_new", "brand_new"),
    ],
)
def test_why_it_stopped(telemetry, stop_reason, finish_reason):
    fake = FakeProvider(FakeAnswer("x", stop_reason=stop_reason))
    with Client(plugins=fake.plugins, env={}, observers=[telemetry.observer]) as client:
        client.messages(MODEL, HELLO, 9)
    assert telemetry.attributes["gen_ai.response.finish_reasons"] == (finish_reason,)


@pytest.mark.parametrize(
    ("provider", "name"),
    [
        ("anthropic", gen_ai.GenAiProviderNameValues.ANTHROPIC.value),
        ("azure", gen_ai.GenAiProviderNameValues.AZURE_AI_OPENAI.value),
        ("bedrock", gen_ai.GenAiProviderNameValues.AWS_BEDROCK.value),
        ("deepseek", gen_ai.GenAiProviderNameValues.DEEPSEEK.value),
        ("gemini", gen_ai.GenAiProviderNameValues.GCP_GEMINI.value),
        ("groq", gen_ai.GenAiProviderNameValues.GROQ.value),
        ("mistral", gen_ai.GenAiProviderNameValues.MISTRAL_AI.value),
        ("moonshot", "moonshot_ai"),  # newer than the package
        ("openai", gen_ai.GenAiProviderNameValues.OPENAI.value),
        ("perplexity", gen_ai.GenAiProviderNameValues.PERPLEXITY.value),
        ("vertex", gen_ai.GenAiProviderNameValues.GCP_VERTEX_AI.value),
        ("xai", gen_ai.GenAiProviderNameValues.X_AI.value),
        ("acme", "acme"),
    ],
)
def test_providers_have_the_conventions_names(telemetry, provider, name):
    fake = FakeProvider("x", provider=provider)
    with Client(plugins=fake.plugins, env={}, observers=[telemetry.observer]) as client:
        client.messages(f"{provider}:m", HELLO, 9)
    assert telemetry.attributes["gen_ai.provider.name"] == name


def test_a_server_has_an_address_and_its_span_is_a_clients(colour, telemetry):
    with ReplayServer(answer=plain_answer) as server:
        plugins = manager(row(server))
        colour.client(plugins, observers=[telemetry.observer]).messages("stand-in:m", HELLO, 9)
    found = telemetry.attributes
    assert found[server_attributes.SERVER_ADDRESS] == "127.0.0.1"
    assert found[server_attributes.SERVER_PORT] == int(server.url.rpartition(":")[2])
    assert telemetry.span.kind is SpanKind.CLIENT


def test_other_operations(colour, telemetry):
    client = client_of(colour, telemetry, FakeProvider(models=["a"]))
    client.count_tokens(MODEL, HELLO)
    client.models.list(provider="fake")
    count, models = telemetry.spans
    assert (count.name, models.name) == ("count_tokens m", "list_models")
    assert dict(count.attributes) == {
        "gen_ai.operation.name": "count_tokens",
        "gen_ai.provider.name": "fake",
        "gen_ai.request.model": "m",
        "any_llm.outcome": "completed",
    }
    assert "gen_ai.request.model" not in models.attributes


def test_the_names_are_those_of_the_official_package(colour, telemetry):
    known = {value for name, value in vars(gen_ai).items() if name.startswith("GEN_AI_")}
    known |= {server_attributes.SERVER_ADDRESS, server_attributes.SERVER_PORT}
    known.add(error_attributes.ERROR_TYPE)
    test_the_parameters_of_a_request(colour, telemetry)
    found = telemetry.attributes
    assert {name for name in found if not name.startswith("any_llm.")} <= known


# --- what it does not say --------------------------------------------------------------------


@pytest.mark.parametrize("stream", [False, True])
def test_no_content_and_no_key(colour, telemetry, stream):
    refused = Answer.of({"error": {"message": f"{SECRET} {KEY}"}}, status=400)
    with ReplayServer(refused) as server:
        client = colour.client(
            manager(row(server)), observers=[telemetry.observer], keys={"stand-in": KEY}
        )
        with pytest.raises(APIError):
            client.messages(
                "stand-in:m",
                [{"role": "user", "content": SECRET}],
                9,
                system=SECRET,
                metadata={"user_id": SECRET},
                stream=stream,
                extra_body={"own": SECRET},
                extra_headers={"x-own": KEY},
            )
    said = telemetry.span.to_json()
    assert "noon" not in said
    assert "0815" not in said
