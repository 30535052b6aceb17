"""Mapping 5.1 and 3.2: what the items of an answer are in Messages, whole and streamed."""

from __future__ import annotations

import json

import pytest

from any_llm.plugin import INVALID_JSON, BadReply, Envelope
from anyllm_openai.responses.signature import unseal
from tests.support.responses_replies import (
    call,
    completed,
    context,
    created,
    event,
    message,
    read,
    read_whole,
    reasoning,
    refusal,
    response,
    text,
)


def both(*items, ctx=context, **more):
    """The answer read whole, as a stream of its items, and as its terminal event alone."""
    done = [event("output_item.done", item=item, output_index=at) for at, item in enumerate(items)]
    ways = [
        read_whole(response(*items, **more), ctx()),
        read(created(), *done, completed(**more), ctx=ctx()),
        read(completed(*items, **more), ctx=ctx()),
    ]
    assert ways[0].message == ways[1].message == ways[2].message
    assert ways[0].losses == ways[1].losses == ways[2].losses
    return ways[0]


def payloads(got):
    """What the signatures of the thinking blocks hold."""
    blocks = got.message.content
    sealed = [getattr(b, "signature", None) or getattr(b, "data", None) for b in blocks]
    return [Envelope.open(each).payload for each in sealed if each]


def test_blocks_stand_in_the_order_of_the_items():
    got = both(reasoning("Hm."), message("One"), call(), message("Two", id="msg_2"))
    assert got.blocks == [
        ("thinking", "Hm."),
        ("text", "One"),
        ("tool_use", "f", {}),
        ("text", "Two"),
    ]
    assert (got.message.id, got.message.model) == ("resp_1", "m-1")


def test_each_part_is_a_block_of_its_own():
    got = both(message("One", "Two"), message("Three", id="msg_2"))
    assert got.blocks == [("text", "One"), ("text", "Two"), ("text", "Three")]


def test_empty_text_is_no_block():
    assert both(message("", "Two"), message("", id="msg_2")).blocks == [("text", "Two")]
    assert both().message.content == []


def test_a_summary_is_joined_and_signed():
    got = both(reasoning("One", "Two", encrypted_content="gAAA="))
    assert got.blocks == [("thinking", "One\n\nTwo")]
    summary = [{"type": "summary_text", "text": each} for each in ("One", "Two")]
    own = {"by": "acme", "id": "rs_1", "encrypted_content": "gAAA=", "summary": summary}
    assert payloads(got) == [own]


def test_a_summary_that_the_text_says_is_not_sealed_again():
    assert payloads(both(reasoning("One"))) == [{"by": "acme", "id": "rs_1"}]


def test_reasoning_text_counts_where_there_is_no_summary():
    got = both(reasoning(content=("Deep",)))
    assert got.blocks == [("thinking", "Deep")]
    assert payloads(got)[0]["content"] == [{"type": "reasoning_text", "text": "Deep"}]
    got = both(reasoning("Short", content=("Deep",)))
    assert got.blocks == [("thinking", "Short")]
    assert payloads(got)[0]["content"] == [{"type": "reasoning_text", "text": "Deep"}]


def test_encrypted_reasoning_without_text_is_redacted():
    got = both(reasoning(encrypted_content="gAAA="), message("Hi"))
    assert [block.type for block in got.message.content] == ["redacted_thinking", "text"]
    assert payloads(got) == [{"by": "acme", "id": "rs_1", "encrypted_content": "gAAA="}]


@pytest.mark.parametrize("empty", [None, ""])
def test_reasoning_without_text_and_state_says_nothing(empty):
    assert both(reasoning(encrypted_content=empty), message("Hi")).blocks == [("text", "Hi")]


def test_fields_of_a_vendor_go_into_the_envelope():
    got = both(reasoning("Hm", format="vendor-v1", status="completed"))
    assert payloads(got) == [{"by": "acme", "id": "rs_1", "more": {"format": "vendor-v1"}}]


def test_an_item_cannot_say_who_issued_it():
    got = both(reasoning("Hm", by="openai", issuer="openai-chat"))
    assert payloads(got)[0]["by"] == "acme"
    assert unseal(got.message.content[0].signature, context(provider="openai")) is None


def test_only_the_server_that_sealed_it_opens_it():
    sealed = both(reasoning("Hm")).message.content[0].signature
    assert unseal(sealed, context())["id"] == "rs_1"
    assert unseal(sealed, context(provider="other")) is None


def test_a_call_keeps_its_call_id_and_arguments():
    got = both(call("f", '{"a": [1, "é"]}', id="7"))
    block = got.message.content[0]
    assert (block.id, block.name, block.input) == ("call_7", "f", {"a": [1, "é"]})
    assert got.message.stop_reason == "tool_use"


@pytest.mark.parametrize("said", ["", None, "{}", "null", " "])
def test_no_arguments(said):
    assert both(call(arguments=said)).blocks == [("tool_use", "f", {})]


def test_arguments_as_an_object():
    assert both(call(arguments={"a": 1})).blocks == [("tool_use", "f", {"a": 1})]


@pytest.mark.parametrize("raw", ['{"a": 1', '{"a": 1} x', "[1]", "oops", '{"a": 1}{"b": 2}'])
def test_broken_arguments_are_kept_and_reported(raw):
    for got in (read_whole(response(call(arguments=raw))), read(completed(call(arguments=raw)))):
        assert got.blocks == [("tool_use", "f", {INVALID_JSON: raw})]
        assert [loss.path for loss in got.losses if "JSON" in loss.what] == ["content[0].input"]


def test_a_missing_call_id_is_the_items_id_or_made():
    nameless = {"type": "function_call", "name": "f", "arguments": "{}"}
    assert both({**nameless, "id": "fc_9"}).message.content[0].id == "fc_9"
    assert both(nameless).message.content[0].id.startswith("call_seed")


def test_two_calls_never_share_an_id():
    got = both(call(id="1"), {**call(id="1"), "id": "fc_2"})
    first, second = got.message.content
    assert first.id == "call_1"
    assert second.id.startswith("call_seed")
    assert [loss.severity for loss in got.losses if "had the id" in loss.what] == ["emulated"]


def test_a_call_without_a_name_is_unreadable():
    assert isinstance(read_whole(response(call(name=None))).error, BadReply)
    assert isinstance(read(completed(call(name=""))).error, BadReply)


def test_tool_names_are_mapped_back():
    def named():
        return context(state={"tool_names": {"short_1": "a very long name"}})

    assert both(call("short_1"), ctx=named).blocks == [("tool_use", "a very long name", {})]


def test_wrapped_calls_are_taken_apart():
    def wrapping():
        return context(state={"declared_tools": ("f", "g")}, expand_parallel=True)

    uses = [
        {"recipient_name": "functions.f", "parameters": {"a": 1}},
        {"recipient_name": "functions.g", "parameters": {}},
    ]
    wrapper = call("multi_tool_use.parallel", json.dumps({"tool_uses": uses}))
    got = both(wrapper, ctx=wrapping)
    assert got.blocks == [("tool_use", "f", {"a": 1}), ("tool_use", "g", {})]
    assert [loss.severity for loss in got.losses if "taken apart" in loss.what] == ["emulated"]


def test_a_refusal_is_text_and_the_reason():
    got = both(message(refusal("I can't.")))
    assert got.blocks == [("text", "I can't.")]
    assert got.message.stop_reason == "refusal"
    assert got.message.stop_details.explanation == "I can't."


def test_calls_win_over_a_refusal():
    got = both(message(refusal("I can't.")), call())
    assert (got.message.stop_reason, got.message.stop_details) == ("tool_use", None)


def test_what_blocks_have_no_field_for_stands_beside_their_index():
    probabilities = [{"token": "Hi", "logprob": -0.1}]
    got = both(
        reasoning("Hm"),
        message(text("Hi", logprobs=probabilities), phase="commentary"),
        call(namespace="crm"),
        message("Bye", id="msg_2", phase="final_answer"),
    )
    assert got.message.provider_extras["blocks"] == {
        "1": {"phase": "commentary", "logprobs": probabilities},
        "2": {"namespace": "crm"},
        "3": {"phase": "final_answer"},
    }


def test_a_schema_that_was_not_kept_is_reported():
    ctx = context(state={"json_schema": True})
    assert "no JSON" in str(read_whole(response(message("Well,")), ctx).losses)
    ctx = context(state={"json_schema": True})
    assert "no JSON" not in str(read_whole(response(message('{"a": 1}')), ctx).losses)
