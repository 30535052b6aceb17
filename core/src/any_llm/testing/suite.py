"""The conformance kit: what every provider must pass. It needs pytest.

from any_llm.testing import ProviderSuite, load_cases

class TestAcme(ProviderSuite):
    provider = "acme"
    distribution = "anyllm-acme"
    cases = load_cases("tests/cases")
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar

import pytest

from .kit.answers import Answers
from .kit.base import SuiteBase
from .kit.capabilities import Capabilities
from .kit.checks import Check, Per, kit_test, tests_of, trials
from .kit.conversation import Conversation
from .kit.cuts import Cuts
from .kit.errors import Errors
from .kit.ground import Ground
from .kit.packaging import Packaging
from .kit.requests import Requests
from .kit.streams import Streams
from .kit.vocabulary import Vocabulary


class ProviderSuite(
    Packaging,
    Requests,
    Capabilities,
    Answers,
    Errors,
    Streams,
    Cuts,
    Vocabulary,
    Conversation,
    Ground,
    SuiteBase,
):
    """The tests of a provider. Subclass it as `Test...`, say which one, and give its cases.

    `provider` is the id, `distribution` the name under which it is installed, `cases` its recorded
    cases. `settings` are the row's settings, `options` keywords that each call takes (`quirks`, the
    dialect's own), `api_key` a credential of the form that the provider takes, `stop_reason_keys`
    the vendor's names of what becomes `stop_reason`, `plugin` a plugin to register by hand in place
    of the installed one.

    The tests are inherited and cannot be replaced: one that a subclass defines or takes away fails
    under its name. What does not fit a provider is named in `not_applicable`, with the reason, and
    is skipped with it.
    """

    kit_tests: ClassVar[dict[str, Callable[..., None]]]

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        for name, original in ProviderSuite.kit_tests.items():
            standing = cls.__dict__.get(name, _inherited(cls, name))
            if name in cls.not_applicable:
                setattr(cls, name, _skipped(name, cls.not_applicable[name]))
            elif getattr(standing, "kit_skipped", False):
                setattr(cls, name, original)
            elif standing is not original:
                setattr(cls, name, _replaced(cls, name))

    @kit_test()
    def test_kit_is_whole(self, check: Check) -> None:
        """No test of the kit was replaced or taken away, and each exemption names one and why."""
        standing = dict(tests_of(type(self)))
        for name, original in ProviderSuite.kit_tests.items():
            found = standing.get(name)
            own = found is original or getattr(found, "kit_skipped", False)
            check.that(own, f"{name}: {_REPLACED}")
        for name, reason in self.not_applicable.items():
            check.that(name in ProviderSuite.kit_tests, f"not_applicable: {name!r} is no test")
            check.that(bool(reason.strip()), f"not_applicable: {name} has no reason")
        names = [case.name for case in self.cases]
        check.equal(sorted(set(names)), sorted(names), "the names of the cases")

    def pytest_generate_tests(self, metafunc: pytest.Metafunc) -> None:
        """Give each test the recordings that it is about."""
        per: Per = getattr(metafunc.function, "per", "suite")
        if "trial" in metafunc.fixturenames and per != "suite":
            found = trials(self.cases, per)
            metafunc.parametrize("trial", found or [None], ids=[*map(str, found)] or ["no case"])


_REPLACED = (
    "a test of the kit must not be replaced or taken away; give your own test another name, or "
    "say in not_applicable why this one does not fit"
)


def _inherited(cls: type, name: str) -> Any:
    for base in cls.__mro__[1:]:
        if name in vars(base):
            return vars(base)[name]
    return None


def _replaced(cls: type, name: str) -> Callable[[Any], None]:
    def test(_: Any) -> None:
        raise AssertionError(f"{cls.__name__}.{name}: {_REPLACED}")

    test.__name__ = name
    return test


def _skipped(name: str, reason: str) -> Callable[[Any], None]:
    def test(_: Any) -> None:
        pytest.skip(f"not applicable: {reason}")

    test.__name__ = name
    test.kit_skipped = True  # type: ignore[attr-defined]
    return test


ProviderSuite.kit_tests = dict(tests_of(ProviderSuite))
