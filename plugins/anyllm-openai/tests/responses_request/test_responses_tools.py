"""Tools of the caller and of the server, and the choice among them."""

from __future__ import annotations

import pytest

from any_llm.plugin import UnsupportedFeature

from .kit import MARK, SCHEMA, TOOL, WEB

FUNCTION = {
    "type": "function",
    "name": "get_weather",
    "description": "d",
    "parameters": SCHEMA,
    "strict": False,
}
EMPTY = {"type": "object", "properties": {}}
OPTIONAL = {"type": "object", "properties": {"a": {"type": "string"}}}
SOURCES = ["web_search_call.action.sources"]

# id -> (tool, what is sent, losses below tools[0])
GOLDEN = {
    "a function": (TOOL, FUNCTION, []),
    "typed custom": ({**TOOL, "type": "custom"}, FUNCTION, []),
    "without a schema": (
        {"name": "f", "input_schema": {}},
        {"type": "function", "name": "f", "parameters": EMPTY, "strict": False},
        [],
    ),
    "strict": ({**TOOL, "strict": True}, {**FUNCTION, "strict": True}, []),
    "not strict": ({**TOOL, "strict": False}, FUNCTION, []),
    "examples": (
        {**TOOL, "input_examples": [{"city": "Rome"}]},
        {**FUNCTION, "description": 'd\n\nExamples of input:\n{"city":"Rome"}'},
        [(".input_examples", "emulated")],
    ),
    "hints": (
        {**TOOL, "cache_control": MARK, "defer_loading": True, "eager_input_streaming": True},
        FUNCTION,
        [
            (".eager_input_streaming", "hint"),
            (".defer_loading", "hint"),
            (".cache_control", "hint"),
        ],
    ),
    "callers": (
        {**TOOL, "allowed_callers": ["code_execution_20260120"]},
        FUNCTION,
        [(".allowed_callers", "lossy")],
    ),
}


@pytest.mark.parametrize("what", GOLDEN)
def test_function(encode, what):
    tool, wire, losses = GOLDEN[what]
    got = encode(tools=[tool])
    assert got.body["tools"] == [wire]
    assert got.losses == [(f"tools[0]{path}", severity) for path, severity in losses]


def test_odd_names_are_shortened(encode):
    got = encode(tools=[{**TOOL, "name": "n" * 70}], tool_choice={"type": "tool", "name": "n" * 70})
    [tool] = got.body["tools"]
    assert len(tool["name"]) <= 64  # openai 3.54, FunctionDefinition.name
    assert got.body["tool_choice"] == {"type": "function", "name": tool["name"]}


REFUSED = {
    "a schema that strict mode cannot hold": {**TOOL, "strict": True, "input_schema": OPTIONAL},
    "bash": {"type": "bash_20250124", "name": "bash"},
    "an editor": {"type": "text_editor_20250728", "name": "str_replace_based_edit_tool"},
    "memory": {"type": "memory_20250818", "name": "memory"},
    "a computer": {"type": "computer_toolset_20260801"},
    "fetching": {"type": "web_fetch_20250910", "name": "web_fetch"},
    "code": {"type": "code_execution_20250825", "name": "code_execution"},
    "blocked domains": {**WEB, "blocked_domains": ["x.example"]},
}


@pytest.mark.parametrize("what", REFUSED)
def test_refused(encode, what):
    with pytest.raises(UnsupportedFeature) as caught:
        encode(tools=[REFUSED[what]])
    assert caught.value.path.startswith("tools[0]")


def test_two_tools_of_one_name(encode):
    for tools in ([TOOL, TOOL], [WEB, {**TOOL, "name": "web_search"}], [WEB, WEB]):
        with pytest.raises(UnsupportedFeature, match="has this name too"):
            encode(tools=tools)


# --- web search ------------------------------------------------------------------------------

PLACE = {"type": "approximate", "city": "Rome", "country": "IT"}
SEARCHES = {
    "plain": (WEB, {"type": "web_search"}, {}),
    "newer": ({**WEB, "type": "web_search_20260318"}, {"type": "web_search"}, {}),
    "domains": (
        {**WEB, "allowed_domains": ["x.example"]},
        {"type": "web_search", "filters": {"allowed_domains": ["x.example"]}},
        {},
    ),
    "place": ({**WEB, "user_location": PLACE}, {"type": "web_search", "user_location": PLACE}, {}),
    "limit": ({**WEB, "max_uses": 3}, {"type": "web_search"}, {"max_tool_calls": 3}),
}


@pytest.mark.parametrize("what", SEARCHES)
@pytest.mark.parametrize("provider", ["openai", "azure"])
def test_web_search(encode, provider, what):
    tool, wire, more = SEARCHES[what]
    plain = encode(provider).body
    got = encode(provider, tools=[tool])
    assert got.body == {**plain, "tools": [wire], "include": SOURCES, **more}
    assert got.losses == []


def test_web_search_beside_encrypted_reasoning(encode):
    got = encode(model="gpt-5.6-sol", tools=[WEB, TOOL])
    assert got.body["include"] == ["reasoning.encrypted_content", *SOURCES]
    assert got.body["tools"] == [{"type": "web_search"}, FUNCTION]


def test_what_a_search_loses(encode):
    got = encode(tools=[{**WEB, "cache_control": MARK, "brand_new": 1}])
    assert sorted(got.losses) == [
        ("tools[0].brand_new", "lossy"),
        ("tools[0].cache_control", "hint"),
    ]
    place = encode(tools=[{**WEB, "user_location": {**PLACE, "planet": "Mars"}}])
    assert place.losses == [("tools[0].user_location.planet", "lossy")]


def test_a_function_called_web_search_is_a_function(encode):
    got = encode(tools=[{**TOOL, "name": "web_search"}])
    assert got.body["tools"] == [{**FUNCTION, "name": "web_search"}]
    assert "include" not in got.body


def test_deep_research_has_the_older_search(encode):
    got = encode(
        model="o3-deep-research", tools=[WEB], tool_choice={"type": "tool", "name": "web_search"}
    )
    assert got.body["tools"] == [{"type": "web_search_preview"}]
    assert got.body["tool_choice"] == {"type": "web_search_preview"}
    with pytest.raises(UnsupportedFeature, match="has no filter"):
        encode(model="o3-deep-research", tools=[{**WEB, "allowed_domains": ["x.example"]}])


def test_a_server_without_a_search_of_its_own(encode):
    with pytest.raises(UnsupportedFeature, match="no web search"):
        encode("openai-compatible", tools=[WEB])


# --- choice ----------------------------------------------------------------------------------

CHOICES = {
    "auto": ({"type": "auto"}, {"tool_choice": "auto"}),
    "any": ({"type": "any"}, {"tool_choice": "required"}),
    "none": ({"type": "none"}, {"tool_choice": "none"}),
    "a function": (
        {"type": "tool", "name": "get_weather"},
        {"tool_choice": {"type": "function", "name": "get_weather"}},
    ),
    "the search": (
        {"type": "tool", "name": "web_search"},
        {
            "tool_choice": {
                "type": "allowed_tools",
                "mode": "required",
                "tools": [{"type": "web_search"}],
            }
        },
    ),
    "one call": (
        {"type": "any", "disable_parallel_tool_use": True},
        {"tool_choice": "required", "parallel_tool_calls": False},
    ),
    "several calls": (
        {"type": "auto", "disable_parallel_tool_use": False},
        {"tool_choice": "auto"},
    ),
}


@pytest.mark.parametrize("what", CHOICES)
def test_choice(encode, what):
    choice, wire = CHOICES[what]
    plain = encode(tools=[TOOL, WEB]).body
    got = encode(tools=[TOOL, WEB], tool_choice=choice)
    assert got.body == {**plain, **wire}
    assert got.losses == []


def test_a_choice_without_tools(encode):
    got = encode(tool_choice={"type": "auto", "disable_parallel_tool_use": True})
    assert "tool_choice" not in got.body
    assert "parallel_tool_calls" not in got.body
    assert got.losses == [("tool_choice", "hint")]
    for choice in ({"type": "any"}, {"type": "tool", "name": "f"}):
        with pytest.raises(UnsupportedFeature):
            encode(tool_choice=choice)


def test_a_choice_of_a_tool_that_is_not_there(encode):
    with pytest.raises(UnsupportedFeature) as caught:
        encode(tools=[TOOL], tool_choice={"type": "tool", "name": "other"})
    assert caught.value.path == "tool_choice.name"
