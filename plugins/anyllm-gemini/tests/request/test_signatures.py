"""Mapping 1.4: thought signatures, given back where they came from, once, to who issued them."""

from __future__ import annotations

import json

import pytest

from any_llm.plugin import Envelope
from anyllm_gemini.signature import DUMMY
from tests.support.gemini_requests import NEW, OLD, assistant, encode, result, use, user


def sealed(issuer="gemini", **payload):
    return Envelope(issuer, payload).seal()


def redacted(issuer="gemini", **payload):
    return {"type": "redacted_thinking", "data": sealed(issuer, **payload)}


def thinking(text, issuer="gemini", **payload):
    return {"type": "thinking", "thinking": text, "signature": sealed(issuer, **payload)}


def replay(*blocks, model=NEW, provider="gemini"):
    """The parts of one assistant turn between two of the user."""
    results = [result(block["id"]) for block in blocks if block["type"] == "tool_use"]
    turns = [user("a"), assistant(*blocks), user(*results, {"type": "text", "text": "b"})]
    got = encode(provider, model, messages=turns)
    parts = (
        got.contents[1]["parts"] if got.contents[1:2] and got.contents[1]["role"] == "model" else []
    )
    return parts, got.losses


def text(said):
    return {"type": "text", "text": said}


def call(name="f", id="t1"):
    return {"functionCall": {"id": id, "name": name, "args": {}}}


def test_the_signature_of_a_call():
    parts, losses = replay(redacted(next="AAAA"), use("t1"))
    assert parts == [{**call(), "thoughtSignature": "AAAA"}]
    assert losses == []


def test_a_thought_and_the_signature_of_the_call_behind_it():
    parts, losses = replay(thinking("hm", next="AAAA"), use("t1"))
    assert parts == [{"text": "hm", "thought": True}, {**call(), "thoughtSignature": "AAAA"}]
    assert losses == []


def test_parallel_calls_keep_the_signature_on_the_first():
    parts, _ = replay(redacted(next="AAAA"), use("t1"), use("t2", "g"))
    assert parts == [{**call(), "thoughtSignature": "AAAA"}, call("g", "t2")]


def test_each_step_has_its_own():
    turns = [
        *(user("a"), assistant(redacted(next="AAAA"), use("t1")), user(result("t1"))),
        *(assistant(redacted(next="BBBB"), use("t2")), user(result("t2"))),
    ]
    got = encode(messages=turns)
    signed = [p.get("thoughtSignature") for c in got.contents[1::2] for p in c["parts"]]
    assert signed == ["AAAA", "BBBB"]


@pytest.mark.parametrize(
    ("chars", "wanted"),
    [
        (5, [{"text": "Hello", "thoughtSignature": "AAAA"}]),
        (0, [{"text": "Hello"}, {"text": "", "thoughtSignature": "AAAA"}]),
        (2, [{"text": "Hel"}, {"text": "lo", "thoughtSignature": "AAAA"}]),
        (99, [{"text": "Hello", "thoughtSignature": "AAAA"}]),
        (None, [{"text": "Hello", "thoughtSignature": "AAAA"}]),
        ("x", [{"text": "Hello", "thoughtSignature": "AAAA"}]),
    ],
)
def test_the_signature_of_a_text_goes_to_the_part_that_had_it(chars, wanted):
    payload = {"prev": "AAAA", **({} if chars is None else {"chars": chars})}
    assert replay(text("Hello"), redacted(**payload)) == (wanted, [])


def test_the_signature_of_a_thought_of_its_own():
    parts, _ = replay(thinking("ab", own="AAAA", chars=1), text("c"))
    assert parts == [
        {"text": "a", "thought": True},
        {"text": "b", "thought": True, "thoughtSignature": "AAAA"},
        {"text": "c"},
    ]


def test_a_part_that_only_google_reads_goes_back_as_it_came():
    part = {"toolCall": {"toolType": "GOOGLE_SEARCH_WEB", "id": "x"}, "thoughtSignature": "AAAA"}
    server = {"type": "server_tool_use", "id": "srvtoolu_1", "name": "web_search", "input": {}}
    found = {"type": "web_search_tool_result", "tool_use_id": "srvtoolu_1", "content": []}
    parts, losses = replay(redacted(part=part), server, found, text("c"))
    assert parts == [part, {"text": "c"}]
    assert {severity for _, severity in losses} == {"hint"}


FOREIGN = [
    redacted("vertex", next="AAAA"),
    thinking("hm", "vertex", next="AAAA"),
    redacted("openai-chat", by="openai"),
    {"type": "thinking", "thinking": "hm", "signature": "EqQBCkYIBxgC"},
    {"type": "thinking", "thinking": "hm", "signature": ""},
    {"type": "thinking", "thinking": "hm"},
    {"type": "redacted_thinking", "data": "opaque"},
    {"type": "redacted_thinking", "data": "anyllm1.!!!"},
]


@pytest.mark.parametrize("block", FOREIGN, ids=range(len(FOREIGN)))
def test_reasoning_of_others_is_dropped_with_a_word(block):
    parts, losses = replay(block, text("c"))
    assert parts == [{"text": "c"}]
    assert losses == [("messages[1].content[0]", "hint")]


def test_the_two_hosts_refuse_each_others():
    parts, _ = replay(redacted("vertex", next="AAAA"), use("t1"), provider="vertex")
    assert parts[0]["thoughtSignature"] == "AAAA"
    parts, losses = replay(redacted(next="AAAA"), use("t1"), provider="vertex")
    assert parts[0]["thoughtSignature"] == DUMMY
    assert ("messages[1].content[0]", "hint") in losses


def test_a_history_that_moved_between_providers_keeps_what_is_its_own():
    claude = {"type": "thinking", "thinking": "hm", "signature": "EqQBCkYIBxgC"}
    turns = [
        *(user("a"), assistant(redacted(next="AAAA"), use("t1")), user(result("t1"))),
        *(assistant(claude, use("t2")), user(result("t2"))),
        *(assistant(redacted(next="BBBB"), use("t3")), user(result("t3"))),
    ]
    got = encode(messages=turns)
    signed = [part["thoughtSignature"] for c in got.contents[1::2] for part in c["parts"]]
    assert signed == ["AAAA", DUMMY, "BBBB"]


def test_a_call_without_a_signature_gets_a_stand_in_since_gemini_3():
    parts, losses = replay(use("t1"), use("t2", "g"))
    assert parts == [{**call(), "thoughtSignature": DUMMY}, call("g", "t2")]
    assert losses == [("messages", "hint")]
    parts, losses = replay(use("t1"), model=OLD)
    assert parts == [{"functionCall": {"name": "f", "args": {}}}]
    assert losses == []


def test_a_later_call_with_a_signature_does_not_sign_the_first():
    parts, _ = replay(use("t1"), redacted(next="AAAA"), use("t2", "g"))
    assert [part["thoughtSignature"] for part in parts] == [DUMMY, "AAAA"]


def test_no_signature_goes_twice():
    parts, losses = replay(redacted(next="AAAA"), use("t1"), redacted(next="AAAA"), use("t2", "g"))
    assert ["thoughtSignature" in part for part in parts] == [True, False]
    assert losses == [("messages[1].content[2]", "hint")]


@pytest.mark.parametrize(
    ("blocks", "wanted"),
    [
        ([redacted(next="AAAA"), text("c")], [{"text": "c"}]),
        ([text("c"), redacted(next="AAAA")], [{"text": "c"}]),
        ([redacted(prev="AAAA", chars=3), text("c")], [{"text": "c"}]),
        ([redacted(next=5), text("c")], [{"text": "c"}]),
        ([redacted(part="x"), text("c")], [{"text": "c"}]),
    ],
)
def test_a_signature_whose_part_is_gone_is_dropped(blocks, wanted):
    parts, losses = replay(*blocks)
    assert parts == wanted
    assert {severity for _, severity in losses} <= {"hint"}


def test_the_signature_stands_beside_the_call_and_not_inside():
    [part], _ = replay(redacted(next="AAAA"), use("t1", "Bash"))
    assert part["thoughtSignature"] == "AAAA"
    assert "ignature" not in json.dumps(part["functionCall"])


def test_media_of_the_model_go_back_with_their_signature():
    source = {"type": "base64", "media_type": "image/png", "data": "aGk="}
    parts, _ = replay(redacted(next="AAAA"), {"type": "image", "source": source}, text("c"))
    inline = {"inlineData": {"mimeType": "image/png", "data": "aGk="}, "thoughtSignature": "AAAA"}
    assert parts == [inline, {"text": "c"}]
