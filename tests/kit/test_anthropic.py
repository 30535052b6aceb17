"""The Messages wire itself passes the kit, as anyllm-anthropic speaks it."""

from typing import Any

import pytest

from any_llm.testing import ProviderSuite
from tests.corpus.records import Record
from tests.kit.corpus_cases import Corpus
from tests.kit.messages_judge import judge

pytestmark = pytest.mark.slow  # seconds; test_openai_chat.py runs the kit on every Python


def as_sent(record: Record) -> dict[str, Any]:
    """The recorded request, which is a Messages request already."""
    return {"max_tokens": 100, "model": record["model"], **record["request"]}


MESSAGES = Corpus("anthropic", judge, as_sent, "anthropic")


class TestAnthropic(ProviderSuite):
    provider = "anthropic"
    distribution = "anyllm-anthropic"
    cases = (
        MESSAGES.case("both ways", whole="d17cbe3ead00c3e55248", streamed="26231fcd523cab0ad1d7"),
        MESSAGES.case("a call", whole="cfee399fa9a221928f31", streamed="2b309ad097f5f6149f76"),
        MESSAGES.case("thinking", whole="418f6cb52067124683ef", streamed="be1d37d943d5696eb128"),
        MESSAGES.case("two calls", streamed="d3672cbc928e0edfcddd"),
        MESSAGES.case("redacted thinking", whole="2f0faa278d19bdcd21f4"),
        MESSAGES.case("stop sequence", streamed="bba65114bcdbb28280f3"),
        MESSAGES.case("max_tokens", whole="3f839859e2b3cabf5db1"),
        MESSAGES.case("beyond ASCII", whole="4117c0e1f4970203cce9"),
        MESSAGES.case("bad key", whole="120419ad283a8feaa73e"),
        MESSAGES.case("no such model", whole="32b310dafe80511eb7ec"),
    )
