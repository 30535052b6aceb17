"""What a provider is asked to carry: it changes the bytes, stands in the losses, or is refused."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

from ...errors import AnyLLMError, UnsupportedFeature
from .base import SuiteBase
from .checks import Check, kit_test, trials
from .outcome import Outcome
from .probes import PROBES, Fields, Probe
from .stage import answer_of


class Capabilities(SuiteBase):
    """Tests of what goes across."""

    @kit_test()
    def test_nothing_is_lost_in_silence(self, check: Check) -> None:
        """Each thing that a request can say changes the request, or is reported, or refused.

        For each model of the cases. Two values must differ, too.
        """
        for model in _models(self):
            for probe in PROBES:
                without = self._sent(model, probe.without)
                if isinstance(without.error, UnsupportedFeature):
                    continue  # what the probe builds on is not carried: nothing to compare with
                outcomes = [self._sent(model, says) for says in probe.says]
                for outcome in outcomes:
                    _judge(check, probe, outcome, without, f"{model}: {probe.path}")
                for one, other in pairwise(outcomes):
                    _judge(check, probe, other, one, f"{model}: {probe.path}, another value")

    @kit_test()
    def test_model_is_carried(self, check: Check) -> None:
        """The model's id reaches the vendor, in the body, the URL or a header."""
        one, other = (self._sent(model, {}) for model in ("kit-model-a", "kit-model-b"))
        check.that(_message(one) != _message(other), "two models give the same request")

    @kit_test()
    def test_what_is_no_messages_field_is_sent_as_it_is(self, check: Check) -> None:
        """A provider's own argument goes into the body unchanged and stands in the losses."""
        model = _models(self)[0]
        for value in (7, {"a": [1, None]}):
            outcome = self._sent(model, {"kit_own_argument": value})
            told = any(loss.path == "kit_own_argument" for loss in outcome.losses)
            check.that(told, f"kit_own_argument stands in no loss: {outcome.losses}")
            sent = outcome.received[-1].json if outcome.received else None
            found = sent.get("kit_own_argument") if isinstance(sent, dict) else None
            check.equal(found, value, "kit_own_argument in the body")

    def _sent(self, model: str, fields: Fields) -> Outcome:
        """What becomes of a small request with these fields; the answer is a recorded one."""
        trial = trials(self.cases, "trial")[0]
        answers = [answer_of(one) for one in trial.recording.exchanges]
        request = self.hello(model, **fields)
        return self.stage().call(request, answers, trial.stream, **trial.case.options)


def _models(suite: SuiteBase) -> list[str]:
    found = dict.fromkeys(str(case.request["model"]) for case in suite.cases)
    return list(found)[:3]


def _judge(check: Check, probe: Probe, outcome: Outcome, base: Outcome, where: str) -> None:
    if isinstance(outcome.error, UnsupportedFeature):
        root = outcome.error.path.split("[")[0].split(".")[0]
        check.equal(root, probe.root, f"{where}: the path of its refusal")
        return
    if not outcome.received:
        good = isinstance(outcome.error, AnyLLMError)
        check.that(good, f"{where}: nothing was sent: {outcome}")
        return
    if _message(outcome) != _message(base):
        check.that(holds=True, otherwise="")
        return
    told = [loss for loss in outcome.losses if loss.path.split("[")[0].split(".")[0] == probe.root]
    check.that(
        bool(told),
        f"{where}: changes nothing in the request, and stands in no loss; carry it, "
        "report it (ctx.report) or refuse it (ctx.refuse)",
    )


def _message(outcome: Outcome) -> Any:
    return outcome.wire
