import pytest

from langchain_any_llm import ChatAnyLLM
from tests.scripted import PARAMS, SERVER


@pytest.fixture(scope="session", autouse=True)
def _server():
    with SERVER:
        yield


@pytest.fixture
def model():
    return ChatAnyLLM(**PARAMS)
