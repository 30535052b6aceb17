"""The judge, judged: what it must say of recordings whose bytes were read by hand."""

from __future__ import annotations

from functools import cache

import pytest

from tests.corpus import ollama_oracle, records
from tests.corpus.expected import Answer, Call, Failure, Outside, Usage


@cache
def recordings():
    return {record["id"]: record for record in records.selection("ollama")}


def judged(identity):
    return ollama_oracle.judge(recordings()[identity])


def call(identity, name, arguments):
    return ("tool_use", Call(id=identity, name=name, arguments=arguments))


# Recording -> blocks, stop reason, (input, output) tokens.
ANSWERS = {
    # a call without an id
    "ollama-03d937b7a32dbaa45249": (
        [call(None, "best_country", {"country": "Canada"})],
        "tool_use",
        (188, 17),
    ),
    # a call with an id and function.index
    "ollama-7783e452c57c5bb27c6e": (
        [call("call_e8oxqph6", "square_root", {"number": 132413})],
        "tool_use",
        (97, 18),
    ),
    # a call in the line that ends the stream
    "ollama-30f1f08e0c529291e833": (
        [call(None, "client_tool", {"input": "test input"})],
        "tool_use",
        (100, 50),
    ),
    # thinking and nothing else: a stop sequence was met in it
    "ollama-cf10c1a54130215f147f": (
        [
            (
                "thinking",
                "Thinking Process:\n\n1.  **Analyze the Request:** The user wants a detailed d",
            )
        ],
        "end_turn",
        (28, 21),
    ),
    # thinking although think was false
    "ollama-27e75546720a38c58a01": (
        [
            (
                "thinking",
                (
                    'The user says: "Reply with exactly OK." So I must reply with exactly "OK". No'
                    " extra spaces, no punctuation. Just OK."
                ),
            ),
            ("text", "OK"),
        ],
        "end_turn",
        (67, 40),
    ),
    # no counts at all
    "ollama-90419ebea10a9661e63e": (
        [
            ("thinking", "Let me think about that.First, I will consider relevant factors."),
            (
                "text",
                "Here is the answer: You should bring a light jacket. Have a great day!",
            ),
        ],
        "end_turn",
        None,
    ),
}


@pytest.mark.parametrize("identity", ANSWERS)
def test_an_answer_is_what_its_bytes_say(identity):
    blocks, stop, tokens = ANSWERS[identity]
    usage = tokens and Usage(input_tokens=tokens[0], output_tokens=tokens[1])
    assert judged(identity) == Answer(blocks=tuple(blocks), stop_reason=stop, usage=usage)


def test_calls_spread_over_lines_are_several():
    found = judged("ollama-fa117523e94ed3241207")
    assert [(each.id, each.name, each.arguments) for each in found.calls] == [
        ("call_REDACTED_1", "lookup_harbor_label", {}),
        ("call_REDACTED_2", "lookup_orchard_label", {}),
    ]
    assert found.stop_reason == "tool_use"
    assert found.text.startswith("Okay, the user")
    assert "</think>" in found.text  # this server had no thinking yet: text is text


@pytest.mark.parametrize(
    ("identity", "status", "type"),
    [
        ("ollama-6f5c46fd9a5c34b041a1", 500, "api_error"),  # a 200 whose only line is an error
        ("ollama-c91bbb835787eabdbb3e", 404, "not_found_error"),
        ("ollama-a54d2520cb71ee8b4a16", 400, "invalid_request_error"),
    ],
)
def test_a_failure_is_what_its_status_says(identity, status, type):
    assert judged(identity) == Failure(kind="status", status=status, type=type)


def test_other_endpoints_are_outside():
    other = [each for each in recordings().values() if each["url_path"] != "/api/chat"]
    assert other
    assert all(isinstance(ollama_oracle.judge(each), Outside) for each in other)


def test_a_stream_without_its_last_line_is_incomplete():
    text = recordings()["ollama-fa117523e94ed3241207"]["response_text"].strip()
    cut = text[: text.rindex("\n")]
    assert ollama_oracle.judge_text(cut) == Failure(kind="incomplete", after_output=True)
    assert ollama_oracle.judge_text("") == Failure(kind="incomplete")
