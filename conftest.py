"""What holds for every suite of the workspace."""

from __future__ import annotations

import gc

import pytest
from hypothesis import settings

settings.register_profile("all", deadline=None)
settings.register_profile("few", max_examples=20, deadline=None)


def pytest_configure(config: pytest.Config) -> None:
    """Where the slow tests are left out a property tries a fifth of its examples: see `examples`.

    What it says of conversion is the same on every Python, and one of them tries all.
    """
    settings.load_profile("few" if config.getoption("markexpr") == "not slow" else "all")


def pytest_collection_finish() -> None:
    """Take the modules and thousands of tests out of the collector's sight.

    A test that collects to see a dropped stream close would go through all of them each time.
    """
    gc.collect()
    gc.freeze()
