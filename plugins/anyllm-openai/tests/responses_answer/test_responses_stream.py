"""Mapping 7.4: the rows of the stream machine, and the servers that leave things out."""

from __future__ import annotations

import pytest

from any_llm.plugin import BadReply
from tests.support.responses_events import added, argue, done, kinds, say, think
from tests.support.responses_replies import (
    call,
    completed,
    context,
    created,
    event,
    message,
    read,
    read_bytes,
    read_whole,
    reasoning,
    refusal,
    response,
    sse,
    text,
)

HELLO = [created(), added(message()), say("Hel"), say("lo"), done(message("Hello")), completed()]


def test_the_plain_stream():
    got = read(*HELLO)
    assert kinds(got) == [
        "message_start",
        "content_block_start",
        "content_block_delta",
        "content_block_delta",
        "content_block_stop",
        "message_delta",
        "message_stop",
    ]
    assert got.blocks == [("text", "Hello")]


def test_each_event_is_said_at_once():
    parts = [sse(each) for each in HELLO]
    sizes = [len(read_bytes(parts[:n]).events) for n in range(1, len(parts) + 1)]
    # Nothing before the first item: a failure there can be tried again.
    assert sizes == [0, 1, 3, 4, 5, 7]


@pytest.mark.parametrize("cut", [1, 2, 3, 7, 64])
def test_any_chunking_gives_the_same_events(cut):
    events = [
        *[created(), added(reasoning()), think("é\u2028 "), done(reasoning("é\u2028 "))],
        *[added(message(), 1), say("naïve \U0001f600", index=1)],
        *[added(call(), 2), argue('{"a": "\u0085', index=2), argue('"}', index=2)],
        completed(),
    ]
    data = sse(*events)
    parts = [data[at : at + cut] for at in range(0, len(data), cut)]
    assert read_bytes(parts).events == read_bytes([data]).events


def test_noise_says_nothing():
    noise = b": OPENROUTER PROCESSING\n\n:\n\nevent: ping\n\ndata: {}\n\ndata:\n\nretry: 3\n\n"
    keepalive = sse({"type": "keepalive", "sequence_number": 1})
    first, *rest = (sse(each) for each in HELLO)
    got = read_bytes([noise, first, noise, keepalive, *rest, b"data: [DONE]\n\n"])
    assert got.message == read(*HELLO).message
    assert [loss for loss in got.losses if loss.severity == "lossy"] == []


def test_the_name_of_the_event_stands_in_for_a_missing_type():
    parts = []
    for each in HELLO:
        name = each["type"].encode()
        data = sse({key: value for key, value in each.items() if key != "type"})
        parts.append(b"event: " + name + b"\n" + data)
    assert read_bytes(parts).message == read(*HELLO).message


# --- text ------------------------------------------------------------------------------------


def test_parts_are_blocks_of_their_own():
    got = read(added(message()), say("a"), say("b", part=1), done(message("a", "b")), completed())
    assert got.blocks == [("text", "a"), ("text", "b")]


def test_halves_of_a_character_are_joined():
    got = read(added(message()), say("\ud83d"), say("\ude00!"), completed())
    assert got.blocks == [("text", "\U0001f600!")]
    got = read(added(message()), say("a\ud83d"), completed())
    assert got.blocks == [("text", "a\N{REPLACEMENT CHARACTER}")]


def test_the_end_says_what_the_deltas_did_not():
    for end in (
        event("output_text.done", item_id="msg_1", content_index=0, text="Hello"),
        event("content_part.done", item_id="msg_1", content_index=0, part=text("Hello")),
        done(message("Hello")),
        completed(message("Hello")),
    ):
        got = read(created(), added(message()), say("Hel"), end, completed())
        assert got.blocks == [("text", "Hello")]
        assert [loss for loss in got.losses if loss.severity == "lossy"] == []


def test_what_was_shown_stands_and_what_differs_is_reported():
    got = read(added(message()), say("Hello"), done(message("Bye")), completed(message("Bye")))
    assert got.blocks == [("text", "Hello")]
    assert len([loss for loss in got.losses if "not what was streamed" in loss.what]) == 1


def test_a_refusal_in_pieces():
    got = read(
        *[added(message()), say("No", kind="refusal.delta"), say(".", kind="refusal.delta")],
        event("refusal.done", item_id="msg_1", output_index=0, content_index=0, refusal="No."),
        *[done(message(refusal("No."))), completed()],
    )
    assert got.blocks == [("text", "No.")]
    assert got.message.stop_details.explanation == "No."


def test_text_after_its_end_is_left_out_and_reported():
    late = [say(" again"), say(" and again")]
    got = read(added(message()), say("Hi"), done(message("Hi")), *late, completed())
    assert got.blocks == [("text", "Hi")]
    assert len([loss for loss in got.losses if "after the end" in loss.what]) == 1


def test_null_is_no_text():
    got = read(added(message()), {**say("x"), "delta": None}, completed())
    assert got.message.content == []


# --- reasoning -------------------------------------------------------------------------------


def test_parts_of_a_summary_are_one_block():
    final = reasoning("One", "Two", encrypted_content="gAAA=")
    got = read(
        *[created(), added({**reasoning(), "encrypted_content": "early"}), think("O"), think("ne")],
        *[think("Tw", 1), think("o", 1), done(final), completed()],
    )
    assert got.blocks == [("thinking", "One\n\nTwo")]
    assert got.message == read_whole(response(final)).message


def test_encrypted_content_is_taken_from_the_end_of_the_item():
    early = {**reasoning(), "encrypted_content": "not yet whole"}
    final = reasoning(encrypted_content="gAAA=")
    got = read(created(), added(early), done(final), completed())
    assert got.message == read_whole(response(final)).message
    # An item that never ends has none that could go back.
    assert read(created(), added(early), completed()).message.content == []


def test_reasoning_that_ends_behind_the_text_does_not_hold_it_back():
    """llama.cpp and OpenRouter close reasoning late; they encrypt nothing."""
    final = reasoning(content=("Hm",))
    where = {"item_id": "rs_1", "content_index": 0}
    events = [
        *[created(), added(reasoning()), event("reasoning_text.delta", **where, delta="Hm")],
        *[added(message(), 1), say("H", index=1)],
    ]
    assert len(read(*events).events) == 7  # the text is there before the reasoning is done
    got = read(*events, say("i", index=1), done(message("Hi"), 1), done(final), completed())
    assert got.message == read_whole(response(final, message("Hi"))).message


def test_state_that_comes_behind_the_signature_is_not_lost():
    final = reasoning("Hm", encrypted_content="gAAA=")
    got = read(
        *[added(reasoning()), think("Hm"), added(message(), 1), say("Hi", index=1)],
        *[done(message("Hi"), 1), done(final), completed()],
    )
    assert [block.type for block in got.message.content] == [
        *("thinking", "text", "redacted_thinking")
    ]


def test_state_that_only_the_last_event_has_is_not_lost():
    final = reasoning("Hm", encrypted_content="gAAA=")
    got = read(added(reasoning()), think("Hm"), done(reasoning("Hm")), completed(final))
    assert [block.type for block in got.message.content] == ["thinking", "redacted_thinking"]


def test_encrypted_reasoning_holds_back_what_stands_behind_it():
    early = {**reasoning(), "encrypted_content": "early"}
    events = [created(), added(early), think("Hm"), added(message(), 1), say("Hi", index=1)]
    assert [each.type for each in read(*events).events].count("content_block_start") == 1
    final = reasoning("Hm", encrypted_content="gAAA=")
    got = read(*events, done(final), completed())
    assert got.message == read_whole(response(final, message("Hi"))).message


# --- calls -----------------------------------------------------------------------------------


def test_arguments_in_pieces():
    got = read(
        added(call()), argue('{"a"'), argue(": 1}"), done(call("f", '{"a": 1}')), completed()
    )
    assert got.blocks == [("tool_use", "f", {"a": 1})]


def test_arguments_only_at_the_end():
    for end in (
        event("function_call_arguments.done", item_id="fc_1", arguments='{"a": 1}'),
        done(call("f", '{"a": 1}')),
        completed(call("f", '{"a": 1}')),
    ):
        assert read(added(call()), end, completed()).blocks == [("tool_use", "f", {"a": 1})]


def test_arguments_that_differ_at_the_end_are_never_guessed():
    for end in (done(call("f", '{"a": 2}')), completed(call("f", '{"a": 2}'))):
        got = read(added(call()), argue('{"a": 1}'), end, completed())
        assert isinstance(got.error, BadReply)
    same = read(added(call()), argue('{"a": 1}'), done(call("f", '{ "a":1 }')), completed())
    assert same.blocks == [("tool_use", "f", {"a": 1})]


def test_interleaved_calls_come_one_after_the_other():
    one, two = call("f", '{"a": 1}'), call("g", '{"b": 2}', id="2")
    got = read(
        *[created(), added(one), added(two, 1), argue('{"a"'), argue('{"b"', "fc_2", 1)],
        *[argue(": 1}"), argue(": 2}", "fc_2", 1), done(two, 1), done(one), completed()],
    )
    assert got.message == read_whole(response(one, two)).message


def test_interleaved_messages_come_one_after_the_other():
    one, two = message("One"), message("Two", id="msg_2")
    got = read(
        *[created(), added(one), added(two, 1), say("O"), say("T", "msg_2", 1), say("ne")],
        *[say("wo", "msg_2", 1), done(two, 1), done(one), completed()],
    )
    assert got.message == read_whole(response(one, two)).message


# --- events that name nothing, or another thing -------------------------------------------------


def test_llama_cpp_without_indexes():
    """Its calls have no id, only a call_id; deltas are named by that; all ends at the end."""
    calls = [
        {"type": "function_call", "call_id": f"fc_{n}", "name": n, "arguments": ""} for n in "fg"
    ]
    ended = [{**each, "arguments": "{}"} for each in calls]
    head = {"object": "response", "status": "in_progress", "id": "resp_1"}
    got = read(
        event("created", response=head),
        *[added(message(), None), say("Hi", index=None, part=None)],
        *[added(calls[0], None), argue("{", "fc_f", None), argue("}", "fc_f", None)],
        *[added(calls[1], None), argue("{}", "fc_g", None)],
        *[done(message("Hi"), None), *(done(each, None) for each in ended)],
        completed(message("Hi"), *ended),
    )
    assert got.blocks == [("text", "Hi"), ("tool_use", "f", {}), ("tool_use", "g", {})]
    assert [block.id for block in got.message.content[1:]] == ["fc_f", "fc_g"]
    assert got.message.model == "asked-model"


def test_an_unknown_item_id_means_the_open_item():
    got = read(added(call()), argue("{}", "other", None), done(call()), completed())
    assert got.blocks == [("tool_use", "f", {})]


def test_deltas_without_their_item():
    got = read(say("Hi"), event("output_text.done", item_id="msg_1", text="Hi"), completed())
    assert got.blocks == [("text", "Hi")]


def test_two_items_with_one_id():
    one, two = message("One"), message("Two")
    events = [added(one), say("One"), done(one), added(two, 1), say("Two", index=1), done(two, 1)]
    assert read(*events, completed(one, two)).blocks == [("text", "One"), ("text", "Two")]


def test_one_id_for_all_items_and_no_index():
    one, two = message("One"), message("Two")
    events = [added(one, None), say("One", index=None), done(one, None)]
    events += [added(two, None), say("Two", index=None), done(two, None)]
    got = read(*events, completed(one, two))
    assert got.blocks == [("text", "One"), ("text", "Two")]
    assert [loss for loss in got.losses if loss.severity == "lossy"] == []


def test_one_id_for_reasoning_and_text():
    thought, said = reasoning("Hm", id="x"), message("Hi", id="x")
    got = read(
        *[created(), added(thought), think("Hm", id="x"), done(thought)],
        *[added(said, 1), say("Hi", "x", 1), done(said, 1), completed(thought, said)],
    )
    assert got.message == read_whole(response(thought, said)).message


def test_every_event_twice():
    one = call("f", '{"a": 1}')
    events = [
        created(),
        added(message()),
        say("Hi"),
        done(message("Hi")),
        added(one, 1),
        done(one, 1),
    ]
    twice = [each for e in events for each in ((e,) if "delta" in e["type"] else (e, e))]
    got = read(*twice, *twice[-2:], completed(message("Hi"), one))
    assert got.message == read(*events, completed()).message


def test_an_end_that_lists_nothing():
    """The ChatGPT backend completes with an empty output."""
    got = read(added(message()), say("Hi"), added(call(), 1), argue("{}", index=1), completed())
    assert got.blocks == [("text", "Hi"), ("tool_use", "f", {})]
    assert got.message.stop_reason == "tool_use"


def test_an_end_with_other_ids():
    thought, said = reasoning("Hm"), message("Hi")
    other = [{**thought, "id": "rs_9"}, {**said, "id": "msg_9"}, message("More", id="msg_8")]
    got = read(added(thought), done(thought), added(said, 1), done(said, 1), completed(*other))
    assert got.blocks == [("thinking", "Hm"), ("text", "Hi"), ("text", "More")]


def test_responses_null_text():
    """Museum (pydantic/pydantic-ai#5124): text and deltas that are null."""
    part = {"type": "output_text", "text": None, "annotations": []}
    item = message(part, id="m")
    assert read_whole(response(item)).message.content == []
    events = [added(item), {**say("x", "m"), "delta": None}, done(item)]
    assert read(*events, completed(item)).message.content == []


def test_responses_item_id_rotates():
    """Museum (vercel/ai#18548): Copilot names an item anew in every event."""
    names = iter("ABCDEFGHIJ")

    def fresh(each):
        each = {**each, "item": {**each["item"], "id": next(names)}} if "item" in each else each
        return {**each, "item_id": next(names)} if "item_id" in each else each

    said = message("Hello")
    events = [created(), added(said), say("Hel"), say("lo"), done(said), completed()]
    assert read(*map(fresh, events)).message == read(*events).message
    begun = [created(), added(said), say("he", "BBB"), say("llo", "CCC"), completed()]
    assert read(*begun).blocks == [("text", "hello")]


def test_responses_call_id_vs_item_id():
    """Museum (vercel/ai#15795): the id of a tool_use is the call_id, never the item's."""
    got = read_whole(response({**call(), "id": "fc_1", "call_id": "call_1"}), context())
    assert got.message.content[0].id == "call_1"


@pytest.mark.parametrize("odd", [[1], {"a": 1}, 7])
def test_nonsense_is_unreadable(odd):
    for each in (say(odd), done(odd), {**say("x"), "output_index": [odd]}):
        assert isinstance(read(created(), each, completed()).error, BadReply), each


@pytest.mark.parametrize("odd", [[1], {"a": 1}])
def test_types_that_are_no_words_are_unreadable(odd):
    for each in (event("output_item.added", item={"type": odd}), {"type": odd}):
        assert isinstance(read(created(), each, completed()).error, BadReply), each
