"""Mapping 1.3: calls and results in the history, their names, ids, order and media."""

from __future__ import annotations

import pytest

from any_llm.plugin import UnsupportedFeature
from tests.support.gemini_requests import NEW, OLD, assistant, encode, result, use, user

PNG = {"type": "base64", "media_type": "image/png", "data": "aGk="}
PDF = {"type": "base64", "media_type": "application/pdf", "data": "aGk="}
INLINE = {"inlineData": {"mimeType": "image/png", "data": "aGk="}}


def history(*results, calls=None, model=OLD, **more):
    known = [use("t1", "red"), use("t2", "blue")]
    calls = calls or known[: sum(block["type"] == "tool_result" for block in results)]
    turns = [user("codes"), assistant(*calls), user(*results)]
    return encode(model=model, messages=turns, **more)


def responses(got):
    return [part["functionResponse"] for part in got.contents[2]["parts"]]


def test_a_call_and_its_result():
    got = history(result("t1", "ok"), calls=[use("t1", "red", a=1)])
    assert got.contents[1] == {
        "role": "model",
        "parts": [{"functionCall": {"name": "red", "args": {"a": 1}}}],
    }
    assert got.contents[2] == {
        "role": "user",
        "parts": [{"functionResponse": {"name": "red", "response": {"output": "ok"}}}],
    }
    assert got.losses == []


def test_names_are_recovered_and_results_stand_in_the_order_of_the_calls():
    got = history(result("t2", "2"), result("t1", "1"))
    assert responses(got) == [
        {"name": "red", "response": {"output": "1"}},
        {"name": "blue", "response": {"output": "2"}},
    ]


def test_names_are_those_of_the_turn_before_though_ids_repeat():
    turns = [
        *(user("a"), assistant(use("0", "red")), user(result("0", "1"))),
        *(assistant(use("0", "blue")), user(result("0", "2"))),
    ]
    got = encode(model=OLD, messages=turns)
    names = [p["functionResponse"]["name"] for c in got.contents[2::2] for p in c["parts"]]
    assert names == ["red", "blue"]


def test_ids_go_to_models_that_take_them():
    got = history(result("t1"), model=NEW)
    assert got.contents[1]["parts"][0]["functionCall"] == {"id": "t1", "name": "red", "args": {}}
    assert responses(got)[0]["id"] == "t1"
    for old in (history(result("t1")), history(result("t1"), model="gemini-2.0-flash")):
        assert "id" not in responses(old)[0]
        assert "id" not in old.contents[1]["parts"][0]["functionCall"]


def test_ids_made_here_never_go():
    got = history(result("toolu_gem_1"), calls=[use("toolu_gem_1", "red")], model=NEW)
    assert "id" not in got.contents[1]["parts"][0]["functionCall"]
    assert "id" not in responses(got)[0]


def test_vertex_takes_no_ids():
    turns = [user("a"), assistant(use("t1")), user(result("t1"))]
    assert "id" not in encode("vertex", messages=turns).contents[2]["parts"][0]["functionResponse"]


@pytest.mark.parametrize(
    ("block", "response"),
    [
        (result("t1", "ok"), {"output": "ok"}),
        (result("t1", '{"error": 1}'), {"output": '{"error": 1}'}),
        (result("t1", None), {"output": ""}),
        (result("t1", []), {"output": ""}),
        (result("t1", "boom", is_error=True), {"error": "boom"}),
        (result("t1", "fine", is_error=False), {"output": "fine"}),
        (
            result("t1", [{"type": "text", "text": "a"}, {"type": "text", "text": "b"}]),
            {"output": "a\n\nb"},
        ),
        ({"type": "tool_result", "tool_use_id": "t1"}, {"output": ""}),
    ],
)
def test_responses(block, response):
    got = history(block)
    assert responses(got) == [{"name": "red", "response": response}]
    assert got.losses == []


def test_responses_stand_alone():
    got = history(result("t1"), {"type": "text", "text": "and?"})
    assert [content["role"] for content in got.contents] == ["user", "model", "user", "user"]
    assert list(got.contents[2]["parts"][0]) == ["functionResponse"]
    assert got.contents[3]["parts"] == [{"text": "and?"}]


def test_media_stand_inside_where_the_model_takes_them():
    said = [{"type": "text", "text": "see"}, {"type": "image", "source": PNG}]
    got = history(result("t1", said), model=NEW)
    assert responses(got) == [
        {"id": "t1", "name": "red", "response": {"output": "see"}, "parts": [INLINE]}
    ]
    assert ("messages[2].content[0]", "emulated") not in got.losses


@pytest.mark.parametrize(
    ("model", "block"),
    [
        (OLD, {"type": "image", "source": PNG}),
        (OLD, {"type": "document", "source": PDF}),
        (NEW, {"type": "image", "source": {"type": "url", "url": "https://a.test/a.png"}}),
        (NEW, {"type": "image", "source": {**PNG, "media_type": "image/gif"}}),
    ],
)
def test_other_media_stand_behind_with_a_label(model, block):
    got = history(result("t1", [block]), {"type": "text", "text": "and?"}, model=model)
    label = {"text": "[media from the result of red]"}
    assert responses(got)[0]["response"] == {"output": label["text"]}
    behind = got.contents[3]["parts"]
    assert (behind[0], behind[2]) == (label, {"text": "and?"})
    assert next(iter(behind[1])) in ("inlineData", "fileData")
    assert ("messages[2].content[0]", "emulated") in got.losses


def test_a_pdf_is_never_text():
    got = history(result("t1", [{"type": "document", "source": PDF}]))
    texts = [p["text"] for c in got.contents for p in c["parts"] if "text" in p]
    assert not any("aGk=" in text for text in texts)


def test_blocks_of_messages_own_go_as_text():
    said = [{"type": "tool_reference", "tool_name": "x", "cache_control": {"type": "ephemeral"}}]
    got = history(result("t1", said))
    wanted = '{"type":"tool_reference","tool_name":"x"}'
    assert responses(got)[0]["response"] == {"output": wanted}
    assert got.losses == [("messages[2].content[0].content[0]", "emulated")]


@pytest.mark.parametrize(
    ("turns", "path"),
    [
        ([user("a"), user(result("t1"))], "messages[1].content[0]"),
        ([user("a"), assistant(use("t1")), user("b")], "messages[1].content[0]"),
        ([user("a"), assistant(use("t1"))], "messages[1].content[0]"),
        (
            [user("a"), assistant(use("t1"), use("t1")), user(result("t1"))],
            "messages[1].content[1]",
        ),
        (
            [user("a"), assistant(use("t1")), user(result("t1"), result("t1"))],
            "messages[2].content[1]",
        ),
    ],
)
def test_calls_and_results_that_do_not_pair_are_refused(turns, path):
    with pytest.raises(UnsupportedFeature) as raised:
        encode(messages=turns)
    assert raised.value.path == path


def test_arguments_that_were_broken_go_as_an_object():
    got = history(result("t1"), calls=[use("t1", "red", INVALID_JSON='{"a')])
    assert got.contents[1]["parts"][0]["functionCall"]["args"] == {"INVALID_JSON": '{"a'}


def test_who_called_is_told():
    call = {**use("t1", "red"), "caller": {"type": "code_execution_20260120"}, "toolset_name": "x"}
    got = history(result("t1"), calls=[call])
    assert sorted(got.losses) == [
        ("messages[1].content[0].caller", "hint"),
        ("messages[1].content[0].toolset_name", "lossy"),
    ]
