"""Documented failures of other adapters on this wire, by their case names."""

from __future__ import annotations

import json
import re

from any_llm.plugin import Envelope
from tests.support.gemini_replies import both, call, chunk, context, read, read_whole, text
from tests.support.gemini_requests import NEW, OLD, assistant, encode, result, use, user


def one_tool(schema, name="t"):
    return encode(tools=[{"name": name, "description": "d", "input_schema": schema}])


def parameters(got):
    declared = got.body["tools"][0]["functionDeclarations"][0]
    return declared.get("parametersJsonSchema")


def test_thought_signature_wrong_place():
    sealed = {"type": "redacted_thinking", "data": Envelope("gemini", {"next": "AAAA"}).seal()}
    turns = [user("a"), assistant(sealed, use("t", "Bash")), user(result("t"))]
    [part] = encode(messages=turns).contents[1]["parts"]
    del part["functionCall"]["id"]
    assert part == {"functionCall": {"name": "Bash", "args": {}}, "thoughtSignature": "AAAA"}


def test_gemini_function_response_name_unknown():
    turns = [
        user("codes"),
        assistant(use("t1", "get_red"), use("t2", "get_blue")),
        user(result("t2", '{"code":2}'), result("t1", '{"code":1}')),
    ]
    for model, ids in ((NEW, ["t1", "t2"]), (OLD, [None, None])):
        parts = encode(model=model, messages=turns).contents[2]["parts"]
        said = [part["functionResponse"] for part in parts]
        assert [(each["name"], each["response"]["output"]) for each in said] == [
            ("get_red", '{"code":1}'),
            ("get_blue", '{"code":2}'),
        ]
        assert [each.get("id") for each in said] == ids


def test_gemini_multi_thought_parts_overwritten():
    usage = {"promptTokenCount": 1, "candidatesTokenCount": 1, "thoughtsTokenCount": 2}
    parts = [text("a", thought=True), text("b", thought=True), text("c")]
    got = both(chunk(*parts, finish="STOP", usage=usage))
    assert [block.type for block in got.message.content] == ["thinking", "text"]
    assert got.message.content[0].thinking == "ab"
    assert got.message.text == "c"


def test_gemini_thought_tokens_missing():
    usage = {
        "promptTokenCount": 20,
        "candidatesTokenCount": 151,
        "thoughtsTokenCount": 382,
        "totalTokenCount": 553,
    }
    assert both(chunk(text("a"), finish="STOP", usage=usage)).message.usage.output_tokens == 533


def test_gemini_thinking_level_vs_budget():
    thinking = {"type": "enabled", "budget_tokens": 2048}
    for model in ("gemini-3.5-flash", "gemini-4-hydrogen", "gemini-17.2-ultra"):
        config = encode(model=model, max_tokens=4096, thinking=thinking).config["thinkingConfig"]
        assert config == {"includeThoughts": True, "thinkingLevel": "LOW"}
    config = encode(model=OLD, max_tokens=4096, thinking=thinking).config["thinkingConfig"]
    assert config == {"includeThoughts": True, "thinkingBudget": 2048}


def test_thinking_config_silently_dropped():
    thinking = {"type": "enabled", "budget_tokens": 1024}
    got = encode(model="gemini-99-ultra", max_tokens=4096, thinking=thinking)
    assert got.config["thinkingConfig"]["thinkingLevel"] == "LOW"
    assert got.losses == [("thinking.budget_tokens", "lossy")]


def test_tool_without_parameters():
    got = encode(tools=[{"name": "now", "input_schema": {"type": "object"}}])
    assert got.body["tools"] == [{"functionDeclarations": [{"name": "now"}]}]


def test_gemini_usage_field_dropped_late():
    first = {
        "promptTokenCount": 100,
        "cachedContentTokenCount": 80,
        "candidatesTokenCount": 1,
        "totalTokenCount": 101,
    }
    last = {"promptTokenCount": 100, "candidatesTokenCount": 2, "totalTokenCount": 102}
    got = read(chunk(text("a"), usage=first), chunk(text("b"), finish="STOP", usage=last))
    usage = got.message.usage
    assert (usage.input_tokens, usage.cache_read_input_tokens, usage.output_tokens) == (20, 80, 2)


def test_gemini_unsupported_keywords():
    schema = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "type": "object",
        "additionalProperties": False,
        "properties": {
            "n": {"type": "integer", "exclusiveMinimum": 0, "multipleOf": 2},
            "m": {"type": "object", "propertyNames": {"type": "string"}},
            "k": {"const": "insert_text"},
        },
        "required": ["n"],
    }
    sent = parameters(one_tool(schema))
    assert "$schema" not in sent
    assert sent["properties"]["k"] == {"enum": ["insert_text"]}
    assert sent["properties"]["n"] == schema["properties"]["n"]


def test_schema_strict_allowlist_regression():
    schema = {
        "$schema": "x",
        "type": "object",
        "properties": {"prompt": {"type": "string"}},
        "required": ["prompt"],
        "additionalProperties": False,
    }
    got = one_tool(schema, "Task")
    assert parameters(got) == {n: v for n, v in schema.items() if n != "$schema"}
    assert got.losses == []


def test_schema_required_ghost():
    items = {"type": "object", "required": ["id"]}
    schema = {"type": "object", "properties": {"xs": {"type": "array", "items": items}}}
    assert parameters(one_tool(schema)) == schema


def test_schema_nested_empty_object():
    schema = {
        "type": "object",
        "properties": {
            "launchOptions": {"type": "object"},
            "xs": {"type": "array", "items": {}},
        },
        "required": ["launchOptions", "xs"],
    }
    assert parameters(one_tool(schema)) == schema


def test_schema_enum_types():
    schema = {
        "type": "object",
        "properties": {
            "e": {"enum": ["a", "b"]},
            "n": {"type": "integer", "enum": [1, 2]},
            "o": {"enum": ["x", None]},
        },
    }
    assert parameters(one_tool(schema)) == schema


def test_gemini_empty_call_id():
    parts = [{"functionCall": {"id": "", "name": "f", "args": {"a": 1}}}, call("f", {"a": 2})]
    ids = [block.id for block in both(chunk(*parts, finish="STOP")).message.content]
    assert len(set(ids)) == 2
    assert all(re.fullmatch(r"[a-zA-Z0-9_-]+", each) for each in ids)


def test_gemini_json_result_as_object_empty_reply():
    turns = [user("x"), assistant(use("t")), user(result("t", '{"a":1}'))]
    [part] = encode(messages=turns).contents[2]["parts"]
    assert part["functionResponse"]["response"] == {"output": '{"a":1}'}


def test_pdf_in_tool_result_as_text():
    source = {"type": "base64", "media_type": "application/pdf", "data": "JVBERi0xLjQ="}
    said = [{"type": "document", "source": source}]
    turns = [user("read"), assistant(use("t", "Read")), user(result("t", said))]
    for model in (NEW, OLD):
        contents = encode(model=model, messages=turns).contents
        inline = {"inlineData": {"mimeType": "application/pdf", "data": "JVBERi0xLjQ="}}
        text_of_all = json.dumps([p.get("text") for c in contents for p in c["parts"]])
        assert "JVBE" not in text_of_all
        assert json.dumps(inline) in json.dumps(contents)


def test_tool_name_case_mutated():
    names = ["Bash", "mcp__a.b__c", "1st-tool"]
    schema = {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]}
    got = encode(tools=[{"name": n, "description": "d", "input_schema": schema} for n in names])
    sent = [each["name"] for each in got.body["tools"][0]["functionDeclarations"]]
    assert sent[:2] == names[:2]
    assert sent[2] != names[2]
    said = chunk(*[call(name, {"city": "x"}) for name in sent], finish="STOP")
    state = got.ctx.state
    for answer in (read(said, ctx=context(state=state)), read_whole(said, context(state=state))):
        assert [block.name for block in answer.message.content] == names


def test_image_url_needs_download():
    image = {"type": "image", "source": {"type": "url", "url": "http://127.0.0.1:9/a.png"}}
    [content] = encode(messages=[user(image)]).contents
    wanted = {"fileUri": "http://127.0.0.1:9/a.png", "mimeType": "image/png"}
    assert content["parts"] == [{"fileData": wanted}]


def test_billing_header_breaks_prefix_cache():
    def sent(nonce, **more):
        first = f"x-anthropic-billing-header: cc_version=2.1; cc_entrypoint=cli; cch={nonce};"
        blocks = [{"type": "text", "text": each} for each in (first, "You are Claude Code.")]
        return encode(system=blocks, **more)

    got = sent("36ee5")
    assert got.body == sent("99999").body
    assert got.body["systemInstruction"] == {"parts": [{"text": "You are Claude Code."}]}
    assert got.losses == [("system[0]", "hint")]
    inside = encode(system="a\nx-anthropic-billing-header: cch=1;\nb")
    assert inside.body["systemInstruction"] == {"parts": [{"text": "a\nb"}]}
    said = "x-anthropic-billing-header: mine"
    assert encode(messages=[user(said)]).contents[0]["parts"] == [{"text": said}]
