"""Whatever stands in a request is carried or told of, key by key."""

from __future__ import annotations

import pytest

from any_llm import AnyLLMError
from any_llm.plugin import dumps
from anyllm_ollama.signature import OWN
from tests.support.every_key import large_request, matters, silent

from .kit import CLOUD, encode_once

THOUGHT = [{"type": "thinking", "thinking": "t", "signature": OWN}]
# What another provider's tools did is reported as a whole; reasoning that nobody signed is ours; a
# text document's media type, a tool's `custom` and its root's `object` say nothing.
SILENT = {
    "-messages.2.content.0.signature",
    "+messages.2.content.2",
    "+messages.2.content.2.input",
    "+messages.2.content.3",
    "-messages.1.content.2.source.media_type",
    "-messages.3.content.0.content.2.source.media_type",
    "-tools.0.type",
    "-tools.0.input_schema.type",
}
PLACES = {"local": {}, "cloud": {"base_url": CLOUD, "provider": "ollama-cloud"}}


def sent(model, place):
    def of(fields):
        try:
            got = encode_once({**fields, "model": model}, **PLACES[place])
        except AnyLLMError as error:
            return type(error), str(error)
        return dumps(got.body), got.says

    return of


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("model", ["qwen3:8b", "gpt-oss:20b"])
def test_no_key_is_lost_in_silence(model, place):
    request = large_request(THOUGHT, [], [])
    assert matters(silent(request, sent(model, place))) == SILENT
