"""Two requests that differ in one feature never send the same bytes without a word about it."""

from __future__ import annotations

from functools import partial

import pytest

from any_llm._features import FIELDS, INSIDE
from any_llm.plugin import MESSAGES_FIELDS, UnsupportedFeature, dumps
from anyllm_anthropic.rows import ROWS
from tests.support.anthropic_requests import encode
from tests.support.distinct import vanished

FEATURES = {name: pair for name, pair in (FIELDS | INSIDE).items() if name != "model"}
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


# Two values of one thing: where it cannot go at all, both are reported, in the same words.
VALUES = {"thinking: budget_tokens": "thinking.budget_tokens"}


@pytest.mark.parametrize(("provider", "model"), PLACES)
def test_no_feature_vanishes(provider, model):
    assert vanished(FEATURES, partial(sent, provider, model), VALUES) == []
