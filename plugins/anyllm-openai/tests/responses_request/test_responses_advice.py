"""A 400 for what the dialect asks by itself says how not to ask it."""

from __future__ import annotations

import pytest

from any_llm.errors import BadRequestError
from any_llm.plugin import WireReply, dumps
from anyllm_openai.responses.dialect import Responses
from tests.support.openai_requests import context


def error(**said):
    body = {"error": {"type": "invalid_request_error", "param": None, "code": None, **said}}
    reply = WireReply(status=400, headers={}, content=dumps(body))
    return Responses().error(reply, context("openai", "gpt-5"))


ADVISED = [
    # openai/codex#8128
    (
        {"message": "could not be verified", "code": "invalid_encrypted_content"},
        "take those blocks out",
    ),
    # continuedev/continue#12031
    (
        {
            "message": "Your organization must be verified",
            "param": "reasoning.summary",
            "code": "unsupported_value",
        },
        'quirks={"summaries": None}',
    ),
    # hermes-agent#24234
    (
        {"message": "Encrypted content is not supported with this model.", "param": "include"},
        'quirks={"encrypted_reasoning": False}',
    ),
]


@pytest.mark.parametrize(("said", "advice"), ADVISED)
def test_what_to_do_stands_behind_what_the_server_says(said, advice):
    found = error(**said)
    assert isinstance(found, BadRequestError)
    assert str(found).startswith(f"openai: {said['message']} (")
    assert advice in str(found)


OTHERS = [
    {"message": "no", "param": "reasoning.effort", "code": "unsupported_value"},
    {"message": "no", "param": "input[0].content"},
    {"message": "no"},
]


@pytest.mark.parametrize("said", OTHERS)
def test_of_other_faults_nothing_more_is_known(said):
    assert str(error(**said)) == "openai: no"
