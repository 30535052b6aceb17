"""Mapping 1.7 and 1.8: HTTP errors, errors inside a 200, and where they say how long to wait."""

from __future__ import annotations

import json

import pytest

from any_llm.errors import (
    APIStatusError,
    AuthenticationError,
    BadRequestError,
    GatewayTimeoutError,
    InternalServerError,
    NotFoundError,
    OverloadedError,
    PaymentRequiredError,
    PermissionDeniedError,
    RateLimitError,
    RequestTooLargeError,
    ServiceUnavailableError,
)
from any_llm.plugin import BadReply, StreamTruncated, WireReply
from anyllm_gemini.dialect import Gemini
from tests.support.gemini_replies import chunk, context, read, read_bytes, read_whole, sse, text

RPC = "type.googleapis.com/google.rpc."


def google(code, status, message="why", *details):
    error = {"code": code, "message": message, "status": status}
    return {"error": {**error, "details": list(details)} if details else error}


def error_of(status, body, headers=None):
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    reply = WireReply(status=status, headers=headers or {}, content=content)
    return Gemini().error(reply, context())


TABLE = [
    (400, "INVALID_ARGUMENT", BadRequestError, "invalid_request_error"),
    (400, "FAILED_PRECONDITION", PermissionDeniedError, "permission_error"),
    (400, "OUT_OF_RANGE", BadRequestError, "invalid_request_error"),
    (401, "UNAUTHENTICATED", AuthenticationError, "authentication_error"),
    (403, "PERMISSION_DENIED", PermissionDeniedError, "permission_error"),
    (404, "NOT_FOUND", NotFoundError, "not_found_error"),
    (413, "", RequestTooLargeError, "request_too_large"),
    (429, "RESOURCE_EXHAUSTED", RateLimitError, "rate_limit_error"),
    (499, "CANCELLED", BadRequestError, "invalid_request_error"),
    (500, "INTERNAL", InternalServerError, "api_error"),
    (501, "UNIMPLEMENTED", InternalServerError, "api_error"),
    (502, "", InternalServerError, "api_error"),
    (503, "UNAVAILABLE", ServiceUnavailableError, "overloaded_error"),
    (504, "DEADLINE_EXCEEDED", GatewayTimeoutError, "timeout_error"),
    (529, "", OverloadedError, "overloaded_error"),
]


@pytest.mark.parametrize(("status", "word", "kind", "type_"), TABLE)
def test_http_errors(status, word, kind, type_):
    for body in (google(status, word), [google(status, word)]):
        error = error_of(status, body)
        assert type(error) is kind
        assert (error.status, error.type, error.code) == (status, type_, word or None)
        assert str(error) == "gemini: why"
        assert error.body == body


@pytest.mark.parametrize(("status", "word", "kind", "type_"), [row for row in TABLE if row[1]])
def test_the_same_inside_a_200(status, word, kind, type_):
    body = google(status, word)
    pretty = json.dumps(body, indent=2).encode()
    spoken = sse(chunk(text("a")))
    found = [
        read_whole(body).error,
        read_whole([body]).error,
        read(body).error,
        read([body]).error,
        read_bytes([pretty]).error,
        read_bytes([spoken + pretty]).error,
        read_bytes([spoken, b"\r\n", pretty.replace(b"\n", b"\r\n")]).error,
        read_bytes([spoken + b"[" + pretty + b"\n]"]).error,
        read(chunk(text("a")), body).error,
        read({"error": {"message": "why", "status": word}}).error,
    ]
    for error in found:
        assert isinstance(error, APIStatusError)
        assert (error.status, error.type, error.code) == (status, type_, word)
        assert type(error) is kind


@pytest.mark.parametrize(
    ("status", "word", "reason", "kind"),
    [
        (400, "INVALID_ARGUMENT", "API_KEY_INVALID", AuthenticationError),
        (400, "INVALID_ARGUMENT", "API_KEY_EXPIRED", AuthenticationError),
        (403, "PERMISSION_DENIED", "BILLING_DISABLED", PaymentRequiredError),
        (403, "PERMISSION_DENIED", "SERVICE_DISABLED", PermissionDeniedError),
    ],
)
def test_a_reason_says_more(status, word, reason, kind):
    error = error_of(
        status, google(status, word, "why", {"@type": f"{RPC}ErrorInfo", "reason": reason})
    )
    assert type(error) is kind
    assert error.code == reason


RETRY = {"@type": f"{RPC}RetryInfo", "retryDelay": "34.074824224s"}


def quota(name):
    return {"@type": f"{RPC}QuotaFailure", "violations": [{"quotaId": name}]}


def test_how_long_to_wait():
    body = google(429, "RESOURCE_EXHAUSTED", "why", quota("PerMinute-FreeTier"), RETRY)
    error = error_of(429, body)
    assert error.retry_after == pytest.approx(34.074824224)
    assert error.retryable
    assert error_of(429, body, {"retry-after": "3"}).retry_after == 3
    assert read(body).error.retry_after == pytest.approx(34.074824224)


@pytest.mark.parametrize("delay", ["", "soon", "-1s", "1e99s", None, [], {}])
def test_a_delay_that_is_none(delay):
    body = google(429, "RESOURCE_EXHAUSTED", "why", {**RETRY, "retryDelay": delay})
    assert error_of(429, body).retry_after in (None, 0)


def test_a_daily_quota_is_spent_until_tomorrow():
    limit = quota("GenerateRequestsPerDayPerProjectPerModel-FreeTier")
    body = google(429, "RESOURCE_EXHAUSTED", "why", limit, RETRY)
    assert not error_of(429, body).retryable
    assert error_of(429, body, {"x-should-retry": "true"}).retryable


def test_a_prompt_that_is_too_long_says_so_in_the_words_that_clients_know():
    said = "The input token count (1200000) exceeds the maximum number of tokens allowed (1048576)."
    assert "prompt is too long: The input" in str(
        error_of(400, google(400, "INVALID_ARGUMENT", said))
    )


def test_the_id_of_the_request():
    info = {"@type": f"{RPC}RequestInfo", "requestId": "r-1"}
    assert error_of(500, google(500, "INTERNAL", "why", info)).request_id == "r-1"


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (b"", "HTTP 502 without a message"),
        (b"<html><head><title>502 Bad\nGateway</title></head></html>", "502 Bad\nGateway"),
        (b"upstream is gone", "upstream is gone"),
        (b"[]", "[]"),
        (b"5", "5"),
        (b"null", "HTTP 502 without a message"),
        (b'{"error": "gone"}', "gone"),
        (b'{"error": {"message": "gone", "type": "server_error", "code": "x"}}', "gone"),
        (b'{"detail": "gone"}', "gone"),
        (b'{"error": [1]}', "[1]"),
        (b'{"error": {"message": "gone", "details": [5, {"@type": 7}]}}', "gone"),
        (b'{"error": {"message": "gone", "details": {"a": 1}}}', "gone"),
    ],
)
def test_bodies_that_are_not_googles(body, said):
    error = error_of(502, body)
    assert isinstance(error, InternalServerError)
    assert said in str(error)


# --- where a stream ends ---------------------------------------------------------------------


def test_an_error_comes_after_what_was_said():
    got = read(chunk(text("a")), google(503, "UNAVAILABLE"))
    assert [event.type for event in got.events] == [
        "message_start",
        "content_block_start",
        "content_block_delta",
    ]


def test_an_error_that_is_cut_is_a_cut_stream():
    pretty = json.dumps(google(503, "UNAVAILABLE"), indent=2).encode()
    spoken = sse(chunk(text("a")))
    for at in range(1, len(pretty)):
        assert isinstance(read_bytes([spoken + pretty[:at]]).error, StreamTruncated)


def test_an_event_that_is_named_an_error():
    for raw in (b'event: error\ndata: {"message": "gone", "code": 503}', b'error: {"code": 503}'):
        error = read_bytes([sse(chunk(text("a"))) + raw + b"\n\n"]).error
        assert isinstance(error, APIStatusError)
        assert error.type == "overloaded_error"


def test_nonsense_in_a_stream():
    assert isinstance(
        read_bytes([sse("nonsense", chunk(text("a"), finish="STOP"))]).error, BadReply
    )
    assert isinstance(read(5).error, BadReply)
    assert isinstance(read("5", chunk(text("a"), finish="STOP")).error, BadReply)


def test_a_json_array_is_a_stream_too():
    chunks = [chunk(text("a")), chunk(text("b"), finish="STOP")]
    pretty = json.dumps(chunks, indent=2).replace("},\n  {", "}\n,\r\n{").encode()
    streamed = read(*chunks)
    assert read_bytes([pretty]).message == streamed.message
    assert read_whole(pretty).message == streamed.message
    for at in range(len(pretty) - 1):
        assert isinstance(read_bytes([pretty[:at]]).error, StreamTruncated)


def test_events_without_blank_lines_between_them():
    chunks = [chunk(text("a")), chunk(text("b"), finish="STOP")]
    assert read_bytes([sse(*chunks).replace(b"\r\n\r\n", b"\n")]).message.text == "ab"


def test_the_end_of_another_wire_is_no_chunk():
    assert read(chunk(text("a"), finish="STOP"), "[DONE]").message.text == "a"
    assert isinstance(read(chunk(text("a")), "[DONE]").error, StreamTruncated)


def test_separators_inside_strings():
    odd = "a\u2028b\u2029c\u0085d"
    raw = json.dumps(chunk(text(odd), finish="STOP"), ensure_ascii=False)
    assert read(raw).message.text == odd
