"""Mapping 1.6: every reason that Google knows, and those that it does not."""

from __future__ import annotations

import pytest

from any_llm.errors import APIStatusError, InternalServerError
from any_llm.plugin import BadReply, StreamTruncated
from tests.support.gemini_replies import both, call, chunk, context, read, read_whole, text

REFUSAL, FAILURE = "refusal", "an error"
# Reason -> what an answer with text, with a call, and with nothing comes to.
REASONS = {
    "STOP": ("end_turn", "tool_use", "end_turn"),
    "MAX_TOKENS": ("max_tokens",) * 3,
    "CONTINUATION": ("max_tokens",) * 3,
    **dict.fromkeys(
        (
            *("SAFETY", "RECITATION", "LANGUAGE", "BLOCKLIST", "PROHIBITED_CONTENT", "SPII"),
            *("IMAGE_SAFETY", "IMAGE_PROHIBITED_CONTENT", "IMAGE_OTHER", "IMAGE_RECITATION"),
            *("ESCALATION", "PUP_LIMITED_DISABLED", "MODEL_ARMOR"),
        ),
        (REFUSAL,) * 3,
    ),
    **dict.fromkeys(
        (
            *("MALFORMED_FUNCTION_CALL", "UNEXPECTED_TOOL_CALL", "TOO_MANY_TOOL_CALLS"),
            *("MISSING_THOUGHT_SIGNATURE", "MALFORMED_RESPONSE", "NO_IMAGE"),
        ),
        (FAILURE,) * 3,
    ),
    "OTHER": ("end_turn", "tool_use", FAILURE),
    "FINISH_REASON_UNSPECIFIED": ("end_turn", "tool_use", FAILURE),
}
CONTENTS = {"text": [text("Hi")], "call": [call("f")], "nothing": []}


def reasons_of_google():
    types = pytest.importorskip("google.genai.types")
    return [reason.value for reason in types.FinishReason]


def blocks_of_google():
    types = pytest.importorskip("google.genai.types")
    return [reason.value for reason in types.BlockedReason]


def test_every_reason_of_google_is_in_the_table():
    assert sorted(reasons_of_google()) == sorted(REASONS)


@pytest.mark.parametrize("kind", CONTENTS)
@pytest.mark.parametrize("reason", REASONS)
def test_reasons(reason, kind):
    wanted = REASONS[reason][list(CONTENTS).index(kind)]
    got = both(chunk(*CONTENTS[kind], finish=reason, finishMessage="why"))
    if wanted is FAILURE:
        error = got.error
        assert isinstance(error, InternalServerError)
        assert (error.type, error.code) == ("api_error", reason)
        assert str(error).endswith(f"finishReason {reason}: why")
        assert error.body["finishMessage"] == "why"
        return
    assert got.message.stop_reason == wanted
    told = [loss.path for loss in got.losses]
    vague = reason in ("OTHER", "FINISH_REASON_UNSPECIFIED")
    assert told == (["stop_reason"] if vague else [])
    details = got.message.stop_details
    if wanted is REFUSAL:
        assert details.type == "refusal"
        assert details.category is None
        assert details.explanation == f"gemini finishReason={reason}: why"
    else:
        assert details is None
    if kind == "text":
        assert got.message.text == "Hi"


def test_asking_again_can_help_only_where_chance_is_in_it():
    for reason, helps in (("MALFORMED_FUNCTION_CALL", True), ("MISSING_THOUGHT_SIGNATURE", False)):
        error = read(chunk(finish=reason)).error
        assert isinstance(error, APIStatusError)
        assert error.retryable is helps


def test_unknown_reasons_pass_through():
    for parts in CONTENTS.values():
        got = both(chunk(*parts, finish="BORED"))
        assert got.message.stop_reason == "BORED"
        assert [(loss.path, loss.severity) for loss in got.losses] == [("stop_reason", "lossy")]


@pytest.mark.parametrize("word", ["FUNCTION_CALL", "TOOL_CALLS"])
def test_emulators_have_a_word_for_calls(word):
    got = both(chunk(call("f"), finish=word))
    assert got.message.stop_reason == "tool_use"
    assert got.losses == []
    assert both(chunk(text("a"), finish=word)).message.stop_reason == word


@pytest.mark.parametrize(
    ("provider", "number", "wanted"),
    [
        ("gemini", 1, "end_turn"),
        ("gemini", 2, "max_tokens"),
        ("gemini", 3, REFUSAL),
        ("vertex", 4, REFUSAL),
        ("vertex", 10, REFUSAL),
        ("gemini", 10, "10"),
        ("vertex", 99, "99"),
    ],
)
def test_reasons_as_numbers(provider, number, wanted):
    got = both(chunk(text("a"), finish=number), provider=provider)
    assert got.message.stop_reason == wanted


def test_vertex_numbers_malformed_calls():
    assert read(chunk(finish=9), ctx=context(provider="vertex")).error.code == (
        "MALFORMED_FUNCTION_CALL"
    )


def test_the_last_reason_counts():
    first, last = chunk(text("a"), finish="STOP"), chunk(text("b"), finish="SAFETY")
    assert both(first, last).message.stop_reason == REFUSAL
    vague = chunk(text("b"), finish="FINISH_REASON_UNSPECIFIED")
    assert read(chunk(text("a"), finish="MAX_TOKENS"), vague).message.stop_reason == "max_tokens"


def test_content_may_follow_a_reason():
    got = both(chunk(text("a"), finish="STOP"), chunk(text("b"), finish="STOP"))
    assert got.message.text == "ab"


def test_a_forced_call_that_did_not_come_is_told():
    state = {"forced_tool": True}
    assert [loss.path for loss in both(chunk(text("a"), finish="STOP"), state=state).losses] == [
        "tool_choice"
    ]
    assert both(chunk(call("f"), finish="STOP"), state=state).losses == []


@pytest.mark.parametrize(
    ("parts", "finish", "told"),
    [
        ([text("{"), text('"a": 1}')], "STOP", False),
        ([text("Tom is 7.")], "STOP", True),
        ([], "STOP", True),
        ([text('{"a": ')], "MAX_TOKENS", False),
        ([text("No.")], "SAFETY", False),
        ([text("I look."), call("f")], "STOP", False),
    ],
)
def test_an_answer_that_is_not_the_json_it_was_held_to_is_told(parts, finish, told):
    """Gateways take a responseJsonSchema and forget it (llm-rosetta 0.13, measured 2026-11)."""
    chunks = [chunk(part) for part in parts[:-1]] + [chunk(*parts[-1:], finish=finish)]
    losses = both(*chunks, state={"json_schema": True}).losses
    assert [loss.path for loss in losses] == (["output_config.format"] if told else [])
    assert both(*chunks).losses == []


# --- prompts that were blocked ---------------------------------------------------------------

BLOCKS = (
    *("BLOCKED_REASON_UNSPECIFIED", "SAFETY", "OTHER", "BLOCKLIST", "PROHIBITED_CONTENT"),
    *("IMAGE_SAFETY", "MODEL_ARMOR", "JAILBREAK"),
)


def test_every_block_reason_of_google_is_here():
    assert sorted(blocks_of_google()) == sorted(BLOCKS)


@pytest.mark.parametrize("reason", [*BLOCKS, "BRAND_NEW", 1])
@pytest.mark.parametrize("message", [None, "the template says no"])
def test_blocked_prompts(reason, message):
    feedback = {"blockReason": reason, **({"blockReasonMessage": message} if message else {})}
    body = {"promptFeedback": feedback, "usageMetadata": {"promptTokenCount": 3}}
    for got in (read(body), read_whole(body)):
        assert got.message.content == []
        assert got.message.stop_reason == REFUSAL
        assert str(reason) in got.message.stop_details.explanation
        assert (message or "") in got.message.stop_details.explanation
        assert got.message.usage.input_tokens == 3
        assert got.extras["promptFeedback"] == feedback


def test_an_empty_feedback_behind_a_block_takes_it_not_back():
    got = read({"promptFeedback": {"blockReason": "SAFETY"}}, {"promptFeedback": {}})
    assert got.message.stop_reason == REFUSAL


# --- answers that are not complete -----------------------------------------------------------

INCOMPLETE = [
    [],
    [chunk(text("Hi"))],
    [chunk(call("f"))],
    [{"usageMetadata": {"promptTokenCount": 3}}],
    [{"promptFeedback": {"safetyRatings": []}}],
    [{"candidates": []}],
]


@pytest.mark.parametrize("chunks", INCOMPLETE, ids=range(len(INCOMPLETE)))
def test_a_stream_without_a_reason_is_cut(chunks):
    assert isinstance(read(*chunks).error, StreamTruncated)


@pytest.mark.parametrize("chunks", INCOMPLETE, ids=range(len(INCOMPLETE)))
def test_a_whole_answer_without_a_reason_is_no_answer(chunks):
    assert type(read_whole(chunks[0] if chunks else {}).error) is BadReply
