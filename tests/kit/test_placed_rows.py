"""Rows whose address is made of settings, and which carry their key elsewhere, pass the kit too."""

from dataclasses import replace
from typing import ClassVar

import pytest

from any_llm.testing import Case, ProviderSuite
from tests.kit.test_gemini import GEMINI
from tests.kit.test_openai_chat import CHAT

pytestmark = pytest.mark.slow  # seconds, and the same on every Python


def elsewhere(case: Case) -> Case:
    """The case without its paths: the recording was made at another address."""

    def moved(recording):
        exchanges = tuple(replace(one, path=None) for one in recording.exchanges)
        return replace(recording, exchanges=exchanges)

    return replace(
        case,
        whole=case.whole and moved(case.whole),
        streamed=case.streamed and moved(case.streamed),
    )


class TestVertex(ProviderSuite):
    provider = "vertex"
    distribution = "anyllm-gemini"
    settings: ClassVar = {"project": "kit", "location": "us-central1"}
    cases = tuple(
        elsewhere(case)
        for case in (
            GEMINI.case("both ways", whole="8bc329e2d16dedc55e4e", streamed="e63563082e124c694db7"),
            GEMINI.case("a call", whole="e8e41de75137d0d685f8"),
            GEMINI.case("a streamed call", streamed="a84939517f3c1662f1c5"),
            GEMINI.case("max_tokens", whole="ca334cb26a09ef302704"),
            GEMINI.case("beyond ASCII", whole="44103d7995c6cc9d9947"),
            GEMINI.case("server error", whole="1be878aed96773f81432"),
        )
    )


class TestAzure(ProviderSuite):
    provider = "azure"
    distribution = "anyllm-openai"
    settings: ClassVar = {"endpoint": "https://kit.openai.azure.com"}
    cases = tuple(
        elsewhere(case)
        for case in (
            CHAT.case("both ways", whole="f29d82dac3e4230bf0cf", streamed="eece708ac7724f3cdc8c"),
            CHAT.case("stream with usage", streamed="e06393c6111809b264c2"),
            CHAT.case("text", whole="efd56dd8c616178affe0"),
            CHAT.case("beyond ASCII", streamed="e55f879a650deaa0cefc"),
            CHAT.case("a call", whole="fc2a335eb00a8bb6b852"),
            CHAT.case("a streamed call", streamed="16857d95f5514b8dbab6"),
            CHAT.case("max_tokens", whole="26826d00d97d604a0fad"),
            CHAT.case("rate limit", whole="ae112b03b4bde63c0ae1"),
        )
    )
