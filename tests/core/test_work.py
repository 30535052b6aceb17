"""What a delta, a turn and a call cost, counted in calls: more work than was stored is a fault.

Where the work has to grow, `python -m benchmarks.work --write` stores the new figures; the
difference is then seen in review.
"""

from __future__ import annotations

import pytest

from any_llm.accumulate import Accumulator
from benchmarks import work
from benchmarks.answers import WIRES

MARGIN = 1.04  # versions of Python differ a little in what they count as a call


@pytest.fixture(scope="module")
def stored():
    return work.stored()


def within(found, limit):
    return found <= limit * MARGIN + 0.3


@pytest.mark.parametrize("kind", ["text", "tools"])
@pytest.mark.parametrize("wire", sorted(WIRES))
def test_a_delta_costs_no_more_calls_than_it_did(wire, kind, stored):
    found = work.of_stream(wire, kind)
    assert within(found, stored[f"{wire}, a delta of {kind}"])


@pytest.mark.parametrize("kind", ["text", "tools"])
@pytest.mark.parametrize("wire", sorted(WIRES))
def test_a_delta_leaves_no_more_memory_than_it_did(wire, kind, stored):
    found = work.held(wire, kind)
    assert within(found, stored[f"{wire}, blocks that a delta of {kind} leaves"])


@pytest.mark.parametrize("wire", sorted(WIRES))
def test_a_turn_costs_no_more_calls_than_it_did(wire, stored):
    found = work.of_request(wire)
    assert within(found, stored[f"{wire}, a turn of a request"])


@pytest.mark.parametrize("wire", sorted(WIRES))
def test_a_whole_call_costs_no_more_calls_than_it_did(wire, stored):
    found = work.of_call(wire)
    assert within(found, stored[f"{wire}, a whole call"])


def test_every_figure_that_is_stored_is_measured(stored):
    names = {f"{wire}, a delta of {kind}" for wire in WIRES for kind in ("text", "tools")}
    kinds = [(wire, kind) for wire in WIRES for kind in ("text", "tools")]
    names |= {f"{wire}, blocks that a delta of {kind} leaves" for wire, kind in kinds}
    names |= {f"{wire}, a turn of a request" for wire in WIRES}
    assert set(stored) == names | {f"{wire}, a whole call" for wire in WIRES}


SLOWER = """
def add(self, events):
    for _ in events:
        len(())
    known(self, events)
"""


HOARDING = """
def add(self, events):
    self.__dict__.setdefault("hoard", []).extend(events)
    known(self, events)
"""


def test_an_event_that_is_kept_for_each_delta_is_seen(stored, monkeypatch):
    code = {"known": Accumulator.add}
    exec(HOARDING, code)  # noqa: S102
    monkeypatch.setattr(Accumulator, "add", code["add"])
    found = work.held("chat", "text")
    assert not within(found, stored["chat, blocks that a delta of text leaves"])


def test_one_more_call_for_each_delta_is_seen(stored, monkeypatch):
    code = {"__name__": "any_llm.slower", "known": Accumulator.add}
    exec(SLOWER, code)  # noqa: S102  # as code of the package, which alone is counted
    monkeypatch.setattr(Accumulator, "add", code["add"])
    found = work.of_stream("chat", "text")
    assert not within(found, stored["chat, a delta of text"])
