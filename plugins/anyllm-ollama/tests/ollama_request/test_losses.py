"""What this wire cannot carry: refused, reported or emulated, by its path."""

from __future__ import annotations

import pytest

from any_llm.plugin import Envelope, UnsupportedFeature

from .kit import HI, PNG, TOOL, encode, result, said, text, turn, use

URL = {"type": "image", "source": {"type": "url", "url": "https://x.example/a.png"}}
PDF = {
    "type": "document",
    "source": {"type": "base64", "media_type": "application/pdf", "data": "JVBE"},
}
NOTE = {
    "type": "document",
    "source": {"type": "text", "media_type": "text/plain", "data": "n"},
    "title": 'T"',
}
HIT = {"type": "search_result", "source": "s", "title": "t", "content": [text("x")]}

REFUSED = {
    "messages[0].content[0].source": [
        said(URL),
        said(PDF),
        said({"type": "image", "source": {"type": "file", "file_id": "f"}}),
        said({"type": "document", "source": {"type": "file", "file_id": "f"}}),
        said({"type": "document", "source": {"type": "url", "url": "https://x.example/a.pdf"}}),
        said({**PNG, "source": {**PNG["source"], "data": ""}}),
        said({"type": "image", "source": {"type": "url", "url": "data:image/png,raw"}}),
    ],
    "messages[0].content[0]": [
        said({"type": "container_upload", "file_id": "f"}),
        said({"type": "brand_new"}),
        said(result()),
    ],
    "messages[1].content[0]": [
        turn(use()),
        {"messages": turn(use())["messages"][:2]},
        turn(PNG),
        {
            "messages": [
                HI,
                {"role": "system", "content": [PNG]},
                {"role": "assistant", "content": "a"},
                HI,
            ]
        },
    ],
    "messages[2].content[1]": [turn(use(), after=[result(), result()])],
    "max_tokens": [{"max_tokens": 0}],
    "tools[0]": [{"tools": [{"type": "web_search_20260318", "name": "web_search"}]}],
    "tools[0].strict": [{"tools": [{**TOOL, "strict": True}]}],
    "tools[1].name": [{"tools": [TOOL, TOOL]}],
    "output_config.format.type": [{"output_config": {"format": {"type": "grammar"}}}],
    "container": [{"container": "c"}],
    "mcp_servers": [{"mcp_servers": [{"type": "url"}]}],
    "inference_geo": [{"inference_geo": "eu"}],
}


@pytest.mark.parametrize(("path", "asked"), [(p, a) for p, some in REFUSED.items() for a in some])
def test_what_would_be_lost_is_refused_by_its_path(path, asked):
    with pytest.raises(UnsupportedFeature) as refused:
        encode(**asked)
    assert refused.value.path == path
    assert str(refused.value).startswith(f"ollama: {path}: ")


def test_documents_and_search_results_go_as_text():
    got = encode(**said(NOTE, HIT, text("?")))
    assert got.messages[0]["content"] == (
        '<document title="T&quot;">\nn\n</document>\n'
        '<search_result source="s" title="t">\nx\n</search_result>\n?'
    )
    assert got.losses == [
        ("messages[0].content[0]", "emulated"),
        ("messages[0].content[1]", "emulated"),
    ]


def test_a_document_of_blocks_keeps_its_pictures():
    inside = {"type": "document", "source": {"type": "content", "content": [text("a"), PNG]}}
    got = encode(**said(inside))
    assert got.messages[0]["images"] == ["iVBO"]
    assert got.messages[0]["content"] == "<document>\na\n</document>"
    assert ("messages[0].content[0].source.content[1]", "lossy") in got.losses


def test_citations_asked_for_will_not_come():
    got = encode(**said({**NOTE, "citations": {"enabled": True}}))
    assert ("messages[0].content[0].citations", "lossy") in got.losses


@pytest.mark.parametrize(
    ("blocks", "severity"),
    [
        ([PNG, text("a")], None),
        ([PNG, PNG, text("a"), text("b")], None),
        ([text("a"), PNG], "hint"),
        ([text("a"), text("b"), PNG, PNG], "hint"),
        ([text("a"), PNG, text("b")], "lossy"),
        ([PNG, text("a"), PNG], "lossy"),
    ],
)
def test_pictures_stand_before_text(blocks, severity):
    told = [each for path, each in encode(**said(*blocks)).losses]
    assert told == ([severity] if severity else [])


def test_a_tool_error_is_said_in_its_text():
    got = encode(**turn(use(), after=[result(content="no", is_error=True)]))
    assert got.messages[-1]["content"] == "Error: no"
    assert got.losses == [("messages[2].content[0].is_error", "emulated")]
    twice = encode(**turn(use(), after=[result(content="Error: no", is_error=True)]))
    assert twice.messages[-1]["content"] == "Error: no"
    empty = encode(**turn(use(), after=[result(content=[PNG], is_error=True)]))
    assert empty.messages[-1]["content"] == "Error"


def test_a_reference_in_a_result_goes_as_its_json():
    reference = {"type": "tool_reference", "tool_name": "g"}
    got = encode(**turn(use(), after=[result(content=[reference])]))
    assert got.messages[-1]["content"] == '{"type":"tool_reference","tool_name":"g"}'
    assert got.losses == [("messages[2].content[0].content[0]", "emulated")]


FOREIGN = (
    {"type": "thinking", "thinking": "hm", "signature": "EqQBCgIYAhIM"},
    {"type": "thinking", "thinking": "hm", "signature": Envelope("gemini", {"s": 1}).seal()},
    {"type": "redacted_thinking", "data": "x"},
)


@pytest.mark.parametrize("block", FOREIGN)
def test_foreign_reasoning_is_dropped_with_a_word(block):
    got = encode(**turn(block, text("a")))
    assert got.messages[1] == {"role": "assistant", "content": "a"}
    assert got.losses == [("messages[1].content[0]", "hint")]


def test_a_turn_of_foreign_reasoning_alone_is_left_out():
    got = encode(**turn(FOREIGN[0]))
    assert got.messages == [{"role": "user", "content": "hi\ngo"}]


def test_what_moves_within_a_turn_is_told():
    thought = {"type": "thinking", "thinking": "hm", "signature": ""}
    got = encode(**turn(text("a"), thought, use(), text("b"), after=[result()]))
    assert got.messages[1]["content"] == "a\nb"
    assert got.messages[1]["thinking"] == "hm"
    assert got.losses == [("messages[1].content[1]", "hint"), ("messages[1].content[3]", "hint")]


def test_results_come_before_what_else_is_said():
    got = encode(**turn(use(), after=[text("so?"), result()]))
    assert [each["role"] for each in got.messages[2:]] == ["tool", "user"]
    assert got.losses == [("messages[2]", "hint")]
    assert encode(**turn(use(), after=[result(), text("so?")])).losses == []


def test_earlier_ids_are_known_to_the_answers_side():
    got = encode(**turn(use("a"), use("b"), after=[result("b"), result("a")]))
    assert got.ctx.state["call_ids"] == {"a", "b"}


def test_a_prefill_is_sent_and_told_or_refused():
    ends = {"messages": [HI, {"role": "assistant", "content": "{"}]}
    got = encode(**ends)
    assert got.messages[-1] == {"role": "assistant", "content": "{"}
    assert got.losses == [("messages[1]", "lossy")]
    with pytest.raises(UnsupportedFeature):
        encode(**ends, quirks={"prefill": "refuse"})


def test_a_billing_line_of_another_vendor_stays_at_home():
    got = encode(system="x-anthropic-billing-header: cc_version=1; cch=0af\nBe.")
    assert got.messages[0] == {"role": "system", "content": "Be."}
    assert got.losses == [("system", "hint")]


QUIET = {
    "cache_control": {"cache_control": {"type": "ephemeral"}},
    "service_tier": {"service_tier": "auto"},
    "speed": {"speed": "standard"},
    "system[0].cache_control": {"system": [text("s", cache_control={"type": "ephemeral"})]},
    "messages[0].content[0].cache_control": said(text("s", cache_control={"type": "ephemeral"})),
    "tools[0].cache_control": {"tools": [{**TOOL, "cache_control": {"type": "ephemeral"}}]},
    "tools[0].defer_loading": {"tools": [{**TOOL, "defer_loading": True}]},
    "stop_sequences": {"stop_sequences": ["x"]},
    "tool_choice": {"tools": [TOOL], "tool_choice": {"type": "auto"}},
    "messages[1].content[0]": turn(
        {"type": "web_search_tool_result", "tool_use_id": "w", "content": []}, text("a")
    ),
    "messages[1].content[0].citations": turn(text("a", citations=[{"type": "char_location"}])),
}
LOUD = {
    "metadata.user_id": {"metadata": {"user_id": "u"}},
    "speed": {"speed": "fast"},
    "brand_new": {"brand_new": 1},
    "metadata.brand_new": {"metadata": {"brand_new": 1}},
    "tool_choice.disable_parallel_tool_use": {
        "tools": [TOOL],
        "tool_choice": {"type": "auto", "disable_parallel_tool_use": True},
    },
    "tools[0].allowed_callers": {
        "tools": [{**TOOL, "allowed_callers": ["code_execution_20260120"]}]
    },
    "messages[0].content[0].brand_new": said(text("a", brand_new=1)),
    "messages[0].content[0].source.brand_new": said(
        {**PNG, "source": {**PNG["source"], "brand_new": 1}}
    ),
    "messages[0].content[1].source.brand_new": said(
        text("a"), {**NOTE, "source": {**NOTE["source"], "brand_new": 1}}
    ),
    "messages[0].content[2].brand_new": said(text("a"), PNG, {**HIT, "brand_new": 1}),
    "tools[0].brand_new": {"tools": [{**TOOL, "brand_new": 1}]},
    "tool_choice.brand_new": {"tools": [TOOL], "tool_choice": {"type": "auto", "brand_new": 1}},
    "messages[1].content[0].brand_new": turn(use(brand_new=1), after=[result()]),
    "messages[2].content[0].brand_new": turn(use(), after=[result(brand_new=1)]),
    "messages[1].content[1].brand_new": turn(
        text("a"), {"type": "thinking", "thinking": "t", "signature": "", "brand_new": 1}
    ),
    "messages[1].content[2].brand_new": turn(
        text("a"), text("b"), {"type": "redacted_thinking", "data": "d", "brand_new": 1}
    ),
    "messages[0].brand_new": {"messages": [{**HI, "brand_new": 1}]},
}


@pytest.mark.parametrize("path", QUIET)
def test_a_hint_that_goes_is_in_the_losses(path):
    assert (path, "hint") in encode(**QUIET[path]).losses


@pytest.mark.parametrize("path", LOUD)
def test_what_changes_the_answer_is_reported_loudly(path):
    assert (path, "lossy") in encode(**LOUD[path]).losses


def test_examples_stand_in_the_description():
    got = encode(tools=[{**TOOL, "input_examples": [{"a": "1"}]}])
    description = got.body["tools"][0]["function"]["description"]
    assert description == 'd\n\nExamples of input:\n{"a":"1"}'
    assert got.losses == [("tools[0].input_examples", "emulated")]
