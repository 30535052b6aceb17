"""Mapping 1.3 and 1.5: tools, their schemas, the choice among them."""

from __future__ import annotations

import pytest

from any_llm.plugin import UnsupportedFeature
from tests.support.gemini_requests import NEW, OLD, assistant, encode, function, result, use, user

SEARCH = {"type": "web_search_20260318", "name": "web_search"}
CODE = {"type": "code_execution_20250825", "name": "code_execution"}


def declared(got):
    return got.body["tools"][0]["functionDeclarations"]


def test_all_functions_stand_in_one_entry():
    got = encode(tools=[function("a"), function("b")])
    schema = {"type": "object", "properties": {"x": {"type": "string"}}}
    assert got.body["tools"] == [
        {
            "functionDeclarations": [
                {"name": "a", "description": "d", "parametersJsonSchema": schema},
                {"name": "b", "description": "d", "parametersJsonSchema": schema},
            ]
        }
    ]
    assert "toolConfig" not in got.body
    assert got.losses == []


@pytest.mark.parametrize(
    "schema",
    [
        {},
        {"type": "object"},
        {"type": "object", "properties": {}},
        {"type": "object", "properties": {}, "required": [], "additionalProperties": False},
        {"$schema": "x", "type": "object", "title": "T"},
    ],
)
def test_a_tool_without_parameters_has_no_field_for_them(schema):
    assert declared(encode(tools=[{"name": "f", "input_schema": schema}])) == [{"name": "f"}]


def test_an_open_object_keeps_its_schema():
    schema = {"type": "object", "additionalProperties": {"type": "string"}}
    assert declared(encode(tools=[{"name": "f", "input_schema": schema}])) == [
        {"name": "f", "parametersJsonSchema": schema}
    ]


def test_schemas_are_left_as_they_are_but_for_three_things():
    schema = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "type": "object",
        "properties": {
            "k": {"const": "insert_text"},
            "n": {"type": "integer", "exclusiveMinimum": 0, "multipleOf": 2},
            "m": {"type": "object", "propertyNames": {"type": "string"}},
            "const": {"type": ["string", "null"], "enum": ["x", None], "default": {"const": 1}},
            "r": {"$ref": "#/$defs/D", "description": "told"},
            "e": {"type": "array", "items": {}},
        },
        "$defs": {"D": {"$schema": "x", "type": "object", "required": ["ghost"]}},
        "additionalProperties": False,
        "required": ["n"],
    }
    got = encode(tools=[{"name": "t", "input_schema": schema}])
    assert declared(got)[0]["parametersJsonSchema"] == {
        "type": "object",
        "properties": {
            "k": {"enum": ["insert_text"]},
            "n": {"type": "integer", "exclusiveMinimum": 0, "multipleOf": 2},
            "m": {"type": "object", "propertyNames": {"type": "string"}},
            "const": {"type": ["string", "null"], "enum": ["x", None], "default": {"const": 1}},
            "r": {"$ref": "#/$defs/D"},
            "e": {"type": "array", "items": {}},
        },
        "$defs": {"D": {"type": "object", "required": ["ghost"]}},
        "additionalProperties": False,
        "required": ["n"],
    }
    assert got.losses == [("tools[0].input_schema", "hint")]


def test_a_bound_beside_a_reference_is_no_hint():
    properties = {"r": {"$ref": "#/$defs/D", "minLength": 3}}
    schema = {"type": "object", "properties": properties, "$defs": {"D": {"type": "string"}}}
    got = encode(tools=[{"name": "t", "input_schema": schema}])
    assert got.losses == [("tools[0].input_schema", "lossy")]


def test_examples_stand_in_the_description():
    got = encode(tools=[{**function(), "input_examples": [{"x": "é"}]}])
    assert declared(got)[0]["description"] == 'd\n\nExamples of input:\n{"x":"é"}'
    assert got.losses == [("tools[0].input_examples", "emulated")]


def test_every_other_key_of_a_tool_is_told():
    more = {"eager_input_streaming": True, "defer_loading": True, "allowed_callers": ["x"], "y": 1}
    assert sorted(encode(tools=[{**function(), **more}]).losses) == [
        ("tools[0].allowed_callers", "lossy"),
        ("tools[0].defer_loading", "hint"),
        ("tools[0].eager_input_streaming", "hint"),
        ("tools[0].y", "lossy"),
    ]


@pytest.mark.parametrize("kind", ["bash_20250124", "text_editor_20250728", "web_fetch_20260309"])
def test_tools_that_gemini_has_nothing_for_are_refused(kind):
    with pytest.raises(UnsupportedFeature, match=kind):
        encode(tools=[{"type": kind, "name": "x"}])


def test_two_tools_of_one_name_are_refused():
    with pytest.raises(UnsupportedFeature, match="tools\\[0\\] has this name"):
        encode(tools=[function(), function()])


def test_definitions_beside_a_reference_of_the_root_stay_reachable():
    """zod-to-json-schema writes a schema that has a name so; Google wants `$...` beside `$ref`."""
    schema = {
        "$schema": "http://json-schema.org/draft-07/schema#",
        "$ref": "#/definitions/Args",
        "definitions": {
            "Args": {"type": "object", "properties": {"x": {"$ref": "#/definitions/X"}}},
            "X": {"type": "string"},
        },
    }
    got = encode(tools=[{"name": "t", "input_schema": schema}])
    assert declared(got)[0]["parametersJsonSchema"] == {
        "$ref": "#/$defs/Args",
        "$defs": {
            "Args": {"type": "object", "properties": {"x": {"$ref": "#/$defs/X"}}},
            "X": {"type": "string"},
        },
    }
    assert got.losses == []


# --- names -----------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["Bash", "mcp__a_b__c", "_x", "a-b", "x" * 128])
def test_legal_names_are_left_alone(name):
    got = encode(tools=[{"name": name, "input_schema": {"type": "object"}}])
    assert declared(got) == [{"name": name}]
    assert "tool_names" not in got.ctx.state


def test_a_changed_name_is_never_that_of_another_tool():
    """A call of `_1st` must not come back as one of `1st`, which an earlier turn called."""
    turns = [user("hi"), assistant(use("t1", "1st")), user(result("t1"))]
    got = encode(messages=turns, tools=[{"name": "_1st", "input_schema": {"type": "object"}}])
    assert [each["name"] for each in declared(got)] == ["_1st"]
    sent = got.contents[1]["parts"][0]["functionCall"]["name"]
    assert sent not in {"_1st", "1st"}
    assert got.ctx.state["tool_names"] == {sent: "1st"}


@pytest.mark.parametrize(
    ("model", "name"), [(NEW, "1st-tool"), (NEW, "a b"), (NEW, "x" * 129), (OLD, "x" * 65)]
)
def test_other_names_are_changed_the_same_everywhere(model, name):
    turns = [user("hi"), assistant(use("t1", name)), user(result("t1"))]
    got = encode(
        model=model,
        messages=turns,
        tools=[{"name": name, "input_schema": {"type": "object"}}],
        tool_choice={"type": "tool", "name": name},
    )
    [sent] = [each["name"] for each in declared(got)]
    assert sent != name
    assert len(sent) <= got.ctx.profile.tool_name_max
    assert got.ctx.state["tool_names"] == {sent: name}
    assert got.contents[1]["parts"][0]["functionCall"]["name"] == sent
    assert got.contents[2]["parts"][0]["functionResponse"]["name"] == sent
    calling = got.body["toolConfig"]["functionCallingConfig"]
    assert calling == {"mode": "ANY", "allowedFunctionNames": [sent]}


# --- the choice ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("choice", "calling"),
    [
        ({"type": "auto"}, {"mode": "AUTO"}),
        ({"type": "any"}, {"mode": "ANY"}),
        ({"type": "none"}, {"mode": "NONE"}),
        ({"type": "tool", "name": "f"}, {"mode": "ANY", "allowedFunctionNames": ["f"]}),
    ],
)
def test_choices(choice, calling):
    got = encode(tools=[function()], tool_choice=choice)
    assert got.body["toolConfig"] == {"functionCallingConfig": calling}
    assert got.losses == []
    assert got.ctx.state["forced_tool"] == (choice["type"] in ("any", "tool"))


def test_one_call_at_a_time_cannot_be_asked_for():
    choice = {"type": "auto", "disable_parallel_tool_use": True}
    got = encode(tools=[function()], tool_choice=choice)
    assert got.losses == [("tool_choice.disable_parallel_tool_use", "lossy")]


def test_choices_that_nothing_would_hold_are_refused():
    for tools, choice, why in (
        ([], {"type": "any"}, "there are no tools"),
        ([function()], {"type": "tool", "name": "g"}, "no function is called 'g'"),
        ([function()], {"type": "brand_new"}, "brand_new"),
        ([SEARCH], {"type": "any"}, "cannot be forced"),
        ([SEARCH], {"type": "tool", "name": "web_search"}, "cannot be forced"),
    ):
        with pytest.raises(UnsupportedFeature, match=why):
            encode(tools=tools, tool_choice=choice)


def test_a_choice_without_tools_says_nothing():
    got = encode(tool_choice={"type": "auto"})
    assert "toolConfig" not in got.body
    assert got.losses == [("tool_choice", "hint")]


@pytest.mark.parametrize(
    ("choice", "mode"),
    [(None, "VALIDATED"), ("auto", "VALIDATED"), ("any", "ANY"), ("none", "NONE")],
)
def test_strict_is_the_validated_mode(choice, mode):
    more = {"tool_choice": {"type": choice}} if choice else {}
    got = encode(tools=[{**function(), "strict": True}], **more)
    assert got.body["toolConfig"]["functionCallingConfig"]["mode"] == mode
    assert got.losses == []


def test_strict_holds_for_all_or_none():
    got = encode(tools=[function("a"), {**function("b"), "strict": True}])
    assert got.body["toolConfig"]["functionCallingConfig"] == {"mode": "VALIDATED"}
    assert got.losses == [("tools[1].strict", "hint")]
    with pytest.raises(UnsupportedFeature, match=r"tools\[0\].strict"):
        encode(model="gemini-2.0-flash", tools=[{**function(), "strict": True}])
    assert encode(model="gemini-2.0-flash", tools=[{**function(), "strict": False}])


# --- Google's own tools ----------------------------------------------------------------------


def test_web_search_is_google_search():
    got = encode(model=OLD, tools=[SEARCH])
    assert got.body["tools"] == [{"googleSearch": {}}]
    assert "toolConfig" not in got.body
    assert got.losses == []


def test_code_execution():
    assert encode(model=OLD, tools=[CODE]).body["tools"] == [{"codeExecution": {}}]


@pytest.mark.parametrize(
    "limit",
    [
        {"max_uses": 3},
        {"allowed_domains": ["a.org"]},
        {"blocked_domains": ["a.org"]},
        {"user_location": {"type": "approximate", "city": "Bonn"}},
    ],
)
def test_limits_that_google_would_not_keep_are_refused(limit):
    with pytest.raises(UnsupportedFeature) as raised:
        encode(tools=[{**SEARCH, **limit}])
    assert raised.value.path == f"tools[0].{next(iter(limit))}"


def test_vertex_can_leave_out_domains():
    got = encode("vertex", tools=[{**SEARCH, "blocked_domains": ["a.org"]}])
    assert got.body["tools"] == [{"googleSearch": {"excludeDomains": ["a.org"]}}]


def test_search_beside_functions():
    both = [function(), SEARCH]
    got = encode(tools=both, tool_choice={"type": "auto"})
    assert [list(tool) for tool in got.body["tools"]] == [
        ["functionDeclarations"],
        ["googleSearch"],
    ]
    assert got.body["toolConfig"] == {
        "functionCallingConfig": {"mode": "AUTO"},
        "includeServerSideToolInvocations": True,
    }
    vertex = encode("vertex", tools=both).body
    assert "toolConfig" not in vertex
    with pytest.raises(UnsupportedFeature, match="not both"):
        encode(model=OLD, tools=both)


@pytest.mark.parametrize("tools", [[SEARCH], [function(), SEARCH]])
def test_none_leaves_googles_own_tools_out(tools):
    got = encode(tools=tools, tool_choice={"type": "none"})
    assert all("googleSearch" not in tool for tool in got.body.get("tools", []))
    assert [severity for _, severity in got.losses] == ["emulated"]


# --- structured output -----------------------------------------------------------------------

SCHEMA = {"type": "object", "properties": {"a": {"const": 1}}}
FORMAT = {"format": {"type": "json_schema", "schema": SCHEMA}}


def test_a_schema_for_the_answer():
    got = encode(output_config=FORMAT)
    assert got.config == {
        "responseMimeType": "application/json",
        "responseJsonSchema": {"type": "object", "properties": {"a": {"enum": [1]}}},
    }
    assert got.losses == []


@pytest.mark.parametrize("tool", [function(), SEARCH, CODE])
def test_a_schema_beside_tools_needs_gemini_3(tool):
    assert "responseJsonSchema" in encode(tools=[tool], output_config=FORMAT).config
    with pytest.raises(UnsupportedFeature, match="not both"):
        encode(model=OLD, tools=[tool], output_config=FORMAT)


def test_other_forms_are_refused_and_other_keys_told():
    with pytest.raises(UnsupportedFeature, match="regex"):
        encode(output_config={"format": {"type": "regex"}})
    more = {"format": {**FORMAT["format"], "name": "n"}, "task_budget": 1}
    assert sorted(encode(output_config=more).losses) == [
        ("output_config.format.name", "lossy"),
        ("output_config.task_budget", "lossy"),
    ]
