"""Tool results: messages right behind the calls, in their order, media after them."""

from __future__ import annotations

import pytest

from any_llm.plugin import UnsupportedFeature

PNG = {"type": "base64", "media_type": "image/png", "data": "iVBORw0KGgo="}
IMAGE = {"type": "image", "source": PNG}
IMAGE_PART = {"type": "image_url", "image_url": {"url": "data:image/png;base64,iVBORw0KGgo="}}
PDF = {
    "type": "document",
    "source": {"type": "base64", "media_type": "application/pdf", "data": "JVBERi0xLjQ="},
}
PDF_PART = {
    "type": "file",
    "file": {"filename": "document.pdf", "file_data": "data:application/pdf;base64,JVBERi0xLjQ="},
}
HI = {"role": "user", "content": "hi"}


def text(said, **more):
    return {"type": "text", "text": said, **more}


def use(id):
    return {"type": "tool_use", "id": id, "name": "f", "input": {}}


def result(id="a", content=None, **more):
    said = {} if content is None else {"content": content}
    return {"type": "tool_result", "tool_use_id": id, **said, **more}


def talk(*blocks, calls=("a",)):
    return [
        HI,
        {"role": "assistant", "content": [use(each) for each in calls]},
        {"role": "user", "content": list(blocks)},
    ]


def tool(content, id="a"):
    return {"role": "tool", "tool_call_id": id, "content": content}


RESULT = "messages[2].content[0]"
GOLDEN = [
    ("string", result(content="ok"), "ok", []),
    ("absent", result(), "", []),
    ("empty-list", result(content=[]), "", []),
    ("one-text", result(content=[text("ok")]), "ok", []),
    ("two-texts", result(content=[text("a"), text("b")]), "a\n\nb", []),
    (
        "error",
        result(content="no such file", is_error=True),
        "Error: no such file",
        [(f"{RESULT}.is_error", "emulated")],
    ),
    (
        "error-that-says-so",
        result(content="Error 404", is_error=True),
        "Error 404",
        [(f"{RESULT}.is_error", "emulated")],
    ),
    ("error-empty", result(is_error=True), "Error", [(f"{RESULT}.is_error", "emulated")]),
    ("no-error", result(content="ok", is_error=False), "ok", []),
    (
        "marked",
        result(content="ok", cache_control={"type": "ephemeral"}),
        "ok",
        [(f"{RESULT}.cache_control", "hint")],
    ),
    (
        "tool-reference",
        result(content=[{"type": "tool_reference", "tool_name": "g"}]),
        '{"type":"tool_reference","tool_name":"g"}',
        [(f"{RESULT}.content[0]", "emulated")],
    ),
    (
        "search-result",
        result(
            content=[{"type": "search_result", "source": "s", "title": "t", "content": [text("x")]}]
        ),
        '<search_result source="s" title="t">\nx\n</search_result>',
        [(f"{RESULT}.content[0]", "emulated")],
    ),
    (
        "toolset",
        result(content="ok", toolset_name="s"),
        "ok",
        [(f"{RESULT}.toolset_name", "lossy")],
    ),
]


@pytest.mark.parametrize(
    ("block", "content", "losses"), [pytest.param(*case[1:], id=case[0]) for case in GOLDEN]
)
def test_golden(encode, block, content, losses):
    got = encode(messages=talk(block))
    assert got.messages[2:] == [tool(content)]
    assert got.losses == losses


def test_results_first_and_in_call_order(encode):
    blocks = [text("q"), result("b", "2"), text("r"), result("a", "1")]
    got = encode(messages=talk(*blocks, calls=("a", "b")))
    assert got.messages[2:] == [
        tool("1", "a"),
        tool("2", "b"),
        {"role": "user", "content": [text("q"), text("r")]},
    ]


def test_media_follow_in_a_user_message(encode):
    blocks = [result("a", [text("shot:"), IMAGE]), result("b", [PDF]), text("look")]
    got = encode("openai", messages=talk(*blocks, calls=("a", "b")))
    assert got.messages[2:] == [
        tool("shot:", "a"),
        tool("[document from tool result b]", "b"),
        {
            "role": "user",
            "content": [
                text("[image from tool result a]"),
                IMAGE_PART,
                text("[document from tool result b]"),
                PDF_PART,
                text("look"),
            ],
        },
    ]
    assert got.losses == [
        ("messages[2].content[0]", "emulated"),
        ("messages[2].content[1]", "emulated"),
    ]


def test_media_stay_where_the_server_takes_them(encode):
    got = encode("vllm", judged=False, messages=talk(result("a", [text("shot:"), IMAGE])))
    assert got.messages[2:] == [tool([text("shot:"), IMAGE_PART])]
    assert got.losses == []


def test_an_error_with_a_picture(encode):
    block = result("a", [IMAGE], is_error=True)
    got = encode("vllm", judged=False, messages=talk(block))
    assert got.messages[2:] == [tool([text("Error"), IMAGE_PART])]


def test_marks_where_the_server_has_them(encode):
    mark = {"cache_control": {"type": "ephemeral"}}
    got = encode("openrouter", messages=talk(result("a", "ok", **mark)), judged=False)
    assert got.messages[2:] == [tool([text("ok", **mark)])]
    got = encode("openai", model="gpt-5.6-sol", messages=talk(result("a", "ok", **mark)))
    assert got.messages[2:] == [tool([text("ok", prompt_cache_breakpoint={"mode": "explicit"})])]


def test_mistral_wants_a_turn_between_result_and_text(encode):
    got = encode("mistral", messages=talk(result("a", "ok"), text("go on")))
    assert [m["role"] for m in got.messages] == ["user", "assistant", "tool", "assistant", "user"]
    assert got.messages[3] == {"role": "assistant", "content": "OK"}
    assert [each for each in got.losses if each[1] != "hint"] == [("messages[2]", "emulated")]


def test_newer_models_of_mistral_do_not(encode):
    turns = talk(result("a", "ok"), text("go on"))
    got = encode("mistral", model="mistral-small-latest", messages=turns)
    assert [m["role"] for m in got.messages] == ["user", "assistant", "tool", "user"]
    assert {severity for _, severity in got.losses} == {"hint"}  # its ids are shorter


def test_ids_are_kept(encode):
    odd = "functions.Bash:0"
    got = encode(messages=talk(result(odd, "ok"), calls=(odd,)))
    assert got.messages[1]["tool_calls"][0]["id"] == odd
    assert got.messages[2] == tool("ok", odd)


@pytest.mark.parametrize(
    ("provider", "length"),
    [("openai", 40), ("openai-compatible", 64), ("mistral", 9)],
)
def test_ids_that_are_too_long_are_hashed(encode, provider, length):
    one, two = "toolu_" + "x" * 80, "toolu_" + "x" * 79 + "y"
    got = encode(provider, messages=talk(result(two, "2"), result(one, "1"), calls=(one, two)))
    calls = [each["id"] for each in got.messages[1]["tool_calls"]]
    results = [each["tool_call_id"] for each in got.messages[2:]]
    assert calls == results
    assert len(set(calls)) == 2
    assert {len(each) for each in calls} == {length}
    assert all(each.replace("_", "").isalnum() for each in calls)


def test_gateways_keep_state_in_long_ids(encode):
    long = "call_" + "x" * 300
    got = encode("litellm", messages=talk(result(long, "ok"), calls=(long,)))
    assert got.messages[2]["tool_call_id"] == long


WRONG = [
    ("missing", talk(text("q")), "messages[1].content[0]", "without `tool_result`"),
    ("one-missing", talk(result("a"), calls=("a", "b")), "messages[1].content[1]", "b"),
    ("at-the-end", talk()[:2], "messages[1].content[0]", "without `tool_result`"),
    ("orphan", talk(result("a"), result("z")), "messages[2].content[1]", "no `tool_use`"),
    ("twice", talk(result("a"), result("a")), "messages[2].content[1]", "already"),
    ("same-call-id", talk(result("a"), calls=("a", "a")), "messages[1].content[1]", "already"),
    ("no-calls", [{"role": "user", "content": [result("a")]}], "messages[0].content[0]", "a"),
    (
        "late",
        [
            *talk(result("a")),
            {"role": "assistant", "content": "x"},
            {"role": "user", "content": [result("a")]},
        ],
        "messages[4].content[0]",
        "no `tool_use`",
    ),
    (
        "system-between",
        [
            *talk()[:2],
            {"role": "system", "content": "s"},
            {"role": "user", "content": [result("a")]},
        ],
        "messages[1].content[0]",
        "without",
    ),
]


@pytest.mark.parametrize(
    ("messages", "path", "what"), [pytest.param(*case[1:], id=case[0]) for case in WRONG]
)
def test_pairs_that_do_not_fit(encode, messages, path, what):
    with pytest.raises(UnsupportedFeature, match=what) as caught:
        encode("openai", messages=messages)
    assert caught.value.path == path


def test_results_split_over_two_messages_are_one_turn(encode):
    said = [
        *talk(result("a", "1"), calls=("a", "b")),
        {"role": "user", "content": [result("b", "2")]},
    ]
    assert encode(messages=said).messages[2:] == [tool("1", "a"), tool("2", "b")]


def test_unknown_block_in_a_result(encode):
    with pytest.raises(UnsupportedFeature) as caught:
        encode(messages=talk(result("a", [{"type": "brand_new"}])))
    assert caught.value.path == "messages[2].content[0].content[0]"
