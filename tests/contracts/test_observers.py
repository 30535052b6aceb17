"""Observers: exactly one end for each call, however it ended, and no way to harm it."""

from __future__ import annotations

import dataclasses
import logging
import sys

import pytest

from any_llm import BadReply, Client, UnsupportedFeature, observe, plugin
from any_llm.testing import Answer, ReplayServer
from any_llm.testing.kit.secrets import holds
from tests.contracts.support import HELLO, manager, plain_answer, plain_lines, row
from tests.contracts.watching import KEY, LINES, MODEL, THREE, Lossy, Setting

# --- how calls end ---------------------------------------------------------------------------


def test_a_whole_call(colour, recorder):
    with Setting(colour, recorder) as client:
        message = client.messages(MODEL, HELLO, 9)
    assert recorder.order == ["request", "end"]
    assert recorder.end.outcome == "completed"
    assert recorder.end.message == message
    assert recorder.end.error is None
    assert [loss.path for loss in recorder.end.losses] == ["top_k"]
    call = recorder.facts[0][1]
    assert recorder.facts[1][1] is call
    assert (call.provider, call.model, call.operation, call.stream) == (
        "stand-in",
        "m",
        "messages",
        False,
    )
    assert call.request.messages == HELLO


def test_a_stream_that_is_read_to_its_end(colour, recorder):
    with Setting(colour, recorder) as client:
        stream = client.messages(MODEL, HELLO, 9, stream=True)
        assert recorder.order == ["request", "first"]
        message = stream.get_final_message()
        stream.close()
    assert recorder.order == ["request", "first", "end"]
    assert recorder.end.outcome == "completed"
    assert recorder.end.message == message
    assert recorder.facts[0][1].stream


@pytest.mark.parametrize("mode", ["streamed", "whole"])
def test_a_backend_with_one_mode(colour, recorder, mode):
    class OneMode(Lossy):
        modes = frozenset({mode})

    with Setting(colour, recorder, dialect=OneMode()) as client:
        answer = client.messages(MODEL, HELLO, 9, stream=mode == "whole")
        message = answer.get_final_message() if mode == "whole" else answer
    assert recorder.order == ["request", *["first"] * (mode == "whole"), "end"]
    assert recorder.end.message == message
    assert [loss.path for loss in recorder.end.losses] == ["top_k", "stream"]


@pytest.mark.parametrize("stream", [False, True], ids=["whole", "stream"])
def test_retries(colour, recorder, stream):
    busy = Answer(status=529, headers={"retry-after-ms": "1"}, body=f"not with {KEY}".encode())
    with Setting(colour, recorder, busy, busy, None, max_retries=2) as client:
        answer = client.messages(MODEL, HELLO, 9, stream=stream)
        if stream:
            answer.get_final_message()
    assert recorder.order == ["request", "retry", "retry", *["first"] * stream, "end"]
    assert [fact[2].attempt for fact in recorder.facts[1:3]] == [1, 2]
    assert {type(fact[2].error).__name__ for fact in recorder.facts[1:3]} == {"OverloadedError"}
    assert recorder.end.outcome == "completed"
    assert [loss.path for loss in recorder.end.losses] == ["top_k"]
    assert not holds(recorder.facts, KEY)


FAILURES = {
    "a status": Answer.of({"error": {"message": "no"}}, status=400),
    "nonsense": Answer.of([1]),
    "html": Answer(body=b"<html>", headers={"content-type": "text/html"}),
    "a cut body": Answer(body=b'{"id": "m1", "said": "x"', end="cut", pieces=[5]),
}


@pytest.mark.parametrize("case", FAILURES)
@pytest.mark.parametrize("stream", [False, True], ids=["whole", "stream"])
def test_a_call_that_fails(colour, recorder, case, stream):
    with (
        Setting(colour, recorder, FAILURES[case]) as client,
        pytest.raises(plugin.APIError) as caught,
    ):
        client.messages(MODEL, HELLO, 9, stream=stream)
    assert recorder.order == ["request", "end"]
    assert recorder.end.outcome == "failed"
    assert recorder.end.error is caught.value
    assert recorder.end.message is None


def test_a_call_that_is_refused_before_sending(colour, recorder):
    with Setting(colour, recorder) as client, pytest.raises(UnsupportedFeature) as caught:
        client.messages(MODEL, HELLO, 9, tools=[{"name": "f", "input_schema": {}}])
    assert recorder.order == ["end"]
    assert (recorder.end.outcome, recorder.end.error) == ("failed", caught.value)


@pytest.mark.parametrize("end", ["whole", "cut", "reset"])
def test_a_stream_that_breaks(colour, recorder, end):
    broken = Answer(body=plain_lines("hello")[:THREE], headers=LINES, pieces=[40], end=end)
    with Setting(colour, recorder, broken) as client:
        stream = client.messages(MODEL, HELLO, 9, stream=True)
        with pytest.raises(plugin.APIError) as caught:
            list(stream)
    assert recorder.order == ["request", "first", "end"]
    assert recorder.end.outcome == "failed"
    assert recorder.end.error is caught.value
    assert recorder.end.message.text == "hel"  # what had come of it


def test_a_stream_that_breaks_is_closed_although_it_is_held(colour, recorder):
    odd = Answer(
        body=plain_lines("hello")[:THREE] + b"[1]\n", headers=LINES, pieces=[40], end="hang"
    )
    setting = Setting(colour, recorder, odd)
    with setting as client:
        stream = client.messages(MODEL, HELLO, 9, stream=True)
        with pytest.raises(BadReply):
            list(stream)
        assert setting.server.wait_closed()
        assert stream.snapshot.text == "hel"
    assert recorder.end.outcome == "failed"


# --- observers and what they are told --------------------------------------------------------


class Rude(plugin.Observer):
    def on_request(self, call):
        raise RuntimeError("rude in on_request")

    def on_retry(self, call, retry):
        raise RuntimeError("rude in on_retry")

    def on_first_event(self, call):
        raise RuntimeError("rude in on_first_event")

    def on_end(self, call, end):
        raise RuntimeError("rude in on_end")


def test_an_observer_that_raises_harms_nobody(colour, recorder, caplog):
    busy = Answer(status=503, headers={"retry-after-ms": "1"})
    setting = Setting(colour, recorder, busy, None, max_retries=1)
    with setting:
        client = colour.client(
            setting.plugins,
            observers=[Rude(), recorder],
            keys={"stand-in": KEY},
            max_retries=1,
            on_loss="ignore",
        )
        with caplog.at_level(logging.ERROR, "any_llm"):
            assert client.messages(MODEL, HELLO, 9, stream=True).get_final_text() == "hello"
    assert recorder.order == ["request", "retry", "first", "end"]
    assert len(caplog.records) == 4
    assert "rude in on_end" in caplog.text
    assert KEY not in caplog.text


def test_facts_are_frozen_and_hold_no_key(colour, recorder):
    refused = Answer.of({"error": {"message": f"bad key {KEY}"}}, status=401)
    with Setting(colour, recorder, refused) as client, pytest.raises(plugin.APIError):
        client.messages(MODEL, HELLO, 9, extra_headers={"x-secret": KEY})
    assert not holds(recorder.facts, KEY)
    for fact in (part for one in recorder.facts for part in one[1:]):
        for field in dataclasses.fields(fact):
            with pytest.raises(dataclasses.FrozenInstanceError):
                setattr(fact, field.name, None)
        assert not hasattr(fact, "__dict__")


@pytest.mark.parametrize("stream", [False, True], ids=["whole", "stream"])
def test_an_observer_cannot_change_a_call(colour, recorder, stream):
    """What it is given are copies: the request on its way, the caller's own, the answer."""

    class Meddling(plugin.Observer):
        def on_request(self, call):
            call.request.messages[0]["content"] = "meddled"
            call.extra["own"]["deep"] = "meddled"

        def on_retry(self, call, retry):
            call.request.messages.clear()

        def on_end(self, call, end):
            end.message.content[0].text = "meddled"
            end.message.content.clear()

    asked, own = [{"role": "user", "content": "hello"}], {"deep": 1}
    busy = Answer(status=529, headers={"retry-after-ms": "1"})
    setting = Setting(colour, recorder, busy, None)
    with setting:
        options = {"max_retries": 1, "on_loss": "ignore", "keys": {"stand-in": KEY}}
        client = colour.client(setting.plugins, observers=[Meddling()], **options)
        answer = client.messages(MODEL, asked, 9, stream=stream, own=own)
        message = answer.get_final_message() if stream else answer
    assert message.text == "hello"
    assert (asked, own) == ([{"role": "user", "content": "hello"}], {"deep": 1})
    sent = [request.json for request in setting.server.requests]
    assert sent == [{"say": "hello", "stream": stream, "own": {"deep": 1}}] * 2


def test_what_the_provider_is_given_besides_is_told(colour, recorder):
    setting = Setting(colour, recorder)
    with setting as client:
        client.messages(MODEL, HELLO, 9, seed=7, extra_body={"deep": {"a": 1}})
    call = recorder.facts[0][1]
    assert call.extra == {"seed": 7, "deep": {"a": 1}}
    assert call.server == setting.server.url


def calls_into_observe(client, letters: int) -> int:
    """How often a function of observe.py runs while a stream of so many deltas is made and read."""
    found = 0

    def profile(frame, event, _):
        nonlocal found
        found += event == "call" and frame.f_code.co_filename == observe.__file__

    turns = [{"role": "user", "content": "x" * letters}]
    sys.setprofile(profile)
    try:
        assert client.messages(MODEL, turns, 9, stream=True).get_final_text() == "x" * letters
    finally:
        sys.setprofile(None)
    return found


def test_nothing_of_it_is_in_the_way_of_an_event(recorder):
    with ReplayServer(answer=plain_answer) as server:
        plugins = manager(row(server))
        with Client(plugins=plugins, env={}) as unwatched:
            assert calls_into_observe(unwatched, 500) == 0
        with Client(plugins=plugins, env={}, observers=[recorder]) as watched:
            few, many = (calls_into_observe(watched, letters) for letters in (50, 500))
            assert few == many == 3  # the request, the first event, the end


def test_a_plugins_observers_watch_every_client_of_its_manager(colour, recorder):
    with ReplayServer(answer=plain_answer) as server:
        plugins = manager(row(server), observers=[recorder])
        for _ in range(2):
            colour.client(plugins).messages(MODEL, HELLO, 9)
    assert recorder.order == ["request", "end"] * 2


def test_calls_at_the_same_time_have_an_end_each(colour, recorder):
    with Setting(colour, recorder) as client:
        colour.at_once(10, client, "messages", MODEL, HELLO, 9)
    ends = [fact[1].id for fact in recorder.facts if fact[0] == "end"]
    assert len(set(ends)) == len(ends) == 10
