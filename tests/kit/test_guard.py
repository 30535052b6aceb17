"""Tests of the kit cannot be replaced, taken away or left without a check in silence."""

import subprocess
import sys
from pathlib import Path
from typing import ClassVar

import pytest

import any_llm.testing
from any_llm.testing import ProviderSuite
from any_llm.testing.kit.checks import kit_test
from tests.kit.installed import sample
from tests.kit.running import run
from tests.kit.sample_cases import CASES

pytestmark = pytest.mark.slow  # seconds, and the same on every Python

NAME = "test_retry_after_is_kept"


class Base(ProviderSuite):
    provider = "sample"
    distribution = "anyllm-sample"
    cases = (CASES[0], CASES[2], *CASES[3:5], CASES[6])
    stop_reason_keys = frozenset({"stop"})


def test_a_replaced_test_fails_under_its_name():
    class TestSample(Base):
        def test_retry_after_is_kept(self):
            """Mine is better."""

    with pytest.raises(AssertionError, match=r"TestSample\.test_retry_after_is_kept: a test of"):
        TestSample().test_retry_after_is_kept()
    with pytest.raises(AssertionError, match="test_retry_after_is_kept"):
        TestSample().test_kit_is_whole()


@pytest.mark.parametrize("instead", [None, 7, property(lambda _: None)])
def test_a_test_that_is_taken_away_fails_under_its_name(instead: object):
    cls = type("TestSample", (Base,), {NAME: instead})
    with pytest.raises(AssertionError, match=NAME):
        getattr(cls(), NAME)()


def test_a_mixin_replaces_nothing():
    class Mine:
        def test_retry_after_is_kept(self):
            """Mine is better."""

    class TestSample(Mine, Base):
        pass

    with pytest.raises(AssertionError, match=NAME):
        TestSample().test_retry_after_is_kept()


def test_a_test_replaced_later_is_seen():
    class TestSample(Base):
        pass

    setattr(TestSample, NAME, lambda _: None)
    with pytest.raises(AssertionError, match=NAME):
        TestSample().test_kit_is_whole()


def test_what_is_not_applicable_is_skipped_with_its_reason():
    class TestSample(Base):
        not_applicable: ClassVar = {NAME: "there is none"}

    class TestHeir(TestSample):
        not_applicable: ClassVar = {}

    with pytest.raises(pytest.skip.Exception, match="not applicable: there is none"):
        TestSample().test_retry_after_is_kept()
    TestSample().test_kit_is_whole()
    assert vars(TestHeir)[NAME] is ProviderSuite.kit_tests[NAME]


@pytest.mark.parametrize(
    ("exempt", "says"), [({"test_nothing": "why"}, "is no test"), ({NAME: " "}, "has no reason")]
)
def test_an_exemption_names_a_test_and_a_reason(exempt: dict[str, str], says: str):
    class TestSample(Base):
        not_applicable = exempt

    with pytest.raises(AssertionError, match=says):
        TestSample().test_kit_is_whole()


def test_without_cases_nothing_passes_that_needs_one(tmp_path: Path):
    class TestSample(Base):
        cases = CASES[-1:]  # an error alone

    needs = {name for name, test in ProviderSuite.kit_tests.items() if test.per == "answer"}
    with sample(tmp_path):
        failed = run(TestSample)
    assert needs <= set(failed)
    assert {name for name in failed if name.startswith("test_cases_show")} >= {
        "test_cases_show_a_whole_answer",
        "test_cases_show_a_stream",
        "test_cases_show_an_answer_cut_by_max_tokens",
        "test_cases_show_more_than_ascii",
    }


def test_a_test_that_checks_nothing_fails():
    class Suite:
        @kit_test()
        def test_idle(self, check):
            """Looks at nothing."""

    with pytest.raises(AssertionError, match="test_idle: found nothing to check"):
        Suite().test_idle()


# --- under pytest itself ---------------------------------------------------------------------

FILE = """
from any_llm.testing import ProviderSuite
from tests.kit.sample_cases import CASES

class TestSample(ProviderSuite):
    provider = "sample"
    distribution = "anyllm-sample"
    cases = [CASES[0], CASES[2], *CASES[3:5], CASES[6]]
    stop_reason_keys = frozenset({"stop"})
    not_applicable = {"test_import_does_nothing": "it was looked at"}

    def test_retry_after_is_kept(self):
        pass

    test_api_version_is_stated = None

    def test_of_my_own(self):
        pass
"""


def test_pytest_runs_a_suite(tmp_path: Path):
    with sample(tmp_path):
        (tmp_path / "test_it.py").write_text(FILE)
        (tmp_path / "pytest.ini").write_text("[pytest]\nfilterwarnings = error\n")
        command = [sys.executable, "-m", "pytest", "-q", "-rsf", "-p", "no:cacheprovider"]
        done = subprocess.run(  # noqa: S603  # this Python, on a file of ours
            [*command, "test_it.py"],
            cwd=tmp_path,
            env={"PYTHONPATH": f"{tmp_path}:{Path.cwd()}"},
            capture_output=True,
            text=True,
            check=False,
        )
    lines = done.stdout.splitlines()
    failed = sorted(line.split()[1] for line in lines if line.startswith("FAILED"))
    where = "test_it.py::TestSample::"
    assert failed == [
        f"{where}test_api_version_is_stated",
        f"{where}test_kit_is_whole",
        f"{where}test_retry_after_is_kept",
    ], done.stdout
    assert any("not applicable: it was looked at" in line for line in lines)
    assert " skipped" in lines[-1]
    assert int(lines[-1].split(" passed")[0].split()[-1]) > 100


def test_the_kit_is_no_pytest_plugin_and_needs_no_pytest_until_it_is_used():
    code = (
        "import sys, any_llm.testing as t; t.ReplayServer; t.Case; "
        "assert not {'pytest', '_pytest', 'trio'} & set(sys.modules); "
        "sys.modules['pytest'] = None\n"
        "try: t.ProviderSuite\n"
        "except ModuleNotFoundError as error: print(error)\n"
    )
    done = subprocess.run(  # noqa: S603  # this Python, on the code above
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    assert "pip install 'anyllm-core[testing]'" in done.stdout
    with pytest.raises(AttributeError, match="Nothing"):
        any_llm.testing.Nothing  # noqa: B018
