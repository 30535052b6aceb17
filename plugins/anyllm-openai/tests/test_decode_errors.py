"""Mapping 6: every shape of error, typed by status and the vendor's own code."""

from __future__ import annotations

import json

import pytest

from any_llm import errors
from any_llm.plugin import BadReply, WireReply
from anyllm_openai.common.errors import error_of_reply
from tests.support.chat_replies import DONE, chunk, completion, context, read, read_whole


def failed(status, body, headers=None):
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    return error_of_reply(
        WireReply(status=status, headers=headers or {}, content=content), context()
    )


def openai(message="m", **fields):
    return {"error": {"message": message, "type": None, "param": None, "code": None, **fields}}


# status, body, class, Messages type
HTTP = {
    "401": (401, openai(type="invalid_request_error"), errors.AuthenticationError),
    "key by code": (400, openai(code="invalid_api_key"), errors.AuthenticationError),
    "402": (402, {"error": "no credits"}, errors.PaymentRequiredError),
    "quota": (429, openai(type="insufficient_quota"), errors.PaymentRequiredError),
    "quota by code": (429, openai(code="insufficient_quota"), errors.PaymentRequiredError),
    "credit": (429, openai(code="credit_balance_exhausted"), errors.PaymentRequiredError),
    "403": (403, openai(type="invalid_request_error"), errors.PermissionDeniedError),
    "404": (404, openai(type="invalid_request_error"), errors.NotFoundError),
    "no model": (400, openai(code="model_not_found"), errors.NotFoundError),
    "408": (408, {}, errors.RequestTimeoutError),
    "504": (504, b"", errors.GatewayTimeoutError),
    "409": (409, openai(), errors.ConflictError),
    "413": (413, b"<html><head><title>413</title></head></html>", errors.RequestTooLargeError),
    "400": (400, openai(type="invalid_request_error"), errors.BadRequestError),
    "405": (405, openai(), errors.BadRequestError),
    "422": (422, {"detail": [{"loc": ["body"], "msg": "m"}]}, errors.UnprocessableEntityError),
    "filter": (400, openai(code="content_filter"), errors.BadRequestError),
    "too long": (400, openai(code="context_length_exceeded"), errors.BadRequestError),
    "429": (429, openai(type="tokens"), errors.RateLimitError),
    "500": (500, openai(type="invalid_request_error"), errors.InternalServerError),
    "502": (502, b"<html>Bad Gateway</html>", errors.InternalServerError),
    "503": (503, openai(), errors.ServiceUnavailableError),
    "529": (529, openai(), errors.OverloadedError),
}


@pytest.mark.parametrize("name", HTTP)
def test_http_errors(name):
    status, body, cls = HTTP[name]
    error = failed(status, body)
    assert type(error) is cls
    assert error.type == cls.type_of_class
    assert error.status == status
    assert error.provider == "acme"


def test_a_spent_quota_is_not_retried_and_a_full_server_is():
    assert not failed(429, openai(code="insufficient_quota")).retryable
    assert failed(429, openai(code="rate_limit_exceeded")).retryable


# body, message, code
SHAPES = {
    "OpenAI": (openai("text", code="c"), "text", "c"),
    "llama.cpp": (
        {"error": {"code": 500, "message": "text", "type": "server_error"}},
        "text",
        "500",
    ),
    "Mistral": (
        {"object": "error", "message": "text", "type": "t", "code": "3051"},
        "text",
        "3051",
    ),
    "xAI": ({"code": "Not found", "error": "text"}, "text", "Not found"),
    "text as error": ({"error": "text"}, "text", None),
    "FastAPI": ({"detail": "text"}, "text", None),
    "FastAPI's list": (
        {"detail": [{"loc": ["body", "tools", 0], "msg": "text", "type": "enum"}]},
        "body.tools.0: text",
        None,
    ),
    "Gemini": ([{"error": {"code": 400, "message": "text", "status": "INVALID"}}], "text", "400"),
    "Pollinations": (
        {"error": "400 Bad Request", "status": 400, "details": {"error": {"message": "text"}}},
        "text",
        None,
    ),
    "message in a message": ({"error": {"message": {"message": "text"}}}, "text", None),
    "OpenRouter": (
        {
            "error": {
                "code": 400,
                "message": "Provider returned error",
                "metadata": {"provider_name": "Chutes", "raw": "why"},
            }
        },
        "Provider returned error (Chutes: why)",
        "400",
    ),
    "plain text": (b"text", "text", None),
    "HTML with a title": (
        b"<html><head><title> 502 Bad\n</title></head></html>",
        "a page of HTML instead of JSON: 502 Bad",
        None,
    ),
    "HTML": (b"<html>Bad</html>", "a page of HTML instead of JSON: <html>Bad</html>", None),
    "nothing": (b"", "HTTP 400 without a message", None),
    "empty object": ({}, "HTTP 400 without a message", None),
    "null": (b"null", "HTTP 400 without a message", None),
    "empty list": ([], "HTTP 400 without a message", None),
    "a number": (b"7", "7", None),
    "odd fields": ({"error": {"message": 7, "code": [1], "type": {}}}, "7", None),
}


@pytest.mark.parametrize("name", SHAPES)
def test_shapes_of_body(name):
    body, message, code = SHAPES[name]
    error = failed(400, body)
    assert str(error) == f"acme: {message}"
    assert error.code == code
    assert error.body == (
        body if not isinstance(body, bytes) else WireReply(status=0, headers={}, content=body).body
    )


def test_a_prompt_that_is_too_long_says_so_as_anthropic_does():
    for code in ("context_length_exceeded", "CONTEXT_LENGTH_EXCEEDED"):
        assert str(failed(400, openai("9 > 8", code=code))) == "acme: prompt is too long: 9 > 8"
    llama = {"error": {"code": 400, "message": "9 > 8", "type": "exceed_context_size_error"}}
    assert str(failed(400, llama)) == "acme: prompt is too long: 9 > 8"


def test_words_in_a_message_decide_nothing():
    text = "rate limit exceeded: invalid_api_key, insufficient_quota, overloaded, not found"
    assert type(failed(400, openai(text))) is errors.BadRequestError
    assert type(failed(500, openai(text))) is errors.InternalServerError


def test_facts_of_the_head():
    headers = {"x-request-id": "req_1", "retry-after": "7", "x-should-retry": "false"}
    error = failed(429, openai(), headers)
    assert (error.request_id, error.retry_after, error.should_retry) == ("req_1", 7.0, False)


def test_facts_of_the_body():
    body = {"error": {"message": "m", "metadata": {"retry_after_seconds": 3}}, "request_id": "r"}
    error = failed(429, body)
    assert (error.request_id, error.retry_after) == ("r", 3.0)
    assert failed(429, body, {"retry-after-ms": "500"}).retry_after == 0.5


def test_a_long_page_is_cut():
    assert len(str(failed(500, b"x" * 100_000))) < 2100


# --- inside a 200 ----------------------------------------------------------------------------

# body, class, status
INSIDE = {
    "status as code": ({"error": {"code": 502, "message": "m"}}, errors.InternalServerError, 502),
    "status as text": ({"error": {"code": "429", "message": "m"}}, errors.RateLimitError, 429),
    "status (Azure)": (
        {"error": {"message": "m", "code": "content_filter", "status": 400}},
        errors.BadRequestError,
        400,
    ),
    "status_code (Groq)": (
        {"error": {"message": "m", "type": "invalid_request_error", "status_code": 400}},
        errors.BadRequestError,
        400,
    ),
    "type alone": (openai(type="invalid_request_error"), errors.BadRequestError, 400),
    "a code that begins with invalid": (openai(code="invalid_value"), errors.BadRequestError, 400),
    "too long": (openai(code="context_length_exceeded"), errors.BadRequestError, 400),
    "key": (openai(code="invalid_api_key"), errors.AuthenticationError, 401),
    "quota": (openai(type="insufficient_quota"), errors.PaymentRequiredError, 402),
    "model": (openai(code="model_not_found"), errors.NotFoundError, 404),
    "rate": (openai(code="rate_limit_exceeded"), errors.RateLimitError, 429),
    "slow down": (openai(code="slow_down"), errors.RateLimitError, 429),
    "full": (openai(code="server_is_overloaded"), errors.OverloadedError, 529),
    "503": (
        {"error": {"message": "m", "type": "server_error", "code": 503}},
        errors.ServiceUnavailableError,
        503,
    ),
    "server": (openai(type="server_error"), errors.InternalServerError, 500),
    "nothing known": ({"error": {"message": "m"}}, errors.InternalServerError, 500),
    "text": ({"error": "m"}, errors.InternalServerError, 500),
    "Mistral": (
        {"object": "error", "message": "m", "type": "invalid_args", "code": "3051"},
        errors.BadRequestError,
        400,
    ),
    "without the error around it": ({"code": 400, "message": "m"}, errors.BadRequestError, 400),
    "list": ([{"error": {"code": 404, "message": "m"}}], errors.NotFoundError, 404),
}


@pytest.mark.parametrize("name", INSIDE)
def test_errors_inside_a_200(name):
    body, cls, status = INSIDE[name]
    begun = chunk({"content": "par"})
    whole, first, later = read_whole(body), read(body, DONE), read(begun, body, DONE)
    for got in (whole, first, later):
        assert type(got.error) is cls
        assert got.error.status == status
        assert got.error.body == body
        assert str(got.error).endswith("m")
    assert first.events == []
    assert [event.type for event in later.events] == [
        "message_start",
        "content_block_start",
        "content_block_delta",
    ]


def test_an_error_beside_choices():
    error = {"code": 502, "message": "m"}
    assert read_whole(completion({"content": "Hi"}, error=error)).error.status == 502
    assert read(chunk({"content": "Hi"}, "stop", error=error)).error.status == 502
    inside = completion({"content": "Hi"}, None)
    inside["choices"][0]["error"] = error
    assert read_whole(inside).error.status == 502
    assert read(inside).error.status == 502


@pytest.mark.parametrize("nothing", [None, {}, "", False])
def test_an_empty_error_is_none(nothing):
    assert read_whole(completion({"content": "Hi"}, error=nothing)).blocks == [("text", "Hi")]
    assert read(chunk({"content": "Hi"}, "stop", error=nothing)).blocks == [("text", "Hi")]


def test_an_error_event_needs_no_error_key():
    from tests.support.chat_replies import read_bytes

    got = read_bytes([b'event: error\ndata: {"code": 400, "message": "m"}\n\n'])
    assert type(got.error) is errors.BadRequestError
    old_llama = read_bytes([b'error: {"code":500,"message":"m","type":"server_error"}\n\n'])
    assert type(old_llama.error) is errors.InternalServerError


@pytest.mark.parametrize("junk", ["<html>busy</html>", "try again", "7", '"text"', "null"])
def test_a_frame_that_is_no_object_is_a_bad_reply(junk):
    assert isinstance(read(junk).error, BadReply)
    assert isinstance(read(chunk({"content": "a"}), junk, DONE).error, BadReply)


def test_a_failure_after_done_is_not_read():
    got = read(chunk({"content": "Hi"}, "stop"), DONE, {"error": {"message": "m"}})
    assert got.blocks == [("text", "Hi")]
