"""Every recorded request that Google accepted, put into Messages form and encoded again.

With ANYLLM_CORPUS set to the directory of the whole corpus all of it runs, else the selection.
"""

from __future__ import annotations

import copy
import json
import sys
from collections import Counter
from functools import cache

import pytest

from any_llm._send import _merged
from any_llm.plugin import Envelope, UnsupportedFeature, validate_request
from tests.corpus import gemini_left_out, records
from tests.corpus.gemini_requests import (
    MAX_TOKENS,
    accepted_body,
    expressible,
    model_of,
    normalise,
    to_messages,
)
from tests.support.gemini_requests import DIALECT, call_context

pytestmark = pytest.mark.slow  # seconds, and the same on every Python


@cache
def recordings():
    return tuple(records.available("gemini"))


def context_of(record):
    provider = "vertex" if record["provider"].startswith("vertex") else "gemini"
    return call_context(provider, model_of(record), stream=bool(record["stream"]))


def how(record):
    """What the converter must know of the dialect under test: how it seals, how it asks."""
    profile = context_of(record).profile
    return {
        "seal": lambda payload: Envelope(profile.issuer, payload).seal(),
        "levels": profile.thinking == "level",
        "thinks": profile.thinking != "none",
    }


def sayable():
    return [record for record in recordings() if expressible(record, **how(record)) is None]


def encoded(record):
    """The body that the dialect makes of a recorded request, and the call's context."""
    fields = to_messages(record, **how(record))
    extra = fields.pop("extra_body", {})
    ctx = context_of(record)
    wire = DIALECT.encode(validate_request(fields), ctx)
    method = "streamGenerateContent" if record["stream"] else "generateContent"
    assert wire.path.endswith(f"{model_of(record)}:{method}")
    return _merged(wire.json, extra), ctx


def both(record):
    body, ctx = encoded(record)
    ids = ctx.profile.call_ids
    return normalise(body, ids=ids), normalise(accepted_body(record), ids=ids)


def test_every_request_is_encoded_as_it_was_accepted(capsys):
    faults = {}
    compared = 0
    for record in sayable():
        if record["id"] in gemini_left_out.REQUESTS | gemini_left_out.REFUSED:
            continue
        ours, theirs = both(record)
        compared += 1
        if ours != theirs:
            names = {name for name in {*ours, *theirs} if ours.get(name) != theirs.get(name)}
            faults[record["id"]] = {name: (ours.get(name), theirs.get(name)) for name in names}
    with capsys.disabled():
        sys.stdout.write(f"\n  gemini: {compared} requests encoded again\n")
    assert faults == {}


def test_little_is_lost_of_what_was_accepted():
    told = Counter()
    for record in sayable():
        if record["id"] not in gemini_left_out.REFUSED:
            told.update(loss.path for loss in encoded(record)[1].losses if loss.severity != "hint")
    names = {path.partition("[")[0] for path in told}
    assert names <= {"messages", "temperature", "top_p", "thinking"}


def test_each_reason_for_leaving_out_is_stated():
    reasons = {expressible(record, **how(record)) for record in recordings()} - {None}
    assert reasons <= gemini_left_out.UNSAYABLE.keys()
    assert reasons


def test_what_is_left_out_does_differ():
    """A recording is not left out for longer than it must be."""
    known = {record["id"]: record for record in sayable()}
    for identity in gemini_left_out.REQUESTS.keys() & known.keys():
        ours, theirs = both(known[identity])
        assert ours != theirs, identity
    for identity in gemini_left_out.REFUSED.keys() & known.keys():
        with pytest.raises(UnsupportedFeature):
            encoded(known[identity])


# --- the converters, judged ------------------------------------------------------------------


def test_recordings_are_left_alone():
    for record in sayable():
        before = copy.deepcopy(record["request"])
        to_messages(record, **how(record))
        normalise(accepted_body(record), ids=True)
        assert record["request"] == before


def _mutations(body):
    """Yield bodies that differ from `body` in one thing that Google would notice."""
    config = body.get("generationConfig") or {}
    for name in config:
        rest = {n: v for n, v in config.items() if n != name}
        yield f"generationConfig.{name}", {**body, "generationConfig": rest}
    for name in ("systemInstruction", "tools", "toolConfig", "safetySettings"):
        if body.get(name):
            yield name, {n: v for n, v in body.items() if n != name}
    for at, content in enumerate(body["contents"]):
        for number, part in enumerate(content.get("parts") or []):
            if part.get("text") or len(part) > 1:
                less = [p for n, p in enumerate(content["parts"]) if n != number]
                others = list(body["contents"])
                others[at] = {**content, "parts": less}
                yield f"contents[{at}].parts[{number}]", {**body, "contents": others}


def empty(body):
    """What says nothing in this body: an empty system prompt, a choice among no functions."""
    system = (body.get("systemInstruction") or {}).get("parts") or []
    return {"toolConfig"} | (set() if any(p["text"] for p in system) else {"systemInstruction"})


# Dropping these from a body makes it no other request: they say what is so without them.
DEFAULTS = {"responseModalities", "candidateCount", "thinkingConfig", "topK", "stopSequences"}


def test_normalising_hides_no_difference_that_matters():
    seen = 0
    for record in sayable():
        body = accepted_body(record)
        canonical = json.dumps(normalise(body, ids=True), sort_keys=True)
        for what, other in _mutations(body):
            if what.partition(".")[2] in DEFAULTS or what in empty(body):
                continue
            seen += 1
            changed = json.dumps(normalise(other, ids=True), sort_keys=True)
            assert changed != canonical, (record["id"], what)
    assert seen > 500


def user(*blocks):
    said = [{"type": "text", "text": b} if isinstance(b, str) else b for b in blocks]
    return {"role": "user", "content": said}


def sealed(**payload):
    return f"sealed:{json.dumps(payload)[:24]}"


WEATHER = {
    "type": "object",
    "properties": {"location": {"type": "string"}},
    "required": ["location"],
}
PERSON = {
    "type": "object",
    "properties": {"name": {"type": "string"}, "age": {"type": "integer"}},
    "required": ["name", "age"],
    "additionalProperties": False,
}
BY_HAND = {
    "gemini-5d98536b070abca893d3": {
        "max_tokens": 100,
        "temperature": 0.5,
        "stop_sequences": ["END"],
        "messages": [user("Say 'foo'")],
    },
    "gemini-375cea13a8d479a62c74": {
        "thinking": {"type": "adaptive"},
        "output_config": {"effort": "medium"},
        "messages": [user("What is 5 + 3?")],
    },
    "gemini-68552825db59a107c01a": {
        "thinking": {"type": "disabled"},
        "messages": [user("Say hello. Use only one word.")],
    },
    "gemini-364922a09447922a4a5e": {
        "stream": True,
        "messages": [
            user(
                "What fruit is it? Reply with only one word.",
                {
                    "type": "image",
                    "source": {
                        "type": "url",
                        "url": "https://raw.githubusercontent.com/maruel/genai/refs/heads/main/"
                        "scoreboard/testdata/image.png",
                    },
                },
            )
        ],
    },
    "gemini-2996c14815cc5d9c79d9": {
        "output_config": {"format": {"type": "json_schema", "schema": PERSON}},
        "messages": [user("Generate a person named Bob")],
    },
    "gemini-1b1c34283bb84888baa0": {
        "tools": [{"type": "web_search_20250305", "name": "web_search"}],
        "messages": [user("What is the weather in San Francisco right now?")],
    },
    # an answer of a function that is no `output`: the text of its JSON
    "gemini-3d5f046367ff581dd652": {
        "stream": True,
        "tools": [{"name": "get_weather", "input_schema": WEATHER}],
        "messages": [
            user("What is the weather in Paris?"),
            {
                "role": "assistant",
                "content": [
                    {
                        "type": "tool_use",
                        "id": "toolu_gem_1",
                        "name": "get_weather",
                        "input": {"location": "Paris"},
                    }
                ],
            },
            user(
                {
                    "type": "tool_result",
                    "tool_use_id": "toolu_gem_1",
                    "content": [
                        {"type": "text", "text": '{"result": "The weather in Paris is sunny."}'}
                    ],
                }
            ),
        ],
    },
    # a signed call; keys in both spellings, nulls
    "gemini-94c8717b7817a8a9c13b": {
        "temperature": 0.0,
        "system": [
            {
                "type": "text",
                "text": "Call the fetch_motto tool, then report the exact tool result text"
                " verbatim.",
            }
        ],
        "tools": [
            {
                "name": "fetch_motto",
                "description": "Fetch the two-line workshop motto.",
                "input_schema": {"properties": {}, "required": [], "type": "object"},
            }
        ],
        "messages": [
            user("Call fetch_motto and report exactly what it returns."),
            {
                "role": "assistant",
                "content": [
                    {"type": "redacted_thinking", "data": sealed(next="signature_REDACTED_1")},
                    {"type": "tool_use", "id": "toolu_gem_1", "name": "fetch_motto", "input": {}},
                ],
            },
            user(
                {
                    "type": "tool_result",
                    "tool_use_id": "toolu_gem_1",
                    "content": [{"type": "text", "text": '{"result": "steady"}'}],
                }
            ),
        ],
    },
}


@pytest.mark.parametrize("identity", BY_HAND)
def test_the_messages_form_is_the_one_written_by_hand(identity):
    [record] = records.by_id(recordings(), identity)
    wanted = {"model": model_of(record), "max_tokens": MAX_TOKENS, **BY_HAND[identity]}
    made = to_messages(record, **{**how(record), "seal": lambda payload: sealed(**payload)})
    assert made == wanted
