"""The judge, judged: what it must say of recordings whose bytes were read by hand."""

from __future__ import annotations

import re
from functools import cache

import pytest

from tests.corpus import chat_oracle, records
from tests.corpus.chat_calls import Contradiction, group, read_arguments, settle
from tests.corpus.chat_errors import failure
from tests.corpus.expected import Answer, Call, Failure, Outside, Usage


@cache
def recordings():
    return {record["id"]: record for record in records.selection("openai-chat")}


def judged(identity):
    return chat_oracle.judge(recordings()[identity])


def call(identity, name, arguments):
    return ("tool_use", Call(id=identity, name=name, arguments=arguments))


# Recording -> blocks, stop reason, (input, output, cache read, thinking) tokens.
ANSWERS = {
    # forced tool choice: finish_reason "stop" although there is a call
    "openai-chat-e0c71d2d7f1ebdd0548e": (
        [call("call_367XCv5N6u1Sp2TWLlP9xoRU", "get_number_for_word", {"word": "banana"})],
        "tool_use",
        (69, 5, 0, 0),
    ),
    # comments, finish_reason twice, usage on the second
    "openai-chat-bd5b3e2a1b9fb894607e": ([("text", "42")], "end_turn", (21, 2, 0, 0)),
    # usage in every chunk: the last counts
    "openai-chat-bd42f52619108cddc13e": (
        [("text", "Hello there! How can I help you today?\n")],
        "end_turn",
        (3, 11, None, None),
    ),
    # usage in x_groq
    "openai-chat-c311d94d412e0360bbfa": (
        [("thinking", "Hello"), ("text", "Hello")],
        "end_turn",
        (451, 40, None, None),
    ),
    # a call without index, whole, in the chunk that finishes
    "openai-chat-c69fe157b5e00c9856a6": (
        [call("gSIMJiOkT", "weather", {"location": "San Francisco"})],
        "tool_use",
        (124, 22, None, None),
    ),
    # empty id, finish "stop"
    "openai-chat-9d27ab38a93b58b80457": (
        [call(None, "return_bool", {"value": True})],
        "tool_use",
        (8, 4, None, None),
    ),
    # id "" on later fragments
    "openai-chat-5e328c2c04baa016582f": (
        [call("call_a1ae924c43c542adb13d77", "best_country", {"country": "USA"})],
        "tool_use",
        (211, 20, 0, None),
    ),
    # content as a list with a thinking part
    "openai-chat-af2f7f075c800b32eec3": (
        [
            ("thinking", "The user is asking for 2+2. This is basic arithmetic. 2+2=4."),
            ("text", "2 + 2 = 4"),
        ],
        "end_turn",
        (10, 46, None, None),
    ),
    # CRLF, no [DONE], delta and cumulative message side by side
    "openai-chat-4e2bd6b977461bff3364": ([("text", "Hello!")], "end_turn", (8, 2, None, None)),
    # a first chunk without choices, id and model
    "openai-chat-64c9d03b82097ca0cdcd": ([("text", "Hey!")], "end_turn", None),
    # finish_reason "", an empty audio object and an empty function_call
    "openai-chat-d32266ba0296f4fe2035": (
        [("text", '{"city": "Mexico City", "country": "Mexico"}')],
        "end_turn",
        (668, 51, 0, 0),
    ),
    # finish_reason "tool_call"
    "openai-chat-02b8a2eda75cc45c93e4": (
        [
            ("text", "I'll check the weather in Paris, France for you."),
            call("call_bKUEedCnSXmkjyj-xWNW2w", "get_weather", {"location": "Paris, France"}),
        ],
        "tool_use",
        (261, 29, None, None),
    ),
    # cut in the middle of a call
    "openai-chat-22b1a1614667ae17357d": (
        [call("call_REDACTED_1", "add", '{"x":17,"y":25')],
        "max_tokens",
        (80, 16, 0, 0),
    ),
    # the same, but OpenRouter says "tool_calls"; only the native reason tells
    "openai-chat-39bc92d73bc2f5619019": (
        [call("call_REDACTED_1", "file_report", '{"summary":"The cache warmer raced')],
        "max_tokens",
        (101, 16, 0, 0),
    ),
    # arguments that are two objects
    "openai-chat-0e4deeb0a032d75f0073": (
        [
            call(
                "chatcmpl-tool-505e0c9d66cf4dcbab02c301b9c1c769",
                "get_weather",
                '{}{"location": "Paris, France"}',
            )
        ],
        "tool_use",
        (1266, 19, None, None),
    ),
    # arguments "null"
    "openai-chat-d1eed8a7cf81802e233e": (
        [
            call("call_REDACTED_1", "lookup_harbor_label", {}),
            call("call_REDACTED_2", "lookup_orchard_label", {}),
        ],
        "tool_use",
        (359, 35, None, None),
    ),
    # content_filter and no message at all
    "openai-chat-06d1c19fa0bb20ac53a2": ([], "refusal", (15, 19, None, None)),
    # finish_details in place of finish_reason
    "openai-chat-61184789f5f4bb44f9e6": (
        [
            (
                "text",
                (
                    "The image shows a serene natural landscape consisting of a wooden boardwalk"
                    " that extends through"
                ),
            )
        ],
        "max_tokens",
        (1118, 16, None, None),
    ),
    # xAI counts reasoning beside the completion: 1040 + 3 + 22 = 1065
    "openai-chat-03e746e5fa63c4e58e35": ([("text", "sum=5")], "end_turn", (331, 25, 709, 22)),
    # Mistral's num_cached_tokens
    "openai-chat-0b89ce8f7307bcea270d": (
        [call("35bC59XSm", "get_file", {})],
        "tool_use",
        (32, 6, 32, None),
    ),
    # no type, no finish_reason, but a call and [DONE]
    "openai-chat-e94dfb79fbecc7ba89b3": (
        [call(None, "square_root", {})],
        "tool_use",
        (159, 16, None, None),
    ),
    # two choices at once, whose calls bear the same id: only the first choice counts
    "openai-chat-cfa5ad778f2592433ca7": (
        [
            call(
                "call_ZLW6rwgBZAlsBPJv2F9O3zhz",
                "get_current_weather",
                {"location": "San Francisco, CA"},
            )
        ],
        "tool_use",
        (85, 43, 0, 0),
    ),
}

FAILURES = {
    # an error is all there is in a stream
    "openai-chat-609ebc079a9b8b67230f": Failure(
        kind="status", status=400, type="invalid_request_error"
    ),
    # an error after output, with a status of its own
    "openai-chat-7c80f0c47a3e3443d31d": Failure(
        kind="status", status=400, type="invalid_request_error", after_output=True
    ),
    # a choice of a whole answer that carries an upstream 502
    "openai-chat-b1d8b1be92b605e7d48e": Failure(kind="status", status=502, type="api_error"),
    # Azure's filter inside a 200
    "openai-chat-7ba8b0e9e47ca8cec8f8": Failure(
        kind="status", status=400, type="invalid_request_error"
    ),
    # a page of HTML
    "openai-chat-a256ef702e4708e42b4d": Failure(
        kind="status", status=401, type="authentication_error"
    ),
    # credits are spent
    "openai-chat-0b33d780f2f51998e9e0": Failure(kind="status", status=402, type="billing_error"),
    # 400 with the code of a missing model
    "openai-chat-f8b8b24486ef501fd6f6": Failure(kind="status", status=400, type="not_found_error"),
    # cut off upstream: no finish_reason
    "openai-chat-6006f41df5a96a6da90b": Failure(kind="incomplete", after_output=True),
    # [DONE] after nothing
    "openai-chat-a7a852995c81ef1d586c": Failure(kind="incomplete"),
    # finish_reason "tool_calls" and no call
    "openai-chat-022b50f0edeb2f60bcc9": Failure(kind="unreadable", after_output=True),
    # no answer of this format
    "openai-chat-88a559fdc5bac336eb3b": Failure(kind="unreadable"),
}


@pytest.mark.parametrize("identity", ANSWERS)
def test_answer(identity):
    blocks, stop_reason, tokens = ANSWERS[identity]
    answer = judged(identity)
    assert isinstance(answer, Answer)
    assert list(answer.blocks) == blocks
    assert answer.stop_reason == stop_reason
    usage = answer.usage
    counted = usage and (
        usage.input_tokens,
        usage.output_tokens,
        usage.cache_read_input_tokens,
        usage.thinking_tokens,
    )
    assert counted == tokens


@pytest.mark.parametrize("identity", FAILURES)
def test_failure(identity):
    assert judged(identity) == FAILURES[identity]


def test_more_cached_than_sent_is_no_negative_count():
    usage = judged("openai-chat-041dde8020dee6042823").usage
    assert usage == Usage(
        input_tokens=0, output_tokens=110, cache_read_input_tokens=158, thinking_tokens=0
    )


def test_a_stop_sequence_counts_only_where_the_request_had_it():
    record = recordings()["openai-chat-87c4a327fd179ae734b0"]
    answer = chat_oracle.judge(record)
    assert (answer.stop_reason, answer.stop_sequence) == ("stop_sequence", "is")
    unasked = chat_oracle.judge_stream(record["response_text"], [])
    assert (unasked.stop_reason, unasked.stop_sequence) == ("end_turn", None)


def test_text_after_a_call_stays_after_it():
    answer = judged("openai-chat-56d2e1f273fffa4bcc2c")
    assert [kind for kind, _ in answer.blocks] == ["thinking", "tool_use", "text"]
    assert answer.text == "\n"
    assert answer.calls[0].arguments == {
        "name": "John Doe",
        "age": 10,
        "occupation": "Software Engineer",
    }
    assert answer.stop_reason == "tool_use"


def test_reasoning_that_stands_in_details_alone_is_read_once():
    assert judged("openai-chat-1d19364fe25ec7e010f9").thinking == (
        "Let me get the weather for Mexico City."
    )
    assert judged("openai-chat-1d19364fe25ec7e010f9").vendor_state
    doubled = judged("openai-chat-0d48dd1ae4aca8dcb3de")
    message = recordings()["openai-chat-0d48dd1ae4aca8dcb3de"]["response_json"]["choices"][0][
        "message"
    ]
    assert doubled.thinking == message["reasoning_content"]
    assert message["reasoning_details"]


def test_audio_is_outside():
    assert judged("openai-chat-3a99e5b9c70c80b0437b") == Outside(reason="audio output")


# a short text, one whole call, calls in fragments
@pytest.mark.parametrize(
    "identity",
    [
        "openai-chat-bd5b3e2a1b9fb894607e",
        "openai-chat-5e328c2c04baa016582f",
        "openai-chat-cfa5ad778f2592433ca7",
    ],
)
def test_a_cut_stream_is_incomplete_until_it_has_said_how_it_ends(identity):
    text = recordings()[identity]["response_text"]
    whole = chat_oracle.judge_stream(text, [])
    finish = re.search(r'"finish_reason":"', text)
    ends = text.index("\n\n", finish.start())
    for cut in range(0, ends - 1, 7):
        cut_off = chat_oracle.judge_stream(text[:cut], [])
        assert isinstance(cut_off, Failure)
        assert cut_off.kind == "incomplete"
    assert chat_oracle.judge_stream(text[:ends], []).blocks == whole.blocks


def test_output_before_a_cut_is_noticed():
    text = recordings()["openai-chat-bd5b3e2a1b9fb894607e"]["response_text"]
    first = text.index("\n\n", text.index('"42"'))
    assert not chat_oracle.judge_stream(text[: first - 5], []).after_output
    assert chat_oracle.judge_stream(text[:first], []).after_output


def test_fragments_are_sorted_by_id_then_index_then_name():
    def fragment(index=None, identity=None, name=None, arguments=""):
        return {"index": index, "id": identity, "function": {"name": name, "arguments": arguments}}

    interleaved = [
        fragment(0, "a", "f", '{"x"'),
        fragment(1, "b", "g", '{"y"'),
        fragment(0, None, None, ":1}"),
        fragment(1, None, None, ":2}"),
    ]
    again = [fragment(0, "a", "f", '{"x":1}'), fragment(0, "b", "f", '{"x":2}')]
    nameless = [fragment(None, None, "f", '{"x":1}'), fragment(None, None, "f", '{"x":2}')]
    continued = [fragment(None, "a", "f", '{"x"'), fragment(None, "", None, ":1}")]
    read = [
        [settle(each).arguments for each in group(enumerate(fragments))]
        for fragments in (interleaved, again, nameless, continued)
    ]
    assert read == [[{"x": 1}, {"y": 2}], [{"x": 1}, {"x": 2}], [{"x": 1}, {"x": 2}], [{"x": 1}]]


def test_arguments():
    assert read_arguments([]) == {}
    assert read_arguments(["", " "]) == {}
    assert read_arguments(["null"]) == {}
    assert read_arguments(['{"a"', ":1}", '{"a":1}']) == {"a": 1}
    assert read_arguments(["[1]"]) == "[1]"
    assert read_arguments(['{"a"']) == '{"a"'
    with pytest.raises(Contradiction):
        read_arguments(['{"a":1}', "}"])


@pytest.mark.parametrize(
    ("body", "status", "type_"),
    [
        (
            {"error": {"code": "insufficient_quota", "type": "insufficient_quota"}},
            429,
            "billing_error",
        ),
        ({"error": {"code": 429, "message": "slow"}}, 429, "rate_limit_error"),
        (
            {"error": {"type": "exceed_context_size_error", "code": 400}},
            400,
            "invalid_request_error",
        ),
        ([{"error": {"code": 503, "status": "UNAVAILABLE"}}], 503, "overloaded_error"),
        ({"detail": "Unauthorized"}, 401, "authentication_error"),
        ("<html>", 504, "timeout_error"),
        ({"error": {"message": "authentication"}}, 500, "api_error"),
    ],
)
def test_error_types_come_from_status_and_code(body, status, type_):
    assert failure(body, status) == Failure(kind="status", status=status, type=type_)
