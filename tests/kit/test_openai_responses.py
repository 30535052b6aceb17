"""OpenAI's Responses pass the kit."""

from typing import ClassVar

import pytest

from any_llm.testing import ProviderSuite
from tests.corpus import responses_oracle
from tests.kit.corpus_cases import Corpus, hello, judged_by

RESPONSES = Corpus("openai-responses", judged_by(responses_oracle.judge), hello, "openai")


pytestmark = pytest.mark.slow  # seconds, and the same on every Python


class TestOpenAIResponses(ProviderSuite):
    provider = "openai"
    distribution = "anyllm-openai"
    options: ClassVar = {"wire_api": "responses"}
    stop_reason_keys = frozenset({"reason"})  # of incomplete_details
    cases = (
        RESPONSES.case("both ways", whole="4d153aac3ba68cea305c", streamed="1e59d5a2e1cc2e410c65"),
        RESPONSES.case("a call", whole="af874d2a680555e0a857", streamed="2652f1c9edf9a101371a"),
        RESPONSES.case("two calls", whole="076d78d9bace75f03ef0"),
        RESPONSES.case("thinking", streamed="b84d071883779d75ccd0"),
        RESPONSES.case("encrypted reasoning", whole="24a499eab587f3cc3419"),
        RESPONSES.case("max_tokens", whole="6f4cacc1e6b01094deac"),
        RESPONSES.case("max_tokens in a stream", streamed="1a0267d24d9bda83a247"),
        RESPONSES.case("refusal", whole="db73f780cc099a86c544", streamed="c523e315e56e12aab5f4"),
        RESPONSES.case("beyond ASCII", whole="333ee2a7ae1841897b52"),
        RESPONSES.case("bad key", whole="07e4c5690c20f20ab9c3"),
        RESPONSES.case("server error", whole="c142524c2500720de129"),
        RESPONSES.case("failed in a 200", whole="8c01bb5e3018039b8495"),
        RESPONSES.case("failed in the stream", streamed="e306a6c28b709d6f71af"),
    )
