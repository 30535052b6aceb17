"""Conversations of texts, which the other wires write as they stand: a text is a block of text.

The Messages API says so (reference of `messages.content`, 2026-11: a string is short for one block
of type text), so both forms are one request.
"""

from __future__ import annotations

import json

import pytest

from any_llm import Client
from any_llm.testing import ReplayServer
from tests.cross.test_orders import TOOLS, options
from tests.cross.vendors import Chat, Gemini, Ollama, Responses

VENDORS = [Chat, Gemini, Ollama, Responses]
SAID = ["Hello.", "Hi \N{EURO SIGN}", " ", "\nFine", "Go on."]
MORE = {
    "bare": {},
    "system": {"system": "Be kind."},
    "thinking": {"thinking": {"type": "adaptive"}},
}


def turns_of(texts, roles=("user", "assistant")):
    return [{"role": roles[at % 2], "content": text} for at, text in enumerate(texts)]


def as_blocks(turns):
    def blocks(text):
        return [{"type": "text", "text": text}] if text else []

    return [{**turn, "content": blocks(turn["content"])} for turn in turns]


def sent(vendor, turns, **more):
    """The bytes of a request with these turns, and what it lost."""
    fields = {"provider": vendor.id, "tools": TOOLS, **more}
    with (
        ReplayServer(vendor.answer(0)) as server,
        Client(**options([vendor], server)) as client,
    ):
        answer = client.messages(vendor.model, turns, 4000, **fields)
        return server.requests[-1].body, list(answer.losses)


@pytest.mark.parametrize("kind", VENDORS)
@pytest.mark.parametrize("length", [1, 3, 5])
@pytest.mark.parametrize("more", MORE.values(), ids=MORE)
def test_texts_in_turn(kind, length, more):
    vendor, turns = kind(), turns_of(SAID[:length])
    said = sent(vendor, turns, **more)
    assert said == sent(vendor, as_blocks(turns), **more)
    body = json.loads(said[0])
    vendor.judge(body)
    read = [turn for turn in vendor.turns(body) if turn[1] != "Be kind."]
    assert read == [(turn["role"], turn["content"]) for turn in turns]


USUAL = turns_of(SAID[:3])
OTHERS = {
    "the model begins": turns_of(SAID[:4], ("assistant", "user")),
    "twice the user": [*USUAL, {"role": "user", "content": "And more."}],
    "an empty answer": [USUAL[0], {"role": "assistant", "content": ""}, USUAL[2]],
    "an empty end": [*turns_of(SAID[:4]), {"role": "user", "content": ""}],
    "system inside": [*USUAL[:2], {"role": "system", "content": "Be brief."}, USUAL[2]],
}


@pytest.mark.parametrize("kind", VENDORS)
@pytest.mark.parametrize("turns", OTHERS.values(), ids=OTHERS)
def test_texts_that_need_more_care(kind, turns):
    said = sent(kind(), turns)
    assert said == sent(kind(), as_blocks(turns))
    words = said[0].decode().replace("\\n", "\n")
    assert all(turn["content"] in words for turn in turns)


@pytest.mark.parametrize("kind", VENDORS)
def test_a_key_that_nobody_knows_is_told(kind):
    _, losses = sent(kind(), [{**USUAL[0], "name": "odd"}, *USUAL[1:]])
    assert "messages[0].name" in [loss.path for loss in losses]
