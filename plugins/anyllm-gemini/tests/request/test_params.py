"""Mapping 1.3: knobs, tiers, system, and what nothing on this wire answers to."""

from __future__ import annotations

import pytest

from any_llm.plugin import MESSAGES_FIELDS, UnsupportedFeature
from tests.support.gemini_requests import ASKED, NEW, OLD, encode

OLDER = "gemini-3.5-flash"


def test_the_least_request():
    got = encode()
    assert got.body == {"contents": [ASKED], "generationConfig": {"maxOutputTokens": 5}}
    assert got.losses == []


def test_sampling_goes_to_models_that_use_it():
    got = encode(model=OLDER, temperature=0.5, top_p=0.9, top_k=40)
    assert got.config == {"temperature": 0.5, "topP": 0.9, "topK": 40}
    assert got.losses == []


@pytest.mark.parametrize("model", ["gemini-3.6-flash", "gemini-3.5-flash-lite", NEW, "m"])
def test_sampling_that_a_model_ignores_is_sent_and_reported(model):
    got = encode(model=model, temperature=0.5, top_p=0.9, top_k=40)
    assert got.config == {"temperature": 0.5, "topP": 0.9, "topK": 40}
    assert got.losses == [("temperature", "lossy"), ("top_p", "lossy"), ("top_k", "lossy")]


def test_stop_sequences():
    got = encode(stop_sequences=["a", "b"])
    assert got.config == {"stopSequences": ["a", "b"]}
    assert got.losses == [("stop_sequences", "hint")]
    assert encode(stop_sequences=[]).config == {}
    with pytest.raises(UnsupportedFeature, match="at most 5"):
        encode(stop_sequences=list("abcdef"))
    assert encode(stop_sequences=list("abcdef"), quirks={"stop_max": None}).config


def test_a_limit_of_zero_is_refused():
    with pytest.raises(UnsupportedFeature, match="max_tokens"):
        encode(max_tokens=0)


@pytest.mark.parametrize(
    ("tier", "sent"),
    [("auto", None), ("standard_only", "standard"), ("flex", "flex"), ("priority", "priority")],
)
def test_service_tier(tier, sent):
    got = encode(service_tier=tier)
    assert got.body.get("serviceTier") == sent
    assert got.losses == []


@pytest.mark.parametrize(
    ("tier", "headers", "losses"),
    [
        ("auto", {}, []),
        ("standard_only", {"x-vertex-ai-llm-request-type": "shared"}, []),
        ("flex", {"x-vertex-ai-llm-shared-request-type": "flex"}, []),
        ("priority", {"x-vertex-ai-llm-shared-request-type": "priority"}, []),
        ("express", {}, [("service_tier", "hint")]),
    ],
)
def test_vertex_takes_tiers_as_headers(tier, headers, losses):
    got = encode("vertex", service_tier=tier)
    assert "serviceTier" not in got.body
    assert got.wire.headers == headers
    assert got.losses == losses


def test_speed_and_user_are_reported():
    got = encode(speed="fast", metadata={"user_id": "u", "more": 1})
    assert sorted(got.losses) == [
        ("metadata.more", "lossy"),
        ("metadata.user_id", "lossy"),
        ("speed", "lossy"),
    ]
    assert encode(speed="standard").losses == [("speed", "hint")]


def test_cache_marks_are_hints():
    mark = {"type": "ephemeral"}
    got = encode(
        cache_control=mark,
        system=[{"type": "text", "text": "s", "cache_control": mark}],
        messages=[
            {"role": "user", "content": [{"type": "text", "text": "hi", "cache_control": mark}]}
        ],
        tools=[{"name": "f", "input_schema": {"type": "object"}, "cache_control": mark}],
    )
    assert sorted(got.losses) == [
        ("cache_control", "hint"),
        ("messages[0].content[0].cache_control", "hint"),
        ("system[0].cache_control", "hint"),
        ("tools[0].cache_control", "hint"),
    ]


def test_system():
    one = encode(system="be brief").body["systemInstruction"]
    assert one == {"parts": [{"text": "be brief"}]}
    two = encode(system=[{"type": "text", "text": "a"}, {"type": "text", "text": "b"}])
    assert two.body["systemInstruction"] == {"parts": [{"text": "a"}, {"text": "b"}]}
    assert "systemInstruction" not in encode(system="").body


def test_a_system_turn_at_the_start_joins_the_system_prompt():
    turns = [{"role": "system", "content": "b"}, {"role": "user", "content": "hi"}]
    got = encode(system="a", messages=turns)
    assert got.body["systemInstruction"] == {"parts": [{"text": "a"}, {"text": "b"}]}
    assert got.contents == [ASKED]
    assert got.losses == []


def test_a_later_system_turn_stays_in_its_place_as_user_text():
    turns = [
        {"role": "user", "content": "hi"},
        {"role": "system", "content": "now in French"},
        {"role": "assistant", "content": "salut"},
        {"role": "user", "content": "go on"},
    ]
    got = encode(messages=turns)
    assert "systemInstruction" not in got.body
    assert got.contents[0]["parts"] == [
        {"text": "hi"},
        {"text": "<system>\nnow in French\n</system>"},
    ]
    assert got.losses == [("messages[1]", "emulated")]


CARRIED = {
    *("model", "messages", "max_tokens", "system", "temperature", "top_p", "top_k", "stream"),
    *("stop_sequences", "tools", "tool_choice", "metadata", "thinking", "output_config"),
    *("cache_control", "service_tier", "speed"),
}


@pytest.mark.parametrize("field", sorted(MESSAGES_FIELDS - CARRIED))
def test_fields_of_anthropics_api_alone_are_refused(field):
    with pytest.raises(UnsupportedFeature) as raised:
        encode(**{field: "x"})
    assert raised.value.path == field


def test_a_field_that_nobody_knows_is_reported():
    assert encode(brand_new=1).losses == [("brand_new", "lossy")]


def test_an_explicit_cache_stands_alone():
    got = encode(options={"cached_content": "cachedContents/1"})
    assert got.body["cachedContent"] == "cachedContents/1"
    for said in ({"system": "s"}, {"tools": [{"name": "f", "input_schema": {"type": "object"}}]}):
        with pytest.raises(UnsupportedFeature, match="cached_content"):
            encode(options={"cached_content": "cachedContents/1"}, **said)


@pytest.mark.parametrize(
    ("model", "stream", "base_url", "path"),
    [
        (OLD, False, "https://h.test", "/v1beta/models/gemini-2.5-flash:generateContent"),
        (OLD, True, "https://h.test", "/v1beta/models/gemini-2.5-flash:streamGenerateContent"),
        ("models/m", False, "https://h.test", "/v1beta/models/m:generateContent"),
        ("tunedModels/m", False, "https://h.test", "/v1beta/tunedModels/m:generateContent"),
        ("m", False, "https://h.test/v1", "/models/m:generateContent"),
        ("m", False, "https://h.test/gemini/v1beta/", "/models/m:generateContent"),
        ("m", False, "https://h.test/gemini", "/v1beta/models/m:generateContent"),
    ],
)
def test_paths(model, stream, base_url, path):
    wire = encode(model=model, stream=stream, base_url=base_url).wire
    assert wire.path == path
    assert wire.query == ({"alt": "sse"} if stream else {})
    assert wire.method == "POST"


def test_the_version_can_be_chosen():
    assert encode(quirks={"api_version": "v1"}).wire.path.startswith("/v1/models/")


@pytest.mark.parametrize(
    ("model", "path"),
    [
        ("m", "/publishers/google/models/m:generateContent"),
        ("publishers/google/models/m", "/publishers/google/models/m:generateContent"),
        ("endpoints/12", "/endpoints/12:generateContent"),
    ],
)
def test_paths_on_vertex(model, path):
    assert encode("vertex", model).wire.path == path


@pytest.mark.parametrize("model", ["../files", "a//b", "models/../../x", "."])
def test_an_id_that_leads_elsewhere_is_refused(model):
    with pytest.raises(UnsupportedFeature, match="no model's id"):
        encode(model=model)
