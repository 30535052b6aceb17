"""Which API version a request is written for, and what a named version refuses."""

from __future__ import annotations

import pytest

from any_llm.plugin import UnsupportedFeature
from tests.support.anthropic_requests import HI, MIDDLE, NEW, OLD, call_context, encode

NEWEST, BEFORE = "2026-10-21", "2023-06-01"
DOCUMENT = {"type": "document", "source": {"type": "text", "media_type": "text/plain", "data": "d"}}
CITED = {
    "type": "char_location",
    "cited_text": "c",
    "document_index": 0,
    "document_title": None,
    "start_char_index": 0,
    "end_char_index": 1,
}
IN_ASSISTANT = [HI, {"role": "assistant", "content": [DOCUMENT]}, HI]
ON_USER = [{"role": "user", "content": [{"type": "text", "text": "t", "citations": [CITED]}]}]
ONLY_BEFORE = {
    "temperature": {"temperature": 0.5},
    "top_p": {"top_p": 0.5},
    "top_k": {"top_k": 5},
    "a document of the assistant": {"messages": IN_ASSISTANT},
    "citations of the user": {"messages": ON_USER},
}


@pytest.mark.parametrize("model", [NEW, MIDDLE, OLD])
def test_the_newest_version_is_the_usual_one(model):
    got = encode(model)
    assert got.version == NEWEST
    assert got.losses == []


@pytest.mark.parametrize("what", ONLY_BEFORE)
def test_a_request_that_only_the_older_version_takes_goes_as_that(what):
    got = encode(
        OLD, **ONLY_BEFORE[what], judged="citations" not in what and "document" not in what
    )
    assert got.version == BEFORE
    assert got.losses == []
    assert {name: got.body[name] for name in ONLY_BEFORE[what]} == ONLY_BEFORE[what]


def test_citations_of_the_assistant_are_no_reason():
    said = {"role": "assistant", "content": [{"type": "text", "text": "t", "citations": [CITED]}]}
    assert encode(OLD, messages=[HI, said, HI]).version == NEWEST
    assert encode(OLD, messages=[{"role": "user", "content": [DOCUMENT]}]).version == NEWEST


@pytest.mark.parametrize("way", ["quirk", "option"])
def test_a_named_version_is_sent(way):
    for version in (BEFORE, "2030-01-01"):
        how = {"quirks" if way == "quirk" else "options": {"api_version": version}}
        assert encode(OLD, ctx=call_context("anthropic", OLD, **how)).version == version


def test_the_newest_version_by_name_takes_no_sampling_values():
    ctx = call_context("anthropic", OLD, options={"api_version": NEWEST})
    got = encode(OLD, ctx=ctx, temperature=0.5, top_p=1.0, top_k=3)
    assert got.version == NEWEST
    assert not got.body.keys() & {"temperature", "top_p", "top_k"}
    assert got.losses == [("temperature", "lossy"), ("top_p", "hint"), ("top_k", "lossy")]


@pytest.mark.parametrize("what", list(ONLY_BEFORE)[3:])
def test_what_it_refuses_of_content_is_refused_before_sending(what):
    ctx = call_context("anthropic", OLD, options={"api_version": NEWEST})
    with pytest.raises(
        UnsupportedFeature, match=r"messages\[\d\].content\[0\].*leave api_version out"
    ):
        encode(OLD, ctx=ctx, **ONLY_BEFORE[what])


def test_other_endpoints_have_one_version():
    got = encode("m", provider="deepseek-messages", temperature=0.5)
    assert got.version == BEFORE
    assert got.body["temperature"] == 0.5
    assert encode("m", provider="zai-messages").version == BEFORE
