"""The page says of every test of the kit what its docstring says, and names every attribute."""

import inspect
from pathlib import Path

import pytest

from any_llm.testing import ProviderSuite
from any_llm.testing.kit.base import SuiteBase

PAGE = (Path(__file__).parents[2] / "docs" / "testing-a-provider.md").read_text("utf-8")


def first_sentence(test: object) -> str:
    doc = inspect.getdoc(test)
    assert doc is not None
    return doc.split("\n\n")[0].replace("\n", " ")


@pytest.mark.parametrize("name", [n for n in ProviderSuite.kit_tests if n != "test_kit_is_whole"])
def test_each_test_is_described(name: str):
    assert f"| `{name}` | {first_sentence(ProviderSuite.kit_tests[name])} |" in PAGE


def test_each_attribute_is_described():
    public = [name for name in inspect.get_annotations(SuiteBase) if not name.startswith("_")]
    assert [name for name in public if f"| `{name}` |" not in PAGE] == []
