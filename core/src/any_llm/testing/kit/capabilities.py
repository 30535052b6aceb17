"""What a provider is asked to carry: it changes the bytes, stands in the losses, or is refused."""

from __future__ import annotations

from typing import Any

from ...errors import AnyLLMError, UnsupportedFeature
from .base import SuiteBase
from .checks import Check, kit_test, trials
from .outcome import Outcome
from .probes import Fields, Probe, probes
from .stage import answer_of


class Capabilities(SuiteBase):
    """Tests of what goes across."""

    @kit_test()
    def test_nothing_is_lost_in_silence(self, check: Check) -> None:
        """Each thing that a request can say changes what is sent, or is reported, or refused.

        Two values of it are two requests. For up to three models of the cases.
        """
        for model in _models(self):
            for probe in probes():
                one, other = self._sent(model, probe.one), self._sent(model, probe.other)
                if not isinstance(one.error, UnsupportedFeature):  # else: nothing to compare with
                    _judge(check, probe, one, other, f"{model}: {probe.name}")

    @kit_test()
    def test_capabilities_are_true(self, check: Check) -> None:
        """What `capabilities()` says of a feature is what a call does."""
        for model in _models(self):
            case = next(case for case in self.cases if case.request["model"] == model)
            said = {**self.options, **case.options}
            client = self.stage().client("sync")
            asked = {"provider": self.provider, "api_base": self.stage().base}
            can = client.capabilities(model, **{**asked, **said})
            for probe in probes():
                if probe.name not in can:
                    continue
                state = can[probe.name].state
                outcome = self._sent(model, probe.other, **case.options)
                refused = isinstance(outcome.error, UnsupportedFeature)
                where = f"{model}: {probe.name}: capabilities say {state!r}"
                check.that(refused is (state == "refused"), f"{where}, a call gave {outcome}")
                told = {loss.path for loss in outcome.losses}
                if state in {"reported", "emulated", "noted"} and not refused:
                    check.that(can[probe.name].path in told, f"{where}, its losses are {told}")

    @kit_test()
    def test_model_is_carried(self, check: Check) -> None:
        """The model's id reaches the vendor, in the body, the URL or a header."""
        one = self._sent("kit-model-a", {})
        for name in ("kit-model-b", "Kit-Model-A"):
            other = self._sent(name, {})
            check.that(one.wire != other.wire, f"kit-model-a and {name} give the same request")

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

    def _sent(self, model: str, fields: Fields, **options: Any) -> Outcome:
        """What becomes of a small request with these fields; the answer is a recorded one."""
        trial = trials(self.cases, "trial")[0]
        answers = [answer_of(one) for one in trial.recording.exchanges]
        request = {**self.hello(model), **fields}
        return self.stage().call(
            request, answers, trial.stream, **{**trial.case.options, **options}
        )


def _models(suite: SuiteBase) -> list[str]:
    found = dict.fromkeys(str(case.request["model"]) for case in suite.cases)
    return list(found)[:3]


def _judge(check: Check, probe: Probe, one: Outcome, other: Outcome, where: str) -> None:
    if isinstance(other.error, UnsupportedFeature):
        root = _root(other.error.path)
        check.that(root in probe.roots, f"{where}: its refusal names {other.error.path!r}")
        return
    if not other.received:
        good = isinstance(other.error, AnyLLMError)
        check.that(good, f"{where}: nothing was sent: {other}")
        return
    told = any(_root(loss.path) in probe.roots for loss in other.losses)
    check.that(
        other.wire != one.wire or told or probe.may_be_the_same,
        f"{where}: changes nothing that is sent, and stands in no loss; carry it, report it "
        "(ctx.report) or refuse it (ctx.refuse)",
    )


def _root(path: str) -> str:
    return path.split("[", maxsplit=1)[0].split(".", maxsplit=1)[0]
