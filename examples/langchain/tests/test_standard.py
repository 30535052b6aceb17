"""LangChain's own standard suite, on the scripted server."""

from types import SimpleNamespace

import pytest
from langchain_tests.integration_tests import ChatModelIntegrationTests, chat_models
from langchain_tests.unit_tests import ChatModelUnitTests

from langchain_any_llm import ChatAnyLLM
from tests.scripted import PARAMS

BYTES = b"\x89PNG\r\n\x1a\nwhat it is does not matter to the conversion"


class TestUnit(ChatModelUnitTests):
    @property
    def chat_model_class(self):
        return ChatAnyLLM

    @property
    def chat_model_params(self):
        return PARAMS


class TestScripted(ChatModelIntegrationTests):
    @property
    def chat_model_class(self):
        return ChatAnyLLM

    @property
    def chat_model_params(self):
        return PARAMS

    supports_image_inputs = True
    supports_image_urls = True
    supports_image_tool_message = True
    supports_pdf_inputs = True
    supports_pdf_tool_message = True
    supports_anthropic_inputs = True
    supports_json_mode = True
    supports_model_override = True
    model_override_value = "large-2"

    @pytest.fixture(autouse=True)
    def _downloads(self, monkeypatch):
        """The suite fetches its pictures from the internet; any bytes do for it."""
        fetched = SimpleNamespace(content=BYTES)
        monkeypatch.setattr(chat_models.httpx, "get", lambda *_, **__: fetched)
