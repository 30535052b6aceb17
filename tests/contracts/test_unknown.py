"""What nobody knows yet: blocks, deltas, events and fields of a Messages-speaking provider."""

from __future__ import annotations

import json

import pytest

from any_llm import BadReply, StreamTruncated, UnknownBlock, UnknownDelta, UnknownEvent, plugin
from any_llm.testing import Answer, ReplayServer
from tests.contracts.support import HELLO, Plain, manager, row

START = {
    "id": "msg_1",
    "type": "message",
    "role": "assistant",
    "model": "m",
    "content": [],
    "stop_reason": None,
    "usage": {"input_tokens": 3, "output_tokens": 1, "new_count": 7},
    "new_field": {"deep": [None, 1]},
}
POEM = {"type": "poem", "lines": [], "title": None, "metre": "iam", "rhyme": {"a": None}}
STREAM = [
    {"type": "new_beginning", "code": None, "self": 1},
    {"type": "ping"},
    {"type": "message_start", "message": START, "beside": 1},
    {"type": "content_block_start", "index": 0, "content_block": POEM},
    {"type": "content_block_delta", "index": 0, "delta": {"type": "verse", "lines": ["one"]}},
    {"type": "ping"},
    {"type": "content_block_delta", "index": 0, "delta": {"type": "verse", "metre": "bus"}},
    {"type": "content_block_delta", "index": 0, "delta": {"type": "text_delta", "text": "a"}},
    {"type": "content_block_delta", "index": 0, "delta": {"type": "text_delta", "text": "b"}},
    {"type": "content_block_stop", "index": 0},
    {
        "type": "content_block_start",
        "index": 1,
        "content_block": {"type": "text", "text": "", "mood": "calm"},
    },
    {"type": "content_block_delta", "index": 1, "delta": {"type": "text_delta", "text": "hi"}},
    {"type": "content_block_delta", "index": 1, "delta": {"type": "hue", "mood": "er", "n": 2}},
    {"type": "midway", "progress": 0.5},
    {"type": "content_block_stop", "index": 1},
    {
        "type": "message_delta",
        "delta": {"stop_reason": None, "new_state": "almost"},
        "usage": {"output_tokens": 4},
    },
    {
        "type": "message_delta",
        "delta": {"stop_reason": "wandered_off", "stop_sequence": None},
        "usage": {"output_tokens": 5, "new_count": 8},
    },
    {"type": "message_stop", "took_ms": 5},
]
POEM_GROWN = {**POEM, "lines": ["one"], "metre": "iambus", "text": "ab"}
CONTENT = [POEM_GROWN, {"type": "text", "text": "hi", "mood": "calmer", "n": 2}]


class Variant(plugin.MessagesDialect):
    """A stranger's variant of the native dialect."""

    name = "variant"


def sse(events: list[dict]) -> bytes:
    return b"".join(f"data: {json.dumps(event)}\n\n".encode() for event in events)


def native_row(server, dialect="messages"):
    return row(server, dialect=dialect)


def streamed(colour, events, *, dialect="messages", **more):
    """The events of a stream, behind them the error that ended it; and the stream."""
    said: list = []
    with ReplayServer(Answer.sse(sse(events), **more)) as server:
        client = colour.client(manager(native_row(server, dialect)))
        stream = client.messages("stand-in:m", HELLO, 9, stream=True)
        try:
            said += stream
        except plugin.APIError as error:
            said.append(error)
    return said, stream


@pytest.mark.parametrize("dialect", ["messages", Variant()], ids=["core", "variant"])
def test_everything_streams_through_as_it_came(colour, dialect):
    said, _ = streamed(colour, STREAM, dialect=dialect, pieces=[50])
    assert [event.model_dump() for event in said[:2]] == STREAM[:2]
    dumped = [json.loads(event.model_dump_json(exclude_none=True)) for event in said]
    expected = json.loads(json.dumps(STREAM))
    # Nulls of what is known may go, as they say nothing; those of what is unknown stay.
    del expected[2]["message"]["stop_reason"]
    del expected[15]["delta"]["stop_reason"], expected[16]["delta"]["stop_sequence"]
    for event in dumped:
        event.get("message", {}).get("usage", {}).pop("cache_creation", None)
    assert dumped == expected


def test_types_of_what_nobody_knows(colour):
    said, _ = streamed(colour, STREAM)
    assert isinstance(said[0], UnknownEvent)
    assert said[0].code is None
    assert isinstance(said[3].content_block, UnknownBlock)
    assert isinstance(said[4].delta, UnknownDelta)
    assert said[4].delta.lines == ["one"]
    assert said[13].progress == 0.5


def test_it_is_in_the_message_and_its_dumps(colour):
    _, stream = streamed(colour, STREAM)
    message = stream.get_final_message()
    dumped = message.model_dump(mode="json", exclude_none=True)
    assert dumped["content"] == CONTENT
    assert dumped["stop_reason"] == "wandered_off"
    assert dumped["new_field"] == {"deep": [None, 1]}
    assert dumped["new_state"] == "almost"
    assert dumped["usage"] == {"input_tokens": 3, "output_tokens": 5, "new_count": 8}
    assert plugin.MessageResponse.model_validate_json(message.model_dump_json()) == message


WHOLE = {**START, "content": CONTENT, "stop_reason": "wandered_off"}


def test_whole_and_streamed_agree(colour):
    with ReplayServer(Answer.of(WHOLE), Answer.sse(sse(STREAM))) as server:
        client = colour.client(manager(native_row(server)))
        whole = client.messages("stand-in:m", HELLO, 9)
        streamed = client.messages("stand-in:m", HELLO, 9, stream=True).get_final_message()
    assert whole.content == streamed.content
    assert type(whole.content[0]) is UnknownBlock


def test_it_can_be_sent_back(colour):
    with ReplayServer(Answer.of(WHOLE)) as server:
        client = colour.client(manager(native_row(server)))
        answer = client.messages("stand-in:m", HELLO, 9)
        turns = [*HELLO, {"role": "assistant", "content": answer.content}, *HELLO]
        client.messages("stand-in:m", turns, 9)
        client.messages("stand-in:m", [*HELLO, answer, *HELLO], 9)
        client.messages("stand-in:m", [*HELLO, answer.model_dump(), *HELLO], 9)
        assert server.requests[1].json["messages"][1] == {"role": "assistant", "content": CONTENT}
        assert server.requests[2].json["messages"][1]["content"] == CONTENT
        assert server.requests[3].json["messages"][1]["content"][0] == POEM_GROWN


def test_an_answer_is_replayed_with_all_of_it(colour):
    class OnlyWhole(Variant):
        modes = frozenset({"whole"})

    odd = {**WHOLE, "self": 1, "delta": "x", "losses": "theirs", "_losses": 2, "key": None}
    with ReplayServer(Answer.of(odd)) as server:
        client = colour.client(manager(native_row(server, OnlyWhole())), on_loss="ignore")
        whole = client.messages("stand-in:m", HELLO, 9)
        stream = client.messages("stand-in:m", HELLO, 9, stream=True)
        assert stream.get_final_message() == whole
    for name in ("self", "delta", "losses", "_losses"):
        assert whole.model_dump()[name] == odd[name]
    assert whole.losses == ()


BLOCK = {"type": "content_block_start", "index": 0, "content_block": {"type": "text", "text": ""}}
STOP = {"type": "content_block_stop", "index": 0}
END = STREAM[-2]


def delta(kind: str, index: object = 0, **fields: object) -> dict:
    return {"type": "content_block_delta", "index": index, "delta": {"type": kind, **fields}}


OPEN = [STREAM[2], BLOCK]
VIOLATIONS = {
    "second start": [STREAM[2], STREAM[2]],
    "index jumps": [STREAM[2], {**BLOCK, "index": 1}],
    "block twice": [*OPEN, BLOCK],
    "delta without a block": [STREAM[2], delta("text_delta", text="x")],
    "delta after its block": [*OPEN, STOP, delta("text_delta", text="x")],
    "wrong delta": [*OPEN, delta("thinking_delta", thinking="x")],
    "JSON in a text": [*OPEN, delta("input_json_delta", partial_json="{}")],
    "stop without a block": [STREAM[2], STOP],
    "open at the end": [*OPEN, END],
    "stop without a reason": [STREAM[2], STREAM[-1]],
    "block after the reason": [STREAM[2], END, BLOCK],
    "text is a number": [*OPEN, delta("text_delta", text=5)],
    "text is missing": [*OPEN, delta("text_delta")],
    "JSON is an object": [
        STREAM[2],
        {**BLOCK, "content_block": {"type": "tool_use", "id": "t", "name": "n", "input": {}}},
        delta("input_json_delta", partial_json={}),
        STOP,
    ],
    "citation is text": [*OPEN, delta("citations_delta", citation="x")],
    "index is text": [*OPEN, delta("text_delta", "0", text="x")],
    "index is a list": [*OPEN, delta("text_delta", [0], text="x")],
    "no usage": [STREAM[2], {"type": "message_delta", "delta": {"stop_reason": "end_turn"}}],
    "usage is text": [STREAM[2], {**END, "usage": {"output_tokens": "many"}}],
    "no type": [STREAM[2], {"typ": "ping"}],
    "type is a number": [STREAM[2], {"type": 5}],
    "no object": [STREAM[2], {"type": "content_block_start", "index": 0, "content_block": 7}],
    "a name of ours": [STREAM[2], {"type": "x", "model_dump": 1}],
    "before the start": [BLOCK],
}


@pytest.mark.parametrize("case", VIOLATIONS)
@pytest.mark.parametrize("colour", ["sync", "trio"], indirect=True)
def test_what_the_grammar_forbids_is_a_bad_reply(colour, case):
    with ReplayServer(Answer.sse(sse(VIOLATIONS[case]), pieces=[90])) as server:
        client = colour.client(manager(native_row(server)))
        with pytest.raises(BadReply, match="stand-in: cannot read the stream") as caught:
            list(client.messages("stand-in:m", HELLO, 9, stream=True))
        with pytest.raises(BadReply):
            client.messages("stand-in:m", HELLO, 9)
    assert caught.value.__cause__ is not None


def test_pings_alone_are_no_message(colour):
    with ReplayServer(Answer.sse(sse(STREAM[:2]))) as server:
        client = colour.client(manager(native_row(server)))
        with pytest.raises(StreamTruncated):
            client.messages("stand-in:m", HELLO, 9, stream=True)


def test_a_snapshot_is_there_as_soon_as_the_call_returns(colour):
    with ReplayServer(Answer.sse(sse(STREAM), pieces=[40])) as server:
        client = colour.client(manager(native_row(server)))
        stream = client.messages("stand-in:m", HELLO, 9, stream=True)
        assert stream.snapshot.id == "msg_1"
        assert [event.type for event in stream][:3] == ["new_beginning", "ping", "message_start"]


class Inventive(plugin.StreamDecoder):
    """Says on the emitter what its wire has and Messages has not."""

    def feed(self, frame):
        emit = self.emit
        emit.start(id="m1", model=self.ctx.model)
        emit.open("poem", UnknownBlock(type="poem", lines=[]))
        emit.tool("call", id="t1", name="f")
        emit.delta("poem", UnknownDelta("verse", lines=["one"]))
        emit.tool_json("call", '{"a": 1}')
        emit.block(UnknownBlock(type="rule", width=None))
        emit.delta("poem", UnknownDelta("verse", metre="iambus"))
        emit.stop("poem")
        emit.stop("call")
        emit.finish("end_turn", plugin.Usage(input_tokens=1, output_tokens=2), mood="calm")


class Invented(Plain):
    framer = plugin.NDJSON
    decoder = Inventive


def test_the_emitter_takes_what_nobody_knows(colour):
    with ReplayServer(Answer(body=b"{}\n", headers={})) as server:
        client = colour.client(manager(row(server, dialect=Invented())))
        stream = client.messages("stand-in:m", HELLO, 9, stream=True)
        order = [(event.type, getattr(event, "index", None)) for event in stream]
    assert order == [
        ("message_start", None),
        ("content_block_start", 0),
        ("content_block_delta", 0),
        ("content_block_delta", 0),
        ("content_block_stop", 0),
        ("content_block_start", 1),
        ("content_block_delta", 1),
        ("content_block_stop", 1),
        ("content_block_start", 2),
        ("content_block_stop", 2),
        ("message_delta", None),
        ("message_stop", None),
    ]
    message = stream.get_final_message()
    assert [block.model_dump() for block in message.content] == [
        {"type": "poem", "lines": ["one"], "metre": "iambus"},
        {"type": "tool_use", "id": "t1", "name": "f", "input": {"a": 1}},
        {"type": "rule", "width": None},
    ]
    assert message.model_dump()["mood"] == "calm"


OUT_OF_ORDER = {
    "content first": lambda emit: emit.text("x"),
    "open twice": lambda emit: (emit.start(id="m", model="m"), _open(emit), _open(emit)),
    "delta before open": lambda emit: (emit.start(id="m", model="m"), _delta(emit)),
    "delta after stop": lambda emit: (
        emit.start(id="m", model="m"),
        _open(emit),
        emit.stop("k"),
        _delta(emit),
    ),
    "stop before open": lambda emit: (emit.start(id="m", model="m"), emit.stop("k")),
    "finish first": lambda emit: emit.finish("end_turn", plugin.Usage()),
    "text after the finish": lambda emit: (
        emit.start(id="m", model="m"),
        emit.finish("end_turn", plugin.Usage()),
        emit.text("x"),
    ),
}


def _open(emit: plugin.Emitter) -> None:
    emit.open("k", UnknownBlock(type="poem"))
    if not emit.is_open("k"):
        raise AssertionError("it is open")


def _delta(emit: plugin.Emitter) -> None:
    emit.delta("k", UnknownDelta("verse"))


@pytest.mark.parametrize("case", OUT_OF_ORDER)
def test_calls_out_of_order_raise(case):
    with pytest.raises(plugin.GrammarError):
        OUT_OF_ORDER[case](plugin.Emitter())
