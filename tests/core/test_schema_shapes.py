"""A body from outside may hold anything anywhere: a wrong shape is named, never a crash."""

from __future__ import annotations

import pytest

from any_llm.errors import RequestValidationError
from any_llm.types.request import validate_request

BASE = {"model": "m", "max_tokens": 10, "messages": [{"role": "user", "content": "x"}]}
NO_NAME = [["text"], {"type": "text"}, 5, True]


def said(role, block):
    return {"messages": [{"role": role, "content": [block]}]}


def refused(fields):
    with pytest.raises(RequestValidationError) as caught:
        validate_request({**BASE, **fields})
    return str(caught.value)


@pytest.mark.parametrize("kind", NO_NAME, ids=repr)
def test_a_type_that_is_no_text_is_named(kind):
    block = {"type": kind}
    image = {"type": "image", "source": block}
    result = {"type": "tool_result", "tool_use_id": "a", "content": [block]}
    assert "messages[0].content[0]" in refused(said("user", block))
    assert "messages[0].content[0].source" in refused(said("user", image))
    assert "messages[0].content[0].content[0]" in refused(said("user", result))
    assert "tools[0]" in refused({"tools": [block]})
    assert "tool_choice" in refused({"tool_choice": block})
    assert "thinking" in refused({"thinking": block})


FOUND = {"type": "web_search_tool_result", "tool_use_id": "srvtoolu_1", "content": []}


@pytest.mark.parametrize(
    ("block", "field"),
    [
        ({k: v for k, v in FOUND.items() if k != "tool_use_id"}, "tool_use_id"),
        ({**FOUND, "tool_use_id": {}}, "tool_use_id"),
        ({**FOUND, "tool_use_id": ["a"]}, "tool_use_id"),
        ({**FOUND, "content": "found"}, "content"),
        ({**FOUND, "content": ["found"]}, "content[0]"),
        ({**FOUND, "content": [None]}, "content[0]"),
        ({"type": "tool_use", "id": "a", "name": "f", "input": {}, "caller": "direct"}, "caller"),
        ({"type": "tool_use", "id": "a", "name": "f", "input": {}, "caller": [1]}, "caller"),
    ],
    ids=repr,
)
def test_what_server_tools_said_has_its_shape(block, field):
    assert f"messages[0].content[0].{field}: " in refused(said("assistant", block))


def test_results_of_server_tools_are_kept_as_they_are():
    hit = {"type": "web_search_result", "url": "u", "title": "t", "encrypted_content": "e"}
    failed = {"type": "web_search_tool_result_error", "error_code": "max_uses_exceeded"}
    for content in ([hit], failed, []):
        block = {**FOUND, "content": content, "caller": {"type": "direct"}, "more": 1}
        request = validate_request({**BASE, **said("assistant", block)})
        assert request.messages[0]["content"][0] == block
