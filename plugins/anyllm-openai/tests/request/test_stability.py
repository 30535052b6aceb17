"""The same bytes for the same request, and a longer conversation begins with the shorter one."""

from __future__ import annotations

import os
import subprocess
import sys
from itertools import pairwise

import pytest

from any_llm.plugin import dumps

TEXT = {"type": "text", "text": "look"}
PNG = {"type": "image", "source": {"type": "base64", "media_type": "image/png", "data": "iVBO"}}
TALK = [
    {"role": "user", "content": [TEXT, PNG]},
    {
        "role": "assistant",
        "content": [
            {"type": "thinking", "thinking": "t", "signature": "s"},
            {"type": "text", "text": "I look."},
            {"type": "tool_use", "id": "a" * 70, "name": "my.tool", "input": {"b": 1, "a": [2]}},
            {"type": "tool_use", "id": "b", "name": "other", "input": {}},
        ],
    },
    {
        "role": "user",
        "content": [
            {"type": "tool_result", "tool_use_id": "b", "content": "no", "is_error": True},
            {"type": "tool_result", "tool_use_id": "a" * 70, "content": [TEXT, PNG]},
            {"type": "text", "text": "and now?"},
        ],
    },
    {"role": "assistant", "content": "Now this."},
    {"role": "user", "content": "thanks"},
    {
        "role": "assistant",
        "content": [{"type": "text", "text": "x"}, {"type": "text", "text": "y"}],
    },
    {"role": "user", "content": "bye"},
]
FIELDS = {
    "system": [{"type": "text", "text": "a"}, {"type": "text", "text": "b"}],
    "tools": [
        {"name": "my.tool", "input_schema": {"type": "object", "properties": {"b": {}, "a": {}}}},
        {"name": "other", "input_schema": {}},
    ],
    "thinking": {"type": "adaptive"},
}


@pytest.mark.parametrize(
    "provider", ["openai", "openai-compatible", "openrouter", "mistral", "vllm", "llamacpp", "xai"]
)
def test_a_longer_conversation_begins_with_the_shorter(encode, provider):
    judged = provider not in {"openrouter", "vllm", "llamacpp"}  # they take pictures in results
    bodies = [
        encode(provider, judged=judged, messages=TALK[:length], **FIELDS).body
        for length in (1, 3, 5, 7)
    ]
    for shorter, longer in pairwise(bodies):
        kept = len(shorter["messages"])
        assert dumps(longer["messages"][:kept]) == dumps(shorter["messages"])
        assert dumps({**longer, "messages": None}) == dumps({**shorter, "messages": None})


def test_bytes_do_not_depend_on_the_process():
    """Sets iterate in another order under another hash seed; a body must not show it."""
    code = (
        "from any_llm.plugin import *\n"
        "from anyllm_openai.chat.dialect import ChatCompletions\n"
        "from anyllm_openai.common.profile import ChatProfile\n"
        f"fields = {dict(FIELDS, model='m', max_tokens=5, messages=TALK)!r}\n"
        "ctx = CallContext(provider='p', model='m', profile=ChatProfile())\n"
        "body = ChatCompletions().encode(validate_request(fields), ctx).json\n"
        "print(dumps(body).decode())"
    )

    def run(seed):
        env = {**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": os.pathsep.join(sys.path)}
        done = subprocess.run(  # noqa: S603  # our own interpreter on our own code
            [sys.executable, "-c", code], env=env, capture_output=True, check=True, text=True
        )
        return done.stdout

    assert run("1") == run("2")
