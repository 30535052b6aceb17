"""Two requests that differ in one feature never send the same bytes without a word about it."""

from __future__ import annotations

from functools import partial
from typing import Any

import pytest

from any_llm._features import FIELDS
from any_llm.plugin import MESSAGES_FIELDS, UnsupportedFeature, dumps
from anyllm_ollama.signature import OWN
from tests.support.distinct import vanished

from .kit import CLOUD, HI, PNG, SCHEMA, TOOL, encode_once, result, said, text, turn, use

MARK = {"cache_control": {"type": "ephemeral"}}
PNG_URL = {"type": "image", "source": {"type": "url", "url": "https://x.example/a.png"}}
PDF = {
    "type": "document",
    "source": {"type": "base64", "media_type": "application/pdf", "data": "JVBE"},
}
NOTE = {"type": "document", "source": {"type": "text", "media_type": "text/plain", "data": "n"}}
HIT = {"type": "search_result", "source": "s", "title": "t", "content": [text("x")]}
CITED = {"citations": {"enabled": True}}
THOUGHT = {"type": "thinking", "thinking": "t", "signature": OWN}


def tools(**more):
    return {"tools": [{**TOOL, **more}]}


def choice(**words):
    return {"tools": [TOOL], "tool_choice": words}


def output(**words):
    return {"output_config": words}


PLAIN: dict[str, Any] = {}
SAID = turn(text("a"))
CALLED = turn(use(), after=[result()])
ADAPTIVE = {"thinking": {"type": "adaptive"}}

CONTENT: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "image": (said(text("a")), said(text("a"), PNG)),
    "image-order": (said(PNG, text("a")), said(text("a"), PNG)),
    "image-between": (said(PNG, text("a"), text("b")), said(text("a"), PNG, text("b"))),
    "image-url": (said(text("a")), said(text("a"), PNG_URL)),
    "image-resized": (said(PNG), said({**PNG, "transformations": {"oversized_image": "error"}})),
    "pdf": (said(text("a")), said(text("a"), PDF)),
    "note": (said(text("a")), said(text("a"), NOTE)),
    "note-title": (said(NOTE), said({**NOTE, "title": "T"})),
    "note-context": (said(NOTE), said({**NOTE, "context": "T"})),
    "note-citations": (said(NOTE), said({**NOTE, **CITED})),
    "note-as-text": (said(text("<document>\nn\n</document>")), said(NOTE)),
    "search-result": (said(text("a")), said(text("a"), HIT)),
    "search-source": (said(HIT), said({**HIT, "source": "z"})),
    "search-citations": (said(HIT), said({**HIT, **CITED})),
    "upload": (said(text("a")), said(text("a"), {"type": "container_upload", "file_id": "f"})),
    "unknown-block": (said(text("a")), said(text("a"), {"type": "brand_new"})),
    "unknown-key": (said(text("a")), said(text("a", brand_new=1))),
    "text-mark": (said(text("a")), said(text("a", **MARK))),
    "image-mark": (said(PNG), said({**PNG, **MARK})),
    "system-mark": ({"system": "s"}, {"system": [text("s", **MARK)]}),
    "system-turn": (SAID, {"messages": [*SAID["messages"], {"role": "system", "content": "s"}]}),
    "role": (PLAIN, {"messages": [HI, {"role": "assistant", "content": "a"}, HI]}),
    "prefill": (PLAIN, {"messages": [HI, {"role": "assistant", "content": "{"}]}),
}
TURNS: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "thinking": (SAID, turn(THOUGHT, text("a"))),
    "thinking-of-another": (SAID, turn({**THOUGHT, "signature": "x"}, text("a"))),
    "thinking-place": (turn(THOUGHT, text("a")), turn(text("a"), THOUGHT)),
    "redacted": (SAID, turn({"type": "redacted_thinking", "data": "d"}, text("a"))),
    "citations": (SAID, turn(text("a", citations=[{"type": "char_location"}]))),
    "assistant-mark": (SAID, turn(text("a", **MARK))),
    "server-tool": (
        SAID,
        turn({"type": "server_tool_use", "id": "s", "name": "w", "input": {}}, text("a")),
    ),
    "text-behind-call": (
        turn(text("a"), use(), after=[result()]),
        turn(use(), text("a"), after=[result()]),
    ),
    "call-input": (CALLED, turn(use(input={"a": "2"}), after=[result()])),
    "call-id": (CALLED, turn(use("u"), after=[result("u")])),
    "call-caller": (
        CALLED,
        turn(use(caller={"type": "code_execution_20260120"}), after=[result()]),
    ),
    "call-toolset": (CALLED, turn(use(toolset_name="s"), after=[result()])),
    "call-mark": (CALLED, turn(use(**MARK), after=[result()])),
    "result": (CALLED, turn(use(), after=[result(content="no")])),
    "result-error": (CALLED, turn(use(), after=[result(is_error=True)])),
    "result-error-that-says-so": (
        turn(use(), after=[result(content="Error: x")]),
        turn(use(), after=[result(content="Error: x", is_error=True)]),
    ),
    "result-image": (CALLED, turn(use(), after=[result(content=[text("ok"), PNG])])),
    "result-mark": (CALLED, turn(use(), after=[result(**MARK)])),
    "result-toolset": (CALLED, turn(use(), after=[result(toolset_name="s")])),
    "result-reference": (
        CALLED,
        turn(use(), after=[result(content=[{"type": "tool_reference", "tool_name": "g"}])]),
    ),
}
KNOBS: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "tool-description": (tools(), tools(description="e")),
    "tool-schema": (tools(), tools(input_schema={"type": "object", "properties": {}})),
    "tool-strict": (tools(), tools(strict=True)),
    "tool-examples": (tools(), tools(input_examples=[{"a": "1"}])),
    "tool-mark": (tools(), tools(**MARK)),
    "tool-deferred": (tools(), tools(defer_loading=True)),
    "tool-eager": (tools(), tools(eager_input_streaming=True)),
    "tool-callers": (tools(), tools(allowed_callers=["code_execution_20260120"])),
    "tool-typed": (
        tools(),
        {"tools": [TOOL, {"type": "web_search_20260318", "name": "web_search"}]},
    ),
    "choice-any": (choice(type="auto"), choice(type="any")),
    "choice-tool": (choice(type="auto"), choice(type="tool", name="f")),
    "choice-none": (choice(type="auto"), choice(type="none")),
    "choice-none-or-no-tools": (PLAIN, choice(type="none")),
    "choice-one-call": (choice(type="auto"), choice(type="auto", disable_parallel_tool_use=True)),
    "thinking-adaptive": (PLAIN, ADAPTIVE),
    "thinking-kind": (ADAPTIVE, {"thinking": {"type": "enabled", "budget_tokens": 2000}}),
    "thinking-between-tools": (ADAPTIVE, {"thinking": {"type": "between_tools"}}),
    "thinking-display": (ADAPTIVE, {"thinking": {"type": "adaptive", "display": "summarized"}}),
    "thinking-effort": (ADAPTIVE, {**ADAPTIVE, **output(effort="max")}),
    "format": (PLAIN, output(format={"type": "json_schema", "schema": SCHEMA})),
}
# Two values of one thing that the wire has no place for: both are reported, in the same words.
VALUES = {
    "thinking-budget": (
        {"thinking": {"type": "enabled", "budget_tokens": 2000}},
        {"thinking": {"type": "enabled", "budget_tokens": 20_000}},
    ),
    "effort": (output(effort="low"), output(effort="max")),
    "cache-ttl": (
        {"system": [text("s", **MARK)]},
        {"system": [text("s", cache_control={"type": "ephemeral", "ttl": "1h"})]},
    ),
}
FEATURES = {
    f"{group}:{name}": pair
    for group, pairs in (
        ("field", FIELDS),
        ("content", CONTENT),
        ("turn", TURNS),
        ("knob", KNOBS),
    )
    for name, pair in pairs.items()
}
PLACES = {
    "local": {},
    "cloud": {"base_url": CLOUD, "provider": "ollama-cloud"},
    "emulated": {"quirks": {"forced_tool": "format"}},
    "levels": {"quirks": {"thinks_always": True}},
}


def sent(place, fields):
    """The bytes and the losses, or the refusal."""
    try:
        got = encode_once(fields, **PLACES[place])
    except UnsupportedFeature as refused:
        return "refused", refused.path
    return dumps(got.body), got.losses


def test_every_field_of_the_api_is_a_feature_here():
    assert set(FIELDS) == MESSAGES_FIELDS - {"stream"}  # how, not what: the client's business


@pytest.mark.parametrize("place", PLACES)
def test_no_feature_vanishes(place):
    assert vanished(FEATURES, partial(sent, place)) == []


@pytest.mark.parametrize("value", VALUES)
def test_a_value_without_a_place_is_reported_whatever_it_is(value):
    before, after = VALUES[value]
    first, second = sent("local", before), sent("local", after)
    assert first == second
    assert first[1]


def test_what_is_unsaid_is_off_as_disabled_is():
    """The one pair that is the same request: Messages means no thinking where nothing is said."""
    assert sent("local", PLAIN) == sent("local", {"thinking": {"type": "disabled"}})
