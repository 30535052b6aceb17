"""Documented failures of other adapters on this wire, by their case ids."""

from __future__ import annotations

import pytest

import any_llm
import anyllm_anthropic
from any_llm import Client, PluginManager
from any_llm.plugin import INVALID_JSON, Envelope
from any_llm.testing import Answer, ReplayServer
from tests.support.anthropic_requests import HI, NEW, OLD, encode
from tests.support.messages_replies import read_bytes, read_whole, sse
from tests.support.wire import events, fault, message

START, *_, MESSAGE_DELTA, STOP = events()


def said(*blocks):
    return {"role": "assistant", "content": list(blocks)}


def stream(*inside):
    """The message that these events inside of a stream make."""
    return read_bytes([sse(START, *inside, MESSAGE_DELTA, STOP)]).message


def block(index, content_block, *deltas):
    yield {"type": "content_block_start", "index": index, "content_block": content_block}
    for delta in deltas:
        yield {"type": "content_block_delta", "index": index, "delta": delta}
    yield {"type": "content_block_stop", "index": index}


def test_redacted_thinking_crash():
    redacted = {"type": "redacted_thinking", "data": "EmwKAhgB"}
    body = message(content=[redacted, {"type": "text", "text": "ok"}])
    got = read_whole(_json(body)).message
    assert got.model_dump(mode="json", exclude_unset=True) == body
    assert encode(NEW, messages=[HI, said(*got.content), HI]).turns[1] == said(*body["content"])


def test_unpaired_server_tool_use():
    search = {"type": "server_tool_use", "id": "srvtoolu_1", "name": "web_search", "input": {}}
    text = {"type": "text", "text": "a"}
    got = encode("m", messages=[HI, said(search, text), HI])
    assert got.turns == [HI, said(text), HI]
    assert got.losses == [("messages[1].content[0]", "lossy")]
    assert encode("m", messages=[HI, said(search), HI]).turns == [HI, HI]


def test_parallel_results_split_messages():
    """The API joins neighbouring turns (recorded); what must not stand between is moved."""
    calls = [{"type": "tool_use", "id": each, "name": "f", "input": {}} for each in "ab"]
    first, second = ({"type": "tool_result", "tool_use_id": each, "content": each} for each in "ab")
    split = [{"role": "user", "content": [first]}, {"role": "user", "content": [second]}]
    assert encode("m", messages=[HI, said(*calls), *split]).turns[2:] == split
    between = [split[0], HI, split[1]]
    [turn] = encode("m", messages=[HI, said(*calls), *between]).turns[2:]
    assert turn["content"] == [first, second, {"type": "text", "text": "hi"}]


def test_top_level_cache_control():
    mark = {"type": "ephemeral"}
    assert encode("m", cache_control=mark).body["cache_control"] == mark
    got = encode("m", provider="ollama-messages", cache_control=mark)
    assert got.losses == [("cache_control", "hint")]


@pytest.mark.parametrize(
    "raw", ['{"command": "grep \\d', '{"a": "\x01"}', '{"a": "\\q"}', "[1]", '{"a": 1} x', "nul"]
)
def test_invalid_json_tool_args(raw):
    call = {"type": "tool_use", "id": "toolu_1", "name": "exec", "input": {}}
    pieces = [{"type": "input_json_delta", "partial_json": raw[i : i + 3]} for i in range(0, 99, 3)]
    [got] = stream(*block(0, call, *pieces)).content
    assert got.input == {INVALID_JSON: raw}


def test_foreign_signature_after_switch():
    """A -> B -> A: what another issued goes, and Anthropic's own works again."""
    own = {"type": "thinking", "thinking": "t", "signature": "EqUDCkYI"}
    minted = {**own, "signature": Envelope("gemini", {"signature": "x"}).seal()}
    call = {"type": "tool_use", "id": "t1", "name": "f", "input": {}}
    result = {"role": "user", "content": [{"type": "tool_result", "tool_use_id": "t1"}]}
    first = [
        HI,
        said(own, {**call, "id": "t0"}),
        {"role": "user", "content": [{"type": "tool_result", "tool_use_id": "t0"}]},
    ]
    got = encode(OLD, messages=[*first, said(minted, call), result])
    assert got.turns[1] == first[1]
    assert got.turns[3] == said(call)
    assert got.losses == [("messages[3].content[0]", "hint")]
    budget = {"type": "enabled", "budget_tokens": 1024}
    got = encode(OLD, messages=[HI, said(minted, call), result], thinking=budget)
    assert got.body["thinking"] == {"type": "disabled"}
    assert ("thinking", "lossy") in got.losses


def test_early_error_in_200_stream():
    plugins = PluginManager(autoload=False)
    plugins.register(anyllm_anthropic)
    early = Answer.sse(sse(fault("overloaded_error", "Overloaded")))
    with ReplayServer(early) as server:
        made = {"plugins": plugins, "env": {}, "api_base": {"anthropic": server.url}}
        with (
            Client(**made, keys={"anthropic": "k"}, max_retries=0) as client,
            pytest.raises(any_llm.OverloadedError) as caught,
        ):
            client.messages("anthropic:m", [HI], 9, stream=True)
    assert caught.value.retryable


def test_citations_lost_on_replay():
    cited = {
        "type": "web_search_result_location",
        "url": "u",
        "title": "t",
        "cited_text": "c",
        "encrypted_index": "E",
        "new_field": 1,
    }
    text = {"type": "text", "text": "", "citations": []}
    delta = {"type": "citations_delta", "citation": cited}
    got = stream(*block(0, text, delta, {"type": "text_delta", "text": "a"}))
    sent = encode(NEW, messages=[HI, said(*got.content), HI], judged=False).turns[1]
    assert sent == said({"type": "text", "text": "a", "citations": [cited]})


def test_empty_thinking_with_signature():
    thinking = {"type": "thinking", "thinking": "", "signature": ""}
    signed = {"type": "signature_delta", "signature": "SIG"}
    got = stream(
        *block(0, thinking, signed),
        *block(1, {"type": "text", "text": ""}, {"type": "text_delta", "text": "Paris"}),
    )
    kept = {"type": "thinking", "thinking": "", "signature": "SIG"}
    assert got.content[0].model_dump() == kept
    sent = encode(NEW, messages=[HI, said(*got.content), HI]).turns[1]
    assert sent == said(kept, {"type": "text", "text": "Paris"})


def test_thinking_display_omitted():
    asked = {"type": "adaptive", "display": "summarized"}
    assert encode(NEW, thinking=asked).body["thinking"] == asked


def test_partial_tool_block_replayed():
    """Our own accumulator gives whole blocks only; pieces that others stored are left out."""
    piece = {"type": "input_json_delta", "partial_json": '{"a"'}
    got = encode(NEW, messages=[HI, said(piece, {"type": "text", "text": "b"}), HI])
    assert got.turns[1] == said({"type": "text", "text": "b"})
    assert got.losses == [("messages[1].content[0]", "lossy")]


def _json(body):
    import json

    return json.dumps(body).encode()
