"""The same bytes for the same request, and a longer conversation begins with the shorter one."""

from __future__ import annotations

import os
import subprocess
import sys
from itertools import pairwise

import pytest

from any_llm.plugin import dumps

from .kit import IMAGE, TOOL, WEB, model, redacted, result, searched, text, thinking, use, user

SEALED = {"id": "rs_1", "encrypted_content": "gAAA"}
TALK = [
    user(text("look"), IMAGE),
    model(
        redacted(SEALED),
        text("I look."),
        use("a" * 70, "my.tool", {"b": 1, "a": [2]}),
        use("b", "get_weather"),
    ),
    user(result("b", "no", is_error=True), result("a" * 70, [text("x"), IMAGE]), text("and now?")),
    model(*searched(), thinking("why", SEALED), text("Now this.")),
    user("thanks"),
    model(text("x"), text("y")),
    {"role": "user", "content": "bye"},
]
FIELDS = {
    "system": [text("a"), text("b")],
    "tools": [{**TOOL, "name": "my.tool"}, TOOL, WEB],
    "thinking": {"type": "adaptive"},
}


@pytest.mark.parametrize("name", ["gpt-4o", "gpt-5-mini", "gpt-5.6-sol", "a-deployment"])
def test_a_longer_conversation_begins_with_the_shorter(encode, name):
    bodies = [encode(model=name, messages=TALK[:length], **FIELDS).body for length in (1, 3, 5, 7)]
    for shorter, longer in pairwise(bodies):
        kept = len(shorter["input"])
        assert dumps(longer["input"][:kept]) == dumps(shorter["input"])
        assert dumps({**longer, "input": None}) == dumps({**shorter, "input": None})


def test_bytes_do_not_depend_on_the_process():
    """Sets iterate in another order under another hash seed; a body must not show it."""
    code = (
        "from any_llm.plugin import *\n"
        "from anyllm_openai.responses.dialect import Responses\n"
        "from anyllm_openai.responses.profile import OpenAIProfile\n"
        f"fields = {dict(FIELDS, model='m', max_tokens=5, messages=TALK)!r}\n"
        "profile = OpenAIProfile(web_search='web_search')\n"
        "ctx = CallContext(provider='openai', model='m', profile=profile)\n"
        "body = Responses().encode(validate_request(fields), ctx).json\n"
        "print(dumps(body).decode())"
    )

    def run(seed):
        env = {**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": os.pathsep.join(sys.path)}
        done = subprocess.run(  # noqa: S603  # our own interpreter on our own code
            [sys.executable, "-c", code], env=env, capture_output=True, check=True, text=True
        )
        return done.stdout

    assert run("1") == run("2")
