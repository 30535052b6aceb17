"""What goes out: the same bytes each time, made of the request alone, and no key in them."""

from __future__ import annotations

import copy
import json
from typing import Any

from ..._flows import perform
from ..._pipeline import NONSENSE, Pipeline
from ...accumulate import Accumulator
from ...auth import ApiKey
from ...dialect import WireReply
from ...errors import AnyLLMError
from .base import SuiteBase
from .checks import Check, Trial, kit_test, trials
from .child import digests, requests_elsewhere
from .secrets import holds, said_aloud
from .stage import COLOURS, answer_of
from .watch import Watch

# Where a key may stand: only in the value of a header.
_KEY_ECHO = b'{"error": {"message": "bad key %s", "type": "x", "code": "%s"}, "message": "%s"}'


class Requests(SuiteBase):
    """Tests of the request and of where the key goes."""

    @kit_test("request")
    def test_request_is_the_same_each_time(self, check: Check, trial: Trial) -> None:
        """Two calls send the same bytes: caches of prompts and of answers depend on it."""
        stage = self.stage()
        first, second = stage.play(trial), stage.play(trial)
        check.that(bool(first.received), f"nothing was sent: {first}")
        check.equal(second.wire, first.wire, "the second call's request")

    @kit_test()
    def test_request_is_the_same_in_each_process(self, check: Check) -> None:
        """Another process sends the same bytes: nothing is ordered by hashes that it draws anew."""
        here = digests(self.stage())
        for other in requests_elsewhere(self):
            pairs = zip(trials(self.cases, "trial"), here, other, strict=True)
            differ = [str(trial) for trial, one, two in pairs if one != two]
            check.that(not differ, f"the order of a set, say, decides: {', '.join(differ)}")

    @kit_test("request")
    def test_request_is_not_changed(self, check: Check, trial: Trial) -> None:
        """Neither the caller's dicts nor the checked request are changed by the conversion."""
        stage = self.stage()
        request = copy.deepcopy(dict(trial.case.request))
        options = copy.deepcopy(dict(trial.case.options))
        stage.answers([answer_of(one) for one in trial.recording.exchanges])
        plan = stage.plan(request, stream=trial.stream, **options)
        assert plan.request is not None
        fields = copy.deepcopy(plan.request.fields())
        _prepared(stage, plan, Watch())
        check.equal(plan.request.fields(), fields, "the checked request after the conversion")
        check.equal(request, dict(trial.case.request), "the caller's request after the call")
        check.equal(options, dict(trial.case.options), "the caller's options after the call")

    @kit_test("trial")
    def test_conversion_is_pure(self, check: Check, trial: Trial) -> None:
        """Conversion looks at nothing outside: no environment, clock, chance, file or socket."""
        stage, watch = self.stage(), Watch()
        stage.answers([answer_of(one) for one in trial.recording.exchanges])
        plan = stage.plan(trial.case.request, stream=trial.stream, **trial.case.options)
        _prepared(stage, plan, watch)
        check.that(not watch.calls, f"the request's conversion calls {_list(watch)}")
        last = trial.recording.exchanges[-1]
        headers = {name.lower(): value for name, value in last.headers.items()}
        with watch:
            _read(plan, WireReply(status=last.status, headers=headers, content=last.body))
        check.that(not watch.calls, f"the answer's conversion calls {_list(watch)}")

    @kit_test("trial")
    def test_request_is_what_the_vendor_accepted(self, check: Check, trial: Trial) -> None:
        """Method, path and body are those of the recording, where it has them."""
        outcome = self.stage().play(trial)
        check.equal(
            len(outcome.received), len(trial.recording.exchanges), "requests that were sent"
        )
        pairs = zip(outcome.received, trial.recording.exchanges, strict=False)
        for sent, recorded in pairs:
            check.equal(sent.method, recorded.method, "method")
            if recorded.path is not None:
                check.equal(sent.path, recorded.path, "path")
            if recorded.sent is not None:
                check.equal(json.loads(sent.body), recorded.sent, "body")

    @kit_test("trial")
    def test_key_stands_in_a_header_alone(self, check: Check, trial: Trial) -> None:
        """The key is in a header, and not in URL, body, message, error, log or observer's fact."""
        stage = self.stage()
        for colour in COLOURS:
            with said_aloud() as aloud:
                outcome = stage.play(trial, colour)
            _no_key(self, check, outcome, aloud)
            kept = [stage.spec, stage.dialect, *vars(type(stage.dialect)).values()]
            check.that(not holds(kept, self.api_key), "the row or the dialect keeps the key")
            if self.api_key and isinstance(stage.spec.auth, ApiKey):
                reached = [
                    holds(list(one.headers.values()), self.api_key) for one in outcome.received
                ]
                check.that(all(reached) and bool(reached), "the key does not reach the vendor")
        check.that(not holds(repr(stage.client("sync")), self.api_key), "the client's repr says it")

    @kit_test("request")
    def test_error_that_echoes_the_key_is_cleaned(self, check: Check, trial: Trial) -> None:
        """A vendor that repeats the key it refuses does not bring it into error or log."""
        key = self.api_key.encode()
        for status in (400, 401, 403, 500):
            answer = answer_of(
                trial.recording.exchanges[-1], status=status, body=_KEY_ECHO % (key, key, key)
            )
            stage = self.stage()
            with said_aloud() as lines:
                outcome = stage.call(
                    trial.case.request, [answer], trial.stream, **trial.case.options
                )
            check.that(isinstance(outcome.error, AnyLLMError), f"HTTP {status} gave {outcome}")
            _no_key(self, check, outcome, lines)


def _no_key(suite: SuiteBase, check: Check, outcome: Any, lines: list[str]) -> None:
    key = suite.api_key
    for sent in outcome.received:
        check.that(
            key not in sent.path, f"the key is in the URL: {sent.path.partition('?')[0]}?..."
        )
        check.that(key.encode() not in sent.body, "the key is in the body")
    check.that(not holds([outcome.message, outcome.events], key), "the message holds the key")
    check.that(not holds(outcome.error, key), f"{type(outcome.error).__name__} holds the key")
    check.that(not holds(outcome.facts, key), "a fact that observers are told holds the key")
    check.that(not holds(lines, key), "the log, a warning or what is printed holds the key")


def _prepared(stage: Any, plan: Any, watch: Watch) -> None:
    """Convert the request under watch; what the dialect asks the vendor meanwhile is answered."""
    flow = watch.flow(plan.dialect.prepare(plan.request, plan.ctx))
    try:
        stage.client("sync")._run(plan, perform(plan, flow))
    except (AnyLLMError, OSError):
        return  # a refusal is a result as any other; other tests judge it


def _read(plan: Any, reply: WireReply) -> None:
    try:
        if reply.status >= 300:
            plan.dialect.error(reply, plan.ctx)
        elif plan.ctx.stream:
            framer = plan.spec.framer or plan.dialect.framer
            pipeline = Pipeline(framer(), plan.dialect.decoder(plan.ctx), Accumulator())
            pipeline.feed(reply.content)
            pipeline.finish()
        else:
            plan.dialect.decode(reply, plan.ctx)
    except (AnyLLMError, *NONSENSE):
        return  # as above


def _list(watch: Watch) -> str:
    return ", ".join(sorted(set(watch.calls)))
