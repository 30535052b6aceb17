"""Tools and the choice among them."""

from __future__ import annotations

import re

import pytest

from any_llm.plugin import UnsupportedFeature

EMPTY = {"type": "object", "properties": {}}
CITY = {
    "type": "object",
    "properties": {"city": {"type": "string"}},
    "required": ["city"],
}
STRICT_CITY = {**CITY, "additionalProperties": False}


def tool(name="f", schema=None, **more):
    return {"name": name, "input_schema": CITY if schema is None else schema, **more}


def function(name="f", parameters=None, **more):
    said = {
        "name": name,
        **({"description": more.pop("description")} if "description" in more else {}),
    }
    parameters = CITY if parameters is None else parameters
    return {"type": "function", "function": {**said, "parameters": parameters, **more}}


def golden(id, given, sent, losses=(), provider="openai-compatible", **quirks):
    return pytest.param((given, sent, list(losses), provider, quirks), id=id)


GOLDEN = [
    golden("custom", tool(description="d"), function(description="d")),
    golden("typed-custom", tool(type="custom"), function()),
    golden("null-type", tool(type=None), function()),
    golden("empty-type", {"type": "", "name": "f", "input_schema": CITY}, function()),
    golden("no-schema", tool(schema={}), function(parameters=EMPTY)),
    golden("bare-object", tool(schema={"type": "object"}), function(parameters=EMPTY)),
    golden("strict-false", tool(strict=False), function(strict=False)),
    golden("strict-as-it-is", tool(strict=True), function(strict=True)),
    golden(
        "strict-for-openai",
        tool(strict=True),
        function(parameters=STRICT_CITY, strict=True),
        provider="openai",
    ),
    golden(
        "strict-with-notes",
        tool(
            strict=True, schema={**CITY, "properties": {"city": {"type": "string", "minLength": 2}}}
        ),
        function(
            parameters={
                **STRICT_CITY,
                "properties": {"city": {"type": "string", "description": "(minLength: 2)"}},
            },
            strict=True,
        ),
        [("tools[0].strict", "emulated")],
        provider="openai",
    ),
    golden(
        "examples",
        tool(description="d", input_examples=[{"city": "Oslo"}, {"city": "Rom"}]),
        function(description='d\n\nExamples of input:\n{"city":"Oslo"}\n{"city":"Rom"}'),
        [("tools[0].input_examples", "emulated")],
    ),
    golden(
        "examples-alone",
        tool(input_examples=[{"city": "Oslo"}]),
        function(description='Examples of input:\n{"city":"Oslo"}'),
        [("tools[0].input_examples", "emulated")],
    ),
    golden(
        "hints",
        tool(eager_input_streaming=True, defer_loading=True, cache_control={"type": "ephemeral"}),
        function(),
        [
            ("tools[0].eager_input_streaming", "hint"),
            ("tools[0].defer_loading", "hint"),
            ("tools[0].cache_control", "hint"),
        ],
    ),
    golden(
        "cache-for-openrouter",
        tool(cache_control={"type": "ephemeral"}),
        function() | {"cache_control": {"type": "ephemeral"}},
        provider="openrouter",
    ),
    golden("direct-caller", tool(allowed_callers=["direct"]), function()),
    golden(
        "other-callers",
        tool(allowed_callers=["direct", "code_execution_20260120"]),
        function(),
        [("tools[0].allowed_callers", "lossy")],
    ),
    golden("unknown-key", tool(brand_new=1), function(), [("tools[0].brand_new", "lossy")]),
    golden(
        "cache-control-is-also-a-property",
        tool(schema={"type": "object", "properties": {"cache_control": {"type": "string"}}}),
        function(
            parameters={"type": "object", "properties": {"cache_control": {"type": "string"}}}
        ),
    ),
]


@pytest.mark.parametrize("case", GOLDEN)
def test_golden(encode, case):
    given, sent, losses, provider, quirks = case
    got = encode(provider, quirks=quirks, judged=provider != "openrouter", tools=[given])
    assert got.body["tools"] == [sent]
    assert got.losses == losses


@pytest.mark.parametrize(
    ("tools", "provider", "path"),
    [
        ([tool(), {"type": "web_search_20260318", "name": "web_search"}], "openai", "tools[1]"),
        ([{"type": "bash_20250124", "name": "bash"}], "openai", "tools[0]"),
        ([{"type": "text_editor_20250728", "name": "e"}], "openai-compatible", "tools[0]"),
        ([{"type": "memory_20250818", "name": "memory"}], "openai-compatible", "tools[0]"),
        ([{"type": "computer_toolset_20260801"}], "openai-compatible", "tools[0]"),
        ([{"type": "web_fetch_20260318", "name": "w"}], "openai", "tools[0]"),
        ([{"type": "code_execution_20260521", "name": "c"}], "openai", "tools[0]"),
        ([{"type": "advisor_20260301", "name": "advisor"}], "openai-compatible", "tools[0]"),
        ([tool(), tool()], "openai", "tools[1].name"),
        (
            [tool(strict=True, schema={"type": "object", "properties": {"a": {"type": "string"}}})],
            "openai",
            "tools[0].strict",
        ),
        ([tool(strict=True)], "moonshot", "tools[0].strict"),
        ([tool()], "perplexity", "tools"),
    ],
)
def test_refused(encode, tools, provider, path):
    with pytest.raises(UnsupportedFeature) as caught:
        encode(provider, tools=tools)
    assert caught.value.path == path


def test_a_function_called_web_search_is_a_function(encode):
    got = encode(tools=[tool("web_search")])
    assert got.body["tools"] == [function("web_search")]


# --- names -----------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["Bash", "a-b_C9", "1st-tool", "x" * 64])
def test_legal_names_stay(encode, name):
    got = encode(tools=[tool(name)])
    assert got.body["tools"][0]["function"]["name"] == name
    assert "tool_names" not in got.ctx.state


@pytest.mark.parametrize("name", ["mcp__a.b__c", "x" * 65, "größe", "a b", "x" * 60 + ".tail"])
def test_odd_names_are_shortened_everywhere(encode, name):
    got = encode(
        tools=[tool(name), tool("other")],
        tool_choice={"type": "tool", "name": name},
        messages=[
            {"role": "user", "content": "hi"},
            {
                "role": "assistant",
                "content": [{"type": "tool_use", "id": "1", "name": name, "input": {}}],
            },
            {"role": "user", "content": [{"type": "tool_result", "tool_use_id": "1"}]},
        ],
    )
    short = got.body["tools"][0]["function"]["name"]
    assert re.fullmatch(r"[A-Za-z0-9_-]{1,64}", short)
    assert short != name
    assert got.messages[1]["tool_calls"][0]["function"]["name"] == short
    assert got.body["tool_choice"] == {"type": "function", "function": {"name": short}}
    assert got.ctx.state["tool_names"] == {short: name}


def test_names_with_one_beginning_stay_apart(encode):
    got = encode(tools=[tool("x" * 70), tool("x" * 71), tool("a.b"), tool("a:b")])
    assert len({each["function"]["name"] for each in got.body["tools"]}) == 4


# --- tool_choice -----------------------------------------------------------------------------

ONE = {"type": "tool", "name": "f"}
NAMED = {"type": "function", "function": {"name": "f"}}


@pytest.mark.parametrize(
    ("provider", "choice", "sent"),
    [
        ("openai", {"type": "auto"}, {"tool_choice": "auto"}),
        ("openai", {"type": "any"}, {"tool_choice": "required"}),
        ("openai", {"type": "none"}, {"tool_choice": "none"}),
        ("openai", ONE, {"tool_choice": NAMED}),
        (
            "openai",
            {"type": "auto", "disable_parallel_tool_use": True},
            {"tool_choice": "auto", "parallel_tool_calls": False},
        ),
        (
            "openai",
            {**ONE, "disable_parallel_tool_use": True},
            {"tool_choice": NAMED, "parallel_tool_calls": False},
        ),
        (
            "openai",
            {"type": "any", "disable_parallel_tool_use": False},
            {"tool_choice": "required"},
        ),
        ("mistral", {"type": "any"}, {"tool_choice": "any"}),
        ("mistral", ONE, {"tool_choice": NAMED}),
    ],
)
def test_choice(encode, provider, choice, sent):
    got = encode(provider, tools=[tool()], tool_choice=choice, judged=provider != "mistral")
    names = ("tool_choice", "parallel_tool_calls")
    assert {name: got.body[name] for name in names if name in got.body} == sent
    assert got.losses == []


def test_no_switch_for_parallel_calls(encode):
    choice = {"type": "auto", "disable_parallel_tool_use": True}
    got = encode(quirks={"parallel_tool_calls": False}, tools=[tool()], tool_choice=choice)
    assert "parallel_tool_calls" not in got.body
    assert got.losses == [("tool_choice.disable_parallel_tool_use", "lossy")]


def test_none_without_a_word_leaves_the_tools_at_home(encode):
    got = encode(quirks={"tool_choice_none": None}, tools=[tool()], tool_choice={"type": "none"})
    assert not {"tools", "tool_choice"} & got.body.keys()
    assert got.losses == [("tools", "emulated")]


def test_one_tool_where_only_some_tool_can_be_demanded(encode):
    got = encode("llamacpp", tools=[tool(), tool("g")], tool_choice=ONE)
    assert got.body["tools"] == [function()]
    assert got.body["tool_choice"] == "required"
    assert got.losses == [("tool_choice", "emulated")]


@pytest.mark.parametrize("tools", [None, []])
@pytest.mark.parametrize("kind", ["auto", "none"])
def test_a_choice_among_no_tools_says_nothing(encode, tools, kind):
    got = encode(tools=tools, tool_choice={"type": kind, "disable_parallel_tool_use": True})
    assert not {"tools", "tool_choice", "parallel_tool_calls"} & got.body.keys()
    assert got.losses == [("tool_choice", "hint")]


@pytest.mark.parametrize(
    ("provider", "tools", "choice", "path"),
    [
        ("openai", None, {"type": "any"}, "tool_choice"),
        ("openai", [], ONE, "tool_choice"),
        ("openai", [tool("g")], ONE, "tool_choice.name"),
        ("openai", [tool()], {"type": "brand_new"}, "tool_choice.type"),
        ("moonshot", [tool()], {"type": "any"}, "tool_choice"),
        ("minimax", [tool()], {"type": "any"}, "tool_choice"),
        ("minimax", [tool()], ONE, "tool_choice"),
    ],
)
def test_refused_choices(encode, provider, tools, choice, path):
    with pytest.raises(UnsupportedFeature) as caught:
        encode(provider, tools=tools, tool_choice=choice)
    assert caught.value.path == path
