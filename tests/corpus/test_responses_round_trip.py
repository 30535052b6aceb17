"""A recorded answer goes back as the items it was: the model is told what it said."""

from __future__ import annotations

import json
from functools import cache

import pytest

from any_llm.plugin import INVALID_JSON, CallContext, MessageResponse, validate_request
from anyllm_openai.responses.dialect import Responses
from anyllm_openai.responses.profile import OpenAIProfile
from tests.corpus import records
from tests.corpus.responses_replay import replay
from tests.corpus.responses_wire import split, streamed_items

pytestmark = pytest.mark.slow  # seconds, and the same on every Python

LONGEST = 64  # the longest id of a call that every server takes


@cache
def recordings():
    return tuple(records.available("openai-responses"))


def items_of(record):
    """The items of a recorded answer as they ended."""
    if record["response_text"] is None:
        return record["response_json"].get("output") or []
    stream = split(record["response_text"])
    return streamed_items(stream.events) or stream.last["response"]["output"]


def sent_back(record, message):
    """The items that a request holds between the question and what follows."""
    calls = [block.id for block in message.content if block.type == "tool_use"]
    results = [{"type": "tool_result", "tool_use_id": each, "content": "ok"} for each in calls]
    request = validate_request(
        {
            "model": "m",
            "max_tokens": 99,
            "messages": [
                {"role": "user", "content": "hi"},
                {"role": "assistant", "content": message.content},
                {"role": "user", "content": results or "go on"},
            ],
            "tools": [{"name": "f", "input_schema": {"type": "object"}}],
        }
    )
    provider = (record["provider"] or "unknown").rstrip("?")
    profile = OpenAIProfile(send_item_ids=True)
    place = {"provider": provider, "base_url": "https://api.acme.test/v1"}
    ctx = CallContext(**place, model="m", profile=profile)
    body = Responses().encode(request, ctx).json
    return [plain(item) for item in body["input"][1 : -len(results or [1])]], ctx.losses


def plain(item):
    """An item as it is sent: its status says nothing, and calls go by their call_id alone."""
    if item["type"] == "function_call":
        return {
            **{name: item[name] for name in ("type", "call_id", "name")},
            "arguments": parsed(item["arguments"]),
        }
    if item["type"] == "message":
        said = [part.get("text") or part.get("refusal") for part in item["content"]]
        return {"type": "message", "content": [text for text in said if text]}
    if item["type"] == "web_search_call":
        action = {name: v for name, v in item["action"].items() if v is not None}
        urls = [each["url"] for each in action.pop("sources", ()) if each.get("url")]
        return {"type": "web_search_call", "id": item["id"], "action": action, "urls": urls}
    kept = ("id", "summary", "content", "encrypted_content")
    return {name: item[name] for name in ("type", *kept) if item.get(name) not in (None, "", [])}


def parsed(arguments):
    try:
        value = json.loads(arguments or "{}")
    except ValueError:
        return arguments
    return value if isinstance(value, dict) else arguments


def expected(record):
    """What must go back: neighbouring messages are one turn's parts."""
    items = []
    for item in items_of(record):
        if item["type"] not in ("message", "function_call", "web_search_call", "reasoning"):
            continue
        if item["type"] == "web_search_call" and not (item.get("action") or {}).get("type"):
            continue
        said = plain(item)
        if item["type"] == "reasoning" and not {"encrypted_content", "content"} & said.keys():
            continue
        if item["type"] == "message" and not said["content"]:
            continue
        if items and items[-1]["type"] == said["type"] == "message":
            items[-1]["content"] += said["content"]
        else:
            items.append(said)
    return items


def test_answers_go_back_as_the_items_they_were():
    compared, faults = 0, {}
    for record in recordings():
        got = replay(record, judged=False)
        if record["status"] >= 400 or not isinstance(got.result, MessageResponse):
            continue
        wanted = expected(record)
        long = any(len(item.get("call_id", "")) > LONGEST for item in wanted)
        if not wanted or long or "streamed text stands" in str(got.losses):
            continue
        found, _ = sent_back(record, got.message)
        compared += 1
        if found != wanted:
            faults[record["id"]] = (found, wanted)
    assert faults == {}
    assert compared > 150, compared


def test_broken_arguments_go_back_as_they_came():
    broken = [
        (record, got.message)
        for record in recordings()
        if isinstance((got := replay(record, judged=False)).result, MessageResponse)
        and any(INVALID_JSON in (getattr(b, "input", None) or ()) for b in got.message.content)
    ]
    assert broken
    for record, message in broken:
        assert sent_back(record, message)[0] == expected(record)
