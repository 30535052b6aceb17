"""Every recorded answer of this wire, replayed in memory and cut into pieces.

With ANYLLM_CORPUS set to the directory of the whole corpus all of it runs, else the selection.
"""

from __future__ import annotations

import json
import random
import sys
from collections import Counter
from functools import cache

import pytest

from any_llm.framing import SSE
from any_llm.plugin import APIError, MessageResponse, StreamTruncated
from anyllm_openai.chat.stream import ChatStream
from tests.corpus import chat_oracle, left_out, records
from tests.corpus.chat_replay import context_of, differences, replay
from tests.corpus.expected import Outside
from tests.corpus.records import body_of
from tests.support.chat_replies import read_bytes

pytestmark = pytest.mark.slow  # seconds, and the same on every Python

EVERY_BYTE = 40
SMALL = 8_000


@cache
def recordings():
    return tuple(records.available("openai-chat"))


def streams():
    """The recorded streams that end as a complete message."""
    return [
        record
        for record in recordings()
        if record["status"] < 400
        and record["response_text"] is not None
        and record["id"] not in left_out.CHAT_ANSWERS | left_out.CHAT_CUTS
    ]


@pytest.mark.timeout(240)
def test_every_recording_replays(capsys):
    faults, seen = {}, Counter()
    for record in recordings():
        expected = chat_oracle.judge(record)
        got = replay(record, judged=False)
        if record["id"] in left_out.CHAT_ANSWERS:
            assert isinstance(expected, Outside), record["id"]
            seen["left out"] += 1
            continue
        assert not isinstance(expected, Outside), (record["id"], expected)
        if found := differences(expected, got, record):
            faults[record["id"]] = found
        seen["answers" if isinstance(got.result, MessageResponse) else "errors"] += 1
    with capsys.disabled():
        said = f"{len(recordings())} recordings, {dict(seen)}, {len(faults)} differ"
        sys.stdout.write(f"\n  openai-chat: {said}\n")
    assert faults == {}


def test_the_official_sdk_agrees():
    for record in streams()[:: max(1, len(streams()) // 300)]:
        replay(record)


def test_a_whole_answer_streamed_in_one_chunk_gives_the_same_message():
    compared = 0
    for record in recordings():
        if record["response_text"] is not None or record["status"] >= 400:
            continue
        got = replay(record, judged=False)
        if isinstance(got.result, MessageResponse):
            data = as_chunk(record["response_json"])
            streamed = read_bytes([data], context_of(record), judged=False)
            assert streamed.message == got.message, record["id"]
            compared += 1
    assert compared > 100


def as_chunk(body):
    """The same answer as a stream of one chunk."""
    choices = []
    for choice in body["choices"]:
        said = dict(choice.get("message") or {})
        if said.get("tool_calls"):
            said["tool_calls"] = [{**c, "index": at} for at, c in enumerate(said["tool_calls"])]
        rest = {name: value for name, value in choice.items() if name != "message"}
        choices.append({**rest, "delta": said})
    data = json.dumps({**body, "choices": choices})
    return f"data: {data}\n\ndata: [DONE]\n\n".encode()


# --- cut streams -----------------------------------------------------------------------------


def whole_of(record):
    """The message of a complete recorded stream; None if it is an error anyway."""
    got = replay(record, judged=False).result
    return got if isinstance(got, MessageResponse) else None


def cut_at(record, at):
    """What comes of the first `at` bytes."""
    return read_bytes([body_of(record)[:at]], context_of(record), judged=False)


def check(got, whole, record, at):
    """Complete means the same content and end; only the usage behind it may be missing."""
    if isinstance(got.result, APIError):
        assert isinstance(got.result, StreamTruncated), (record["id"], at, got.result)
        return 0
    assert got.message.content == whole.content, (record["id"], at)
    assert got.message.stop_reason == whole.stop_reason, (record["id"], at)
    return 1


def test_small_streams_cut_at_every_byte():
    small = [record for record in streams() if len(body_of(record)) <= SMALL and whole_of(record)]
    kinds = {}
    for record in sorted(small, key=lambda record: (len(body_of(record)), record["id"])):
        kinds.setdefault((record["provider"], *sorted(record["features"])), record)
    chosen = [*kinds.values(), *small][:EVERY_BYTE]
    for record in chosen:
        whole, size = whole_of(record), len(body_of(record))
        ends = sum(check(cut_at(record, at), whole, record, at) for at in range(size))
        assert ends < size / 2, record["id"]
    assert len(chosen) == EVERY_BYTE


def test_streams_cut_at_seeded_places():
    for record in streams():
        if whole := whole_of(record):
            chance = random.Random(record["id"])
            for _ in range(3):
                at = chance.randrange(len(body_of(record)))
                check(cut_at(record, at), whole, record, at)


@pytest.mark.timeout(240)
def test_streams_cut_at_every_frame():
    """The bytes end behind each frame in turn: one decoder is asked after each of them.

    Asking is `close()`; while it raises, the stream goes on as if nobody had asked. From the first
    frame at which the stream may end, each further cut is read anew.
    """
    for record in streams():
        if (whole := whole_of(record)) is None:
            continue
        frames = SSE().feed(body_of(record) + b"\n\n")
        first = first_end(frames, ChatStream(context_of(record)))
        for ended in range(first, len(frames)):
            check(read_frames(frames[:ended], context_of(record)), whole, record, ended)


def first_end(frames, decoder):
    """How many frames it takes until the stream may end."""
    for count, frame in enumerate(frames):
        try:
            decoder.close()
        except StreamTruncated:
            decoder.feed(frame)
        else:
            return count
    return len(frames)


def read_frames(frames, ctx):
    """What comes of a stream that ends behind these frames."""
    data = b"".join(
        b"event: %s\ndata: %s\n\n" % (frame.event.encode(), frame.data) for frame in frames
    )
    return read_bytes([data], ctx, judged=False)
