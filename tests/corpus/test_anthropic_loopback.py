"""A selection of the recorded answers over real sockets, streams dribbled in small pieces.

What comes over the loopback is what the same bytes give in memory, whole or failing.
"""

from __future__ import annotations

from functools import cache

import pytest

from any_llm.plugin import WireReply
from tests.corpus import anthropic_left_out, loopback
from tests.corpus.loopback import body_of, is_stream
from tests.support.messages_replies import DIALECT, context, read_bytes, read_whole

pytestmark = pytest.mark.slow  # seconds, and the same on every Python

HERE = {"provider": "anthropic", "api_key": "k"}


@cache
def chosen():
    found = loopback.chosen("anthropic", anthropic_left_out.CUT)
    return [record for record in found if not record["url_path"].endswith("/count_tokens")]


def in_memory(record, _url):
    """What the dialect makes of the same bytes."""
    if record["status"] >= 400:
        reply = WireReply(status=record["status"], headers={}, content=body_of(record))
        return DIALECT.error(reply, context())
    read = read_bytes([body_of(record)]) if is_stream(record) else read_whole(body_of(record))
    return read.result


def test_recordings_over_the_loopback():
    loopback.check_sync(chosen(), in_memory, **HERE)
    assert len(chosen()) > 100


@pytest.mark.parametrize("backend", ["asyncio", "trio"])
def test_streams_over_the_loopback_in_an_event_loop(backend):
    found = [record for record in chosen() if is_stream(record)]
    loopback.check_async(found, in_memory, backend, **HERE)
    assert len(found) > 30
