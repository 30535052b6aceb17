"""The `think` of a body for each way of asking, and what is told about it."""

from __future__ import annotations

import pytest

from .kit import encode

BUDGET = "thinking.budget_tokens"
EFFORT = "output_config.effort"


def enabled(budget=4000):
    return {"type": "enabled", "budget_tokens": budget}


ADAPTIVE = {"type": "adaptive"}
OFF = {"type": "disabled"}
ABSENT = object()

# model, thinking, effort -> think, losses
MATRIX = [
    ("qwen3", None, None, False, []),
    ("qwen3", OFF, None, False, []),
    ("qwen3", enabled(), None, True, [(BUDGET, "lossy")]),
    ("qwen3", ADAPTIVE, None, True, [("thinking.type", "hint")]),
    ("qwen3", ADAPTIVE, "low", "low", [("thinking.type", "hint")]),
    ("qwen3", ADAPTIVE, "max", "max", [("thinking.type", "hint")]),
    ("qwen3", ADAPTIVE, "xhigh", "max", [("thinking.type", "hint"), (EFFORT, "emulated")]),
    ("qwen3", ADAPTIVE, "unheard", "unheard", [("thinking.type", "hint")]),
    ("qwen3", enabled(), "high", "high", [(BUDGET, "lossy")]),
    ("qwen3", None, "high", False, [(EFFORT, "lossy")]),
    ("qwen3", OFF, "high", False, [(EFFORT, "lossy")]),
    ("qwen3", {"type": "between_tools"}, None, True, [("thinking.type", "lossy")]),
    ("qwen3", {"type": "unheard"}, None, False, [("thinking.type", "lossy")]),
    ("gpt-oss:20b", None, None, ABSENT, []),
    ("gpt-oss:20b", None, "low", "low", []),
    ("gpt-oss:20b", OFF, None, "low", [("thinking", "lossy")]),
    ("gpt-oss:20b", OFF, "high", "high", [("thinking", "lossy")]),
    ("gpt-oss:20b", enabled(1024), None, "low", [(BUDGET, "emulated")]),
    ("gpt-oss:20b", enabled(8192), None, "medium", [(BUDGET, "emulated")]),
    ("gpt-oss:20b", enabled(30_000), None, "high", [(BUDGET, "emulated")]),
    ("gpt-oss:20b", ADAPTIVE, None, "medium", [("thinking.type", "hint")]),
    ("gpt-oss:20b", ADAPTIVE, "max", "high", [("thinking.type", "hint"), (EFFORT, "emulated")]),
    ("hf.co/unsloth/gpt-oss-20b-GGUF:Q4", None, None, ABSENT, []),
]


@pytest.mark.parametrize(("model", "thinking", "effort", "think", "losses"), MATRIX)
def test_the_matrix(model, thinking, effort, think, losses):
    asked = {"thinking": thinking} if thinking else {}
    if effort:
        asked["output_config"] = {"effort": effort}
    got = encode(model=model, **asked)
    assert got.body.get("think", ABSENT) == think
    assert got.losses == losses


def test_the_server_may_decide_where_nothing_is_said():
    quirks = {"think_unasked": "unset"}
    assert "think" not in encode(quirks=quirks).body
    assert encode(quirks=quirks, thinking=OFF).body["think"] is False


def test_a_model_without_levels_is_told_so():
    quirks = {"think_levels": ()}
    got = encode(quirks=quirks, thinking=ADAPTIVE, output_config={"effort": "low"})
    assert got.body["think"] is True
    assert (EFFORT, "lossy") in got.losses


@pytest.mark.parametrize(("shown", "severity"), [("omitted", "lossy"), ("summarized", "hint")])
def test_what_is_shown_is_up_to_the_server(shown, severity):
    got = encode(thinking={**ADAPTIVE, "display": shown})
    assert ("thinking.display", severity) in got.losses


def test_a_key_nobody_knows_is_told():
    got = encode(thinking={**ADAPTIVE, "brand_new": 1})
    assert ("thinking.brand_new", "lossy") in got.losses
