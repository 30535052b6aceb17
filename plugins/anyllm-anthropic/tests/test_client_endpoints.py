"""Endpoints over the loopback: whose reasoning goes where, and what an endpoint lacks."""

from __future__ import annotations

import json

import pytest

from any_llm import Client
from any_llm.plugin import Envelope, UnsupportedFeature
from any_llm.testing import Answer, ReplayServer
from tests.support.anthropic_client import HELLO, options
from tests.support.judge import judge_message, judge_stream
from tests.support.messages_replies import sse
from tests.support.wire import QUESTION, events, message

# --- whose reasoning it is -------------------------------------------------------------------

THOUGHT = {"type": "thinking", "thinking": "hm", "signature": "vendor-sig"}
REDACTED = {"type": "redacted_thinking", "data": "vendor-data"}
TEXT = {"type": "text", "text": "a"}


def thought_events():
    start, *_, stop, end = events()
    return [
        start,
        {
            "type": "content_block_start",
            "index": 0,
            "content_block": {**THOUGHT, "thinking": "", "signature": ""},
        },
        _delta(0, "thinking_delta", thinking="hm"),
        _delta(0, "signature_delta", signature="vendor-sig"),
        {"type": "content_block_stop", "index": 0},
        {"type": "content_block_start", "index": 1, "content_block": REDACTED},
        {"type": "content_block_stop", "index": 1},
        {"type": "content_block_start", "index": 2, "content_block": {**TEXT, "text": ""}},
        _delta(2, "text_delta", text="a"),
        {"type": "content_block_stop", "index": 2},
        stop,
        end,
    ]


def _delta(index, kind, **said):
    return {"type": "content_block_delta", "index": index, "delta": {"type": kind, **said}}


def exchange(provider, *turns, stream):
    """An answer with reasoning, and the turns of the request that gives it back to `back`."""
    whole = message(content=[THOUGHT, REDACTED, TEXT])
    answer = Answer.sse(sse(*thought_events())) if stream else Answer.of(whole)
    with ReplayServer(answer, Answer.of(message())) as server:
        with Client(**options(server, on_loss="ignore")) as client:
            got = client.messages("m", provider=provider, api_key="k", stream=stream, **HELLO)
            if stream:
                said = list(got)
                got = got.get_final_message()
                judge_stream(said, got)
            judge_message(got)
            history = [*QUESTION, {"role": "assistant", "content": got.content}, *QUESTION]
            losses = []
            for back in turns:
                again = client.messages("m", history, 9, provider=back, api_key="k")
                losses.append([loss.path for loss in again.losses])
        return got, [request.json["messages"][1] for request in server.requests[1:]], losses


@pytest.mark.parametrize("stream", [False, True])
def test_an_endpoint_gets_back_its_own_reasoning_and_nobody_elses(stream):
    own = "minimax-messages"
    got, [back, elsewhere, home], losses = exchange(
        own, own, "zai-messages", "anthropic", stream=stream
    )
    sealed = got.content[0].signature
    assert Envelope.open(sealed) == Envelope(own, {"state": "vendor-sig"})
    assert back["content"] == [THOUGHT, REDACTED, TEXT]
    assert elsewhere["content"] == home["content"] == [TEXT]
    assert losses[0] == []
    assert losses[1] == losses[2] == ["messages[1].content[0]", "messages[1].content[1]"]


@pytest.mark.parametrize("stream", [False, True])
def test_anthropics_reasoning_stands_as_it_came(stream):
    got, [back, elsewhere], losses = exchange(
        "anthropic", "anthropic", "zai-messages", stream=stream
    )
    assert [block.model_dump() for block in got.content[:2]] == [THOUGHT, REDACTED]
    assert back["content"] == [THOUGHT, REDACTED, TEXT]
    assert elsewhere["content"] == [TEXT]
    assert losses == [[], ["messages[1].content[0]", "messages[1].content[1]"]]


# --- what endpoints lack ---------------------------------------------------------------------


def sent(provider, **fields):
    """The body that an endpoint is sent, and the losses."""
    with ReplayServer(Answer.of(message())) as server:
        with Client(**options(server, on_loss="ignore")) as client:
            got = client.messages("m", provider=provider, api_key="k", **{**HELLO, **fields})
        return json.loads(server.requests[0].body), [(e.path, e.severity) for e in got.losses]


def test_what_an_endpoint_ignores_is_told():
    marked = [{"type": "text", "text": "s", "cache_control": {"type": "ephemeral"}}]
    body, losses = sent("deepseek-messages", top_k=3, system=marked, service_tier="auto")
    assert (body["top_k"], body["system"]) == (3, marked)
    assert losses == [("top_k", "lossy"), ("service_tier", "hint"), ("cache_control", "hint")]
    assert sent("ollama-messages", top_k=3)[1] == []


@pytest.mark.parametrize(
    ("provider", "fields", "path"),
    [
        ("minimax-messages", {"stop_sequences": ["x"]}, "stop_sequences"),
        ("ollama-messages", {"tool_choice": {"type": "any"}}, "tool_choice"),
        (
            "vllm-messages",
            {"output_config": {"format": {"type": "json_schema", "schema": {}}}},
            "output_config.format",
        ),
        ("deepseek-messages", {"mcp_servers": [{"type": "url"}]}, "mcp_servers"),
    ],
)
def test_what_would_be_lost_is_refused(provider, fields, path):
    with pytest.raises(UnsupportedFeature, match=f"{provider}: {path}: this endpoint ignores it; "):
        sent(provider, **fields)


def test_blocks_that_an_endpoint_does_not_take_are_refused():
    note = {"type": "document", "source": {"type": "text", "media_type": "text/plain", "data": "n"}}
    turns = [{"role": "user", "content": [note]}]
    for provider in ("deepseek-messages", "ollama-messages", "vllm-messages"):
        with pytest.raises(UnsupportedFeature, match=r"messages\[0\].content\[0\]: .*document"):
            sent(provider, messages=turns)
    assert sent("zai-messages", messages=turns)[0]["messages"] == turns
