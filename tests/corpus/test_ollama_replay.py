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

from any_llm.framing import NDJSON
from any_llm.plugin import MessageResponse, StreamTruncated
from anyllm_ollama.decode import OllamaStream
from tests.corpus import ollama_left_out, ollama_oracle, records
from tests.corpus.expected import Outside
from tests.corpus.ollama_replay import context_of, differences, lines_of, replay
from tests.corpus.records import body_of
from tests.support.judge import HAS_SDK
from tests.support.ollama_replies import ndjson, read_bytes, read_whole

pytestmark = pytest.mark.slow  # seconds, and the same on every Python

EVERY_BYTE = 25
SMALL = 8_000
ORDER = ("thinking", "text", "tool_use")


@cache
def recordings():
    return tuple(records.available("ollama"))


def chats():
    return [record for record in recordings() if record["url_path"] == "/api/chat"]


@cache
def answers():
    """The recordings that are a message, with it."""
    found = []
    for record in chats():
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
        expected = ollama_oracle.judge(record)
        if record["url_path"] in ollama_left_out.ANSWERS:
            assert isinstance(expected, Outside), record["id"]
            seen["left out"] += 1
            continue
        assert not isinstance(expected, Outside), (record["id"], expected)
        got = replay(record, judged=False)
        if found := differences(expected, got, record):
            faults[record["id"]] = found
        seen["answers" if isinstance(got.result, MessageResponse) else "errors"] += 1
    with capsys.disabled():
        sys.stdout.write(f"\n  ollama: {len(recordings())} recordings, {dict(seen)}\n")
    assert faults == {}


@pytest.mark.skipif(not HAS_SDK, reason="needs the official SDK")
@pytest.mark.timeout(240)
def test_the_official_sdk_agrees():
    for record, _ in answers()[:: max(1, len(answers()) // 200)]:
        replay(record)


def test_a_whole_answer_streamed_in_one_line_gives_the_same_message():
    compared = 0
    for record, message in answers():
        if record["response_text"] is None:
            streamed = read_bytes([ndjson(record["response_json"])], context_of(record))
            assert streamed.message == message, record["id"]
            compared += 1
    assert compared > 20


def test_a_stream_folded_as_the_server_folds_it_gives_the_same_message():
    compared = 0
    for record, message in streams():
        kinds = [block.type for block in message.content]
        if all(ORDER.index(a) <= ORDER.index(b) for a, b in pairwise(kinds)):
            whole = read_whole(folded(lines_of(record)), context_of(record))
            assert whole.message == message, record["id"]
            compared += 1
    assert compared > 20


def folded(lines):
    """What server/routes.go, writeChatResponse makes of the lines of a stream."""
    messages = [each["message"] for each in lines]
    said = {"role": "assistant"}
    for name in ("content", "thinking"):
        said[name] = "".join(each.get(name) or "" for each in messages)
    for where, holders in (("tool_calls", messages), ("logprobs", lines)):
        if found := [one for each in holders for one in each.get(where) or ()]:
            (said if where == "tool_calls" else lines[-1])[where] = found
    return {**lines[-1], "message": said}


# --- cut streams -----------------------------------------------------------------------------


@pytest.mark.timeout(240)
def test_any_chunking_gives_the_same_message():
    for record, message in streams():
        chance = random.Random(record["id"])
        body = body_of(record)
        for _ in range(2):
            cuts = sorted(chance.sample(range(len(body) + 1), min(20, len(body))))
            parts = [body[a:b] for a, b in pairwise([0, *cuts, len(body)])]
            got = read_bytes(parts, context_of(record), judged=False)
            assert got.message == message, record["id"]


def small():
    """Short streams, one of each kind first."""
    short = [each for each in streams() if len(body_of(each[0])) <= SMALL]
    kinds = {}
    for each in sorted(short, key=lambda each: (len(body_of(each[0])), each[0]["id"])):
        kinds.setdefault((each[0]["model"], *sorted(each[0]["features"])), each)
    first = {each[0]["id"]: each for each in (*kinds.values(), *short)}
    return list(first.values())[:EVERY_BYTE]


def test_one_byte_at_a_time_gives_the_same_message():
    for record, message in small():
        body = body_of(record)
        parts = [body[at : at + 1] for at in range(len(body))]
        got = read_bytes(parts, context_of(record), judged=False)
        assert got.message == message, record["id"]


@pytest.mark.timeout(240)
def test_small_streams_cut_at_every_byte():
    """Cut anywhere before the last line is all there, they are truncated; behind it, complete."""
    for record, message in small():
        body = body_of(record)
        complete = len(body.rstrip())
        for at in range(len(body)):
            got = read_bytes([body[:at]], context_of(record), judged=False)
            if at >= complete:
                assert got.message == message, (record["id"], at)
            else:
                assert isinstance(got.error, StreamTruncated), (record["id"], at)
    assert len(small()) > 10


@pytest.mark.timeout(240)
def test_streams_cut_at_every_line():
    """The bytes end behind each line in turn: only behind the last one is the message whole."""
    for record, _ in streams():
        decoder = OllamaStream(context_of(record))
        for frame in NDJSON().feed(body_of(record).rstrip() + b"\n"):
            with pytest.raises(StreamTruncated):
                decoder.close()
            decoder.feed(frame)
        decoder.close()
        assert decoder.emit.done, record["id"]


def test_a_line_break_that_is_none_stays_in_its_text():
    """U+0085, U+2028 and U+2029 end no line of NDJSON, raw or escaped."""
    record, message = streams()[0]
    lines = lines_of(record)
    odd = {**lines[0], "message": {**lines[0]["message"], "content": "a\u0085b\u2028c\u2029d"}}
    raw = json.dumps(odd, ensure_ascii=False).encode() + b"\n"
    for first in (raw, ndjson(odd)):
        body = first + ndjson(*lines[1:])
        for size in (1, 7, len(body)):
            parts = [body[at : at + size] for at in range(0, len(body), size)]
            got = read_bytes(parts, context_of(record), judged=False)
            assert "a\u0085b\u2028c\u2029d" in got.message.text
            assert got.message.stop_reason == message.stop_reason
