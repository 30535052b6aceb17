"""What each family of models is sent, and what it is spared: rules of models.py.

The expectations are the Messages reference's, and recorded refusals (models.py names them).
"""

from __future__ import annotations

import pytest

from any_llm.plugin import UnsupportedFeature
from anyllm_anthropic.models import MODELS
from anyllm_anthropic.profile import AnthropicProfile
from anyllm_anthropic.rows import ROWS
from tests.support.anthropic_requests import HI, NEW, call_context, encode

BEFORE_4_6 = (
    *("claude-2.1", "claude-3-haiku-20240307", "claude-3-7-sonnet-latest", "claude-sonnet-4-0"),
    *("claude-sonnet-4-20250514", "claude-opus-4-1-20250805", "claude-haiku-4-5-20251001"),
    *("claude-opus-4-5", "claude-sonnet-4-5@20250929", "anthropic/claude-haiku-4.5"),
    *("us.anthropic.claude-sonnet-4-20250514-v1:0", "claude-opus-4", "claude-opus-4@20250514"),
)
SINCE_4_6 = ("claude-opus-4-6", "claude-sonnet-4-6-20260217", "anthropic/claude-opus-4.6")
SINCE_4_7 = ("claude-opus-4-7", "claude-opus-4-8", "claude-opus-5", "claude-sonnet-5")
SONNET_5_5 = ("claude-sonnet-5-5", "claude-sonnet-5-5-20260910")
UNKNOWN = (NEW, "claude-haiku-7-1", "m")
TOOL = {"name": "f", "input_schema": {"type": "object"}}
FORCED = {"tools": [TOOL], "tool_choice": {"type": "any"}}
BUDGET = {"thinking": {"type": "enabled", "budget_tokens": 2000}}
ADAPTIVE = {"thinking": {"type": "adaptive"}}
PREFILL = {"messages": [HI, {"role": "assistant", "content": "It is"}]}


def test_every_rule_names_its_source_and_fits_the_profile():
    rules = [*MODELS, *(rule for row in ROWS for rule in row.spec.models)]
    for rule in rules:
        assert rule.source
        AnthropicProfile(**rule.options)


@pytest.mark.parametrize("model", UNKNOWN)
def test_models_that_nobody_knows_are_the_newest(model):
    assert call_context("anthropic", model).profile == AnthropicProfile(one_model=True)


# --- sampling --------------------------------------------------------------------------------


@pytest.mark.parametrize("model", [*BEFORE_4_6, *SINCE_4_6])
def test_sampling_values_go_where_they_are_taken(model):
    got = encode(model, temperature=0.2, top_p=0.9, top_k=40)
    assert got.losses == []
    assert (got.body["temperature"], got.body["top_p"], got.body["top_k"]) == (0.2, 0.9, 40)
    assert got.version == "2023-06-01"


@pytest.mark.parametrize("model", [*SINCE_4_7, *SONNET_5_5, *UNKNOWN])
def test_sampling_values_that_are_refused_anyway_are_told(model):
    got = encode(model, temperature=0.2, top_p=1.0)
    assert got.losses == [("temperature", "lossy"), ("top_p", "hint")]
    assert not got.body.keys() & {"temperature", "top_p"}
    assert got.version == "2026-10-21"


def test_while_thinking_only_some_sampling_values_are_taken():
    got = encode("claude-sonnet-4-5", **BUDGET, temperature=0.2, top_p=0.96, top_k=1)
    assert got.losses == [("temperature", "lossy"), ("top_k", "lossy")]
    assert got.body["top_p"] == 0.96
    got = encode("claude-sonnet-4-5", **BUDGET, temperature=1.0, top_p=0.5)
    assert got.losses == [("top_p", "lossy")]
    assert got.body["temperature"] == 1.0


def test_quirks_let_a_value_through():
    ctx = call_context("anthropic", NEW, quirks={"sampling": "used"})
    assert encode(NEW, ctx=ctx, temperature=0.2).body["temperature"] == 0.2


# --- thinking --------------------------------------------------------------------------------


@pytest.mark.parametrize("model", [*BEFORE_4_6, *SINCE_4_6])
def test_a_budget_goes_where_it_is_taken(model):
    assert encode(model, **BUDGET).body["thinking"] == BUDGET["thinking"]


@pytest.mark.parametrize("model", [*SINCE_4_7, *SONNET_5_5, *UNKNOWN])
def test_a_budget_becomes_adaptive_where_there_are_none(model):
    asked = {"thinking": {**BUDGET["thinking"], "display": "summarized"}}
    got = encode(model, **asked)
    assert got.body["thinking"] == {"type": "adaptive", "display": "summarized"}
    assert got.losses == [("thinking.budget_tokens", "lossy")]


@pytest.mark.parametrize("model", [*SINCE_4_6, *SINCE_4_7, *SONNET_5_5, *UNKNOWN])
def test_adaptive_thinking_is_sent(model):
    assert encode(model, **ADAPTIVE).body["thinking"] == {"type": "adaptive"}


@pytest.mark.parametrize("model", BEFORE_4_6)
def test_adaptive_thinking_is_refused_where_it_is_known_to_be(model):
    with pytest.raises(UnsupportedFeature, match=r"thinking: .* adaptive.*'budget_tokens'"):
        encode(model, **ADAPTIVE)


def test_thinking_that_cannot_be_off():
    off = {"thinking": {"type": "disabled"}}
    for model in (*BEFORE_4_6, *SINCE_4_6, *SINCE_4_7, *UNKNOWN):
        assert encode(model, **off).body["thinking"] == {"type": "disabled"}
    for model in SONNET_5_5:
        got = encode(model, **off)
        assert got.body["thinking"] == {"type": "between_tools"}
        assert got.losses == [("thinking", "lossy")]


@pytest.mark.parametrize("kind", ["between_tools", "new_way"])
def test_other_ways_to_think_go_as_they_are(kind):
    got = encode(NEW, thinking={"type": kind, "depth": 3}, judged=False)
    assert got.body["thinking"] == {"type": kind, "depth": 3}


# --- forced tools ----------------------------------------------------------------------------


@pytest.mark.parametrize("model", [*BEFORE_4_6, *SINCE_4_6])
def test_forced_tools_beside_a_budget(model):
    with pytest.raises(UnsupportedFeature, match=r"tool_choice: .*leave thinking out"):
        encode(model, **FORCED, **BUDGET)
    assert encode(model, **FORCED).body["tool_choice"] == {"type": "any"}
    encode(model, **BUDGET, tools=[TOOL], tool_choice={"type": "auto"})


def test_forced_tools_beside_adaptive_thinking():
    """Recorded: accepted by Opus 4.6, refused by Opus 4.8."""
    encode("claude-opus-4-6", **FORCED, **ADAPTIVE)
    with pytest.raises(UnsupportedFeature, match="tool_choice"):
        encode("claude-opus-4-8", **FORCED, **ADAPTIVE)


@pytest.mark.parametrize("model", [*SONNET_5_5, "claude-mythos-preview"])
@pytest.mark.parametrize("choice", [{"type": "any"}, {"type": "tool", "name": "f"}])
def test_models_that_cannot_be_forced(model, choice):
    with pytest.raises(UnsupportedFeature, match=r"tool_choice: .*'auto'"):
        encode(model, tools=[TOOL], tool_choice=choice)
    encode(model, tools=[TOOL], tool_choice={"type": "none"})


@pytest.mark.parametrize("model", UNKNOWN)
def test_a_model_that_nobody_knows_is_refused_nothing(model):
    assert encode(model, **FORCED, **ADAPTIVE).losses == []
    assert encode(model, **PREFILL).turns[-1]["content"] == "It is"


# --- prefill ---------------------------------------------------------------------------------


@pytest.mark.parametrize("model", BEFORE_4_6)
def test_a_prefill_is_sent_where_it_is_continued(model):
    assert encode(model, **PREFILL).turns == PREFILL["messages"]


@pytest.mark.parametrize("model", [*SINCE_4_6, *SINCE_4_7, *SONNET_5_5])
def test_a_prefill_is_refused_where_it_is_known_to_be(model):
    with pytest.raises(UnsupportedFeature, match=r"messages\[1\]: .*end with a user turn"):
        encode(model, **PREFILL)


def test_a_paused_turn_is_no_prefill():
    """stop_reason pause_turn: the content goes back as it is, and the provider goes on."""
    call = {"type": "server_tool_use", "id": "srvtoolu_1", "name": "web_search", "input": {}}
    turns = [HI, {"role": "assistant", "content": [{"type": "text", "text": "a "}, call]}]
    assert encode("claude-opus-5", messages=turns).turns == turns


@pytest.mark.parametrize(
    ("content", "sent"),
    [
        ("It is \n", "It is"),
        ([{"type": "text", "text": "It is \n"}], [{"type": "text", "text": "It is"}]),
    ],
)
def test_white_space_at_the_end_of_a_prefill_is_left_out(content, sent):
    got = encode("claude-sonnet-4-5", messages=[HI, {"role": "assistant", "content": content}])
    assert got.turns[-1]["content"] == sent
    assert got.losses == [("messages[1].content", "hint")]


def test_a_prefill_of_white_space_alone_goes():
    got = encode("claude-sonnet-4-5", messages=[HI, {"role": "assistant", "content": " "}])
    assert got.turns == [HI]
