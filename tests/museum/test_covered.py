"""The list of covered cases is true: each has its test, and each test of a case is listed."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from tests.museum.covered import COVERED

ROOT = Path(__file__).parents[2]


def functions_of(path):
    tree = ast.parse((ROOT / path).read_text("utf-8"))
    return {
        node.name
        for node in tree.body
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")
    }


@pytest.mark.parametrize("path", COVERED)
def test_every_case_has_the_test_that_bears_its_name(path):
    wanted = {"test_" + case.replace("-", "_") for case in COVERED[path]}
    assert wanted <= functions_of(path)


def test_no_case_is_lost():
    cases = [case for cases in COVERED.values() for case in cases]
    assert len(set(cases)) == 103


@pytest.mark.parametrize("path", COVERED)
def test_no_case_is_listed_twice_for_a_wire(path):
    assert len(COVERED[path]) == len(set(COVERED[path]))
