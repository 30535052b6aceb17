"""Every item and event of the official SDK's unions is read, or passed over on purpose."""

from __future__ import annotations

from typing import get_args

import pytest

from anyllm_openai.responses.answer import READ_EVENTS
from anyllm_openai.responses.kinds import ITEMS, OTHER_ITEMS, PASSED_EVENTS
from tests.support.responses_replies import completed, event, message, read, read_whole, response

NOT_IN_THE_UNION = {
    "keepalive",
    "ping",
    "response.apply_patch_call_operation_diff.delta",
    "response.apply_patch_call_operation_diff.done",
    "response.done",
    "response.reasoning_part.added",
    "response.reasoning_part.done",
}


def words(union):
    """The `type` of each member of an annotated union."""
    sdk = pytest.importorskip("openai.types.responses")
    members = get_args(get_args(getattr(sdk, union))[0])
    return {word for one in members for word in get_args(one.model_fields["type"].annotation)}


def test_every_item_of_the_sdk_is_in_a_table():
    known = words("ResponseOutputItem")
    assert len(known) > 25
    assert known == ITEMS.keys() | OTHER_ITEMS.keys()
    assert not ITEMS.keys() & OTHER_ITEMS.keys()


def test_every_event_of_the_sdk_is_in_a_table():
    known = words("ResponseStreamEvent")
    assert len(known) > 55
    assert known == (READ_EVENTS | PASSED_EVENTS.keys()) - NOT_IN_THE_UNION
    assert not READ_EVENTS & PASSED_EVENTS.keys()


@pytest.mark.parametrize("kind", sorted(OTHER_ITEMS))
def test_items_that_are_no_block_survive_and_are_reported(kind):
    item = {"type": kind, "id": "x_1", "value": {"deep": [1, None]}}
    added = event("output_item.added", item={"type": kind, "id": "x_1"}, output_index=0)
    done = event("output_item.done", item=item, output_index=0)
    whole = read_whole(response(item, message("Hi")))
    streamed = read(added, done, event("output_item.done", item=message("Hi")), completed())
    for got in (whole, streamed):
        assert got.blocks == [("text", "Hi")]
        assert got.message.provider_extras["output"] == [item]
        assert [loss.what.split(":")[0] for loss in got.losses if loss.path == "output"] == [kind]


@pytest.mark.parametrize("kind", sorted(PASSED_EVENTS))
def test_events_that_are_passed_over_say_nothing(kind):
    noise = {"type": kind, "item_id": "x", "output_index": 0, "delta": "x", "sequence_number": 1}
    got = read(noise, event("output_item.done", item=message("Hi")), noise, completed())
    assert got.blocks == [("text", "Hi")]
    assert not [loss for loss in got.losses if loss.severity == "lossy"]
    assert not hasattr(got.message, "provider_extras")


@pytest.mark.parametrize("kind", ["response.brand_new.delta", "surprise"])
def test_events_nobody_knows_survive_and_are_reported_once(kind):
    odd = {"type": kind, "value": 1}
    got = read(odd, event("output_item.done", item=message("Hi")), odd, completed())
    assert got.message.provider_extras["events"] == [odd, odd]
    assert sum(kind in loss.what for loss in got.losses) == 1


@pytest.mark.parametrize("name", ["delta", "done", "transcript.delta", "transcript.done"])
def test_audio_is_left_out_and_reported(name):
    sound = event(f"response.audio.{name}", delta="AAAA")
    got = read(sound, sound, event("output_item.done", item=message("Hi")), completed())
    assert got.blocks == [("text", "Hi")]
    assert sum("audio" in loss.what for loss in got.losses) == 1


def test_an_item_and_a_part_nobody_knows():
    item = {"type": "brand_new", "value": 1}
    part = {"type": "hologram", "data": "x"}
    for got in (
        read_whole(response(item, message("Hi", part))),
        read(completed(item, message("Hi", part))),
    ):
        assert got.blocks == [("text", "Hi")]
        extras = got.message.provider_extras
        assert (extras["output"], extras["parts"]) == ([item], [part])
        assert len([loss for loss in got.losses if loss.severity == "lossy"]) == 2
