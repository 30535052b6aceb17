"""The names of calls, and of what they make up: no two alike, in a forked child neither."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from any_llm._resolve import _fresh

FORKS = """
import os
from any_llm._resolve import _fresh
into, out = os.pipe()
if os.fork() == 0:
    os.write(out, _fresh().encode())
    os._exit(0)
os.wait()
assert os.read(into, 20).decode() not in {_fresh() for _ in range(10)}
"""


def test_no_two_calls_have_one_name() -> None:
    names = {_fresh() for _ in range(10_000)}
    assert len(names) == 10_000
    assert {len(name) for name in names} == {20}


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork here")
def test_a_forked_child_has_names_of_its_own() -> None:
    subprocess.run([sys.executable, "-c", FORKS], check=True, timeout=60)  # noqa: S603
