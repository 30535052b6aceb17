"""Whatever stands in a request is carried or told of, key by key."""

from __future__ import annotations

import pytest

from any_llm import AnyLLMError
from any_llm.plugin import Envelope, dumps
from tests.support.every_key import PDF, large_request, matters, silent
from tests.support.gemini_requests import encode

THOUGHT = [
    {
        "type": "thinking",
        "thinking": "t",
        "signature": Envelope("gemini", {"own": "AAAA", "chars": 1}).seal(),
    },
    {"type": "redacted_thinking", "data": Envelope("gemini", {"prev": "BBBB", "chars": 0}).seal()},
]
SERVER = [
    {"type": "web_search_20260318", "name": "web_search"},
    {"type": "code_execution_20260120", "name": "code_execution"},
]
# What Google's own tools did is reported as a whole; their names are what their types say already,
# as are a text document's media type and a tool's `custom`.
SILENT = {
    "+messages.2.content.3",
    "+messages.2.content.3.input",
    "+messages.2.content.4",
    "-messages.1.content.2.source.media_type",
    "-messages.3.content.0.content.2.source.media_type",
    "-tools.0.type",
    "-tools.1.name",
    "-tools.2.name",
}


def sent(provider, model):
    def of(fields):
        try:
            got = encode(provider, model, **fields)
        except AnyLLMError as error:
            return type(error), str(error)
        return dumps(got.body), got.wire.headers, [str(loss) for loss in got.ctx.losses]

    return of


@pytest.mark.parametrize("provider", ["gemini", "vertex"])
def test_no_key_is_lost_in_silence(provider):
    thought = THOUGHT if provider == "gemini" else []
    request = large_request(thought, [PDF], SERVER)
    shift = 0 if thought else 2
    wanted = {
        each.replace("messages.2.content.3", f"messages.2.content.{3 - shift}").replace(
            "messages.2.content.4", f"messages.2.content.{4 - shift}"
        )
        for each in SILENT
    }
    assert matters(silent(request, sent(provider, "gemini-9-flash"))) == wanted


def test_no_key_is_lost_on_a_model_of_two_families_ago():
    request = large_request([], [PDF], [])
    del request["output_config"]["format"]
    found = matters(silent(request, sent("gemini", "gemini-2.0-flash")))
    assert {each for each in found if each.startswith(("+tools", "+thinking", "+output"))} == set()
