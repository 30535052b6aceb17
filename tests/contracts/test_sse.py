"""Events as the bytes of a Messages stream and back, for servers; the official SDK is the judge."""

from __future__ import annotations

import pytest

from any_llm import BadReply, from_sse, plugin, to_sse
from any_llm.testing import Answer, ReplayServer
from tests.contracts.support import HELLO, manager, plain_answer, row

USAGE = {"input_tokens": 3, "output_tokens": 1}
UNCACHED = {"cache_creation_input_tokens": 0, "cache_read_input_tokens": 0}
EVENTS = [
    {
        "type": "message_start",
        "message": {
            "id": "msg_1",
            "type": "message",
            "role": "assistant",
            "model": "m",
            "content": [],
            "stop_reason": None,
            "stop_sequence": None,
            "usage": {**USAGE, **UNCACHED},
        },
    },
    {"type": "ping"},
    *[
        event
        for index, (block, deltas) in enumerate(
            [
                (
                    {"type": "thinking", "thinking": "", "signature": ""},
                    [
                        {"type": "thinking_delta", "thinking": "h\u2028m\nm"},
                        {"type": "signature_delta", "signature": "sig=="},
                    ],
                ),
                ({"type": "redacted_thinking", "data": "xyz"}, []),
                (
                    {"type": "text", "text": ""},
                    [
                        {"type": "text_delta", "text": "data: 💙\r\n\n"},
                        {
                            "type": "citations_delta",
                            "citation": {
                                "type": "char_location",
                                "cited_text": "x",
                                "document_index": 0,
                                "document_title": None,
                                "file_id": None,
                                "start_char_index": 0,
                                "end_char_index": 1,
                            },
                        },
                    ],
                ),
                (
                    {"type": "tool_use", "id": "toolu_1", "name": "f", "input": {}},
                    [
                        {"type": "input_json_delta", "partial_json": '{"a": '},
                        {"type": "input_json_delta", "partial_json": "null}"},
                    ],
                ),
                ({"type": "poem", "lines": None}, [{"type": "verse", "lines": [None]}]),
            ]
        )
        for event in (
            {"type": "content_block_start", "index": index, "content_block": block},
            *({"type": "content_block_delta", "index": index, "delta": d} for d in deltas),
            {"type": "content_block_stop", "index": index},
        )
    ],
    {"type": "news", "from": None, "self": 2},
    {
        "type": "message_delta",
        "delta": {"stop_reason": "tool_use", "stop_sequence": None},
        "usage": {"output_tokens": 7},
    },
    {"type": "message_stop"},
]


@pytest.fixture
def server():
    with ReplayServer(answer=plain_answer) as server:
        yield server


def test_every_kind_of_event_survives_the_way_through_bytes():
    events = [plugin.parse_event(event) for event in EVENTS]
    body = b"".join(map(to_sse, events))
    for size in (1, 7, len(body)):
        cut = [body[at : at + size] for at in range(0, len(body), size)]
        assert list(from_sse(cut)) == events
    assert body.count(b"\n\n") == len(events)


def test_what_we_build_ourselves_survives_too(colour, server):
    client = colour.client(manager(row(server)))
    body = {"model": "m", "max_tokens": 9, "messages": HELLO}
    events = list(client.raw_stream(body, provider="stand-in"))
    start, *others = from_sse(map(to_sse, events))
    assert others == events[1:]
    said = events[0].message.usage.model_dump(exclude_none=True)
    assert start.message.usage.model_dump(exclude_none=True) == {**UNCACHED, **said}


@pytest.mark.parametrize(
    "said",
    [
        b"data: {\n\n",
        b"data: 5\n\n",
        b"data: [DONE]\n\n",
        b'data: {"type": 5}\n\n',
        b'data: {"type": "message_start"}\n\n',
        b'data: {"type": "content_block_delta", "index": [0], "delta": {"type": "x"}}\n\n',
        b'data: {"type": "content_block_start", "index": 0, "content_block": 5}\n\n',
        b'data: {"type": "message_start", "message": {"id": 5}}\n\n',
        b'data: {"type": "x", "model_dump": 5}\n\n',
        b"<html>\n\n",
    ],
)
def test_bytes_that_are_no_event_are_a_bad_reply(said):
    with pytest.raises(BadReply, match="not an event of a Messages stream"):
        list(from_sse([said]))


def test_the_official_sdk_reads_our_bytes():
    anthropic = pytest.importorskip("anthropic")
    known = [
        event
        for event in EVENTS
        if event["type"] != "news" and event.get("index") != 4  # its union has no unknown block
    ]
    ours = [plugin.parse_event(event) for event in known]
    answer = Answer.sse(b"".join(map(to_sse, ours)), pieces=[100])
    with (
        ReplayServer(answer) as server,
        anthropic.Anthropic(api_key="x", base_url=server.url, max_retries=0) as judge,
        judge.messages.stream(model="m", max_tokens=9, messages=HELLO) as stream,
    ):
        final = stream.get_final_message()
    assert [block.type for block in final.content] == [
        "thinking",
        "redacted_thinking",
        "text",
        "tool_use",
    ]
    assert final.content[0].signature == "sig=="
    assert final.content[2].text == "data: 💙\r\n\n"
    assert final.content[2].citations[0].cited_text == "x"
    assert final.content[3].input == {"a": None}
    assert (final.stop_reason, final.usage.output_tokens) == ("tool_use", 7)


def test_the_official_sdk_reads_each_event_alike():
    anthropic = pytest.importorskip("anthropic")
    with (
        ReplayServer(Answer.sse(b"".join(to_sse(plugin.parse_event(e)) for e in EVENTS))) as server,
        anthropic.Anthropic(api_key="x", base_url=server.url, max_retries=0) as judge,
    ):
        said = judge.messages.create(model="m", max_tokens=9, messages=HELLO, stream=True)
        theirs = [event.to_dict(mode="json", warnings=False) for event in said]
    assert theirs == [event for event in EVENTS if event["type"] != "ping"]
