"""Every recorded Responses request that a server accepted, put into Messages form and back.

With ANYLLM_CORPUS set to the directory of the whole corpus all of it runs, else the selection.
`responses_requests.NORMALISATIONS` says what the comparison evens out, `responses_differences`
where the dialect writes something else by design, `left_out.RESPONSES_REQUESTS` what Messages
cannot say.
"""

from __future__ import annotations

import copy
import sys
from collections import Counter
from functools import cache

import pytest

from any_llm.plugin import UnsupportedFeature
from tests.corpus import records
from tests.corpus.chat_encode import row_of
from tests.corpus.chat_request_features import features
from tests.corpus.left_out import RESPONSES_REQUESTS
from tests.corpus.responses_differences import DIFFERENCES, instead_of, refused
from tests.corpus.responses_encode import encoded, sealer
from tests.corpus.responses_requests import accepted_body, expressible, normalise, to_messages
from tests.support.openai_judge import judge_responses

pytestmark = pytest.mark.slow  # seconds, and the same on every Python

# How many requests of the whole corpus use a feature and are written as they were accepted. Of the
# selection it is one at least.
FEATURES = {
    "user: text": 1467,
    "stream": 497,
    "tool": 458,
    "extra_body": 454,
    "system": 440,
    "thinking:adaptive": 379,
    "effort:low": 265,
    "several turns": 256,
    "assistant: tool_use": 214,
    "user: tool_result": 214,
    "tool_choice:auto": 130,
    "tool_choice:any": 116,
    "strict tool": 114,
    "effort:medium": 111,
    "structured output": 107,
    "user: image base64": 100,
    "user: image url": 95,
    "tools": 85,
    "service_tier": 69,
    "assistant: text": 68,
    "user: several text": 61,
    "user: document base64": 43,
    "assistant: redacted_thinking": 41,
    "effort:high": 27,
    "assistant: several tool_use": 26,
    "user: several tool_result": 26,
    "temperature": 23,
    "tool_choice:none": 22,
    "assistant: thinking": 18,
    "text beside a tool result": 16,
    "tool_choice:tool": 8,
    "tool result of blocks": 8,
    "metadata": 7,
    "thinking:disabled": 6,
    "top_p": 6,
    "image in a tool result": 6,
    "starts with a turn of the assistant": 5,
    "text beside a call": 4,
    "user: document url": 4,
    "user: image file": 3,
    "disable_parallel_tool_use": 3,
    "user: document file": 3,
    "assistant: web_search_tool_result": 2,
    "assistant: server_tool_use": 2,
    "broken arguments in the history": 2,
    "document in a tool result": 2,
    "effort:xhigh": 1,
    "text in a tool result": 1,
    "cache_control": 1,
    "assistant: several text": 1,
    "system in the middle": 1,
    "system: text": 1,
}
# Features of which the selection has no recording of its own accord, and one that has them.
CHOSEN = {
    "broken arguments in the history": "openai-responses-699ce111f4a890cc11ba",
    "disable_parallel_tool_use": "openai-responses-6bde788b231f73928ee3",
    "assistant: several text": "openai-responses-72d2a6bc4f6989af9ab7",
}
# Recordings that the selection must have: rare, and compared by a test of their own.
PHASES = {
    "openai-responses-6e3d128ada226cc55951": ["final_answer"],
    "openai-responses-b117a83f9b106a225fbe": ["commentary"],
}
ROWS = {"openai", "azure", "xai", "deepseek", "openrouter", "openai-compatible", "llamacpp"}
ENCRYPTED = "reasoning.encrypted_content"


@cache
def recordings():
    return tuple(records.available("openai-responses"))


@cache
def sayable():
    """The recordings that have a Messages form, with it."""
    known = [record for record in recordings() if not expressible(record, sealer(row_of(record)))]
    return tuple((record, to_messages(record, sealer(row_of(record)))) for record in known)


def compare(record):
    """What differs, by name, and the reasons why something is written differently by design."""
    wanted, reasons = instead_of(accepted_body(record), row_of(record))
    theirs, ours = normalise(wanted), normalise(encoded(record).body)
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
        sys.stdout.write(f"\n  openai-responses: {said}\n")
        sys.stdout.writelines(f"    {count:5} {what}\n" for what, count in seen.most_common())
    assert faults == {}
    assert rows == ROWS
    if records.corpus_directory():
        assert seen["as accepted"] >= 1470
        assert {name: found[name] for name in FEATURES if found[name] < FEATURES[name]} == {}
    else:
        assert seen["as accepted"] >= 190
        assert [name for name in FEATURES if not found[name]] == []


@pytest.mark.parametrize("difference", DIFFERENCES, ids=lambda each: each.example[-20:])
def test_a_difference_is_stated_for_no_longer_than_it_is_there(difference):
    (record,) = records.by_id(records.selection("openai-responses"), difference.example)
    differs, reasons = compare(record)
    assert differs == {}
    assert difference.reason in reasons
    assert normalise(accepted_body(record)) != normalise(encoded(record).body)


@pytest.mark.parametrize("feature", CHOSEN)
def test_the_selection_has_rare_features(feature):
    (record,) = records.by_id(records.selection("openai-responses"), CHOSEN[feature])
    assert feature in features(to_messages(record, sealer(row_of(record))))


def test_what_messages_cannot_say_is_left_out_with_its_reason():
    left = Counter()
    for record in recordings():
        if why := expressible(record, sealer(row_of(record))):
            stated = [start for start in RESPONSES_REQUESTS if why.startswith(start)]
            assert len(stated) == 1, why
            left[stated[0]] += 1
    assert sum(left.values()) + len(sayable()) == len(recordings())
    if records.corpus_directory():
        assert left.keys() == RESPONSES_REQUESTS.keys()


# What a request that was accepted may lose on the way, beyond hints.
LOST = {
    ("openai", "output_config.format"),  # strict mode cannot hold it, or tells it
    ("openai", "tools"),
    ("openai", "thinking"),  # of gpt-4.1
}
LOUD = ("lossy", "emulated")


def written():
    """The recordings that are sent, with what is."""
    for record, call in sayable():
        if not refused(record["request"]):
            yield record, call, encoded(record)


def test_nothing_else_is_reported_as_lost():
    told = set()
    for record, _, sent in written():
        losses = [loss for loss in sent.losses if loss.severity in LOUD]
        told |= {(row_of(record), loss.path.partition("[")[0]) for loss in losses}
    assert told <= LOST


def test_nothing_is_stored():
    assert {sent.body["store"] for _, _, sent in written()} == {False}


def test_encrypted_reasoning_is_asked_of_every_model_that_gave_some():
    """And of none that answers 400 to it: those of the families that do not reason."""
    seen = Counter()
    for record, _, sent in written():
        asked = ENCRYPTED in sent.body.get("include", ())
        wanted = ENCRYPTED in (record["request"].get("include") or ())
        if row_of(record) in ("openai", "azure", "xai") and wanted:
            assert asked, record["id"]
            seen["as then"] += 1
        if str(record["model"]).startswith(("gpt-4", "gpt-3.5", "gpt-5-chat")):
            assert not asked, record["id"]
            seen["not reasoning"] += 1
    assert min(seen["as then"], seen["not reasoning"]) >= 20


def test_phases_are_those_that_were_recorded():
    seen = 0
    for record, _, sent in written():
        theirs = _phases(record["request"]["input"])
        if row_of(record) == "openai" and any(theirs):
            assert _phases(sent.body["input"]) == theirs, record["id"]
            assert PHASES.get(record["id"], theirs) == theirs
            seen += 1
    assert seen >= len(PHASES)


def _phases(items):
    items = items if isinstance(items, list) else []
    return [item.get("phase") for item in items if item.get("role") == "assistant"]


def test_the_official_sdk_takes_what_goes_to_openai():
    """Its types hold, and where nothing but Messages was said, no field is unknown either."""
    judged = Counter()
    for record, call, sent in written():
        if row_of(record) in ("openai", "azure"):
            closed = "extra_body" not in call
            judge_responses(sent.body, closed=closed)
            judged[closed] += 1
    assert min(judged[True], judged[False]) >= (400 if records.corpus_directory() else 10)


def test_the_recording_is_left_alone():
    for record, _ in sayable()[:200]:
        before = copy.deepcopy(record)
        if not refused(record["request"]):
            compare(record)
        assert record == before
