"""What is taken for granted of a model, from its id."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from anyllm_gemini.models import MODELS
from anyllm_gemini.profile import GeminiProfile
from tests.support.gemini_requests import call_context


def profile(model, provider="gemini"):
    return call_context(provider, model).profile


def test_unknown_options_are_an_error():
    with pytest.raises(ValidationError):
        GeminiProfile(thinkng="level")


def test_every_rule_names_its_source_and_fits_the_profile():
    for rule in MODELS:
        assert rule.source
        GeminiProfile(**rule.options)


@pytest.mark.parametrize("model", ["gemini-99-ultra", "gemini-flash-latest", "m", "gemma-4-27b"])
def test_models_that_nobody_knows_are_the_newest(model):
    assert profile(model) == GeminiProfile()


@pytest.mark.parametrize("prefix", ["", "models/", "publishers/google/models/"])
def test_families(prefix):
    for model, thinking, ids, combines in (
        ("gemini-1.5-pro", "none", False, False),
        ("gemini-2.0-flash-001", "none", False, False),
        ("gemini-2.5-flash", "budget", False, False),
        ("gemini-2.5-pro-preview-05-06", "budget", False, False),
        ("gemini-3-flash-preview", "level", True, True),
        ("gemini-3.1-pro-preview", "level", True, True),
        ("gemini-4-argon", "level", True, True),
        ("gemma-3-27b-it", "none", False, False),
    ):
        found = profile(prefix + model)
        assert (found.thinking, found.call_ids, found.combines) == (thinking, ids, combines)
        assert found.signatures == (thinking == "level")


def test_vertex_differs_in_its_host_only():
    ours, theirs = profile("gemini-3-flash"), profile("gemini-3-flash", "vertex")
    differs = {n for n in GeminiProfile.model_fields if getattr(ours, n) != getattr(theirs, n)}
    assert differs == {
        *("issuer", "api_version", "models_path", "lists_models", "count", "service_tier"),
        *("exclude_domains", "server_tool_invocations", "call_ids"),
    }
