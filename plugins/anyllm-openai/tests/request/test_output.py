"""Structured output."""

from __future__ import annotations

import pytest

from any_llm.plugin import UnsupportedFeature

TOOL = {"name": "f", "input_schema": {"type": "object", "properties": {}}}
CITY = {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]}
OPTIONAL = {"type": "object", "properties": {"city": {"type": "string"}}}
CLOSED = {**CITY, "additionalProperties": False}
FORMAT = "output_config.format"


def asked(schema, **more):
    return {"output_config": {"format": {"type": "json_schema", "schema": schema, **more}}}


def wire(name="output", **said):
    return {"type": "json_schema", "json_schema": {"name": name, **said}}


@pytest.mark.parametrize(
    "case",
    [
        ("openai", "gpt-4o", CITY, wire(schema=CLOSED, strict=True), []),
        ("azure", "prod", CITY, wire(schema=CLOSED, strict=True), []),
        ("openai", "gpt-4o", OPTIONAL, wire(schema=OPTIONAL, strict=False), [(FORMAT, "lossy")]),
        (
            "openai",
            "gpt-4o",
            {**CITY, "title": "My Out!"},
            wire("My_Out_", schema={**CLOSED, "title": "My Out!"}, strict=True),
            [],
        ),
        (
            "openai-compatible",
            "m",
            {**CITY, "title": "T" * 70},
            wire("T" * 64, schema={**CITY, "title": "T" * 70}),
            [],
        ),
        ("openai-compatible", "m", OPTIONAL, wire(schema=OPTIONAL), []),
        ("xai", "grok-4.5", OPTIONAL, wire(schema=OPTIONAL, strict=True), []),
        (
            "openai",
            "gpt-4o",
            {**CITY, "properties": {"city": {"type": "string", "maxLength": 9}}},
            wire(
                schema={
                    **CLOSED,
                    "properties": {"city": {"type": "string", "description": "(maxLength: 9)"}},
                },
                strict=True,
            ),
            [(FORMAT, "emulated")],
        ),
    ],
)
def test_schema(encode, case):
    provider, model, schema, sent, losses = case
    got = encode(provider, model=model, **asked(schema))
    assert got.body["response_format"] == sent
    assert got.losses == losses
    assert got.ctx.state["json_schema"] is True


def test_servers_that_know_json_only(encode):
    got = encode("deepseek", system="s", **asked(CITY))
    assert got.body["response_format"] == {"type": "json_object"}
    assert got.messages[0] == {
        "role": "system",
        "content": "s\n\nAnswer with JSON that fits this JSON schema:\n"
        '{"type":"object","properties":{"city":{"type":"string"}},"required":["city"]}',
    }
    assert got.losses == [(FORMAT, "emulated")]


def test_effort_and_format_together(encode):
    fields = asked(CITY)
    fields["output_config"]["effort"] = "low"
    got = encode(**fields)
    assert got.body["reasoning_effort"] == "low"
    assert got.body["response_format"] == wire(schema=CITY)


@pytest.mark.parametrize(
    ("provider", "fields", "stream", "path"),
    [
        ("openai", {"output_config": {"format": {"type": "grammar"}}}, False, f"{FORMAT}.type"),
        ("minimax", asked(CITY), False, FORMAT),
        ("groq", asked(CITY), True, FORMAT),
        ("groq", {**asked(CITY), "tools": [TOOL]}, False, FORMAT),
    ],
)
def test_refused(encode, provider, fields, stream, path):
    with pytest.raises(UnsupportedFeature) as caught:
        encode(provider, stream=stream, **fields)
    assert caught.value.path == path


def test_unknown_keys_are_reported(encode):
    fields = asked(CITY, name="n")
    fields["output_config"]["task_budget"] = 3
    got = encode(**fields)
    assert sorted(got.losses) == [
        ("output_config.format.name", "lossy"),
        ("output_config.task_budget", "lossy"),
    ]
