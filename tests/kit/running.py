"""Running a suite's tests by hand, as pytest would."""

from typing import Any

from any_llm.testing import ProviderSuite
from any_llm.testing.kit.checks import trials


def run(suite: type[ProviderSuite], only: str | None = None) -> dict[str, str]:
    """Return the tests that failed, and what they said."""
    failed: dict[str, str] = {}
    try:
        for name in ProviderSuite.kit_tests if only is None else [only]:
            test: Any = getattr(suite(), name)
            try:
                if test.per == "suite":
                    test()
                    continue
                for trial in trials(suite.cases, test.per) or [None]:
                    test(trial)
            except Exception as error:  # noqa: BLE001  # pytest counts any
                failed[name] = f"{type(error).__name__}: {error}"
    finally:
        suite.teardown_class()
    return failed
