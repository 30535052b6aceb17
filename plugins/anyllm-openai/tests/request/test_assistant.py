"""Turns of the model, given back: text, calls, reasoning."""

from __future__ import annotations

import pytest

from any_llm.plugin import CallContext, Envelope, UnsupportedFeature
from anyllm_openai.chat.signature import seal

HI = {"role": "user", "content": "hi"}
GO = {"role": "user", "content": "go"}


def text(said, **more):
    return {"type": "text", "text": said, **more}


def use(id="t1", name="f", input=None, **more):
    return {"type": "tool_use", "id": id, "name": name, "input": input or {}, **more}


def call(id="t1", name="f", arguments="{}", **more):
    return {"id": id, "type": "function", "function": {"name": name, "arguments": arguments}} | more


def result(id="t1", content="ok"):
    return {"type": "tool_result", "tool_use_id": id, "content": content}


def talk(*blocks, results=()):
    after = {"role": "user", "content": [*results]} if results else GO
    return [HI, {"role": "assistant", "content": list(blocks)}, after]


def sealed(provider="openai-compatible", base_url="https://host.example/v1", **said):
    return seal(CallContext(provider=provider, model="m", base_url=base_url), **said)


def thinking(said, signature=None):
    block = {"type": "thinking", "thinking": said}
    return block if signature is None else {**block, "signature": signature}


def test_text(encode):
    assert encode(messages=talk(text("a"))).messages[1] == {"role": "assistant", "content": "a"}


def test_several_texts_are_one_string(encode):
    got = encode(messages=talk(text("a"), text(""), text("b")))
    assert got.messages[1] == {"role": "assistant", "content": "a\n\nb"}
    assert got.losses == []


def test_call(encode):
    block = use(input={"q": "ü", "n": [1, None]})
    got = encode(messages=talk(text("a"), block, results=[result()]))
    assert got.messages[1:] == [
        {
            "role": "assistant",
            "content": "a",
            "tool_calls": [call(arguments='{"q":"ü","n":[1,null]}')],
        },
        {"role": "tool", "tool_call_id": "t1", "content": "ok"},
    ]
    assert got.losses == []


@pytest.mark.parametrize(("word", "content"), [("null", None), ("empty", "")])
def test_content_of_a_turn_that_only_calls(encode, word, content):
    got = encode(quirks={"empty_content": word}, messages=talk(use(), results=[result()]))
    assert got.messages[1] == {"role": "assistant", "content": content, "tool_calls": [call()]}


def test_text_behind_a_call_moves_before_it(encode):
    got = encode(messages=talk(use(), text("a"), results=[result()]))
    assert got.messages[1] == {"role": "assistant", "content": "a", "tool_calls": [call()]}
    assert got.losses == [("messages[1].content[1]", "hint")]


def test_broken_arguments_go_back_as_they_came(encode):
    got = encode(messages=talk(use(input={"INVALID_JSON": '{"a": '}), results=[result()]))
    assert got.messages[1]["tool_calls"] == [call(arguments='{"a": ')]


def test_cache_marks_and_citations_have_no_place(encode):
    mark = {"cache_control": {"type": "ephemeral"}}
    cited = text("a", citations=[{"type": "char_location"}], **mark)
    got = encode(
        "openai", model="gpt-5.6-sol", messages=talk(cited, use(**mark), results=[result()])
    )
    assert got.losses == [
        ("messages[1].content[0].cache_control", "hint"),
        ("messages[1].content[0].citations", "hint"),
        ("messages[1].content[1].cache_control", "hint"),
    ]


def test_callers_of_calls(encode):
    direct = use(caller={"type": "direct"})
    program = use(caller={"type": "code_execution_20260120", "tool_id": "x"}, toolset_name="s")
    assert encode(messages=talk(direct, results=[result()])).losses == []
    assert encode(messages=talk(program, results=[result()])).losses == [
        ("messages[1].content[0].toolset_name", "lossy"),
        ("messages[1].content[0].caller", "hint"),
    ]


def test_what_the_providers_own_tools_did_is_left_out(encode):
    blocks = [
        {"type": "server_tool_use", "id": "srvtoolu_1", "name": "web_search", "input": {}},
        {"type": "web_search_tool_result", "tool_use_id": "srvtoolu_1", "content": []},
        text("found"),
    ]
    got = encode(messages=talk(*blocks))
    assert got.messages[1] == {"role": "assistant", "content": "found"}
    assert got.losses == [("messages[1].content[0]", "hint"), ("messages[1].content[1]", "hint")]


@pytest.mark.parametrize(
    "block",
    [
        {"type": "mcp_tool_use", "id": "m", "name": "n", "input": {}},
        {"type": "mcp_tool_result", "tool_use_id": "m"},
        {"type": "compaction", "content": "c"},
        {"type": "image", "source": {"type": "url", "url": "u"}},
        {"type": "brand_new"},
        result(),
    ],
    ids=lambda block: block["type"],
)
def test_refused(encode, block):
    with pytest.raises(UnsupportedFeature):
        encode(messages=talk(text("a"), block))


# --- turns that are empty --------------------------------------------------------------------


@pytest.mark.parametrize("content", ["", [], [text("")]])
def test_a_turn_with_nothing_to_say_is_left_out(encode, content):
    got = encode(messages=[HI, {"role": "assistant", "content": content}, GO])
    assert got.messages == [{"role": "user", "content": [text("hi"), text("go")]}]


def test_a_turn_of_foreign_thinking_is_left_out(encode):
    got = encode(messages=talk(thinking("t", "sig")))
    assert got.messages == [{"role": "user", "content": [text("hi"), text("go")]}]
    assert got.losses == [("messages[1].content[0]", "hint")]


def test_neighbouring_turns_of_the_model_are_one(encode):
    said = [HI, {"role": "assistant", "content": "a"}, {"role": "assistant", "content": "b"}, GO]
    assert encode(messages=said).messages[1] == {"role": "assistant", "content": "a\n\nb"}


# --- the end of the conversation -------------------------------------------------------------

PREFILL = [HI, {"role": "assistant", "content": "{"}]


@pytest.mark.parametrize("provider", ["openai", "openai-compatible", "deepseek"])
def test_prefill_refused(encode, provider):
    with pytest.raises(UnsupportedFeature, match="prefill not supported") as caught:
        encode(provider, messages=PREFILL)
    assert caught.value.path == "messages[1]"


def test_prefill_natively(encode):
    got = encode("llamacpp", messages=PREFILL)
    assert got.messages[1] == {"role": "assistant", "content": "{"}
    assert got.losses == []


def test_prefill_of_vllm(encode):
    got = encode("vllm", messages=PREFILL)
    assert got.messages[1] == {"role": "assistant", "content": "{"}
    assert got.body["continue_final_message"] is True
    assert got.body["add_generation_prompt"] is False


@pytest.mark.parametrize(("provider", "flag"), [("mistral", "prefix"), ("moonshot", "partial")])
def test_prefill_by_a_mark(encode, provider, flag):
    got = encode(provider, messages=PREFILL)
    assert got.messages[1] == {"role": "assistant", "content": "{", flag: True}
    assert ("messages[1]", "emulated") in got.losses


def test_an_empty_last_turn_is_no_prefill(encode):
    assert encode(messages=[HI, {"role": "assistant", "content": ""}]).messages == [HI]


# --- reasoning -------------------------------------------------------------------------------


@pytest.mark.parametrize("field", ["reasoning_content", "reasoning"])
def test_reasoning_goes_back_where_it_came_from(encode, field):
    got = encode(messages=talk(thinking("t", sealed(field=field)), text("a")))
    assert got.messages[1] == {"role": "assistant", "content": "a", field: "t"}
    assert got.losses == []


def test_reasoning_of_one_answer_is_one_string(encode):
    blocks = [
        thinking("t", sealed(field="reasoning")),
        text("a"),
        thinking("u", sealed(field="reasoning")),
    ]
    assert encode(messages=talk(*blocks)).messages[1] == {
        "role": "assistant",
        "content": "a",
        "reasoning": "tu",
    }


def test_reasoning_details_verbatim(encode):
    details = [{"type": "reasoning.text", "text": "t", "index": 0, "signature": "x"}]
    more = [{"type": "reasoning.encrypted", "data": "zz", "index": 1}]
    blocks = [
        thinking("t", sealed("openrouter", field="reasoning", details=details)),
        {"type": "redacted_thinking", "data": sealed("openrouter", details=more)},
        text("a"),
    ]
    got = encode("openrouter", messages=talk(*blocks))
    assert got.messages[1] == {
        "role": "assistant",
        "content": "a",
        "reasoning_details": details + more,
    }
    assert got.losses == []


def test_openrouter_reasoning_without_details(encode):
    block = thinking("t", sealed("openrouter", field="reasoning"))
    got = encode("openrouter", messages=talk(block, text("a")))
    assert got.messages[1] == {"role": "assistant", "content": "a", "reasoning": "t"}


def test_mistral_reasoning_in_the_content(encode):
    block = thinking("t", sealed("mistral", field="content"))
    got = encode("mistral", judged=False, messages=talk(block, text("a")))
    assert got.messages[1] == {
        "role": "assistant",
        "content": [{"type": "thinking", "thinking": [text("t")]}, text("a")],
    }


def test_reasoning_in_tags(encode):
    block = thinking("t", sealed("cerebras", field="tags"))
    got = encode("cerebras", model="zai-glm-4.7", messages=talk(block, text("a")))
    assert got.messages[1] == {"role": "assistant", "content": "<think>t</think>a"}


@pytest.mark.parametrize(
    "block",
    [
        thinking("t", "EqQBCgIYAhIM"),
        thinking("t", Envelope("openai-responses", {"ec": "x"}).seal()),
        thinking("t", sealed("deepseek", field="reasoning_content")),
        thinking("t", sealed(base_url="https://other.example/v1", field="reasoning")),
        thinking("t"),
        {"type": "redacted_thinking", "data": "opaque"},
        {"type": "redacted_thinking", "data": Envelope("gemini", {"ts": "x"}).seal()},
        {"type": "redacted_thinking", "data": "anyllm1.%%%"},
    ],
)
def test_foreign_reasoning_is_dropped(encode, block):
    got = encode(messages=talk(block, text("a")))
    assert got.messages[1] == {"role": "assistant", "content": "a"}
    assert got.losses == [("messages[1].content[0]", "hint")]


def test_no_reasoning_for_openai(encode):
    block = thinking("t", sealed("openai", field="reasoning_content"))
    got = encode("openai", messages=talk(block, text("a")))
    assert got.messages[1] == {"role": "assistant", "content": "a"}
    assert got.losses == [("messages[1].content[0]", "hint")]


def test_deepseek_insists_on_reasoning(encode):
    blocks = [thinking("foreign", "sig"), text("a")]
    said = [*talk(*blocks), {"role": "assistant", "content": "b"}, GO]
    got = encode("deepseek", messages=said)
    assert [m.get("reasoning_content") for m in got.messages] == [None, "foreign", None, " ", None]


def test_deepseek_without_thinking_insists_on_nothing(encode):
    said = talk(thinking("foreign", "sig"), text("a"))
    got = encode("deepseek", messages=said, thinking={"type": "disabled"})
    assert got.messages[1] == {"role": "assistant", "content": "a"}


def test_unsigned_reasoning_where_the_field_is_known(encode):
    got = encode("llamacpp", messages=talk(thinking("t"), text("a")))
    assert got.messages[1] == {"role": "assistant", "content": "a", "reasoning_content": "t"}


def test_thought_signatures_return_to_their_calls(encode):
    quirks = {"thought_signatures": True}
    block = {"type": "redacted_thinking", "data": sealed(calls={"t2": "SIG"})}
    own = use("t3", extra_content={"google": {"thought_signature": "OWN"}})
    blocks = [block, use("t1"), use("t2"), own]
    got = encode(
        quirks=quirks, judged=False, messages=talk(*blocks, results=map(result, ("t1", "t2", "t3")))
    )
    google = {"extra_content": {"google": {"thought_signature": "SIG"}}}
    assert got.messages[1]["tool_calls"] == [
        call("t1"),
        call("t2", **google),
        call("t3", extra_content={"google": {"thought_signature": "OWN"}}),
    ]
    assert got.losses == []
