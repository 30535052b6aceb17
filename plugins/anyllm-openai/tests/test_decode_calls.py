"""Tool calls of whole answers: arguments in every form, ids, names, the old function_call."""

from __future__ import annotations

import pytest

from any_llm.plugin import BadReply
from tests.support.chat_replies import call, chunk, completion, context, read, read_whole

ARGUMENTS = {
    "object": ('{"a": 1}', {"a": 1}),
    "empty object": ("{}", {}),
    "nothing": ("", {}),
    "null": (None, {}),
    "the word null": ("null", {}),
    "white space": (" \n", {}),
    "white space around": (' {"a": 1}\n', {"a": 1}),
    "an object, not its text": ({"a": [1]}, {"a": [1]}),
    "nested": ('{"a": {"b": "}\\"{"}}', {"a": {"b": '}"{'}}),
    "characters beyond ASCII": ('{"a": "é\U0001f600"}', {"a": "é\U0001f600"}),
    "cut": ('{"a": "b', {"INVALID_JSON": '{"a": "b'}),
    "two objects": ('{}{"a": 1}', {"INVALID_JSON": '{}{"a": 1}'}),
    "array": ('["a"]', {"INVALID_JSON": '["a"]'}),
    "number": ("7", {"INVALID_JSON": "7"}),
    "text in quotes": ('"{}"', {"INVALID_JSON": '"{}"'}),
    "no JSON at all": ("<|tool|>f", {"INVALID_JSON": "<|tool|>f"}),
    "a list, not its text": (["a"], {"INVALID_JSON": '["a"]'}),
}


@pytest.mark.parametrize("name", ARGUMENTS)
def test_arguments(name):
    said, expected = ARGUMENTS[name]
    whole = read_whole(completion(call(id="c", name="f", arguments=said), "tool_calls"))
    assert whole.blocks == [("tool_use", "f", expected)]
    assert whole.message.stop_reason == "tool_use"
    broken = ["content[0].input"] if "INVALID_JSON" in expected else []
    assert [loss.path for loss in whole.losses if loss.severity == "lossy"] == broken
    streamed = read(chunk(call(id="c", name="f", arguments=said)), chunk({}, "tool_calls"))
    assert streamed.message == whole.message
    assert [loss.path for loss in streamed.losses if loss.severity == "lossy"] == broken


def test_arguments_that_are_missing():
    body = completion({"tool_calls": [{"id": "c", "function": {"name": "f"}}]}, "tool_calls")
    assert read_whole(body).blocks == [("tool_use", "f", {})]


@pytest.mark.parametrize("kind", [{}, {"type": None}, {"type": ""}, {"type": "function"}])
def test_the_type_may_be_missing(kind):
    got = read_whole(completion(call(id="c", name="f", arguments="{}", **kind), "stop"))
    assert got.blocks == [("tool_use", "f", {})]


def test_a_call_of_another_type_is_a_bad_reply():
    said = {"tool_calls": [{"id": "c", "type": "custom", "custom": {"name": "f", "input": "x"}}]}
    assert isinstance(read_whole(completion(said, "tool_calls")).error, BadReply)
    assert isinstance(read(chunk(said, "tool_calls")).error, BadReply)


@pytest.mark.parametrize("given", [{}, {"id": None}, {"id": ""}])
def test_a_missing_id_is_made(given):
    said = {
        "tool_calls": [
            {**given, "function": {"name": "f", "arguments": "{}"}},
            {**given, "function": {"name": "g", "arguments": "{}"}},
        ]
    }
    message = read_whole(completion(said, "tool_calls")).message
    assert [block.id for block in message.content] == ["call_seed01", "call_seed02"]
    assert read(chunk(said, "tool_calls")).message == message


def test_ids_of_the_server_are_kept_as_they_are():
    got = read_whole(completion(call(id="functions.Bash:0", name="Bash", arguments="{}"), "stop"))
    assert got.message.content[0].id == "functions.Bash:0"


def test_two_calls_with_one_id_are_told_apart():
    one = call(id="x", name="f", arguments='{"a": 1}')["tool_calls"]
    got = read_whole(completion({"tool_calls": [*one, *one]}, "tool_calls"))
    assert [block.id for block in got.message.content] == ["x", "call_seed01"]
    assert "tool_calls" in [loss.path for loss in got.losses]


def test_each_entry_of_a_whole_answer_is_a_call_of_its_own_whatever_its_index():
    entries = [
        {"index": 0, "id": "", "function": {"name": "f", "arguments": ""}},
        {"index": 0, "id": "", "function": {"name": "f", "arguments": ""}},
    ]
    got = read_whole(completion({"tool_calls": entries}, "tool_calls"))
    assert got.blocks == [("tool_use", "f", {}), ("tool_use", "f", {})]


def test_shortened_names_come_back_long():
    state = {"tool_names": {"short_1234": "mcp.server/a very long name"}}
    said = call(id="c", name="short_1234", arguments="{}")
    whole = read_whole(completion(said, "tool_calls"), context(state=state))
    assert whole.blocks == [("tool_use", "mcp.server/a very long name", {})]
    assert read(chunk(said, "tool_calls"), ctx=context(state=state)).message == whole.message


@pytest.mark.parametrize("name", [None, ""])
def test_a_call_without_a_name_is_a_bad_reply(name):
    said = {"tool_calls": [{"id": "c", "function": {"name": name, "arguments": "{}"}}]}
    assert isinstance(read_whole(completion(said, "tool_calls")).error, BadReply)


def test_an_entry_that_says_nothing_is_no_call():
    said = {
        "content": "Hi",
        "tool_calls": [{"index": 0, "function": {"name": "", "arguments": ""}}],
    }
    assert read_whole(completion(said)).blocks == [("text", "Hi")]


def test_text_and_calls():
    said = {"content": "Let me see.", **call(id="c", name="f", arguments="{}")}
    blocks = [("text", "Let me see."), ("tool_use", "f", {})]
    assert read_whole(completion(said, "tool_calls")).blocks == blocks


OLD = {"content": None, "function_call": {"name": "f", "arguments": '{"a": 1}'}}


def test_the_old_function_call():
    whole = read_whole(completion(OLD, "function_call"))
    assert whole.blocks == [("tool_use", "f", {"a": 1})]
    assert whole.message.content[0].id == "call_seed01"
    pieces = [{"name": "f", "arguments": ""}, {"arguments": '{"a"'}, {"arguments": ": 1}"}]
    streamed = read(*(chunk({"function_call": p}) for p in pieces), chunk({}, "function_call"))
    assert streamed.message == whole.message


def test_an_old_function_call_beside_tool_calls_is_the_same_call():
    said = {**OLD, **call(id="c", name="f", arguments='{"a": 1}')}
    assert read_whole(completion(said, "tool_calls")).blocks == [("tool_use", "f", {"a": 1})]


@pytest.mark.parametrize("empty", [None, {}, {"name": "", "arguments": ""}])
def test_an_empty_function_call_is_nothing(empty):
    got = read_whole(completion({"content": "Hi", "function_call": empty}))
    assert got.blocks == [("text", "Hi")]


# --- multi_tool_use.parallel -----------------------------------------------------------------

WRAPPED = (
    '{"tool_uses": [{"recipient_name": "functions.f", "parameters": {"a": 1}},'
    ' {"recipient_name": "g", "parameters": {}}]}'
)
DECLARED = {"declared_tools": frozenset({"f", "g"})}


def wrapped(text=WRAPPED, name="multi_tool_use.parallel"):
    return call(id="c", name=name, arguments=text)


def test_wrapped_calls_are_taken_apart():
    def ctx():
        return context(expand_parallel=True, state=dict(DECLARED))

    whole = read_whole(completion(wrapped(), "tool_calls"), ctx())
    assert whole.blocks == [("tool_use", "f", {"a": 1}), ("tool_use", "g", {})]
    assert [loss.severity for loss in whole.losses if loss.path == "tool_calls"] == ["emulated"]
    pieces = [chunk(wrapped(""))] + [chunk(call(arguments=letter)) for letter in WRAPPED]
    assert read(*pieces, chunk({}, "tool_calls"), ctx=ctx()).message == whole.message


@pytest.mark.parametrize(
    ("quirks", "state", "text"),
    [
        ({}, DECLARED, WRAPPED),
        ({"expand_parallel": True}, {"declared_tools": frozenset({"f"})}, WRAPPED),
        (
            {"expand_parallel": True},
            {"declared_tools": frozenset({"f", "g", "multi_tool_use.parallel"})},
            WRAPPED,
        ),
        ({"expand_parallel": True}, {}, WRAPPED),
        ({"expand_parallel": True}, DECLARED, '{"tool_uses": "f"}'),
        ({"expand_parallel": True}, DECLARED, '{"tool_uses": [7]}'),
        ({"expand_parallel": True}, DECLARED, "[]"),
    ],
    ids=["not here", "one undeclared", "declared itself", "nothing known", "text", "7", "list"],
)
def test_other_calls_of_that_name_stay_as_they_are(quirks, state, text):
    got = read_whole(completion(wrapped(text), "tool_calls"), context(state=dict(state), **quirks))
    assert [block.name for block in got.message.content] == ["multi_tool_use.parallel"]


def test_a_cut_wrapper_is_a_call_with_broken_arguments():
    ctx = context(expand_parallel=True, state=dict(DECLARED))
    got = read(chunk(wrapped(WRAPPED[:40])), chunk({}, "length"), ctx=ctx)
    assert got.blocks == [("tool_use", "multi_tool_use.parallel", {"INVALID_JSON": WRAPPED[:40]})]
