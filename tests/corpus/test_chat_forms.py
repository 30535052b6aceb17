"""More requests that were put into Messages form by hand: thinking, documents, media in results."""

from __future__ import annotations

import pytest

from tests.corpus import records
from tests.corpus.chat_knobs import thought
from tests.corpus.chat_requests import MAX_TOKENS, to_messages

pytestmark = pytest.mark.slow  # seconds, and the same on every Python

BY_HAND = {
    # OpenRouter's `reasoning: {max_tokens}` and what Messages has no field for
    "openai-chat-e74b1c511f1ac884ebb7": {
        "model": "anthropic/claude-haiku-4.5",
        "max_tokens": 1200,
        "messages": [
            {
                "role": "user",
                "content": "Think briefly about the instruction, then call lookup exactly once"
                " with value cobalt. Do not answer in prose.",
            }
        ],
        "system": [
            {
                "type": "text",
                "text": "Reason first, then obey the requested tool calls exactly.",
            }
        ],
        "thinking": {"type": "enabled", "budget_tokens": 1024},
        "tools": [
            {
                "name": "lookup",
                "input_schema": {
                    "additionalProperties": False,
                    "properties": {"value": {"type": "string"}},
                    "required": ["value"],
                    "type": "object",
                },
                "description": "Record the required lookup value",
            }
        ],
        "tool_choice": {"type": "auto", "disable_parallel_tool_use": True},
        "extra_body": {"provider": {"allow_fallbacks": False, "order": ["Anthropic"]}},
    },
    # `enable_thinking` of Alibaba
    "openai-chat-c91f7e265167d45ff661": {
        "model": "qwen3.8-max",
        "max_tokens": MAX_TOKENS,
        "messages": [{"role": "user", "content": "Say hello. Use only one word."}],
        "stream": False,
        "thinking": {"type": "adaptive"},
        "extra_body": {"seed": 42},
    },
    # a picture in a tool result
    "openai-chat-b1c4b24a65437ec53125": {
        "model": "Qwen3-VL-2B-Instruct-Q8_0",
        "max_tokens": 30,
        "messages": [
            {
                "role": "assistant",
                "content": [
                    {
                        "type": "tool_use",
                        "id": "call_REDACTED_1",
                        "name": "view_file",
                        "input": {},
                    }
                ],
            },
            {
                "role": "user",
                "content": [
                    {
                        "type": "tool_result",
                        "tool_use_id": "call_REDACTED_1",
                        "content": [
                            {
                                "type": "image",
                                "source": {
                                    "type": "base64",
                                    "media_type": "image/png",
                                    "data": "iVBORw0KGgoAAAANSUhEUgAAABAAAAAQCAIAAACQkWg2AAAAFk"
                                    "lEQVR4nGP4z/CfJMQwqmFUw/DVAAAg0/4QF5nKuAAAAABJRU5ErkJggg==",
                                },
                            }
                        ],
                    },
                    {
                        "type": "text",
                        "text": "Call view_file, then reply with ONLY the dominant colour name.",
                    },
                ],
            },
        ],
        "temperature": 0.0,
    },
}


@pytest.mark.parametrize("identity", BY_HAND)
def test_the_messages_form_is_the_one_written_by_hand(identity):
    (record,) = records.by_id(records.selection("openai-chat"), identity)
    assert to_messages(record) == BY_HAND[identity]


ADAPTIVE, OFF = {"type": "adaptive"}, {"type": "disabled"}


@pytest.mark.parametrize(
    ("host", "key", "value", "meant"),
    [
        ("groq", "reasoning_effort", "low", {"effort": "low"}),
        ("groq", "reasoning_effort", "none", {"thinking": OFF}),
        ("groq", "reasoning_effort", "default", None),
        ("xai", "reasoning", {"effort": "high"}, {"effort": "high"}),
        ("xai", "reasoning", {"effort": "high", "summary": "auto"}, None),
        ("openrouter", "reasoning", {"enabled": False}, {"thinking": OFF}),
        (
            "openrouter",
            "reasoning",
            {"effort": "low", "exclude": True},
            {"effort": "low", "rest": {"exclude": True}},
        ),
        ("openrouter", "reasoning", {"effort": "minimal"}, None),
        ("openrouter", "reasoning", {}, None),
        (
            "zai",
            "thinking",
            {"type": "enabled", "clear_thinking": False},
            {"thinking": ADAPTIVE, "rest": {"clear_thinking": False}},
        ),
        ("deepseek", "thinking", {"type": "disabled"}, {"thinking": OFF}),
        ("llamacpp", "chat_template_kwargs", {"enable_thinking": True}, {"thinking": ADAPTIVE}),
        ("llamacpp", "chat_template_kwargs", {"other": 1}, None),
        ("unknown", "enable_thinking", False, None),
        ("alibaba", "enable_thinking", False, {"thinking": OFF}),
        ("openai", "seed", 1, None),
    ],
)
def test_what_a_field_says_about_thinking(host, key, value, meant):
    assert thought(key, value, host) == meant
