"""Errors: every status of the server, every shape of body, and lines of a 200."""

from __future__ import annotations

import json

import pytest

from any_llm import errors
from any_llm.plugin import WireReply
from anyllm_ollama.errors import error_of_reply
from tests.support.ollama_replies import context, end, line, read, read_whole

CLOUD = "https://ollama.com"


def failed(status, body=b"", *, headers=None, **where):
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    reply = WireReply(status=status, headers=headers or {}, content=content)
    return error_of_reply(reply, context(**where))


STATUSES = [
    (400, errors.BadRequestError, "invalid_request_error", False),
    (401, errors.AuthenticationError, "authentication_error", False),
    (403, errors.PermissionDeniedError, "permission_error", False),
    (404, errors.NotFoundError, "not_found_error", False),
    (413, errors.RequestTooLargeError, "request_too_large", False),
    (429, errors.RateLimitError, "rate_limit_error", True),
    (499, errors.BadRequestError, "invalid_request_error", False),
    (500, errors.InternalServerError, "api_error", True),
    (502, errors.InternalServerError, "api_error", True),
    (503, errors.ServiceUnavailableError, "overloaded_error", True),
]


@pytest.mark.parametrize(("status", "cls", "type", "retryable"), STATUSES)
def test_the_status_decides(status, cls, type, retryable):
    error = failed(status, {"error": "words"})
    assert error.__class__ is cls
    assert (error.status, error.type, error.retryable) == (status, type, retryable)
    assert "words" in str(error)
    assert error.body == {"error": "words"}


def test_a_missing_model_comes_with_the_command_that_gets_it():
    error = failed(404, {"error": "model 'qwen3' not found"}, model="qwen3:8b")
    assert str(error) == "ollama: model 'qwen3' not found; get it with `ollama pull qwen3:8b`"


def test_the_command_hangs_on_the_404_and_not_on_words():
    assert "ollama pull" in str(failed(404, {"error": "rien de tel"}, model="m"))
    assert "ollama pull" not in str(failed(400, {"error": "model 'm' not found"}, model="m"))
    assert "ollama pull" not in str(failed(404, {"error": "x"}, model="m", base_url=CLOUD))
    assert "ollama pull" not in str(failed(404, {"error": "x"}, model="*"))


def test_a_404_that_is_no_json_is_a_wrong_address():
    error = failed(404, b"404 page not found", model="m")
    assert "ollama pull" not in str(error)
    assert "OLLAMA_HOST" in str(error)


def test_signing_in_is_said_where():
    url = "https://ollama.com/connect?name=x"
    assert str(failed(401, {"error": "unauthorized", "signin_url": url})) == (
        f"ollama: unauthorized; sign in at {url}"
    )
    assert str(failed(401, {"signin_url": url})) == f"ollama: unauthorized; sign in at {url}"


def test_an_empty_403_is_explained():
    assert "Host" in str(failed(403))
    assert "Host" not in str(failed(403, {"error": "ollama cloud is disabled"}))


NESTED = {"code": 400, "message": "too big", "type": "exceed_context_size_error", "n_ctx": 4096}


@pytest.mark.parametrize(
    "text", [json.dumps({"error": NESTED}), json.dumps({"error": NESTED}) + "\nout of memory"]
)
def test_an_error_of_the_runner_is_taken_out_of_its_text(text):
    error = failed(400, {"error": text})
    assert str(error) == "ollama: prompt is too long: too big"
    assert (error.type, error.code) == ("invalid_request_error", "exceed_context_size_error")
    inside = read(line("x"), {"error": text}).error
    assert (str(inside), inside.type) == (str(error), error.type)


@pytest.mark.parametrize("text", ["{not json", '{"error": "x"}', "{}", '{"error": 3}'])
def test_text_that_only_looks_nested_stays(text):
    assert str(failed(400, {"error": text})) == f"ollama: {text}"


@pytest.mark.parametrize(
    ("body", "says"),
    [
        (b"", "HTTP 500 without a message"),
        (b"Internal Server Error", "Internal Server Error"),
        (b"<html>Bad Gateway</html>", "<html>Bad Gateway</html>"),
        ({"error": {"message": "m", "type": "api_error"}}, "m"),
        ({"detail": "d"}, "d"),
        ({"message": "m"}, "m"),
        ({"error": None}, "HTTP 500 without a message"),
        ({"error": 3}, "HTTP 500 without a message"),
        ([], "HTTP 500 without a message"),
        (None, "HTTP 500 without a message"),
        (b"\xff\xfe", "\ufffd\ufffd"),
    ],
)
def test_any_body_is_survived(body, says):
    error = failed(500, body)
    assert error.status == 500
    assert str(error) in {f"ollama: {says}", f"ollama: HTTP 500: {says}"}


def test_an_object_may_name_its_type():
    error = failed(400, {"error": {"message": "m", "type": "rate_limit_error"}})
    assert isinstance(error, errors.RateLimitError)
    odd = failed(400, {"error": {"message": "m", "type": "brand_new"}})
    assert (odd.type, odd.code) == ("invalid_request_error", "brand_new")


def test_headers_say_when_to_come_back():
    headers = {"retry-after": "7", "x-request-id": "r-1"}
    error = failed(429, {"error": "slow"}, headers=headers)
    assert (error.retry_after, error.request_id) == (7.0, "r-1")


# --- inside a 200 --------------------------------------------------------------------------------


@pytest.mark.parametrize("before", [[], [line("x")], [line("", thinking="t")]])
def test_an_error_line_is_raised(before):
    got = read(*before, {"error": "out of memory"}, end())
    assert isinstance(got.error, errors.InternalServerError)
    assert (got.error.status, got.error.type) == (500, "api_error")
    assert "out of memory" in str(got.error)
    assert [e.type for e in got.events][-1:] != ["message_stop"]
    whole = read_whole({"error": "out of memory"})
    assert (type(whole.error), str(whole.error)) == (type(got.error), str(got.error))


def test_an_error_line_may_say_its_status():
    got = read({"error": "no", "status": 400})
    assert isinstance(got.error, errors.BadRequestError)
    imitator = read({"error": {"message": "no", "type": "rate_limit_error", "code": 429}})
    assert isinstance(imitator.error, errors.RateLimitError)


def test_an_error_line_with_the_runners_json():
    text = json.dumps({"error": NESTED})
    got = read(line("x"), {"error": text})
    assert isinstance(got.error, errors.BadRequestError)
    assert "too big" in str(got.error)
