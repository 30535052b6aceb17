"""Mapping 5.2, 5.3 and 6: how an answer ends, what it cost, and how it fails."""

from __future__ import annotations

from typing import get_args

import pytest

from any_llm import errors
from any_llm.plugin import BadReply, StreamTruncated
from tests.support.responses_replies import (
    call,
    completed,
    context,
    created,
    event,
    message,
    read,
    read_whole,
    reasoning,
    refusal,
    response,
)

SAID = event("output_item.done", item=message("Hi"), output_index=0)


def both(*items, ctx=context, kind="completed", **more):
    """The answer read whole and as a stream."""
    body = response(*items, **more)
    whole = read_whole(body, ctx())
    streamed = read(created(), event(kind, response=body), ctx=ctx())
    assert streamed.losses == whole.losses
    if isinstance(whole.result, errors.AnyLLMError):
        assert repr(streamed.error) == repr(whole.error)
    else:
        assert streamed.message == whole.message
    return whole


# --- stop reasons ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("items", "reason"),
    [
        ([message("Hi")], "end_turn"),
        ([], "end_turn"),
        ([reasoning("Hm")], "end_turn"),
        ([message("Hi"), call()], "tool_use"),
        ([message(refusal("No"))], "refusal"),
        ([message(refusal("No")), call()], "tool_use"),
    ],
    ids=["text", "nothing", "reasoning", "calls", "refusal", "refusal and calls"],
)
def test_completed(items, reason):
    assert both(*items).message.stop_reason == reason


@pytest.mark.parametrize("items", [[message("Hi")], [call(arguments='{"a":')], []], ids=str)
def test_incomplete_for_the_limit(items):
    details = {"reason": "max_output_tokens"}
    got = both(*items, status="incomplete", incomplete_details=details, kind="incomplete")
    assert (got.message.stop_reason, got.message.stop_details) == ("max_tokens", None)


def test_details_of_an_incomplete_answer_win_over_a_status_that_says_completed():
    got = both(message("Hi"), incomplete_details={"reason": "max_output_tokens"})
    assert got.message.stop_reason == "max_tokens"
    got = both(message("Hi"), incomplete_details={"reason": "content_filter"})
    assert got.message.stop_reason == "refusal"


def test_an_incomplete_item_of_a_completed_answer_is_reported():
    got = both({**message("Hi"), "status": "incomplete"})
    assert got.message.stop_reason == "end_turn"
    assert [loss.path for loss in got.losses if loss.severity == "lossy"] == ["output"]


def test_without_status_and_output_nothing_says_how_it_ended():
    body = {name: value for name, value in response().items() if name != "status"}
    assert isinstance(read_whole(body, context()).error, BadReply)
    said = {**response(message("Hi")), "status": None}
    assert read_whole(said, context()).message.stop_reason == "end_turn"  # as some record it


def test_incomplete_for_the_filter_is_a_refusal():
    details = {"reason": "content_filter"}
    got = both(message("Hi"), status="incomplete", incomplete_details=details, kind="incomplete")
    assert got.message.stop_reason == "refusal"
    assert got.message.stop_details.explanation is None


@pytest.mark.parametrize("reason", ["max_messages", "steered", "brand_new", None])
def test_incomplete_for_a_reason_nobody_knows(reason):
    details = {"reason": reason} if reason else None
    got = both(message("Hi"), status="incomplete", incomplete_details=details, kind="incomplete")
    assert got.message.stop_reason == (reason or "incomplete")
    assert [loss.path for loss in got.losses if loss.severity == "lossy"] == ["stop_reason"]


def test_the_status_of_the_response_counts_where_the_event_says_less():
    details = {"reason": "max_output_tokens"}
    body = response(message("Hi"), status="incomplete", incomplete_details=details)
    assert read(event("completed", response=body)).message.stop_reason == "max_tokens"
    assert read(event("incomplete", response={**body, "status": None})).message.stop_reason == (
        "max_tokens"
    )
    for status in ("in_progress", None):
        body = response(message("Hi"), status=status)
        assert read(event("completed", response=body)).message.stop_reason == "end_turn"


def test_a_forced_tool_that_was_not_called_is_reported():
    def forced():
        return context(state={"forced_tool": True})

    assert "tool_choice" in [loss.path for loss in both(message("Hi"), ctx=forced).losses]
    assert "tool_choice" not in [loss.path for loss in both(call(), ctx=forced).losses]


@pytest.mark.parametrize(("used", "told"), [(15, False), (16, True), (17, True)])
def test_an_end_at_the_limit_is_doubted(used, told):
    """llama.cpp says `completed` of an answer that the limit cut."""

    def limited():
        return context(state={"max_tokens": 16})

    usage = {"input_tokens": 1, "output_tokens": used}
    got = both(message("Hi"), usage=usage, ctx=limited)
    assert got.message.stop_reason == "end_turn"  # the server's word
    assert ("max_tokens" in [loss.path for loss in got.losses]) == told
    details = {"status": "incomplete", "incomplete_details": {"reason": "max_output_tokens"}}
    got = both(message("Hi"), usage=usage, ctx=limited, kind="incomplete", **details)
    assert "max_tokens" not in [loss.path for loss in got.losses]


def test_a_request_that_only_fills_the_cache():
    got = both(ctx=lambda: context(state={"prewarm": True}))
    assert (got.message.content, got.message.stop_reason) == ([], "max_tokens")


# --- failures --------------------------------------------------------------------------------

CODES = {
    "server_error": errors.InternalServerError,
    "rate_limit_exceeded": errors.RateLimitError,
    "insufficient_quota": errors.PaymentRequiredError,
    "invalid_prompt": errors.BadRequestError,
    "data_residency_mismatch": errors.BadRequestError,
    "vector_store_timeout": errors.GatewayTimeoutError,
    "invalid_image": errors.BadRequestError,
    "image_too_large": errors.BadRequestError,
    "failed_to_download_image": errors.BadRequestError,
    "context_length_exceeded": errors.BadRequestError,
    "brand_new": errors.InternalServerError,
}


@pytest.mark.parametrize("code", CODES)
def test_failed(code):
    error = {"code": code, "message": "words"}
    got = both(message("Hi"), status="failed", error=error, kind="failed").error
    assert type(got) is CODES[code]
    assert (got.code, got.provider) == (code, "acme")
    assert "words" in str(got)


@pytest.mark.parametrize("code", CODES)
@pytest.mark.parametrize("nested", [True, False])
def test_error_events(code, nested):
    said = {"code": code, "message": "words", "param": None}
    event_ = event("error", error=said) if nested else event("error", **said)
    for before in ([], [created()], [created(), SAID]):
        got = read(*before, event_)
        assert type(got.error) is CODES[code]
        # Before the first item nothing is handed out, so that the call itself raises.
        assert bool(got.events) == (SAID in before)


def test_every_code_of_the_sdk_is_typed():
    sdk = pytest.importorskip("openai.types.responses.response_error")
    codes = get_args(sdk.ResponseError.model_fields["code"].annotation)
    assert len(codes) > 20
    for code in codes:
        got = both(status="failed", error={"code": code, "message": "m"}, kind="failed")
        if code == "server_error":
            assert got.error.type == "api_error"
        elif "policy" in code:
            assert got.message.stop_reason == "refusal"
        else:
            assert got.error.type != "api_error", code


POLICIES = {
    "bio_policy": "bio",
    "misalignment_policy_violation": None,
    "image_content_policy_violation": None,
}


@pytest.mark.parametrize("code", POLICIES)
def test_a_failure_by_policy_is_a_refusal(code):
    error = {"code": code, "message": "words"}
    got = both(message("Hi"), status="failed", error=error, kind="failed").message
    assert (got.stop_reason, got.text) == ("refusal", "Hi")
    assert (got.stop_details.category, got.stop_details.explanation) == (POLICIES[code], "words")
    got = read(created(), SAID, event("error", error=error)).message
    assert (got.stop_reason, got.text) == ("refusal", "Hi")


@pytest.mark.parametrize("status", ["cancelled", "queued", "in_progress", "failed", "brand_new"])
def test_a_whole_answer_that_is_none(status):
    got = read_whole(response(message("Hi"), status=status)).error
    assert isinstance(got, errors.InternalServerError)
    assert status in str(got)


def test_an_error_without_a_type_in_the_stream():
    """OpenRouter and gateways put the object of an HTTP error into the stream."""
    got = read(created(), {"error": {"code": 502, "message": "upstream"}})
    assert (got.error.status, got.error.type) == (502, "api_error")


@pytest.mark.parametrize("body", [{"error": {"code": 429, "message": "m"}}, {"detail": "m"}])
def test_an_error_inside_a_200(body):
    assert isinstance(read_whole(body).error, errors.APIStatusError)


@pytest.mark.parametrize(
    "body",
    [
        {},
        [],
        "text",
        {"object": "chat.completion", "choices": []},
        {"object": "response.compaction", "output": []},
        {"object": "response.input_tokens", "input_tokens": 3},
    ],
    ids=str,
)
def test_what_is_no_response_is_unreadable(body):
    assert isinstance(read_whole(body).error, BadReply)


@pytest.mark.parametrize("status", [None, "completed", "complete"])
def test_an_answer_without_a_usual_status(status):
    """OpenRouter sent none."""
    assert read_whole(response(message("Hi"), status=status)).message.stop_reason == "end_turn"


# --- streams that end too early --------------------------------------------------------------


@pytest.mark.parametrize("tail", [[], ["[DONE]"], ["[DO"]], ids=str)
def test_a_stream_without_its_last_event_is_cut(tail):
    for said in ([], [created()], [created(), SAID], [created(), message("Hi")]):
        got = read(*said, *tail)
        assert isinstance(got.error, StreamTruncated)


def test_nothing_is_read_behind_the_end():
    got = read(created(), SAID, completed(), event("error", code="server_error"), "nonsense")
    assert got.blocks == [("text", "Hi")]


# --- usage -----------------------------------------------------------------------------------


def usage_of(said, **more):
    return both(message("Hi"), usage=said, **more).message.usage


def test_the_parts_of_the_prompt_are_disjoint():
    got = usage_of(
        {
            "input_tokens": 100,
            "input_tokens_details": {"cached_tokens": 60, "cache_write_tokens": 30},
            "output_tokens": 20,
            "output_tokens_details": {"reasoning_tokens": 15},
            "total_tokens": 120,
        }
    )
    assert (got.input_tokens, got.output_tokens) == (10, 20)
    assert (got.cache_read_input_tokens, got.cache_creation_input_tokens) == (60, 30)
    assert got.output_tokens_details.thinking_tokens == 15


def test_what_is_not_said_is_none():
    got = usage_of({"input_tokens": 3, "output_tokens": 4})
    assert (got.cache_read_input_tokens, got.cache_creation_input_tokens) == (None, None)
    assert (got.output_tokens_details, got.server_tool_use) == (None, None)


def test_searches_are_counted():
    used = {"image_gen": {"input_tokens": 0}, "web_search": {"num_requests": 2}}
    got = both(message("Hi"), tool_usage=used).message
    assert got.usage.server_tool_use.web_search_requests == 2
    assert got.provider_extras["tool_usage"] == used
    none = {"image_gen": {"input_tokens": 0}, "web_search": {"num_requests": 0}}
    assert both(message("Hi"), tool_usage=none).message.usage.server_tool_use is None


@pytest.mark.parametrize(
    ("tier", "said"),
    [("default", "standard"), ("priority", "priority"), ("fast", "priority"), ("flex", None)],
)
def test_service_tiers(tier, said):
    got = both(message("Hi"), service_tier=tier).message
    assert got.usage.service_tier == said
    extras = getattr(got, "provider_extras", {})
    assert extras == ({} if said else {"service_tier": tier})


@pytest.mark.parametrize("said", [None, {}])
def test_no_usage_is_a_hint(said):
    got = both(message("Hi"), usage=said)
    assert [(loss.path, loss.severity) for loss in got.losses] == [("usage", "hint")]


def test_counts_that_are_none_are_reported():
    got = both(message("Hi"), usage={"input_tokens": "many", "output_tokens": 4})
    assert "lossy" in [loss.severity for loss in got.losses if loss.path == "usage"]
    assert got.message.provider_extras["usage"] == {"input_tokens": "many", "output_tokens": 4}


# --- what else a response says ---------------------------------------------------------------


def test_parameters_of_the_request_are_not_repeated():
    echo = {"temperature": 1.0, "tools": [{"type": "function"}], "instructions": "Be kind"}
    assert not hasattr(both(message("Hi"), **echo).message, "provider_extras")


def test_fields_of_a_vendor_survive():
    more = {"billing": {"payer": "developer"}, "content_filters": [{"blocked": False}], "x": None}
    got = both(message("Hi"), **more).message.provider_extras
    assert got == {name: more[name] for name in ("billing", "content_filters")}


def test_a_usage_with_more_in_it_survives():
    said = {"input_tokens": 1, "output_tokens": 1, "cost_in_usd_ticks": 3}
    assert both(message("Hi"), usage=said).message.provider_extras["usage"] == said


def test_reasoning_that_the_server_took_out_of_the_request_is_reported():
    removed = [{"type": "reasoning", "id": "rs_0", "action": "removed", "reason": "model_mismatch"}]
    got = both(message("Hi"), input_transformations=removed)
    assert [loss.path for loss in got.losses if "model_mismatch" in loss.what] == ["messages"]
    assert not hasattr(got.message, "provider_extras")
