"""The web search of OpenAI and xAI: calls, results, citations."""

from __future__ import annotations

import pytest

from tests.support.responses_replies import (
    completed,
    created,
    event,
    message,
    read,
    read_whole,
    response,
    text,
)

URL = "https://example.com/a"


def search(id="ws_1", status="completed", **action):
    action = {"type": "search", "query": "ruby", **action}
    return {"type": "web_search_call", "id": id, "status": status, "action": action}


def cite(url=URL, title="A", **more):
    return {"type": "url_citation", "url": url, "title": title, "start_index": 0, **more}


def both(*items):
    done = [event("output_item.done", item=item, output_index=at) for at, item in enumerate(items)]
    whole = read_whole(response(*items))
    streamed = read(created(), *done, completed())
    assert (whole.message, whole.losses) == (streamed.message, streamed.losses)
    return whole


def test_a_search_is_a_call_and_its_result():
    sources = [{"type": "url", "url": URL, "title": "A"}, {"type": "url", "url": f"{URL}b"}]
    got = both(search(sources=sources, queries=["ruby", "rails"]), message("4.0"))
    use, result, said = got.message.content
    assert (use.type, use.id, use.name) == ("server_tool_use", "ws_1", "web_search")
    assert use.input == {"type": "search", "query": "ruby", "queries": ["ruby", "rails"]}
    assert (result.type, result.tool_use_id) == ("web_search_tool_result", "ws_1")
    assert [(hit.url, hit.title) for hit in result.content] == [(URL, "A"), (f"{URL}b", "")]
    assert said.text == "4.0"
    assert got.message.stop_reason == "end_turn"


@pytest.mark.parametrize("sources", [None, []])
def test_a_search_without_sources(sources):
    assert both(search(sources=sources)).message.content[1].content == []


@pytest.mark.parametrize(
    "action",
    [{"type": "open_page", "url": URL}, {"type": "find_in_page", "url": URL, "pattern": "x"}],
    ids=["open_page", "find_in_page"],
)
def test_other_actions(action):
    item = {"type": "web_search_call", "id": "ws_1", "status": "completed", "action": action}
    assert both(item).message.content[0].input == action


def test_a_search_that_failed():
    result = both(search(status="failed")).message.content[1]
    assert result.content.error_code == "unavailable"


def test_sources_that_are_no_pages_survive():
    weather = {"type": "api", "name": "oai-weather"}
    got = both(search(sources=[weather, {"type": "url", "url": URL}]))
    assert [hit.url for hit in got.message.content[1].content] == [URL]
    assert got.message.provider_extras["blocks"]["0"]["sources"] == [weather]


def test_fields_of_a_vendor_survive():
    item = {**search(), "call_id": "call_1", "name": "web_search_with_snippets"}
    got = both(item).message
    own = {"call_id": "call_1", "name": "web_search_with_snippets"}
    assert got.provider_extras["blocks"] == {"0": own}


def test_a_search_is_shown_in_its_place_once_it_is_done():
    item = search()
    begun = {**item, "status": "in_progress", "action": None}
    got = read(
        created(),
        event("output_item.added", item=begun, output_index=0),
        event("web_search_call.in_progress", item_id="ws_1", output_index=0),
        event("output_text.delta", item_id="msg_1", output_index=1, content_index=0, delta="4.0"),
        event("web_search_call.completed", item_id="ws_1", output_index=0),
        event("output_item.done", item=item, output_index=0),
        completed(),
    )
    assert got.message == both(item, message("4.0")).message


def test_annotations_are_citations():
    notes = [cite(), cite(f"{URL}b", None)]
    got = both(message(text("4.0", *notes)))
    cited = got.message.content[0].citations
    assert [(each.type, each.url, each.title) for each in cited] == [
        ("web_search_result_location", URL, "A"),
        ("web_search_result_location", f"{URL}b", None),
    ]
    assert {(each.cited_text, each.encrypted_index) for each in cited} == {("", "")}
    assert got.message.provider_extras["blocks"]["0"]["annotations"] == notes


def test_annotations_are_said_while_the_text_is_open():
    where = {"item_id": "msg_1", "output_index": 0, "content_index": 0}
    note = event("output_text.annotation.added", **where, annotation_index=0, annotation=cite())
    final = message(text("4.0 is out", cite()))
    got = read(
        created(),
        event("output_text.delta", **where, delta="4.0"),
        note,
        note,  # told twice
        event("output_text.delta", **where, delta=" is out"),
        event("output_item.done", item=final, output_index=0),
        completed(final),
    )
    assert got.message == read_whole(response(final)).message
    kinds = [each.delta.type for each in got.events if each.type == "content_block_delta"]
    assert kinds == ["text_delta", "citations_delta", "text_delta"]


def test_an_annotation_before_its_text():
    where = {"item_id": "msg_1", "output_index": 0, "content_index": 0}
    note = event("output_text.annotation.added", **where, annotation_index=0, annotation=cite())
    got = read(created(), note, event("output_text.delta", **where, delta="4.0"), completed())
    assert [each.url for each in got.message.content[0].citations] == [URL]


def test_a_source_that_comes_too_late_survives():
    final = message(text("4.0", cite()))
    got = read(
        event("output_item.done", item=message("4.0"), output_index=0),
        completed(final),
    )
    assert got.message.content[0].citations is None
    assert got.message.provider_extras["blocks"]["0"]["annotations"] == [cite()]
    assert "annotations" in [loss.path for loss in got.losses]


@pytest.mark.parametrize("kind", ["file_citation", "container_file_citation", "file_path", "new"])
def test_other_annotations_survive_and_are_reported(kind):
    note = {"type": kind, "file_id": "file_1", "index": 3}
    got = both(message(text("4.0", note)))
    assert got.message.content[0].citations is None
    assert got.message.provider_extras["blocks"]["0"]["annotations"] == [note]
    assert kind in str([loss.what for loss in got.losses if loss.path == "annotations"])
