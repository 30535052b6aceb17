"""The fixture that encodes a request and checks on the way what must always hold."""

from __future__ import annotations

import copy
import json
from typing import Any

import pytest

from any_llm.plugin import dumps
from anyllm_openai.responses.dialect import Responses
from tests.support.openai_judge import judge_responses
from tests.support.openai_requests import encode_once

RESPONSES = Responses()
OPENAI_URL = "https://api.openai.com/v1"
WITH = ("quirks", "stream", "options")  # said beside the fields of a request


@pytest.fixture(scope="session")
def encode():
    def run(provider="openai", *, judged=True, base_url=OPENAI_URL, **fields: Any):
        more = {
            name: fields.pop(name) for name in ("quirks", "stream", "options") if name in fields
        }
        more["base_url"] = base_url
        before = copy.deepcopy(fields)
        got = encode_once(RESPONSES, provider, fields, **more)
        again = encode_once(RESPONSES, provider, copy.deepcopy(fields), **more)
        assert fields == before, "the request was changed"
        assert dumps(got.body) == dumps(again.body)
        assert sorted(got.losses) == sorted(again.losses)
        assert json.loads(dumps(got.body)) == got.body, "the body is plain JSON"
        assert got.body["store"] is False
        if judged:
            judge_responses(got.body, closed=True)
        return got

    return run
