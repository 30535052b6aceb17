"""Two requests that differ in one feature never send the same bytes without a word about it."""

from __future__ import annotations

from functools import partial

import pytest

from any_llm._features import FIELDS, INSIDE, PDF, turn, user
from any_llm.plugin import UnsupportedFeature, dumps
from anyllm_openai.responses.dialect import Responses
from anyllm_openai.rows import ROWS
from tests.support.distinct import vanished
from tests.support.openai_requests import encode_once

from .kit import WEB, redacted, searched, text, thinking

SEALED = {"id": "rs_1", "encrypted_content": "gAAA"}
PAGE = {"type": "web_search_result", "url": "v", "title": "t"}
SEARCH = {"tools": [WEB]}


def search(**more):
    return {"tools": [{**WEB, **more}]}


def display(shown):
    return {"thinking": {"type": "adaptive", "display": shown}}


# What this wire has and Chat Completions has not.
OWN = {
    "reasoning": (turn(text("a")), turn(redacted(SEALED), text("a"))),
    "reasoning: encrypted_content": (
        turn(redacted(SEALED), text("a")),
        turn(redacted({**SEALED, "encrypted_content": "gBBB"}), text("a")),
    ),
    "reasoning: summary": (
        turn(redacted(SEALED), text("a")),
        turn(thinking("why", SEALED), text("a")),
    ),
    "web search": (turn(text("a")), turn(*searched(), text("a"))),
    "web search: action": (
        turn(*searched(), text("a")),
        turn(*searched(action={"type": "search", "query": "python"}), text("a")),
    ),
    "web search: results": (
        turn(*searched(), text("a")),
        turn(
            *searched(content=[{"type": "web_search_result", "url": "v", "title": "t"}]), text("a")
        ),
    ),
    "the order of text and search": (
        turn(*searched(), text("a")),
        turn(text("a"), *searched()),
    ),
    "web search tool: max_uses": (SEARCH, search(max_uses=2)),
    "web search tool: allowed_domains": (SEARCH, search(allowed_domains=["x.example"])),
    "web search tool: blocked_domains": (SEARCH, search(blocked_domains=["x.example"])),
    "web search tool: user_location": (
        SEARCH,
        search(user_location={"type": "approximate", "city": "Rome"}),
    ),
    "web search tool: a key nobody knows": (SEARCH, search(response_inclusion="all")),
    "tool_choice: the search": (
        {**SEARCH, "tool_choice": {"type": "any"}},
        {**SEARCH, "tool_choice": {"type": "tool", "name": "web_search"}},
    ),
    "thinking: display omitted": (display("summarized"), display("omitted")),
    "max_tokens: 0": ({}, {"max_tokens": 0}),
    "cache_control: ttl": (
        {"cache_control": {"type": "ephemeral"}},
        {"cache_control": {"type": "ephemeral", "ttl": "1h"}},
    ),
    "PDF by URL: title": (
        user({**PDF, "source": {"type": "url", "url": "u"}}),
        user({**PDF, "source": {"type": "url", "url": "u"}, "title": "T"}),
    ),
    "PDF by id: title": (
        user({**PDF, "source": {"type": "file", "file_id": "f"}}),
        user({**PDF, "source": {"type": "file", "file_id": "f"}, "title": "T"}),
    ),
}
FEATURES = FIELDS | INSIDE | OWN
MODELS = ("gpt-4o", "gpt-5-mini", "gpt-5.4", "gpt-5.6-sol", "o3", "gpt-5.2-chat-latest", "prod")
PLACES = [
    *((provider, model) for provider in ("openai", "azure") for model in MODELS),
    *((row.spec.id, "m") for row in ROWS if row.spec.id not in {"openai", "azure"}),
]
CUT = {"options": {"cut_stop_sequences": True}}


def sent(provider, model, fields, **more):
    """The bytes and the losses, or the refusal."""
    try:
        got = encode_once(Responses(), provider, {"model": model, **fields}, **more)
    except UnsupportedFeature as refused:
        return "refused", refused.path
    return dumps(got.body), sorted(got.losses)


# Two values of one thing: where it cannot go at all, both are reported, in the same words.
VALUES = {
    "thinking: budget_tokens": "thinking",
    "thinking: display": "thinking",
    "thinking: display omitted": "thinking",
    "output_config: effort": "output_config.effort",
    "system: ttl of cache_control": "system[0].cache_control",
    "cache_control: ttl": "cache_control",
    "reasoning: encrypted_content": "messages[1]",
    "reasoning: summary": "messages[1]",
}


@pytest.mark.parametrize(("provider", "model"), PLACES)
def test_no_feature_vanishes(provider, model):
    assert vanished(FEATURES, partial(sent, provider, model), VALUES) == []


def test_sequences_that_are_cut_here_differ_in_what_is_said():
    one = sent("openai", "gpt-5", {"stop_sequences": ["x"]}, **CUT)
    assert one[1] == [("stop_sequences", "emulated")]
