"""What this wire has no place for, and what the answer's side must know of a request."""

from __future__ import annotations

import pytest

from any_llm.plugin import UnsupportedFeature

from .kit import SCHEMA, TOOL

NEW = "gpt-5.6-sol"


def test_stop_sequences_are_refused_by_name(encode):
    with pytest.raises(UnsupportedFeature, match="cut_stop_sequences=True") as caught:
        encode(stop_sequences=["x"])
    assert caught.value.path == "stop_sequences"
    assert 'wire_api="chat"' in str(caught.value)


@pytest.mark.parametrize(
    "said", [{"options": {"cut_stop_sequences": True}}, {"quirks": {"cut_stop_sequences": True}}]
)
def test_stop_sequences_cut_here(encode, said):
    got = encode(model=NEW, stop_sequences=["x", "yz"], **said)
    assert got.ctx.state["cut"] == ("x", "yz")
    assert got.losses == [("stop_sequences", "emulated")]
    assert got.body == encode(model=NEW).body


def test_a_call_may_take_the_cutting_back(encode):
    quirks, options = {"cut_stop_sequences": True}, {"cut_stop_sequences": False}
    with pytest.raises(UnsupportedFeature):
        encode(stop_sequences=["x"], quirks=quirks, options=options)


ONLY_ANTHROPIC = {
    "container": "c",
    "inference_geo": "eu",
    "diagnostics": {"previous_message_id": "m"},
    "context_management": {"edits": []},
    "mcp_servers": [{"type": "url"}],
    "user_profile_id": "u",
    "workspace_id": "w",
    "fallbacks": "default",
}


@pytest.mark.parametrize("field", ONLY_ANTHROPIC)
def test_fields_that_only_anthropic_has(encode, field):
    with pytest.raises(UnsupportedFeature) as caught:
        encode(**{field: ONLY_ANTHROPIC[field]})
    assert caught.value.path == field


def test_speed_and_a_standard_tier_exclude_each_other(encode):
    with pytest.raises(UnsupportedFeature):
        encode(speed="fast", service_tier="standard_only")


def test_the_answer_side_learns_what_it_needs(encode):
    got = encode(
        tools=[{**TOOL, "name": "my.tool"}],
        tool_choice={"type": "any"},
        output_config={"format": {"type": "json_schema", "schema": SCHEMA}},
    )
    [short] = got.ctx.state["tool_names"]
    assert got.ctx.state["tool_names"] == {short: "my.tool"}
    assert got.ctx.state["declared_tools"] == {short}
    assert got.ctx.state["forced_tool"] is True
    assert got.ctx.state["json_schema"] is True
