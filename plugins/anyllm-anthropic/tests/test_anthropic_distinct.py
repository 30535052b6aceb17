"""Two requests that differ in one feature never send the same bytes without a word about it."""

from __future__ import annotations

import pytest

from any_llm._features import FIELDS, INSIDE
from any_llm.plugin import MESSAGES_FIELDS, UnsupportedFeature, dumps
from anyllm_anthropic.rows import ROWS
from tests.support.anthropic_requests import encode

FEATURES = FIELDS | INSIDE
CLAUDES = ("claude-9", "claude-opus-4-8", "claude-sonnet-4-6", "claude-sonnet-4-5", "claude-2.1")
PLACES = [(row.spec.id, "m") for row in ROWS] + [("anthropic", model) for model in CLAUDES]


def sent(provider, model, fields):
    """The bytes, the headers and the losses, or the refusal."""
    fields = {name: value for name, value in fields.items() if name != "model"}
    try:
        got = encode(model, provider=provider, judged=False, **{"max_tokens": 5, **fields})
    except UnsupportedFeature as refused:
        return "refused", refused.path
    return dumps(got.body), sorted(got.wire.headers.items()), sorted(got.losses)


def test_every_field_of_the_api_is_a_feature_here():
    assert set(FIELDS) == MESSAGES_FIELDS - {"stream"}  # how, not what: the client's business


@pytest.mark.parametrize("feature", [name for name in FEATURES if name != "model"])
@pytest.mark.parametrize(("provider", "model"), PLACES)
def test_no_feature_vanishes(provider, model, feature):
    before, after = FEATURES[feature]
    first, second = sent(provider, model, before), sent(provider, model, after)
    if second[0] == "refused" or first != second:
        return
    # Two values of one thing that cannot go at all: both are reported, in the same words.
    assert feature == "thinking: budget_tokens"
    assert ("thinking.budget_tokens", "lossy") in second[2]
