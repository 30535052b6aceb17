"""Mapping 1.4 and 1.6: function calls in an answer, their ids, and their thought signatures."""

from __future__ import annotations

import json
import re

import pytest

from any_llm.plugin import INVALID_JSON, BadReply, Envelope
from tests.support.gemini_replies import both, call, chunk, read, text
from tests.support.gemini_requests import NEW, assistant, encode, result, use, user


def payloads(got):
    sealed = [getattr(b, "signature", None) or getattr(b, "data", "") for b in got.message.content]
    return [envelope.payload for each in sealed if (envelope := Envelope.open(each))]


def kinds(got):
    return [block.type for block in got.message.content]


def calls(got):
    return [block for block in got.message.content if block.type == "tool_use"]


def test_a_call():
    got = both(chunk(call("f", {"a": [1, "é"]}, id="abc"), finish="STOP"))
    assert got.content == [{"type": "tool_use", "id": "abc", "name": "f", "input": {"a": [1, "é"]}}]
    assert got.message.stop_reason == "tool_use"


def test_a_call_arrives_whole():
    got = read(chunk(call("f", {"a": 1}), finish="STOP"))
    found = [event.type for event in got.events]
    assert found[1:4] == ["content_block_start", "content_block_delta", "content_block_stop"]


def test_calls_without_ids_get_some():
    parts = [{"functionCall": {"id": "", "name": "f", "args": {"a": 1}}}, call("f", {"a": 2})]
    ids = [block.id for block in calls(both(chunk(*parts, finish="STOP")))]
    assert len(set(ids)) == 2
    assert all(re.fullmatch(r"toolu_gem_[a-zA-Z0-9_-]+", each) for each in ids)


def test_an_id_for_two_calls_is_told():
    got = both(chunk(call("f", id="a"), call("g", id="a"), finish="STOP"))
    assert len({block.id for block in calls(got)}) == 2
    assert [(loss.path, loss.severity) for loss in got.losses] == [("content", "emulated")]


def test_an_id_that_the_history_has_is_told():
    """A gateway that counts anew in each answer; Messages servers want ids that are unique."""
    asked = encode(messages=[user("x"), assistant(use("call_0")), user(result("call_0"))])
    said = chunk(call("f", id="call_0"), call("g", id="call_1"), finish="STOP")
    got = both(said, state=asked.ctx.state)
    first, second = (block.id for block in calls(got))
    assert first.startswith("toolu_gem_")
    assert second == "call_1"
    assert [(loss.path, loss.severity) for loss in got.losses] == [("content", "emulated")]


@pytest.mark.parametrize(("args", "raw"), [("x", "x"), ([1], "[1]"), (5, "5")])
def test_arguments_that_are_no_object_are_kept(args, raw):
    got = both(chunk(call("f", args), finish="STOP"))
    assert calls(got)[0].input == {"INVALID_JSON": raw}
    assert [loss.path for loss in got.losses] == ["content[0].input"]


def test_arguments_that_no_json_can_hold_are_an_error():
    half = json.dumps(chunk(call("f", {"a": "HALF"}))).replace("HALF", "\\ud83d")
    assert isinstance(read(half).error, BadReply)


def test_changed_names_are_mapped_back():
    state = {"tool_names": {"_1st-tool": "1st-tool"}}
    got = both(chunk(call("_1st-tool"), call("Bash"), finish="STOP"), state=state)
    assert [block.name for block in calls(got)] == ["1st-tool", "Bash"]


# --- signatures ------------------------------------------------------------------------------


def test_a_signed_call():
    got = both(chunk(call("f", sign="AAAA"), call("g"), finish="STOP"))
    assert kinds(got) == ["redacted_thinking", "tool_use", "tool_use"]
    assert payloads(got) == [{"next": "AAAA"}]


def test_a_thought_before_a_signed_call_carries_its_signature():
    got = both(chunk(text("hm", thought=True), call("f", sign="AAAA"), finish="STOP"))
    assert kinds(got) == ["thinking", "tool_use"]
    assert payloads(got) == [{"next": "AAAA"}]


def test_a_signed_text():
    got = both(chunk(text("Hel")), chunk(text("lo", sign="AAAA"), finish="STOP"))
    assert kinds(got) == ["text", "redacted_thinking"]
    assert got.message.text == "Hello"
    assert payloads(got) == [{"prev": "AAAA", "chars": 2}]


def test_a_signature_on_empty_text():
    got = both(chunk(text("Hello")), chunk(text("", sign="AAAA"), finish="STOP"))
    assert kinds(got) == ["text", "redacted_thinking"]
    assert payloads(got) == [{"prev": "AAAA", "chars": 0}]


def test_signed_parts_never_join():
    parts = [text("a", sign="AAAA"), text("b", sign="BBBB"), text("c"), text("", sign="CCCC")]
    got = both(chunk(*parts, finish="STOP"))
    assert kinds(got) == ["text", "redacted_thinking"] * 3
    assert payloads(got) == [
        {"prev": "AAAA", "chars": 1},
        {"prev": "BBBB", "chars": 1},
        {"prev": "CCCC", "chars": 0},
    ]
    thoughts = [text("a", sign="AAAA", thought=True), text("b", thought=True), text("c")]
    got = both(chunk(*thoughts, finish="STOP"))
    assert kinds(got) == ["thinking", "thinking", "text"]
    assert payloads(got) == [{"own": "AAAA", "chars": 1}, {}]


def test_a_part_of_two_kinds_gives_its_signature_once():
    got = both(chunk({"text": "a", **call("f", sign="AAAA")}, finish="STOP"))
    assert kinds(got) == ["text", "redacted_thinking", "tool_use"]
    assert payloads(got) == [{"prev": "AAAA", "chars": 1}]


def test_signatures_of_text_can_be_left_out():
    got = both(chunk(text("a", sign="AAAA"), finish="STOP"), signed_text=False)
    assert got.content == [{"type": "text", "text": "a"}]


def test_vertex_signs_for_itself():
    got = both(chunk(call("f", sign="AAAA"), finish="STOP"), provider="vertex")
    assert Envelope.open(got.message.content[0].data).issuer == "vertex"


ROUND = [
    [text("Hel"), text("lo", sign="AAAA")],
    [text("Hello"), text("", sign="AAAA")],
    [text("hm", thought=True), text("Hello", sign="AAAA")],
    [text("hm", thought=True), call("f", {"a": 1}, id="i1", sign="AAAA"), call("g", id="i2")],
    [text("a"), call("f", id="i1", sign="AAAA"), text("b", sign="BBBB")],
    [text("h", thought=True, sign="AAAA"), text("m", thought=True), text("b")],
    [
        {"toolCall": {"toolType": "GOOGLE_SEARCH_WEB", "id": "x"}, "thoughtSignature": "AAAA"},
        {"toolResponse": {"toolType": "GOOGLE_SEARCH_WEB", "id": "x"}, "thoughtSignature": "BBBB"},
        text("c", sign="CCCC"),
    ],
    [
        {"executableCode": {"language": "PYTHON", "code": "1"}, "thoughtSignature": "AAAA"},
        {"codeExecutionResult": {"outcome": "OUTCOME_OK", "output": "1"}},
        text("c"),
    ],
]


@pytest.mark.parametrize("parts", ROUND, ids=range(len(ROUND)))
def test_what_an_answer_says_goes_back_part_for_part(parts):
    got = both(chunk(*parts, finish="STOP"))
    turn = {"role": "assistant", "content": got.message.content}
    results = [result(block.id) for block in calls(got)]
    request = encode(model=NEW, messages=[user("a"), turn, user(*results, "b")])
    assert request.contents[1]["parts"] == parts


# --- calls in pieces -------------------------------------------------------------------------


def piece(path, /, more=True, **value):
    return {"functionCall": {"partialArgs": [{"jsonPath": path, **value}], "willContinue": more}}


def opening(name="f"):
    return {"functionCall": {"name": name, "willContinue": True}, "thoughtSignature": "AAAA"}


END = {"functionCall": {}}


def test_a_call_in_pieces():
    got = read(
        chunk(opening()),
        chunk(piece("$.place.city", stringValue="Bos", willContinue=True)),
        chunk(piece("$.place.city", stringValue="ton")),
        chunk(piece("$.days[1]", numberValue=2), piece("$.days[0]", numberValue=1)),
        chunk(piece("$['a b']", boolValue=True), piece("$.none", nullValue="NULL_VALUE")),
        chunk(END),
        chunk(opening("g")),
        chunk(END, finish="STOP"),
    )
    assert [(block.name, block.input) for block in calls(got)] == [
        ("f", {"place": {"city": "Boston"}, "days": [1, 2], "a b": True, "none": None}),
        ("g", {}),
    ]
    assert got.message.stop_reason == "tool_use"


def test_a_call_that_never_ends_does_not_look_whole():
    got = read(chunk(opening()), chunk(piece("$.a", stringValue="b"), finish="MAX_TOKENS"))
    assert calls(got)[0].input == {"INVALID_JSON": '{"a":"b"'}
    assert [loss.path for loss in got.losses] == ["content[1].input"]
    got = read(chunk(opening()), chunk(opening("g"), END, finish="STOP"))
    assert [block.input for block in calls(got)] == [{"INVALID_JSON": "{"}, {}]


@pytest.mark.parametrize(
    "part",
    [
        piece("a", stringValue="b"),
        piece("$", stringValue="b"),
        piece("$[0]", stringValue="b"),
        piece("$.a[99999999]", stringValue="b"),
        piece("$.a..b", stringValue="b"),
        piece("$.a"),
        {"functionCall": {"partialArgs": [{}], "willContinue": True}},
        {"functionCall": {"partialArgs": 5, "willContinue": True}},
    ],
)
def test_pieces_that_fit_nowhere_are_an_error(part):
    assert isinstance(read(chunk(opening()), chunk(part, finish="STOP")).error, BadReply)


def test_pieces_that_contradict_each_other_are_an_error():
    first, second = piece("$.a.b", stringValue="c"), piece("$.a[0]", stringValue="c")
    assert isinstance(read(chunk(opening()), chunk(first, second, finish="STOP")).error, BadReply)


@pytest.mark.parametrize(
    ("args", "wanted", "told"),
    [
        ('{"a": 1}', {"a": 1}, False),
        ("", {}, False),
        (" null ", {}, False),
        ('{"a": ', {INVALID_JSON: '{"a": '}, True),
        ("[1]", {INVALID_JSON: "[1]"}, True),
    ],
)
def test_arguments_that_a_gateway_leaves_as_text(args, wanted, told):
    got = both(chunk({"functionCall": {"name": "f", "args": args}}, finish="STOP"))
    assert got.message.content[0].input == wanted
    assert [loss.path for loss in got.losses] == (["content[0].input"] if told else [])
