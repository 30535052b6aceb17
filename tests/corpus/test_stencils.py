"""Every recorded stream, event by event the same whether frames that repeat are parsed or not.

With ANYLLM_CORPUS set to the directory of the whole corpus all of it runs, else the selection.
"""

from __future__ import annotations

from collections import Counter

import pytest

from any_llm.errors import AnyLLMError
from any_llm.plugin import Stencil
from tests.corpus import (
    chat_replay,
    gemini_replay,
    ollama_replay,
    records,
    responses_replay,
)
from tests.support.messages_replies import read_bytes

pytestmark = pytest.mark.slow  # seconds, and the same on every Python

READERS = {
    "openai-chat": chat_replay.replay,
    "openai-responses": responses_replay.replay,
    "gemini": gemini_replay.replay,
    "ollama": ollama_replay.replay,
    "anthropic": lambda record, *, judged: read_bytes([records.body_of(record)], judged=judged),
}
# What is asked of the recordings together, short answers and tool calls included. Gemini says much
# in few frames, and in Anthropic's tests many blocks have three deltas, of which two are learned.
SHARE = {
    "openai-chat": 0.65,
    "openai-responses": 0.65,
    "gemini": 0.15,
    "ollama": 0.9,
    "anthropic": 0.45,
}


def streams(protocol):
    """The recorded streams. Others are read whole, without frames."""
    for record in records.available(protocol):
        if record["response_text"] is not None and record["status"] < 400:
            yield record


def shown(read):
    failed = isinstance(read.result, AnyLLMError)
    result = (type(read.result), str(read.result)) if failed else read.result.model_dump()
    return [event.model_dump() for event in read.events], result, read.losses


@pytest.mark.parametrize("protocol", sorted(READERS))
def test_what_repeats_itself_is_read_as_if_it_were_parsed(protocol, monkeypatch):
    frames = Counter()
    read = Stencil.read

    def counted(stencil, frame):
        found = read(stencil, frame)
        frames[found] += 1
        return found

    for record in streams(protocol):
        with monkeypatch.context() as patch:
            patch.setattr(Stencil, "read", counted)
            quick = READERS[protocol](record, judged=False)
        with monkeypatch.context() as patch:
            patch.setattr(Stencil, "learn", lambda *_: None)
            careful = READERS[protocol](record, judged=False)
        assert shown(quick) == shown(careful), record["id"]
    assert frames[True] / frames.total() > SHARE[protocol]
