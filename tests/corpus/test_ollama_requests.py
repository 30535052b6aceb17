"""Every recorded request that a server accepted, put into Messages form and encoded again.

With ANYLLM_CORPUS set to the directory of the whole corpus all of it runs, else the selection.
"""

from __future__ import annotations

import copy
import json
import sys
from collections import Counter
from functools import cache

import pytest

from any_llm._profile import resolve_profile
from any_llm.plugin import MESSAGES_FIELDS, CallContext, validate_request
from anyllm_ollama.dialect import OllamaChat
from anyllm_ollama.rows import ROWS
from tests.corpus import ollama_left_out, records
from tests.corpus.ollama_requests import (
    MAX_TOKENS,
    accepted_body,
    expressible,
    normalise,
    to_messages,
)

pytestmark = pytest.mark.slow  # seconds, and the same on every Python

DIALECT = OllamaChat()


@cache
def recordings():
    return tuple(records.available("ollama"))


def sayable():
    return [record for record in recordings() if expressible(record) is None]


def encoded(record):
    """The body that the dialect makes of a recorded request, and the losses."""
    call = to_messages(record)
    extra, quirks = call.pop("extra_body", {}), call.pop("quirks", {})
    fields = {name: value for name, value in call.items() if name in MESSAGES_FIELDS}
    request = validate_request(fields)
    ctx = CallContext(
        provider="ollama",
        model=request.model,
        stream=call["stream"],
        base_url="http://127.0.0.1:11434",
        profile=resolve_profile(DIALECT, ROWS[0], request.model, {}, quirks),
        options={name: value for name, value in call.items() if name not in MESSAGES_FIELDS},
        seed="s",
    )
    assert ctx.options.keys() <= DIALECT.call_options.keys()
    return {**DIALECT.encode(request, ctx).json, **extra}, ctx.losses


def test_every_request_is_encoded_as_it_was_accepted(capsys):
    faults = {}
    for record in sayable():
        if record["id"] in ollama_left_out.REQUESTS:
            continue
        body, _ = encoded(record)
        ours, theirs = normalise(body), normalise(accepted_body(record))
        if ours != theirs:
            names = {name for name in {*ours, *theirs} if ours.get(name) != theirs.get(name)}
            faults[record["id"]] = {name: (ours.get(name), theirs.get(name)) for name in names}
    with capsys.disabled():
        sys.stdout.write(f"\n  ollama: {len(sayable())} requests encoded again\n")
    assert faults == {}


def test_what_was_accepted_is_lost_only_where_the_server_does_not_read_it():
    """What is more than a hint: schema keywords, budgets that our form made up, orders."""
    told = Counter()
    for record in sayable():
        told.update(loss.path.split("[")[0] for loss in encoded(record)[1] if loud(loss))
    assert told.keys() <= {"tools", "thinking.budget_tokens", "messages", "thinking"}


def loud(loss):
    return loss.severity != "hint"


def test_each_reason_for_leaving_out_is_stated():
    reasons = {expressible(record) for record in recordings()} - {None}
    assert reasons <= ollama_left_out.UNSAYABLE.keys()
    assert reasons


def test_what_is_left_out_does_differ():
    """A recording is not left out for longer than it must be."""
    known = {record["id"]: record for record in sayable()}
    for identity in ollama_left_out.REQUESTS:
        body, _ = encoded(known[identity])
        assert normalise(body) != normalise(accepted_body(known[identity]))


TOOL_SCHEMA = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "properties": {"number": {"type": "number"}},
    "additionalProperties": False,
    "type": "object",
    "required": ["number"],
}
UNSET = {"think_unasked": "unset"}
BY_HAND = {
    # a call and its result, named by id
    "ollama-bb92713285a1b0bf0805": {
        "model": "qwen3.5:2b",
        "max_tokens": MAX_TOKENS,
        "stream": True,
        "quirks": UNSET,
        "messages": [
            {
                "role": "user",
                "content": [
                    {
                        "type": "text",
                        "text": "Use the square_root tool to calculate the square root of 132413"
                        " and reply with only the result. Do not give an explanation.",
                    }
                ],
            },
            {
                "role": "assistant",
                "content": [
                    {
                        "type": "tool_use",
                        "id": "call_nixabbbq",
                        "name": "square_root",
                        "input": {"number": 132413},
                    }
                ],
            },
            {
                "role": "user",
                "content": [
                    {
                        "type": "tool_result",
                        "tool_use_id": "call_nixabbbq",
                        "content": "363.89",
                    }
                ],
            },
        ],
        "tools": [
            {
                "name": "square_root",
                "description": "Calculates and return the square root of a number",
                "input_schema": TOOL_SCHEMA,
            }
        ],
    },
    # thinking and a schema
    "ollama-6ac32310a7ffc4577a46": {
        "model": "qwen3:4b",
        "max_tokens": MAX_TOKENS,
        "stream": False,
        "thinking": {"type": "enabled", "budget_tokens": 1024},
        "output_config": {
            "format": {
                "type": "json_schema",
                "schema": {
                    "properties": {"summary": {"type": "string"}, "title": {"type": "string"}},
                    "required": ["title", "summary"],
                    "type": "object",
                },
            }
        },
        "messages": [
            {
                "role": "user",
                "content": [
                    {
                        "type": "text",
                        "text": "Summarize the Rust programming language: give a short title and a"
                        " one-sentence summary.",
                    }
                ],
            }
        ],
    },
    # options of Ollama's own
    "ollama-4e41a974fb93a0aefd3f": {
        "model": "qwen3.5:2b",
        "max_tokens": MAX_TOKENS,
        "stream": True,
        "thinking": {"type": "disabled"},
        "logprobs": True,
        "top_logprobs": 2,
        "messages": [
            {
                "role": "user",
                "content": [{"type": "text", "text": "Say hello. Use only one word."}],
            }
        ],
    },
    # what Messages has no word for; no stream said, which means one
    "ollama-e7fe1ea69b21efefcce3": {
        "model": "gemma3:1b",
        "max_tokens": MAX_TOKENS,
        "stream": True,
        "temperature": 0,
        "quirks": UNSET,
        "extra_body": {"format": "json"},
        "messages": [
            {
                "role": "user",
                "content": [
                    {
                        "type": "text",
                        "text": "How many feet are in a nautical mile? Respond with JSON"
                        " containing the answer.",
                    }
                ],
            }
        ],
    },
}


@pytest.mark.parametrize("identity", BY_HAND)
def test_the_messages_form_is_the_one_written_by_hand(identity):
    record = next(each for each in records.selection("ollama") if each["id"] == identity)
    assert to_messages(record) == BY_HAND[identity]


def test_normalising_hides_no_difference_that_matters():
    seen = 0
    for record in sayable():
        body = accepted_body(record)
        canonical = json.dumps(normalise(body), sort_keys=True)
        for what, other in mutations(body):
            seen += 1
            changed = json.dumps(normalise(other), sort_keys=True)
            assert changed != canonical, (record["id"], what)
    assert seen > 200


def mutations(body):
    """Yield bodies that differ from `body` in one thing that a server would notice."""
    for name in ("model", "format", "tools", "think", "logprobs", "top_logprobs"):
        if body.get(name):
            yield name, {key: value for key, value in body.items() if key != name}
    for name, value in body["options"].items():
        if value is not None:
            rest = {key: said for key, said in body["options"].items() if key != name}
            yield f"options.{name}", {**body, "options": rest}
    for at, message in enumerate(body["messages"]):
        if message.get("content"):
            changed = {**message, "content": message["content"] + "."}
            messages = [*body["messages"][:at], changed, *body["messages"][at + 1 :]]
            yield f"messages[{at}].content", {**body, "messages": messages}
        if message.get("images"):
            changed = {key: value for key, value in message.items() if key != "images"}
            messages = [*body["messages"][:at], changed, *body["messages"][at + 1 :]]
            yield f"messages[{at}].images", {**body, "messages": messages}


def test_the_recording_is_left_alone():
    for record in sayable()[:30]:
        before = copy.deepcopy(record)
        encoded(record)
        normalise(accepted_body(record))
        assert record == before


@pytest.mark.parametrize("limit", [None, 7])
def test_a_request_without_a_limit_gets_one(limit):
    record = next(each for each in sayable() if "max_tokens" not in each["features"])
    record = copy.deepcopy(record)
    record["request"]["options"] = {"num_predict": limit}
    assert to_messages(record)["max_tokens"] == (limit or MAX_TOKENS)
