"""The events of a Responses stream that tests write most."""

from __future__ import annotations

from .responses_replies import event


def added(item, index=0):
    bare = {"message": {"content": []}, "reasoning": {"summary": []}}
    begun = {**item, **bare.get(item["type"], {"arguments": ""}), "status": "in_progress"}
    place = {} if index is None else {"output_index": index}
    return event("output_item.added", item=begun, **place)


def done(item, index=0):
    return event(
        "output_item.done", item=item, **({} if index is None else {"output_index": index})
    )


def say(piece, id="msg_1", index=0, part=0, kind="output_text.delta"):
    fields = {"item_id": id, "output_index": index, "content_index": part, "delta": piece}
    return event(kind, **{name: value for name, value in fields.items() if value is not None})


def think(piece, part=0, id="rs_1", index=0):
    where = {"item_id": id, "output_index": index, "summary_index": part}
    return event("reasoning_summary_text.delta", **where, delta=piece)


def argue(piece, id="fc_1", index=0):
    where = {"item_id": id, "output_index": index, "delta": piece}
    return event(
        "function_call_arguments.delta",
        **{name: value for name, value in where.items() if value is not None},
    )


def kinds(got):
    return [each.type for each in got.events]
