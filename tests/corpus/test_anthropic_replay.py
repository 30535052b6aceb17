"""Every recorded answer of the Messages wire, replayed in memory and cut into pieces.

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
from any_llm.plugin import BadReply, MessageResponse, MessagesDecoder, StreamTruncated, WireReply
from tests.corpus import anthropic_left_out, anthropic_oracle, records
from tests.corpus.anthropic_oracle import body_of, events_of, is_stream, said
from tests.support.messages_replies import DIALECT, context, read_bytes, read_whole

pytestmark = pytest.mark.slow  # seconds, and the same on every Python

EVERY_BYTE = 40
SMALL = 6_000
LEFT_OUT = {**anthropic_left_out.BROKEN, **anthropic_left_out.CUT}


@cache
def recordings():
    return tuple(records.available("anthropic"))


@cache
def streams():
    """The recorded streams that are a message, with it."""
    found = [r for r in recordings() if is_stream(r) and r["id"] not in LEFT_OUT]
    return [(record, read_bytes([body_of(record)]).message) for record in found]


def whole_answers():
    return [
        record
        for record in recordings()
        if record["status"] < 400 and record["response_text"] is None and not counts(record)
    ]


def refusals():
    return [record for record in recordings() if record["status"] >= 400]


def counts(record):
    return record["url_path"].endswith("/count_tokens")


def test_every_recording_is_of_one_kind(capsys):
    kinds = Counter(
        stream=len(streams()),
        whole=len(whole_answers()),
        refused=len(refusals()),
        counted=sum(counts(record) and record["status"] < 400 for record in recordings()),
        left_out=sum(record["id"] in LEFT_OUT for record in recordings()),
    )
    with capsys.disabled():
        sys.stdout.write(f"\n  anthropic: {len(recordings())} recordings, {dict(kinds)}\n")
    assert kinds.total() == len(recordings())


def test_whole_answers_come_as_they_were_sent():
    faults = {}
    for record in whole_answers():
        sent = record["response_json"]
        message = read_whole(body_of(record)).message
        ours = message.model_dump(mode="json", exclude_unset=True)
        if not ours == sent == anthropic_oracle.whole(sent):
            faults[record["id"]] = (ours, sent)
    assert faults == {}


@pytest.mark.timeout(240)
def test_streams_fold_as_the_official_sdk_folds_them():
    faults = {}
    for record, message in streams():
        events = list(events_of(record))
        theirs = said(anthropic_oracle.folded(events))
        ours = said(message.model_dump(mode="json", exclude_unset=True))
        if ours != theirs:
            names = {n for n in {*ours, *theirs} if ours.get(n) != theirs.get(n)}
            faults[record["id"]] = {n: (ours.get(n), theirs.get(n)) for n in names}
    assert faults == {}


def test_every_event_of_a_stream_comes_as_it_was_sent():
    for record, _ in streams():
        got = [event.model_dump(mode="json") for event in read_bytes([body_of(record)]).events]
        assert covers(got, list(events_of(record))), record["id"]


def covers(ours, sent):
    """Whether everything that was sent is there; what is there besides says nothing."""
    if isinstance(sent, dict):
        more = {**ours, **dict.fromkeys(sent)}.values()
        return not any(more) and all(covers(ours.get(n), v) for n, v in sent.items())
    if isinstance(sent, list) and isinstance(ours, list):
        return len(ours) == len(sent) and all(map(covers, ours, sent))
    return bool(ours == sent)


def test_refusals_are_the_errors_that_the_official_sdk_raises():
    for record in refusals():
        reply = WireReply(status=record["status"], headers={}, content=body_of(record))
        ours = DIALECT.error(reply, context())
        theirs = anthropic_oracle.error(record)
        assert type(ours).__name__ == type(theirs).__name__, record["id"]
        assert ours.status == theirs.status_code
        assert ours.code == theirs.error_code
        assert ours.body == theirs.body
        if theirs.type is not None:
            assert ours.type == theirs.type
            assert theirs.api_message in str(ours)
        assert ours.request_id == record["response_json"].get("request_id")


def test_counts_are_read():
    found = [r for r in recordings() if counts(r) and r["status"] < 400]
    for record in found:
        ctx = context()
        flow = DIALECT.count_tokens(_request(), ctx)
        next(flow)
        with pytest.raises(StopIteration) as stop:
            flow.send(WireReply(status=200, headers={}, content=body_of(record)))
        assert stop.value.value.input_tokens == record["response_json"]["input_tokens"]
    assert found


def _request():
    from any_llm.plugin import validate_request

    hello = [{"role": "user", "content": "hello"}]
    return validate_request({"model": "m", "messages": hello, "max_tokens": 1})


def test_what_is_left_out_is_an_error():
    found = {record["id"]: record for record in recordings()}
    for identity in anthropic_left_out.BROKEN:
        assert isinstance(read_bytes([body_of(found[identity])]).error, BadReply)
    for identity in anthropic_left_out.CUT:
        assert isinstance(read_bytes([body_of(found[identity])]).error, StreamTruncated)


def test_a_whole_answer_replayed_as_a_stream_gives_the_same_message():
    """What the core makes of an answer that came whole where a stream was asked for."""
    from any_llm.accumulate import events_of as replayed
    from any_llm.plugin import Accumulator

    for record in whole_answers():
        message = read_whole(body_of(record)).message
        fold = Accumulator()
        fold.add(replayed(message))
        ours, theirs = fold.snapshot().model_dump(mode="json"), message.model_dump(mode="json")
        assert said(ours) == said(theirs), record["id"]


# --- cut streams -----------------------------------------------------------------------------


@pytest.mark.timeout(240)
def test_any_chunking_gives_the_same_message():
    for record, message in streams():
        chance = random.Random(record["id"])
        body = body_of(record)
        cuts = sorted(chance.sample(range(len(body) + 1), min(20, len(body))))
        parts = [body[a:b] for a, b in pairwise([0, *cuts, len(body)])]
        assert read_bytes(parts).message == message, record["id"]


def small():
    """Short streams, one of each kind first."""
    short = [each for each in streams() if len(body_of(each[0])) <= SMALL]
    kinds = {}
    for each in sorted(short, key=lambda each: (len(body_of(each[0])), each[0]["id"])):
        kinds.setdefault((each[0]["provider"], *sorted(each[0]["features"])), each)
    first = {each[0]["id"]: each for each in (*kinds.values(), *short)}
    return list(first.values())[:EVERY_BYTE]


def test_one_byte_at_a_time_gives_the_same_message():
    for record, message in small():
        body = body_of(record)
        parts = [body[at : at + 1] for at in range(len(body))]
        assert read_bytes(parts).message == message, record["id"]


@pytest.mark.timeout(240)
def test_small_streams_cut_at_every_byte():
    """Cut anywhere before the last event is all there they are truncated; behind it, complete."""
    for record, message in small():
        body = body_of(record)
        complete = end_of(body)
        for at in range(len(body)):
            got = read_bytes([body[:at]])
            if at >= complete:
                assert got.message == message, (record["id"], at)
            else:
                assert isinstance(got.error, StreamTruncated), (record["id"], at, got.result)
    assert len(small()) > 20


def end_of(body):
    """Where the JSON of message_stop ends."""
    start = body.index(b"{", body.rindex(b"data:", 0, body.rindex(b'"message_stop"')))
    _, length = json.JSONDecoder().raw_decode(body[start:].decode())
    return start + len(body[start:].decode()[:length].encode())


@pytest.mark.timeout(240)
def test_streams_cut_at_every_frame_and_at_three_other_places():
    for record, message in streams():
        body = body_of(record)
        chance = random.Random(record["id"])
        first = body.find(b'"message_stop"')
        for at in chance.sample(range(first), 3):
            assert isinstance(read_bytes([body[:at]]).error, StreamTruncated), (record["id"], at)
        decoder = MessagesDecoder(context())
        framer = SSE()
        for frame in (*framer.feed(body), *framer.close()):
            assert not decoder.emit.done, record["id"]
            decoder.feed(frame)
            if decoder.emit.done:
                break
        assert decoder.emit.done, record["id"]
        assert isinstance(message, MessageResponse)
