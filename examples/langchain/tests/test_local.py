"""The same suite on a real model: small, in this process, without a key."""

from typing import Literal

import pytest
from langchain_tests.integration_tests import ChatModelIntegrationTests
from pydantic import BaseModel

from langchain_any_llm import ChatAnyLLM

pytest.importorskip("anyllm_local")
PARAMS = {"model": "local:default", "max_tokens": 30, "temperature": 0}


class TestLocal(ChatModelIntegrationTests):
    """What 135 million parameters can. They were shown no tools, and the suite's jokes take them
    a minute: a smaller object is asked for below.
    """

    @property
    def chat_model_class(self):
        return ChatAnyLLM

    @property
    def chat_model_params(self):
        return PARAMS

    has_tool_calling = False
    has_structured_output = False


class Verdict(BaseModel):
    sentiment: Literal["good", "bad"]
    stars: Literal[1, 2, 3, 4, 5]


def test_an_object_is_filled():
    model = ChatAnyLLM(**PARAMS).with_structured_output(Verdict)
    assert isinstance(model.invoke("Judge this review: 'What a lovely day!'"), Verdict)
