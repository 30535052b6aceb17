"""Mapping 1.6: Google search as the web_search tool, its sources as citations; code as blocks."""

from __future__ import annotations

import pytest

from tests.support.gemini_replies import both, call, chunk, text

SAID = "Grüße: Mark Carney is it."


def web(uri, title=None):
    return {"web": {"uri": uri, **({"title": title} if title else {})}}


def grounding(*supports, queries=("who",), chunks=None):
    found = chunks or [web("https://a.test", "A"), web("https://b.test"), {"maps": {"uri": "x"}}]
    said = {"groundingChunks": found, "groundingSupports": list(supports)}
    return {**said, "webSearchQueries": list(queries)} if queries else said


def support(*indices, **segment):
    return {"segment": segment, "groundingChunkIndices": list(indices)}


def answer(said, *parts):
    return both(chunk(*(parts or [text(SAID)])), chunk(finish="STOP", groundingMetadata=said))


def cited(got):
    return [
        (c.url, c.supported_text)
        for b in got.message.content
        for c in getattr(b, "citations", None) or ()
    ]


def test_a_search():
    said = grounding(support(0, 1, endIndex=11, text="Mark Carney"))
    got = answer(said)
    citation = {"type": "web_search_result_location", "cited_text": "", "encrypted_index": ""}
    assert got.content == [
        {
            "type": "text",
            "text": SAID,
            "citations": [
                {
                    **citation,
                    "url": "https://a.test",
                    "title": "A",
                    "supported_text": "Mark Carney",
                },
                {**citation, "url": "https://b.test", "supported_text": "Mark Carney"},
            ],
        },
        {
            "type": "server_tool_use",
            "id": "srvtoolu_seed01",
            "name": "web_search",
            "input": {"query": "who"},
        },
        {
            "type": "web_search_tool_result",
            "tool_use_id": "srvtoolu_seed01",
            "content": [
                {
                    "type": "web_search_result",
                    "url": "https://a.test",
                    "title": "A",
                    "encrypted_content": "",
                },
                {
                    "type": "web_search_result",
                    "url": "https://b.test",
                    "title": "",
                    "encrypted_content": "",
                },
            ],
        },
    ]
    assert got.message.stop_reason == "end_turn"
    assert got.message.usage.server_tool_use.web_search_requests == 1
    assert got.extras == {"groundingMetadata": said}


def test_several_searches_are_one_call_that_names_them():
    got = answer(grounding(queries=["a", "", "b"]))
    assert got.content[1]["input"] == {"query": "a", "queries": ["a", "b"]}
    assert got.message.usage.server_tool_use.web_search_requests == 3


def test_sources_without_a_search():
    got = answer(grounding(support(0, text="x"), queries=()))
    assert [block["type"] for block in got.content] == ["text"]
    assert cited(got) == [("https://a.test", "x")]
    assert got.message.usage.server_tool_use is None


def test_indices_and_chunks_that_lead_nowhere():
    said = grounding(support(0, 2, 7, -1, text="x"), support(1), {})
    assert cited(answer(said)) == [("https://a.test", "x"), ("https://b.test", None)]


def test_offsets_are_bytes():
    said = grounding(support(0, startIndex=9, endIndex=20))
    assert cited(answer(said)) == [("https://a.test", "Mark Carney")]
    pieces = [text("Grü"), text("ße: Mark Car"), text("ney is it.")]
    assert cited(answer(said, *pieces)) == [("https://a.test", "Mark Carney")]


def test_the_signature_of_the_text_comes_behind_its_sources():
    got = answer(grounding(support(0, text="x")), text(SAID), text("", sign="AAAA"))
    kinds = [block["type"] for block in got.content]
    assert kinds == ["text", "redacted_thinking", "server_tool_use", "web_search_tool_result"]
    assert cited(got) == [("https://a.test", "x")]


def test_sources_of_a_text_that_is_closed_are_told():
    got = answer(grounding(support(0, text="x")), text(SAID), call("f"))
    assert cited(got) == []
    assert [(loss.path, loss.severity) for loss in got.losses] == [("citations", "hint")]
    assert got.message.stop_reason == "tool_use"


def test_grounding_that_says_nothing():
    for said in ({}, {"searchEntryPoint": {"renderedContent": "<p>"}}, {"groundingChunks": []}):
        assert [block["type"] for block in answer(said).content] == ["text"]


# --- code ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("outcome", "content"),
    [
        ("OUTCOME_OK", {"stdout": "42\n", "stderr": "", "return_code": 0}),
        (1, {"stdout": "42\n", "stderr": "", "return_code": 0}),
        ("OUTCOME_FAILED", {"stdout": "", "stderr": "42\n", "return_code": 1}),
    ],
)
def test_code_that_google_ran(outcome, content):
    code = {"executableCode": {"language": "PYTHON", "code": "print(42)", "id": "x"}}
    ran = {"codeExecutionResult": {"outcome": outcome, "output": "42\n"}}
    got = both(chunk(code, ran, text("So."), finish="STOP"))
    assert [block["type"] for block in got.content] == [
        *("redacted_thinking", "server_tool_use"),
        *("redacted_thinking", "code_execution_tool_result", "text"),
    ]
    assert got.content[1] == {
        "type": "server_tool_use",
        "id": "srvtoolu_seed01",
        "name": "code_execution",
        "input": {"language": "PYTHON", "code": "print(42)"},
    }
    assert got.content[3] == {
        "type": "code_execution_tool_result",
        "tool_use_id": "srvtoolu_seed01",
        "content": {"type": "code_execution_result", **content, "content": []},
    }
    assert got.message.stop_reason == "end_turn"


def test_code_that_took_too_long():
    ran = {"codeExecutionResult": {"outcome": "OUTCOME_DEADLINE_EXCEEDED"}}
    got = both(chunk(ran, finish="STOP"))
    assert got.content[1]["content"] == {
        "type": "code_execution_tool_result_error",
        "error_code": "execution_time_exceeded",
    }


@pytest.mark.parametrize("empty", [{}, {"groundingChunks": [], "webSearchQueries": []}])
def test_an_empty_word_of_a_later_chunk_takes_no_source_back(empty):
    said = grounding(support(0, text="Mark"))
    got = both(
        chunk(text(SAID), groundingMetadata=said),
        chunk(finish="STOP", groundingMetadata=empty),
        whole=chunk(text(SAID), finish="STOP", groundingMetadata=said),
    )
    assert cited(got) == [("https://a.test", "Mark")]
    assert got.content[1]["input"] == {"query": "who"}


def test_grounding_that_comes_in_parts():
    whole = grounding(support(0, text="Mark"))
    rest = grounding(support(0, text="Mark"), queries=())
    got = both(
        chunk(text(SAID), groundingMetadata={"webSearchQueries": ["who"]}),
        chunk(finish="STOP", groundingMetadata=rest),
        whole=chunk(text(SAID), finish="STOP", groundingMetadata=whole),
    )
    assert cited(got) == [("https://a.test", "Mark")]
    assert got.content[1]["input"] == {"query": "who"}


def test_a_source_of_an_earlier_block_is_not_hung_on_the_last():
    said = grounding(support(0, text="Mark"), support(1, text="Anna"))
    got = answer(said, text("It was Mark.", sign="AAA1"), text("Then Anna."))
    assert [(b.type, bool(getattr(b, "citations", None))) for b in got.message.content[:3]] == [
        ("text", False),
        ("redacted_thinking", False),
        ("text", True),
    ]
    assert cited(got) == [("https://b.test", "Anna")]
    assert [(loss.path, loss.severity) for loss in got.losses] == [("citations", "hint")]
    assert got.extras["groundingMetadata"] == said
