"""Gemini's generateContent passes the kit."""

import pytest

from any_llm.testing import ProviderSuite
from tests.corpus import gemini_oracle, gemini_requests
from tests.kit.corpus_cases import Corpus, judged_by

GEMINI = Corpus("gemini", judged_by(gemini_oracle.judge), gemini_requests.to_messages, "google")


pytestmark = pytest.mark.slow  # seconds, and the same on every Python


class TestGemini(ProviderSuite):
    provider = "gemini"
    distribution = "anyllm-gemini"
    cases = (
        GEMINI.case("both ways", whole="8bc329e2d16dedc55e4e", streamed="e63563082e124c694db7"),
        GEMINI.case("text", whole="de83523d2a771a8b1ef5"),
        GEMINI.case("beyond ASCII", whole="44103d7995c6cc9d9947"),
        GEMINI.case("a call", whole="e8e41de75137d0d685f8"),
        GEMINI.case("two calls", whole="f8cea87ed3997e4c554e"),
        GEMINI.case("a longer stream", streamed="b46c08b1159b3792bb4c"),
        GEMINI.case("a streamed call", streamed="a84939517f3c1662f1c5"),
        GEMINI.case("thinking", whole="41ec42721e5e52826041"),
        GEMINI.case("max_tokens", whole="ca334cb26a09ef302704"),
        GEMINI.case("max_tokens in a stream", streamed="d1b400270a1268223cd7"),
        GEMINI.case("bad key", whole="011551df2166cc4d3ff8"),
        GEMINI.case("no such model", whole="14f71ee552a89fcea50d"),
        GEMINI.case("server error", whole="1be878aed96773f81432"),
        GEMINI.case("error in the stream", streamed="d9d74068259fa67b0b21"),
    )
