"""Every recorded answer of this wire, replayed in memory and cut into pieces.

With ANYLLM_CORPUS set to the directory of the whole corpus all of it runs, else the selection.
"""

from __future__ import annotations

import json
import random
import sys
from collections import Counter
from functools import cache
from itertools import pairwise

import pytest

from any_llm.framing import SSE
from any_llm.plugin import BadReply, MessageResponse, StreamTruncated
from anyllm_gemini.stream import GeminiStream
from tests.corpus import gemini_left_out, gemini_oracle, records
from tests.corpus.expected import Outside
from tests.corpus.gemini_replay import context_of, differences, replay
from tests.corpus.gemini_wire import body_of
from tests.corpus.records import body_of as bytes_of
from tests.support.gemini_replies import folded, read_bytes, read_whole
from tests.support.judge import HAS_SDK

pytestmark = pytest.mark.slow  # seconds, and the same on every Python

EVERY_BYTE = 40
SMALL = 8_000


@cache
def recordings():
    return tuple(records.available("gemini"))


@cache
def answers():
    """The recordings that are a message, with it."""
    found = []
    for record in recordings():
        if record["status"] < 400:
            result = replay(record, judged=False).result
            if isinstance(result, MessageResponse):
                found.append((record, result))
    return found


def streams():
    return [each for each in answers() if each[0]["response_text"] is not None]


@pytest.mark.timeout(240)
def test_every_recording_replays(capsys):
    faults, seen = {}, Counter()
    for record in recordings():
        expected = gemini_oracle.judge(record)
        got = replay(record, judged=False)
        if isinstance(expected, Outside):
            seen[expected.reason] += 1
            assert isinstance(got.result, BadReply), record["id"]
            continue
        if found := differences(expected, got, record):
            faults[record["id"]] = found
        seen["answers" if isinstance(got.result, MessageResponse) else "errors"] += 1
    with capsys.disabled():
        said = f"{len(recordings())} recordings, {dict(seen)}, {len(faults)} differ"
        sys.stdout.write(f"\n  gemini: {said}\n")
    assert faults == {}


def test_losses_of_recorded_answers_are_rare():
    told = Counter(loss.path for record in recordings() for loss in replay(record).losses)
    uncounted = [record for record, _ in answers() if b"TokenCount" not in bytes_of(record)]
    assert told.pop("usage", 0) == len(uncounted)
    assert told.keys() <= {"stop_reason", "candidates", "citations"}
    assert sum(told.values()) < 10


@pytest.mark.skipif(not HAS_SDK, reason="needs the official SDK")
@pytest.mark.timeout(240)
def test_the_official_sdk_agrees():
    for record, _ in answers()[:: max(1, len(answers()) // 300)]:
        replay(record)


def test_a_whole_answer_streamed_in_one_chunk_gives_the_same_message():
    compared = 0
    for record, message in answers():
        if record["response_text"] is None:
            chunks = body_of(record).chunks
            data = b"".join(b"data: %s\n\n" % json.dumps(chunk).encode() for chunk in chunks)
            streamed = read_bytes([data], context_of(record), judged=False)
            assert streamed.message == message, record["id"]
            compared += 1
    assert compared > 100


def test_a_stream_put_together_gives_the_same_message():
    """Usage aside: of counts that go up and down a whole answer would hold the last alone."""
    compared = 0
    for record, message in streams():
        chunks = body_of(record).chunks
        if len(chunks) > 1 and not any("citationMetadata" in json.dumps(each) for each in chunks):
            whole = read_whole(folded(list(chunks)), context_of(record), judged=False).message
            assert whole.content == message.content, record["id"]
            assert whole.stop_reason == message.stop_reason, record["id"]
            compared += 1
    assert compared > 50


# --- cut streams -----------------------------------------------------------------------------


@pytest.mark.timeout(240)
def test_any_chunking_gives_the_same_message():
    for record, message in streams():
        chance = random.Random(record["id"])
        body = bytes_of(record)
        cuts = sorted(chance.randrange(len(body)) for _ in range(20))
        parts = [body[a:b] for a, b in pairwise([0, *cuts, len(body)])]
        assert read_bytes(parts, context_of(record), judged=False).message == message, record["id"]


def check(got, whole, record, at):
    """Complete means the same content and end; only what stands beside it may be missing."""
    if not isinstance(got.result, MessageResponse):
        assert isinstance(got.result, StreamTruncated), (record["id"], at, got.result)
        return 0
    assert got.message.stop_reason == whole.stop_reason, (record["id"], at)
    assert got.message.content == whole.content, (record["id"], at)
    return 1


def cut_streams():
    return [each for each in streams() if each[0]["id"] not in gemini_left_out.CUTS]


@pytest.mark.timeout(240)
def test_small_streams_cut_at_every_byte():
    small = [each for each in cut_streams() if len(bytes_of(each[0])) <= SMALL]
    kinds = {}
    for each in sorted(small, key=lambda each: (len(bytes_of(each[0])), each[0]["id"])):
        kinds.setdefault(tuple(sorted({*each[0]["features"], *each[0]["oddities"]})), each)
    chosen = list(kinds.values())[:EVERY_BYTE]
    for record, message in chosen:
        body = bytes_of(record)
        ends = 0
        for at in range(len(body)):
            got = read_bytes([body[:at]], context_of(record), judged=False)
            ends += check(got, message, record, at)
        assert ends < len(body) / 2, record["id"]
    assert len(chosen) > EVERY_BYTE / 2


@pytest.mark.timeout(240)
def test_streams_cut_at_every_frame():
    for record, message in cut_streams():
        frames = frames_of(record)
        for count in range(first_end(frames, context_of(record)), len(frames)):
            assert check(read_frames(frames[:count], record), message, record, count)


def frames_of(record):
    return SSE().feed(bytes_of(record) + b"\n\n")


def first_end(frames, ctx):
    """How many frames it takes until the stream may end: one decoder is asked after each."""
    decoder = GeminiStream(ctx)
    for count, frame in enumerate(frames):
        try:
            decoder.close()
        except StreamTruncated:
            decoder.feed(frame)
        else:
            return count
    return len(frames)


def read_frames(frames, record):
    """What comes of a stream that ends behind these frames."""
    data = b"".join(b"data: %s\n\n" % each.data for each in frames)
    return read_bytes([data], context_of(record), judged=False)


def test_what_is_left_out_of_the_cuts_does_look_complete_too_early():
    """A recording is not left out for longer than it must be."""
    known = {record["id"]: (record, message) for record, message in streams()}
    for identity in gemini_left_out.CUTS.keys() & known.keys():
        record, message = known[identity]
        frames = frames_of(record)
        results = [read_frames(frames[:count], record).result for count in range(1, len(frames))]
        found = [each for each in results if isinstance(each, MessageResponse)]
        assert any(each.content != message.content for each in found), identity
