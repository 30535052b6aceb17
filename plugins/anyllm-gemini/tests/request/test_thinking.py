"""Mapping 1.3: thinking budgets and levels by generation of model."""

from __future__ import annotations

import pytest

from tests.support.gemini_requests import NEW, encode

PRO, FLASH, LITE = "gemini-2.5-pro", "gemini-2.5-flash", "gemini-2.5-flash-lite"
LOSSY_BUDGET = [("thinking.budget_tokens", "lossy")]


def asked(model, thinking=None, effort=None):
    fields = {"thinking": thinking, "output_config": {"effort": effort} if effort else None}
    got = encode(model=model, **{n: v for n, v in fields.items() if v is not None})
    return got.config.get("thinkingConfig"), got.losses


def budget(tokens, **more):
    return {"type": "enabled", "budget_tokens": tokens, **more}


DISABLED, ADAPTIVE = {"type": "disabled"}, {"type": "adaptive"}


@pytest.mark.parametrize("model", [PRO, FLASH, "gemini-3-flash-preview", NEW, "gemini-2.0-flash"])
def test_nothing_asked_is_nothing_said(model):
    assert asked(model) == (None, [])


@pytest.mark.parametrize(
    ("model", "tokens", "sent"),
    [
        (FLASH, 1024, 1024),
        (FLASH, 24576, 24576),
        (FLASH, 30000, 24576),
        (PRO, 30000, 30000),
        (PRO, 40000, 32768),
        (PRO, 100, 128),
        (LITE, 100, 512),
        ("gemini-2.5-flash-preview-09-2025", 600, 600),
    ],
)
def test_budgets_of_gemini_2_5(model, tokens, sent):
    config, losses = asked(model, budget(tokens))
    assert config == {"includeThoughts": True, "thinkingBudget": sent}
    assert losses == ([] if sent == tokens else LOSSY_BUDGET)


@pytest.mark.parametrize(
    ("tokens", "level"),
    [(1024, "LOW"), (2048, "LOW"), (2049, "MEDIUM"), (8192, "MEDIUM"), (8193, "HIGH")],
)
@pytest.mark.parametrize("model", ["gemini-3-flash-preview", "gemini-3.8-flash", "gemini-99-ultra"])
def test_a_budget_becomes_a_level_since_gemini_3(model, tokens, level):
    config, losses = asked(model, budget(tokens))
    assert config == {"includeThoughts": True, "thinkingLevel": level}
    assert losses == LOSSY_BUDGET


@pytest.mark.parametrize(
    ("model", "config", "losses"),
    [
        (FLASH, {"thinkingBudget": 0}, []),
        (LITE, {"thinkingBudget": 0}, []),
        (PRO, {"thinkingBudget": 128}, [("thinking", "lossy")]),
        ("gemini-3-flash-preview", {"thinkingLevel": "MINIMAL"}, [("thinking", "lossy")]),
        ("gemini-3.5-flash", {"thinkingLevel": "MINIMAL"}, [("thinking", "lossy")]),
        ("gemini-3.7-flash", {"thinkingLevel": "LOW"}, [("thinking", "lossy")]),
        ("gemini-3.1-pro-preview", {"thinkingLevel": "LOW"}, [("thinking", "lossy")]),
        ("gemini-3-pro-preview", {"thinkingLevel": "LOW"}, [("thinking", "lossy")]),
        ("gemini-4-argon", {"thinkingLevel": "LOW"}, [("thinking", "lossy")]),
        ("gemini-2.0-flash", None, [("thinking", "hint")]),
    ],
)
def test_disabled(model, config, losses):
    assert asked(model, DISABLED) == (config, losses)


@pytest.mark.parametrize(
    ("model", "effort", "level", "told"),
    [
        ("gemini-3-flash-preview", "low", "LOW", []),
        ("gemini-3-flash-preview", "medium", "MEDIUM", []),
        ("gemini-3-flash-preview", "high", "HIGH", []),
        ("gemini-3-flash-preview", "minimal", "MINIMAL", []),
        ("gemini-3.8-flash", "minimal", "LOW", [("output_config.effort", "lossy")]),
        ("gemini-3.8-flash", "xhigh", "HIGH", [("output_config.effort", "lossy")]),
        ("gemini-3.8-flash", "max", "HIGH", [("output_config.effort", "lossy")]),
        ("gemini-3-pro-preview", "medium", "HIGH", [("output_config.effort", "lossy")]),
    ],
)
def test_effort_is_a_level(model, effort, level, told):
    assert asked(model, effort=effort) == ({"thinkingLevel": level}, told)
    with_thoughts = {"includeThoughts": True, "thinkingLevel": level}
    assert asked(model, ADAPTIVE, effort) == (with_thoughts, told)


@pytest.mark.parametrize(
    ("model", "effort", "tokens"),
    [(FLASH, "low", 2048), (FLASH, "medium", 8192), (FLASH, "max", 24576), (PRO, "max", 32768)],
)
def test_effort_is_a_budget_on_gemini_2_5(model, effort, tokens):
    told = [("output_config.effort", "emulated")]
    assert asked(model, effort=effort) == ({"thinkingBudget": tokens}, told)


def test_adaptive():
    assert asked(NEW, ADAPTIVE) == ({"includeThoughts": True}, [])
    assert asked(FLASH, ADAPTIVE) == ({"includeThoughts": True, "thinkingBudget": -1}, [])


def test_display():
    hidden = {"includeThoughts": False, "thinkingBudget": 1024}
    assert asked(FLASH, budget(1024, display="omitted")) == (hidden, [])
    shown = {"includeThoughts": True, "thinkingBudget": 1024}
    assert asked(FLASH, budget(1024, display="summarized")) == (shown, [])
    assert asked(FLASH, budget(1024, display="updates")) == (shown, [("thinking.display", "lossy")])


def test_what_cannot_go_together_is_reported():
    config, losses = asked(NEW, budget(9000), "low")
    assert (config, losses) == ({"includeThoughts": True, "thinkingLevel": "LOW"}, LOSSY_BUDGET)
    config, losses = asked(FLASH, budget(9000), "low")
    assert config == {"includeThoughts": True, "thinkingBudget": 9000}
    assert losses == [("output_config.effort", "lossy")]
    assert asked(FLASH, DISABLED, "low")[1] == [("output_config.effort", "lossy")]


def test_words_that_nobody_knows_are_reported():
    assert asked(NEW, {"type": "between_tools"})[1] == [("thinking.type", "lossy")]
    assert asked(NEW, {"type": "brand_new"})[1] == [("thinking.type", "lossy")]
    assert asked(NEW, {"type": "adaptive", "more": 1})[1] == [("thinking.more", "lossy")]
    assert asked(NEW, effort="heroic") == (None, [("output_config.effort", "lossy")])


def test_models_that_do_not_think():
    assert asked("gemini-2.0-flash", budget(1024)) == (None, [("thinking", "lossy")])
    assert asked("gemma-3-27b-it", effort="low") == (None, [("output_config.effort", "lossy")])
