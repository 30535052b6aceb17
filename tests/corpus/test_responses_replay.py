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
from any_llm.plugin import MessageResponse, StreamTruncated
from anyllm_openai.responses.stream import ResponsesStream
from tests.corpus import left_out, records, responses_oracle
from tests.corpus.expected import Outside
from tests.corpus.records import body_of
from tests.corpus.responses_replay import context_of, differences, replay
from tests.corpus.responses_wire import split, streamed_items
from tests.support.responses_replies import event, read_bytes, read_whole, sse

pytestmark = pytest.mark.slow  # seconds, and the same on every Python

EVERY_BYTE = 40
SMALL = 5_000


@cache
def recordings():
    return tuple(records.available("openai-responses"))


def answers(*, streamed):
    """The recordings of one form that are complete messages, and the messages."""
    for record in recordings():
        if record["status"] < 400 and (record["response_text"] is not None) == streamed:
            got = replay(record, judged=False).result
            if isinstance(got, MessageResponse):
                yield record, got


@pytest.mark.timeout(240)
def test_every_recording_replays(capsys):
    faults, seen = {}, Counter()
    for record in recordings():
        expected = responses_oracle.judge(record)
        got = replay(record, judged=False)
        if record["id"] in left_out.RESPONSES_ANSWERS:
            assert isinstance(expected, Outside), record["id"]
            seen["left out"] += 1
            continue
        assert not isinstance(expected, Outside), (record["id"], expected)
        if found := differences(expected, got, record):
            faults[record["id"]] = found
        seen["answers" if isinstance(got.result, MessageResponse) else "errors"] += 1
    with capsys.disabled():
        said = f"{len(recordings())} recordings, {dict(seen)}, {len(faults)} differ"
        sys.stdout.write(f"\n  openai-responses: {said}\n")
    assert faults == {}


def test_the_official_sdk_agrees():
    found = [record for streamed in (True, False) for record, _ in answers(streamed=streamed)]
    for record in found[:: max(1, len(found) // 300)]:
        replay(record)


# --- whole and streamed ----------------------------------------------------------------------


def as_events(body):
    """A whole answer as the events of a stream, text in pieces of three characters."""
    yield event("created", response={**body, "output": [], "status": "in_progress", "usage": None})
    for index, item in enumerate(body.get("output") or []):
        place = {"output_index": index, "item_id": item.get("id")}
        bare = {"content": [], "summary": [], "arguments": "", "encrypted_content": "early"}
        begun = {name: bare.get(name, value) for name, value in item.items()}
        yield event("output_item.added", item=begun, output_index=index)
        yield from parts(item, place)
        yield event("output_item.done", item=item, output_index=index)
    status = "incomplete" if body.get("status") == "incomplete" else "completed"
    yield event(status, response=body)


def parts(item, place):
    kind = item["type"]
    if kind == "function_call":
        for piece in pieces(item["arguments"]):
            yield event("function_call_arguments.delta", **place, delta=piece)
        yield event("function_call_arguments.done", **place, arguments=item["arguments"])
    for at, part in enumerate((item.get("summary") or []) if kind == "reasoning" else []):
        for piece in pieces(part["text"]):
            yield event("reasoning_summary_text.delta", **place, summary_index=at, delta=piece)
    if kind != "message":
        return
    for at, part in enumerate(item["content"]):
        here = {**place, "content_index": at}
        yield event("content_part.added", **here, part={**part, "text": "", "annotations": []})
        refused = part["type"] == "refusal"
        for piece in pieces(part["refusal"] if refused else part["text"]):
            yield event("refusal.delta" if refused else "output_text.delta", **here, delta=piece)
        for each in part.get("annotations") or []:
            yield event("output_text.annotation.added", **here, annotation=each)
        yield event("content_part.done", **here, part=part)


def pieces(text):
    return [text[at : at + 3] for at in range(0, len(text), 3)]


def test_a_whole_answer_streamed_gives_the_same_message():
    compared = 0
    for record, message in answers(streamed=False):
        data = sse(*as_events(record["response_json"]))
        assert read_bytes([data], context_of(record), judged=False).message == message, record["id"]
        compared += 1
    assert compared > 50


def test_a_stream_says_what_its_last_event_says_whole():
    compared = 0
    for record, message in answers(streamed=True):
        if record["id"] in left_out.RESPONSES_ENDS:
            continue
        stream = split(record["response_text"])
        response = stream.last["response"]
        if not response["output"]:
            continue
        whole = read_whole(same_state(response, stream), context_of(record), judged=False).message
        assert whole == message, record["id"]
        compared += 1
    assert compared > 50


def same_state(response, stream):
    """The last event with the encrypted content of the items' own ends: it is encrypted anew."""
    held = {item.get("id"): item.get("encrypted_content") for item in streamed_items(stream.events)}
    output = [
        {**item, "encrypted_content": held[item["id"]]} if held.get(item.get("id")) else item
        for item in response["output"]
    ]
    return {**response, "output": output}


def test_split_at_random_places():
    for record, message in answers(streamed=True):
        chance, body = random.Random(record["id"]), body_of(record)
        edges = sorted({0, len(body), *(chance.randrange(len(body)) for _ in range(40))})
        cut = [body[a:b] for a, b in pairwise(edges)]
        assert read_bytes(cut, context_of(record), judged=False).message == message, record["id"]


# --- cut streams -----------------------------------------------------------------------------


def cut_at(record, at):
    """What comes of the first `at` bytes."""
    return read_bytes([body_of(record)[:at]], context_of(record), judged=False)


def check(got, whole, record, at):
    """Complete means the whole message: nothing of it comes behind the terminal event."""
    if isinstance(got.result, MessageResponse):
        assert got.message == whole, (record["id"], at)
        return 1
    assert isinstance(got.result, StreamTruncated), (record["id"], at, got.result)
    return 0


@pytest.mark.timeout(240)
def test_small_streams_cut_at_every_byte():
    small = [each for each in answers(streamed=True) if len(body_of(each[0])) <= SMALL]
    kinds = {}
    for record, message in sorted(small, key=lambda each: (len(body_of(each[0])), each[0]["id"])):
        kinds.setdefault((record["provider"], *sorted(record["features"])), (record, message))
    chosen = [*kinds.values(), *small][:EVERY_BYTE]
    for record, whole in chosen:
        size = len(body_of(record))
        ends = [at for at in range(size) if check(cut_at(record, at), whole, record, at)]
        assert len(ends) < size / 2, record["id"]
    assert len(chosen) > 15


def test_streams_cut_at_seeded_places():
    for record, whole in answers(streamed=True):
        chance = random.Random(record["id"])
        for _ in range(10):
            at = chance.randrange(len(body_of(record)))
            check(cut_at(record, at), whole, record, at)


def test_streams_cut_at_every_frame():
    """The bytes end behind each frame in turn: one decoder is asked after each of them.

    Asking is `close()`; it raises until the terminal event was there, and the stream goes on as if
    nobody had asked.
    """
    for record, _ in answers(streamed=True):
        frames = SSE().feed(body_of(record) + b"\n\n")
        decoder = ResponsesStream(context_of(record))
        last = split(record["response_text"]).last
        for frame in frames:
            with pytest.raises(StreamTruncated):
                decoder.close()
            decoder.feed(frame)
            if decoder.emit.done:
                assert json.loads(frame.data) == last, record["id"]
                break
        assert decoder.emit.done
