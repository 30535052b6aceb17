"""Every recorded request that a server of this wire accepted, put into Messages form and back.

With ANYLLM_CORPUS set to the directory of the whole corpus all of it runs, else the selection.
`chat_requests.NORMALISATIONS` says what the comparison evens out, `chat_differences` where the
dialect writes something else by design, `left_out.CHAT_REQUESTS` what Messages cannot say.
"""

from __future__ import annotations

import copy
import json
import sys
from collections import Counter
from functools import cache

import pytest

from any_llm.plugin import UnsupportedFeature
from tests.corpus import records
from tests.corpus.chat_differences import DIFFERENCES, PREFILL, instead_of, refused
from tests.corpus.chat_encode import encoded, row_of, sealer
from tests.corpus.chat_requests import (
    accepted_body,
    expressible,
    features,
    host_of,
    normalise,
    to_messages,
)
from tests.corpus.left_out import CHAT_REQUESTS
from tests.support.openai_judge import judge

pytestmark = pytest.mark.slow  # seconds, and the same on every Python

# How many requests of the whole corpus use a feature and are written as they were accepted. Of the
# selection it is one at least.
FEATURES = {
    "user: string": 5874,
    "stream": 2805,
    "extra_body": 2800,
    "tool": 2213,
    "user: text": 1937,
    "system": 1503,
    "several turns": 1432,
    "user: tool_result": 1108,
    "assistant: tool_use": 1108,
    "tool_choice:auto": 931,
    "temperature": 674,
    "tools": 549,
    "assistant: text": 481,
    "tool_choice:any": 406,
    "user: image base64": 382,
    "effort:low": 378,
    "tool result of blocks": 367,
    "text in a tool result": 366,
    "structured output": 334,
    "thinking:adaptive": 322,
    "user: several text": 297,
    "user: image url": 292,
    "tool_choice:tool": 292,
    "thinking:disabled": 286,
    "service_tier": 283,
    "top_p": 239,
    "strict tool": 186,
    "stop_sequences": 142,
    "several stop_sequences": 4,
    "assistant: thinking": 132,
    "text beside a call": 117,
    "user: several tool_result": 107,
    "assistant: several tool_use": 107,
    "two user turns in a row": 94,
    "disable_parallel_tool_use": 88,
    "tool_choice:none": 86,
    "text beside a tool result": 79,
    "user: document base64": 61,
    "effort:medium": 42,
    "effort:high": 42,
    "starts with a turn of the assistant": 32,
    "metadata": 17,
    "system in the middle": 17,
    "system: string": 17,
    "user: document url": 12,
    "cache_control": 12,
    "thinking:enabled": 7,
    "user: several image": 4,
    "image in a tool result": 3,
    "two assistant turns in a row": 3,
    "user: document file": 2,
    "broken arguments in the history": 1,
}
# Features of which the selection has no recording of its own accord, and one that has them.
CHOSEN = {
    "tool result of blocks": "openai-chat-2e0cebc1084d01347ad9",
    "image in a tool result": "openai-chat-b1c4b24a65437ec53125",
    "user: several image": "openai-chat-5e3eefaf91f8c791e060",
    "several stop_sequences": "openai-chat-adcfda97755cd85b6c6c",
    "strict tool": "openai-chat-fc2a335eb00a8bb6b852",  # OpenAI's own
    "prefill": "openai-chat-b35b571058ce62bb3efd",
}
ROWS = {
    *("azure", "cerebras", "dashscope", "deepseek", "groq", "huggingface", "llamacpp", "mistral"),
    *("nvidia", "openai", "openai-compatible", "openrouter", "perplexity", "portkey", "together"),
    *("vercel", "xai", "zai"),
}


@cache
def recordings():
    return tuple(records.available("openai-chat"))


@cache
def sayable():
    """The recordings that have a Messages form, with it."""
    known = [record for record in recordings() if not expressible(record, sealer(row_of(record)))]
    return tuple((record, to_messages(record, sealer(row_of(record)))) for record in known)


def by_place(record):
    """Whether whoever published the recording replaced the ids of its calls."""
    return '"call_REDACTED_' in json.dumps(record["request"]["messages"])


def compare(record):
    """What differs, by name, and the reasons why something is written differently by design."""
    wanted, reasons = instead_of(accepted_body(record), row_of(record))
    places = by_place(record)
    theirs = normalise(wanted, by_place=places)
    ours = normalise(encoded(record).body, by_place=places)
    names = {name for name in {*ours, *theirs} if ours.get(name) != theirs.get(name)}
    return {name: (ours.get(name), theirs.get(name)) for name in names}, reasons


def test_every_request_is_written_as_it_was_accepted(capsys):
    faults, seen, found, rows = {}, Counter(), Counter(), set()
    for record, call in sayable():
        if why := refused(record["request"]):
            with pytest.raises(UnsupportedFeature, match="prefill"):
                encoded(record)
            seen[why] += 1
            continue
        differs, reasons = compare(record)
        if differs:
            faults[record["id"]] = differs
        elif reasons:
            seen.update(reasons)
        else:
            seen["as accepted"] += 1
            found.update(features(call))
            rows.add(row_of(record))
    with capsys.disabled():
        said = f"{len(sayable())} requests written again, {len(faults)} differ without a reason"
        sys.stdout.write(f"\n  openai-chat: {said}\n")
        sys.stdout.writelines(f"    {count:5} {what}\n" for what, count in seen.most_common())
    assert faults == {}
    assert rows == ROWS
    if records.corpus_directory():
        assert seen["as accepted"] >= 7745
        assert {name: found[name] for name in FEATURES if found[name] < FEATURES[name]} == {}
    else:
        assert seen["as accepted"] >= 500
        assert [name for name in FEATURES if not found[name]] == []


@pytest.mark.parametrize("difference", DIFFERENCES, ids=lambda each: each.example[-20:])
def test_a_difference_is_stated_for_no_longer_than_it_is_there(difference):
    (record,) = records.by_id(records.selection("openai-chat"), difference.example)
    differs, reasons = compare(record)
    assert differs == {}
    assert difference.reason in reasons
    assert normalise(accepted_body(record)) != normalise(encoded(record).body)


def test_prefill_is_refused():
    (record,) = records.by_id(records.selection("openai-chat"), CHOSEN["prefill"])
    assert refused(record["request"]) == PREFILL
    with pytest.raises(UnsupportedFeature, match="prefill not supported") as caught:
        encoded(record)
    assert caught.value.path == "messages[1]"


@pytest.mark.parametrize("feature", CHOSEN)
def test_the_selection_has_rare_features(feature):
    (record,) = records.by_id(records.selection("openai-chat"), CHOSEN[feature])
    assert feature in features(to_messages(record, sealer(row_of(record))))


def test_what_messages_cannot_say_is_left_out_with_its_reason():
    left = Counter()
    for record in recordings():
        if why := expressible(record, sealer(row_of(record))):
            stated = [start for start in CHAT_REQUESTS if why.startswith(start)]
            assert len(stated) == 1, why
            left[stated[0]] += 1
    assert sum(left.values()) + len(sayable()) == len(recordings())
    if records.corpus_directory():
        assert left.keys() == CHAT_REQUESTS.keys()


# What a request that was accepted may lose on the way, beyond hints.
LOST = {
    ("openai", "output_config.format"),  # strict mode cannot hold it; it was not asked for either
    ("azure", "output_config.format"),
    ("deepseek", "output_config.effort"),
    ("deepseek", "temperature"),
    ("zai", "output_config.effort"),
    ("openai", "messages"),
    ("openai-compatible", "messages"),
}


def test_nothing_else_is_reported_as_lost():
    told = set()
    for record, _ in sayable():
        if not refused(record["request"]):
            losses = [loss for loss in encoded(record).losses if loss.severity in LOUD]
            told |= {(row_of(record), loss.path.partition("[")[0]) for loss in losses}
    assert told <= LOST


LOUD = ("lossy", "emulated")


def test_what_was_strict_at_openai_is_strict():
    seen = 0
    for record, _ in sayable():
        asked = record["request"].get("response_format") or {}
        strict = (asked.get("json_schema") or {}).get("strict")
        if strict and row_of(record) in STRICT and not refused(record["request"]):
            sent = encoded(record).body["response_format"]["json_schema"]
            assert sent["strict"] is True, record["id"]
            seen += 1
    assert seen


STRICT = ("openai", "azure", "mistral", "xai", "openrouter", "cerebras")


def test_the_official_sdk_takes_what_goes_to_openai():
    """Its types hold, and where nothing but Messages was said, no field is unknown either."""
    judged = Counter()
    for record, call in sayable():
        if row_of(record) in ("openai", "azure") and not refused(record["request"]):
            closed = "extra_body" not in call
            judge(encoded(record).body, closed=closed)
            judged[closed] += 1
    assert min(judged[True], judged[False]) >= (400 if records.corpus_directory() else 10)


def test_the_recording_is_left_alone():
    for record, _ in sayable()[:200]:
        before = copy.deepcopy(record)
        if not refused(record["request"]):
            compare(record)
        assert record == before


def test_a_host_that_was_guessed_from_everybodys_path_is_unknown():
    assert host_of({"provider": "openai?"}) == "unknown"
    assert host_of({"provider": "groq?"}) == "groq"
    assert row_of({"provider": "openai?"}) == row_of({"provider": "ollama"}) == "openai-compatible"
    assert row_of({"provider": "azure-openai"}) == "azure"
