"""A selection of the recorded Responses answers over real sockets, streams in small pieces.

What comes over the loopback is what the same bytes give in memory, whole or failing.
"""

from __future__ import annotations

from functools import cache

import pytest

from any_llm.plugin import CallContext, WireReply
from anyllm_openai.common.errors import error_of_reply
from anyllm_openai.responses.profile import OpenAIProfile
from tests.corpus import left_out, loopback
from tests.corpus.loopback import MODEL, SEED, body_of
from tests.support.responses_replies import read_bytes, read_whole

pytestmark = pytest.mark.slow  # seconds, and the same on every Python

WIRE = {"wire_api": "responses"}


@cache
def chosen():
    return loopback.chosen("openai-responses", left_out.RESPONSES_ANSWERS)


def in_memory(record, url):
    """What the dialect makes of the same bytes."""
    place = {"provider": "openai-compatible", "base_url": url}
    ctx = CallContext(**place, model=MODEL, profile=OpenAIProfile(), seed=SEED)
    body = body_of(record)
    if record["status"] >= 400:
        return error_of_reply(WireReply(status=record["status"], headers={}, content=body), ctx)
    whole = record["response_text"] is None
    read = read_whole(body, ctx) if whole else read_bytes([body], ctx)
    return read.result


def test_recordings_over_the_loopback():
    found = chosen()
    loopback.check_sync(found, in_memory, **WIRE)
    assert len(found) > 100


@pytest.mark.parametrize("backend", ["asyncio", "trio"])
def test_streams_over_the_loopback_in_an_event_loop(backend):
    found = [record for record in chosen() if loopback.is_stream(record)][:60]
    loopback.check_async(found, in_memory, backend, **WIRE)
    assert len(found) > 30
