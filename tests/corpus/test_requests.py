"""The converters of recorded requests, judged by requests that were put into Messages by hand."""

from __future__ import annotations

import copy
import json
from collections import Counter
from functools import cache

import pytest

from tests.corpus import records
from tests.corpus.chat_requests import (
    MAX_TOKENS,
    accepted_body,
    expressible,
    features,
    normalise,
    report,
    to_messages,
)


@cache
def recordings():
    return {record["id"]: record for record in records.selection("openai-chat")}


def seal(field, text, details):
    return f"sealed:{field}:{len(text)}:{bool(details)}"


BY_HAND = {
    # calls at the start, their results, then the user's text: one turn of the user
    "openai-chat-23f00909b80d8fc6e5ef": {
        "model": "gpt-4o-mini",
        "max_tokens": 24,
        "messages": [
            {
                "role": "assistant",
                "content": [
                    {
                        "type": "tool_use",
                        "id": "call_REDACTED_1",
                        "name": "alpha",
                        "input": {"slot": 1},
                    },
                    {
                        "type": "tool_use",
                        "id": "call_REDACTED_2",
                        "name": "beta",
                        "input": {"slot": 2},
                    },
                ],
            },
            {
                "role": "user",
                "content": [
                    {"type": "tool_result", "tool_use_id": "call_REDACTED_1", "content": "red"},
                    {"type": "tool_result", "tool_use_id": "call_REDACTED_2", "content": "blue"},
                    {
                        "type": "text",
                        "text": "Reply with exactly the alpha and beta tool results joined by one"
                        " hyphen, in call order.",
                    },
                ],
            },
        ],
    },
    "openai-chat-1f62a7db416433edcac7": {
        "model": "llama3.1",
        "max_tokens": MAX_TOKENS,
        "messages": [{"role": "user", "content": "Return True."}],
        "stream": True,
        "tools": [
            {
                "name": "return_bool",
                "input_schema": {
                    "properties": {"value": {"title": "Value", "type": "boolean"}},
                    "required": ["value"],
                    "type": "object",
                },
            }
        ],
        "tool_choice": {"type": "tool", "name": "return_bool", "disable_parallel_tool_use": True},
    },
    "openai-chat-ebbc6c7e20148554f078": {
        "model": "sonar",
        "max_tokens": MAX_TOKENS,
        "messages": [
            {
                "role": "user",
                "content": "What is the square root of 64? Answer with a JSON object with the key"
                " `result`.",
            }
        ],
        "stream": False,
        "output_config": {
            "format": {
                "type": "json_schema",
                "schema": {
                    "type": "object",
                    "properties": {"result": {"type": "number"}},
                    "required": ["result"],
                },
            }
        },
    },
    "openai-chat-86f10ca5dedbb177e11d": {
        "model": "deepseek-reasoner",
        "max_tokens": MAX_TOKENS,
        "messages": [
            {"role": "user", "content": "What is 5 + 3?"},
            {
                "role": "assistant",
                "content": [
                    {
                        "type": "thinking",
                        "thinking": 'We are asked: "What is 5 + 3?" This is a simple arithmetic'
                        " problem. The answer is 8.",
                        "signature": "sealed:reasoning_content:84:False",
                    },
                    {"type": "text", "text": "5 + 3 equals 8."},
                ],
            },
            {"role": "user", "content": "Now multiply that by 2"},
        ],
        "stream": False,
        "output_config": {"effort": "medium"},
    },
    # arguments that are no JSON go back as they came
    "openai-chat-d547b9388baf000b5788": {
        "model": "gpt-4o",
        "max_tokens": MAX_TOKENS,
        "system": [
            {
                "type": "text",
                "text": "You are a helpful assistant that can perform calculations.",
            }
        ],
        "messages": [
            {"role": "user", "content": "What is 15 multiplied by 4?"},
            {
                "role": "assistant",
                "content": [
                    {
                        "type": "tool_use",
                        "id": "call_sgvhmmuASadOaDtd93TmrUsY",
                        "name": "calculator",
                        "input": {"INVALID_JSON": "15 * 4"},
                    }
                ],
            },
            {
                "role": "user",
                "content": [
                    {
                        "type": "tool_result",
                        "tool_use_id": "call_sgvhmmuASadOaDtd93TmrUsY",
                        "content": "60",
                    }
                ],
            },
        ],
        "temperature": 0,
        "tools": [
            {
                "name": "calculator",
                "description": "Useful for getting the result of a math expression. \n\tThe input"
                " to this tool should be a valid mathematical expression that could be executed by"
                " a starlark evaluator.",
                "input_schema": {
                    "properties": {"__arg1": {"title": "__arg1", "type": "string"}},
                    "required": ["__arg1"],
                    "type": "object",
                },
            }
        ],
    },
    # systems at the start, turns in a row, a developer at the end
    "openai-chat-09546772627be16ba622": {
        "model": "gpt-3.5-turbo",
        "max_tokens": MAX_TOKENS,
        "system": [
            {"type": "text", "text": "You are a {role} assistant."},
            {"type": "text", "text": "Your expertise is in software engineering."},
            {"type": "text", "text": "Additional context: focus on best practices"},
        ],
        "messages": [
            {"role": "user", "content": "I'm a user seeking help."},
            {"role": "user", "content": "Please help with code review"},
            {"role": "user", "content": "Specifically, I need performance optimization"},
            {
                "role": "assistant",
                "content": [{"type": "text", "text": "I understand your request."}],
            },
            {
                "role": "assistant",
                "content": [{"type": "text", "text": "I'll help you with code review."}],
            },
            {
                "role": "assistant",
                "content": [{"type": "text", "text": "Let me provide recommendations"}],
            },
            {"role": "system", "content": "Make it thorough and under 200 words"},
        ],
        "stream": False,
    },
    "openai-chat-c4ae0ecd6563ca14453c": {
        "model": "gpt-4o",
        "max_tokens": MAX_TOKENS,
        "messages": [{"role": "user", "content": "What is 8+8?"}],
        "stream": True,
        "service_tier": "standard_only",
    },
    "openai-chat-eaca7700f684e05627d8": {
        "model": "Qwen/Qwen3.5-9B",
        "max_tokens": 64,
        "messages": [{"role": "user", "content": "Reply with exactly: done"}],
        "thinking": {"type": "disabled"},
    },
    "openai-chat-4f1f76218caec42b99eb": {
        "model": "gpt-4o",
        "max_tokens": MAX_TOKENS,
        "messages": [{"role": "user", "content": "hello"}],
        "stream": False,
        "metadata": {"user_id": "user_id"},
    },
    "openai-chat-7bcdbe8ca034d5301b32": {
        "model": "anthropic/claude-sonnet-4.6",
        "max_tokens": MAX_TOKENS,
        "system": [{"type": "text", "text": "Be helpful."}],
        "messages": [
            {
                "role": "user",
                "content": [
                    {
                        "type": "text",
                        "text": "Say hello in one word.",
                        "cache_control": {"ttl": "5m", "type": "ephemeral"},
                    }
                ],
            }
        ],
        "stream": False,
    },
    "openai-chat-4aa1ce898793001c4110": {
        "model": "gpt-5",
        "max_tokens": MAX_TOKENS,
        "messages": [
            {
                "role": "user",
                "content": [
                    {"type": "text", "text": "What's in this image?"},
                    {
                        "type": "image",
                        "source": {
                            "type": "base64",
                            "media_type": "image/png",
                            "data": "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk"
                            "+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==",
                        },
                    },
                ],
            }
        ],
    },
}


@pytest.mark.parametrize("identity", BY_HAND)
def test_the_messages_form_is_the_one_written_by_hand(identity):
    record = recordings()[identity]
    before = copy.deepcopy(record)
    assert to_messages(record, seal) == BY_HAND[identity]
    assert record == before


LEFT_OUT = {
    "openai-chat-18875c8c71b697bb6d2c": "tool_choice of another wire",
    "openai-chat-26da2d5545725516cfa2": "functions: outside Messages",
    "openai-chat-609ebc079a9b8b67230f": "the provider did not accept it",
}


@pytest.mark.parametrize("identity", LEFT_OUT)
def test_what_messages_cannot_say_is_left_out_with_its_reason(identity):
    assert expressible(recordings()[identity], seal) == LEFT_OUT[identity]


def test_reasoning_in_the_history_needs_a_seal():
    record = recordings()["openai-chat-86f10ca5dedbb177e11d"]
    assert expressible(record, seal) is None
    assert expressible(record) == "reasoning in the history, and no seal was given"


def test_the_selection_spans_the_features():
    found, left = report(recordings().values(), seal)
    assert found["requests"] + sum(left.values()) == len(recordings())
    for feature in (
        *("system", "system in the middle", "several turns", "stop_sequences", "metadata"),
        *("tools", "strict tool", "disable_parallel_tool_use", "structured output"),
        *("thinking:adaptive", "thinking:disabled", "thinking:enabled", "text in a tool result"),
        *("image in a tool result", "user: document url", "prefill", "top_k"),
        *("tool_choice:auto", "tool_choice:any", "tool_choice:none", "tool_choice:tool"),
        *("assistant: tool_use", "assistant: several tool_use", "user: several tool_result"),
        *("user: image base64", "user: image url", "user: document base64", "cache_control"),
        *("effort:low", "effort:medium", "effort:high", "assistant: thinking", "service_tier"),
    ):
        assert found[feature], feature


def _mutations(body):
    """Yield bodies that differ from `body` in one thing that a provider would notice."""
    for key in body:
        if key not in ("messages", "stream_options", "stream", "n") and body[key]:
            yield key, {k: v for k, v in body.items() if k != key}
    for at, message in enumerate(body["messages"]):
        rest = [*body["messages"][:at], *body["messages"][at + 1 :]]
        yield f"messages[{at}]", {**body, "messages": rest}
        if isinstance(message.get("content"), str) and message["content"]:
            changed = {**message, "content": message["content"] + "."}
            yield f"messages[{at}].content", {**body, "messages": [*rest[:at], changed, *rest[at:]]}


# Dropping these from a body makes it no other request: they say what is so without them.
DEFAULTS = Counter(
    {
        ("tool_choice", "auto"): 1,
        ("parallel_tool_calls", True): 1,
        ("temperature", 1): 1,
        ("top_p", 1): 1,
    }
)


def test_normalising_hides_no_difference_that_matters():
    seen = 0
    for record in recordings().values():
        if expressible(record, seal) or "tool" in {
            m["role"] for m in record["request"]["messages"]
        }:
            continue
        body = accepted_body(record)
        canonical = json.dumps(normalise(body), sort_keys=True)
        for what, other in _mutations(body):
            if isinstance(body.get(what), str | int | float) and (what, body[what]) in DEFAULTS:
                continue
            if what in ("tool_choice", "parallel_tool_calls") and not body.get("tools"):
                continue
            seen += 1
            assert json.dumps(normalise(other), sort_keys=True) != canonical, (record["id"], what)
    assert seen > 500


def test_features_name_what_a_call_uses():
    assert features(BY_HAND["openai-chat-1f62a7db416433edcac7"]) == {
        *("stream", "tool", "tool_choice:tool", "disable_parallel_tool_use", "user: string"),
    }
