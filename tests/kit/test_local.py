"""The row `local` passes the kit over HTTP, with recordings of llama.cpp's server.

The engine answers in the process, and its own tests are in its plugin. What it says is what the
server says, and the row's options are tried here: `api_base` takes the place of `local://`.
"""

from typing import ClassVar

import pytest

from any_llm.testing import ProviderSuite
from tests.corpus import chat_oracle, chat_requests
from tests.kit.corpus_cases import Corpus, judged_by

pytest.importorskip("anyllm_local")

SERVER = Corpus("openai-chat", judged_by(chat_oracle.judge), chat_requests.to_messages, "")
NONE = "no published recording of llama.cpp shows it; test_openai_chat has it for the same dialect"


pytestmark = pytest.mark.slow  # seconds, and the same on every Python


class TestLocal(ProviderSuite):
    provider = "local"
    distribution = "anyllm-local"
    cases = (
        SERVER.case("text", whole="1928146cfd2fb3b49c51"),
        SERVER.case("stream", streamed="b3b1effb6cd8bdc065d8"),
        SERVER.case("max_tokens", whole="1f6f86f0afb47f9fe4fe"),
        SERVER.case("refused", whole="b8f71ee168652bb45485"),
        SERVER.case("server error", whole="3697c9d3caa3269542f3"),
    )
    not_applicable: ClassVar = {
        "test_cases_show_a_tool_call": NONE,
        "test_broken_tool_input_stays_visible": NONE,
        "test_cases_show_more_than_ascii": NONE,
        "test_streamed_answer_is_the_whole_one": NONE,
    }
