"""The choice among tools, and structured answers: one field, `format`, serves both."""

from __future__ import annotations

import pytest

from any_llm.plugin import UnsupportedFeature

from .kit import CLOUD, SCHEMA, TOOL, encode

FORMAT = {"format": {"type": "json_schema", "schema": SCHEMA}}
OTHER = {"name": "g", "input_schema": {"type": "object"}}
BY_FORMAT = {"forced_tool": "format"}
ONE = {"type": "tool", "name": "f"}


def test_none_leaves_the_tools_at_home():
    got = encode(tools=[TOOL], tool_choice={"type": "none"})
    assert "tools" not in got.body
    assert got.losses == [("tools", "emulated")]


def test_without_tools_a_choice_says_nothing_or_is_refused():
    assert encode(tool_choice={"type": "none"}).losses == [("tool_choice", "hint")]
    with pytest.raises(UnsupportedFeature, match="there are no tools"):
        encode(tool_choice={"type": "any"})


@pytest.mark.parametrize("choice", [ONE, {"type": "any"}])
def test_a_forced_tool_is_refused_with_a_way_out(choice):
    with pytest.raises(UnsupportedFeature, match="forced_tool") as refused:
        encode(tools=[TOOL], tool_choice=choice)
    assert refused.value.path == "tool_choice"


@pytest.mark.parametrize(
    "choice", [ONE, {"type": "any"}, {**ONE, "disable_parallel_tool_use": True}]
)
def test_a_forced_tool_by_format_is_an_answer_of_its_schema(choice):
    got = encode(tools=[TOOL], tool_choice=choice, system="Be.", quirks=BY_FORMAT)
    assert got.body["format"] == SCHEMA
    assert "tools" not in got.body
    system = got.messages[0]["content"]
    assert system.startswith("Be.\nAnswer with the input for the tool 'f'")
    assert '"required":["a"]' in system
    assert system.endswith("What the tool is for: d")
    assert got.losses == [("tool_choice", "emulated")]
    assert got.ctx.state["forced_tool"] == "f"


def test_the_other_tools_stay_at_home_and_that_is_told():
    got = encode(tools=[OTHER, TOOL], tool_choice=ONE, quirks=BY_FORMAT)
    assert got.losses == [("tool_choice", "emulated"), ("tools", "emulated")]


@pytest.mark.parametrize(
    "asked",
    [
        {"tools": [TOOL, OTHER], "tool_choice": {"type": "any"}},
        {"tools": [TOOL], "tool_choice": {"type": "tool", "name": "x"}},
        {"tools": [TOOL], "tool_choice": ONE, "output_config": FORMAT},
        {"tools": [{**TOOL, "strict": True}], "tool_choice": ONE},
        {"tools": [TOOL], "tool_choice": ONE, "base_url": CLOUD},
        {"tools": [TOOL], "tool_choice": ONE, "model": "gpt-oss:120b-cloud"},
        {"tools": [TOOL], "tool_choice": {"type": "unheard"}},
    ],
)
def test_what_format_cannot_force_is_refused(asked):
    with pytest.raises(UnsupportedFeature):
        encode(**asked, quirks=BY_FORMAT)


def test_a_forced_tool_with_thinking_is_counted_in_part():
    asked = {"tools": [TOOL], "tool_choice": ONE, "thinking": {"type": "adaptive"}}
    got = encode(**asked, quirks=BY_FORMAT)
    assert got.losses == [("thinking.type", "hint"), ("tool_choice", "emulated"), ("usage", "hint")]


PATH = "output_config.format"


def test_a_schema_with_thinking_is_counted_in_part():
    got = encode(output_config=FORMAT, thinking={"type": "adaptive"})
    assert got.losses == [("thinking.type", "hint"), ("usage", "hint")]


def test_a_schema_with_tools_binds_the_calls():
    assert encode(output_config=FORMAT, tools=[TOOL]).losses == [(PATH, "lossy")]


@pytest.mark.parametrize(
    "place",
    [
        {"base_url": CLOUD},
        {"base_url": CLOUD, "provider": "ollama-cloud"},
        {"model": "gpt-oss:120b-cloud"},
        {"model": "qwen3:cloud"},
    ],
)
def test_the_cloud_does_not_hold_to_a_schema(place):
    assert encode(output_config=FORMAT, **place).losses == [(PATH, "lossy")]


def test_keys_nobody_knows_are_told():
    asked = {"effort": None, "brand_new": 1, "format": {**FORMAT["format"], "name": "n"}}
    told = encode(output_config=asked).losses
    assert told == [("output_config.brand_new", "lossy"), (f"{PATH}.name", "lossy")]
