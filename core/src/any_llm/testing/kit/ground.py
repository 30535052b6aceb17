"""Whether the cases cover the ground: what no case shows, no test has seen."""

from __future__ import annotations

from .base import SuiteBase
from .checks import Check, kit_test, trials


class Ground(SuiteBase):
    """Tests of the cases themselves."""

    @kit_test()
    def test_cases_show_a_whole_answer(self, check: Check) -> None:
        """At least one whole answer with its usage, where the dialect can answer whole."""
        if "whole" in self.stage().dialect.modes:
            found = [one for one in trials(self.cases, "whole") if one.expect.usage]
            check.that(bool(found), "no case has a whole answer with its usage; record one")
        else:
            check.that(holds=True, otherwise="")

    @kit_test()
    def test_cases_show_a_stream(self, check: Check) -> None:
        """At least one streamed answer with its usage, where the dialect streams."""
        if "streamed" in self.stage().dialect.modes:
            found = [one for one in trials(self.cases, "stream") if one.expect.usage]
            check.that(bool(found), "no case has a streamed answer with its usage; record one")
        else:
            check.that(holds=True, otherwise="")

    @kit_test()
    def test_cases_show_a_tool_call(self, check: Check) -> None:
        """A tool call in each mode that is recorded."""
        for per in ("whole", "stream"):
            found = trials(self.cases, per)
            if found:
                check.that(
                    any(one.expect.tools for one in found),
                    f"no {per} answer of the cases calls a tool; record one",
                )

    @kit_test()
    def test_cases_show_an_error(self, check: Check) -> None:
        """A refusal of the vendor."""
        check.that(bool(trials(self.cases, "error")), "no case is an error; record one")

    @kit_test()
    def test_cases_show_an_answer_cut_by_max_tokens(self, check: Check) -> None:
        """An answer that `max_tokens` ended."""
        found = [one.expect.stop_reason for one in trials(self.cases, "answer")]
        check.that(
            "max_tokens" in found, "no answer of the cases stops with max_tokens; record one"
        )

    @kit_test()
    def test_cases_show_more_than_ascii(self, check: Check) -> None:
        """A text with characters of more than one byte."""
        found = [one.expect.text + one.expect.thinking for one in trials(self.cases, "answer")]
        check.that(
            any(not text.isascii() for text in found),
            "no text of the cases has a character beyond ASCII; record one",
        )

    @kit_test()
    def test_cases_hold_no_secret(self, check: Check) -> None:
        """No recording holds a credential or a cookie."""
        for trial in trials(self.cases, "trial"):
            for exchange in trial.recording.exchanges:
                bad = [name for name in exchange.headers if name.lower() in _SECRET_HEADERS]
                check.that(not bad, f"{trial}: holds {', '.join(bad)}; leave it out of the case")


_SECRET_HEADERS = frozenset(
    {"authorization", "cookie", "set-cookie", "api-key", "x-api-key", "x-goog-api-key"}
)
