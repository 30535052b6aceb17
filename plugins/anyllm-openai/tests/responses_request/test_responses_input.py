"""The conversation: user turns, the model's turns, tool results, the system prompt."""

from __future__ import annotations

import pytest

from any_llm.plugin import UnsupportedFeature

from .kit import (
    BREAKPOINT,
    IMAGE,
    IMAGE_PART,
    MARK,
    PDF,
    PDF_DATA,
    asked,
    call,
    developer,
    input_text,
    model,
    output,
    result,
    said,
    searched,
    text,
    use,
    user,
)

URL = "https://x.example/a"
NEW = "gpt-5.6-sol"  # has cache breakpoints and phases
OLD = "gpt-4o"

USER = {
    "a string": ("hi", [input_text("hi")]),
    "texts": ([text("a"), text("b")], [input_text("a"), input_text("b")]),
    "an empty text beside another": ([text(""), text("b")], [input_text("b")]),
    "an image": ([text("a"), IMAGE], [input_text("a"), IMAGE_PART]),
    "an image by URL": (
        [{"type": "image", "source": {"type": "url", "url": URL}}],
        [{"type": "input_image", "image_url": URL, "detail": "auto"}],
    ),
    "an uploaded image": (
        [{"type": "image", "source": {"type": "file", "file_id": "file-1"}}],
        [{"type": "input_image", "file_id": "file-1", "detail": "auto"}],
    ),
    "a PDF": ([PDF], [{"type": "input_file", "filename": "document.pdf", "file_data": PDF_DATA}]),
    "a PDF with a title": (
        [{**PDF, "title": "A b"}],
        [{"type": "input_file", "filename": "A b.pdf", "file_data": PDF_DATA}],
    ),
    "a PDF by URL": (
        [{"type": "document", "source": {"type": "url", "url": URL}}],
        [{"type": "input_file", "file_url": URL}],
    ),
    "an uploaded document": (
        [{"type": "document", "source": {"type": "file", "file_id": "file-1"}}],
        [{"type": "input_file", "file_id": "file-1"}],
    ),
}


@pytest.mark.parametrize("what", USER)
def test_user_turn(encode, what):
    content, parts = USER[what]
    got = encode(messages=[{"role": "user", "content": content}])
    assert got.body["input"] == [{"type": "message", "role": "user", "content": parts}]
    assert got.losses == []


AS_TEXT = {
    "a document of text": (
        {
            "type": "document",
            "title": "T",
            "context": "c",
            "source": {"type": "text", "media_type": "text/plain", "data": "n"},
        },
        [input_text('<document title="T" context="c">\nn\n</document>')],
        [("messages[0].content[0]", "emulated")],
    ),
    "a document of blocks": (
        {"type": "document", "source": {"type": "content", "content": [text("n"), IMAGE]}},
        [input_text("<document>"), input_text("n"), IMAGE_PART, input_text("</document>")],
        [("messages[0].content[0]", "emulated")],
    ),
    "a search result": (
        {"type": "search_result", "source": "s", "title": "t", "content": [text("x")]},
        [input_text('<search_result source="s" title="t">\nx\n</search_result>')],
        [("messages[0].content[0]", "emulated")],
    ),
    "the context of a PDF": (
        {**PDF, "context": "c"},
        [
            input_text("Context of the next document: c"),
            {"type": "input_file", "filename": "document.pdf", "file_data": PDF_DATA},
        ],
        [("messages[0].content[0].context", "emulated")],
    ),
    "the title of a PDF by URL": (
        {"type": "document", "title": "T", "source": {"type": "url", "url": URL}},
        [input_text("Title of the next document: T"), {"type": "input_file", "file_url": URL}],
        [("messages[0].content[0].title", "emulated")],
    ),
    "citations": (
        {**PDF, "citations": {"enabled": True}},
        [{"type": "input_file", "filename": "document.pdf", "file_data": PDF_DATA}],
        [("messages[0].content[0].citations", "lossy")],
    ),
}


@pytest.mark.parametrize("what", AS_TEXT)
def test_what_goes_another_way_is_reported(encode, what):
    block, parts, losses = AS_TEXT[what]
    got = encode(messages=[user(block)])
    assert got.body["input"] == [{"type": "message", "role": "user", "content": parts}]
    assert got.losses == losses


REFUSED = {
    "a file of Anthropic's": {"type": "image", "source": {"type": "file", "file_id": "file_01"}},
    "a document of Anthropic's": {
        "type": "document",
        "source": {"type": "file", "file_id": "file_01"},
    },
    "container_upload": {"type": "container_upload", "file_id": "f"},
    "an unknown block": {"type": "brand_new"},
    "an image without data": {**IMAGE, "source": {**IMAGE["source"], "data": ""}},
}


@pytest.mark.parametrize("what", REFUSED)
def test_user_block_refused(encode, what):
    with pytest.raises(UnsupportedFeature) as caught:
        encode(messages=[user(text("a"), REFUSED[what])])
    assert caught.value.path.startswith("messages[0].content[1]")


# --- the model's turns -----------------------------------------------------------------------

WEATHER = model(text("I look."), use("a"), text("And there."), use("b", input={"city": "Ö"}))
ANSWERS = user(result("b", "2"), result("a", "1"), text("and now?"))


def test_items_stand_in_the_order_of_the_blocks(encode):
    got = encode(model=OLD, messages=[user("q"), WEATHER, ANSWERS])
    assert got.body["input"] == [
        asked("q"),
        said("I look."),
        call("a"),
        said("And there."),
        call("b", arguments='{"city":"Ö"}'),
        output("1", "a"),  # in the order of the calls
        output("2", "b"),
        asked("and now?"),
    ]
    assert got.losses == []


def test_neighbouring_texts_are_one_message(encode):
    got = encode(model=OLD, messages=[user("q"), model(text("a"), text(""), text("b")), user("c")])
    assert got.body["input"] == [asked("q"), said("a", "b"), asked("c")]


def test_broken_arguments_go_back_as_they_came(encode):
    turn = model(use(input={"INVALID_JSON": '{"a":'}))
    got = encode(model=OLD, messages=[user("q"), turn, user(result())])
    assert got.body["input"][1] == call(arguments='{"a":')


def test_phases_of_a_model_that_says_them(encode):
    turns = [user("q"), WEATHER, ANSWERS, model(text("x")), user("bye")]
    got = encode(model=NEW, messages=turns)
    phases = [item["phase"] for item in got.body["input"] if item.get("role") == "assistant"]
    assert phases == ["commentary", "commentary", "final_answer"]
    for old in (OLD, "gpt-5.2", "o3", "gpt-5.3-chat-latest"):
        assert all("phase" not in item for item in encode(model=old, messages=turns).body["input"])
    for new in ("gpt-5.3-codex", "gpt-5.4-mini", "gpt-5.5", "gpt-6-astra"):
        assert encode(model=new, messages=turns).body["input"][-2]["phase"] == "final_answer"


def test_only_the_last_text_of_a_turn_is_final(encode):
    turn = model(text("I look."), *searched(), text("Here."))
    got = encode(model=NEW, messages=[user("q"), turn, user("bye")])
    assert [item.get("phase") for item in got.body["input"][1:4]] == [
        "commentary",
        None,
        "final_answer",
    ]


def test_a_last_turn_of_the_model_is_refused(encode):
    with pytest.raises(UnsupportedFeature, match="prefill not supported") as caught:
        encode(messages=[user("q"), model("{")])
    assert caught.value.path == "messages[1]"


CALLS = {
    "no result": [user("q"), model(use("a")), user("x")],
    "no result at the end": [user("q"), model(use("a"))],
    "a result too many": [user("q"), model(text("a")), user(result("a"))],
    "two results": [user("q"), model(use("a")), user(result("a"), result("a"))],
}


@pytest.mark.parametrize("what", CALLS)
def test_calls_and_results_must_pair(encode, what):
    with pytest.raises(UnsupportedFeature, match=r"tool_use|tool_result"):
        encode(messages=CALLS[what])


# --- tool results ----------------------------------------------------------------------------


def with_result(*content, **more):
    return [user("q"), model(use()), user(result(content=list(content) or None, **more))]


RESULTS = {
    "nothing": ([], {}, "", []),
    "a text": ([text("a")], {}, "a", []),
    "texts": ([text("a"), text("b")], {}, [input_text("a"), input_text("b")], []),
    "an image": ([text("a"), IMAGE], {}, [input_text("a"), IMAGE_PART], []),
    "a PDF": (
        [PDF],
        {},
        [{"type": "input_file", "filename": "document.pdf", "file_data": PDF_DATA}],
        [],
    ),
    "an error": ([text("no")], {"is_error": True}, "Error: no", [".is_error"]),
    "an error that says so": ([text("Error 5")], {"is_error": True}, "Error 5", [".is_error"]),
    "an empty error": ([], {"is_error": True}, "Error", [".is_error"]),
    "an error with an image": (
        [IMAGE],
        {"is_error": True},
        [input_text("Error"), IMAGE_PART],
        [".is_error"],
    ),
    "a reference": (
        [{"type": "tool_reference", "tool_name": "f"}],
        {},
        '{"type":"tool_reference","tool_name":"f"}',
        [".content[0]"],
    ),
}


@pytest.mark.parametrize("what", RESULTS)
def test_tool_result(encode, what):
    content, more, wire, losses = RESULTS[what]
    got = encode(model=OLD, messages=with_result(*content, **more))
    assert got.body["input"][2:] == [output(wire)]
    assert got.losses == [(f"messages[2].content[0]{path}", "emulated") for path in losses]


def test_cache_mark_of_a_result(encode):
    got = encode(model=NEW, messages=with_result(text("a"), cache_control=MARK))
    assert got.body["input"][2:] == [output([input_text("a", **BREAKPOINT)])]
    inside = encode(model=NEW, messages=with_result(text("a", cache_control=MARK), IMAGE))
    assert inside.body["input"][2:] == [output([input_text("a", **BREAKPOINT), IMAGE_PART])]


def test_long_ids_are_shortened_on_call_and_result_alike(encode):
    long = "x" * 70
    got = encode(model=OLD, messages=[user("q"), model(use(long)), user(result(long))])
    sent = got.body["input"][1]["call_id"]
    assert len(sent) <= 64  # recorded: 64 characters are accepted
    assert got.body["input"][2]["call_id"] == sent
    assert got.losses == [("messages", "hint")]
    kept = encode(model=OLD, messages=[user("q"), model(use(long[:64])), user(result(long[:64]))])
    assert kept.body["input"][1]["call_id"] == long[:64]


def test_ids_that_a_server_counts_anew_in_each_turn_become_unique(encode):
    one = [user("q"), model(use("call_0"), use("call_1")), user(result("call_1"), result("call_0"))]
    two = [model(use("call_0"), use("b")), user(result("call_0"), result("b"))]
    three = [model(use("call_0")), user(result("call_0"))]
    got = encode(model=OLD, messages=[*one, *two, *three])
    calls = [item["call_id"] for item in got.body["input"] if item["type"] == "function_call"]
    outputs = [i["call_id"] for i in got.body["input"] if i["type"] == "function_call_output"]
    assert calls == outputs
    assert len(set(calls)) == len(calls) == 5  # all of them
    assert (calls[:2], calls[3]) == (["call_0", "call_1"], "b")
    assert got.losses == [("messages[3].content[0]", "hint"), ("messages[5].content[0]", "hint")]
    shorter = encode(model=OLD, messages=[*one, *two]).body["input"]
    assert got.body["input"][: len(shorter)] == shorter


# --- system ----------------------------------------------------------------------------------


def test_the_system_prompt_is_the_instructions(encode):
    got = encode(system="s")
    assert (got.body["instructions"], got.body["input"]) == ("s", [asked("hi")])
    blocks = encode(system=[text("a"), text("b")])
    assert blocks.body["instructions"] == "a\n\nb"
    assert "instructions" not in encode(system=[]).body


def test_a_marked_system_prompt_is_the_first_item(encode):
    got = encode(model=NEW, system=[text("a", cache_control=MARK), text("b")])
    assert got.body["input"] == [developer(input_text("a", **BREAKPOINT), "b"), asked("hi")]
    assert "instructions" not in got.body
    old = encode(model="gpt-5.2", system=[text("a", cache_control=MARK), text("b")])
    assert old.body["instructions"] == "a\n\nb"
    assert old.losses == [("system[0].cache_control", "hint")]


def test_a_system_turn_inside_stays_there(encode):
    turns = [user("a"), {"role": "system", "content": "s"}, model("b"), user("c")]
    got = encode(model=OLD, messages=turns)
    assert got.body["input"] == [asked("a"), developer("s"), said("b"), asked("c")]
    assert got.losses == []


def test_a_system_turn_at_the_start_joins_the_prompt(encode):
    got = encode(system="a", messages=[{"role": "system", "content": "b"}, user("c")])
    assert got.body["instructions"] == "a\n\nb"


def test_a_system_prompt_alone_is_an_item(encode):
    got = encode(messages=[{"role": "system", "content": "b"}])
    assert got.body["input"] == [developer("b")]
