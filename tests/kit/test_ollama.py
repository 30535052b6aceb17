"""Ollama's /api/chat passes the kit."""

from typing import ClassVar

import pytest

from any_llm.testing import ProviderSuite
from tests.corpus import ollama_oracle, ollama_requests
from tests.kit.corpus_cases import Corpus, judged_by

OLLAMA = Corpus("ollama", judged_by(ollama_oracle.judge), ollama_requests.to_messages, "ollama")


pytestmark = pytest.mark.slow  # seconds, and the same on every Python


class TestOllama(ProviderSuite):
    provider = "ollama"
    distribution = "anyllm-ollama"
    not_applicable: ClassVar = {
        "test_missing_stop_reason_is_not_made_up": "Ollama says `done`, and no reason where "
        "nothing but the end ended the answer (llm/server.go, DoneReason)"
    }
    cases = (
        OLLAMA.case("both ways", whole="55cf41296fbda0eaae48", streamed="4e41a974fb93a0aefd3f"),
        OLLAMA.case("thinking", streamed="bb92713285a1b0bf0805"),
        OLLAMA.case("beyond ASCII", whole="9198fe5c026a44208452"),
        OLLAMA.case("a call", whole="7783e452c57c5bb27c6e", streamed="b340453a4745f5b44ff4"),
        OLLAMA.case("max_tokens", whole="c35c757d9312509c4a75"),
        OLLAMA.case("max_tokens in a stream", streamed="cafb60902187bdba3ede"),
        OLLAMA.case("no such model", whole="c91bbb835787eabdbb3e"),
        OLLAMA.case("server error", whole="27ec9948b11e1ec92ee9"),
        OLLAMA.case("error in a 200", streamed="6f5c46fd9a5c34b041a1"),
    )
