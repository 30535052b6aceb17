"""Two requests that differ in one feature never send the same bytes without a word about it."""

from __future__ import annotations

from functools import partial

import pytest

from any_llm._features import FIELDS, INSIDE
from any_llm.plugin import MESSAGES_FIELDS, UnsupportedFeature, dumps
from anyllm_openai.rows import ROWS
from tests.support.distinct import vanished

from .kit import encode_once

FEATURES = FIELDS | INSIDE
PLACES = [(row.spec.id, "m") for row in ROWS] + [
    ("openai", model) for model in ("gpt-4o", "gpt-5-mini", "gpt-5.4", "gpt-5.6-sol", "o3")
]


def sent(provider, model, fields):
    """The bytes and the losses, or the refusal."""
    try:
        got = encode_once(provider, {"model": model, **fields})
    except UnsupportedFeature as refused:
        return "refused", refused.path
    return dumps(got.body), sorted(got.losses)


def test_every_field_of_the_api_is_a_feature_here():
    assert set(FIELDS) == MESSAGES_FIELDS - {"stream"}  # how, not what: the client's business


# Two values of one thing: where it cannot go at all, both are reported, in the same words.
VALUES = {
    "thinking: budget_tokens": "thinking",
    "thinking: display": "thinking",
    "output_config: effort": "output_config.effort",
    "system: ttl of cache_control": "system[0].cache_control",
}


@pytest.mark.parametrize(("provider", "model"), PLACES)
def test_no_feature_vanishes(provider, model):
    assert vanished(FEATURES, partial(sent, provider, model), VALUES) == []
