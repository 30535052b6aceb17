"""Models: /api/tags, and /api/show where capabilities are missing there; recorded bodies too."""

from __future__ import annotations

import json
from functools import cache

import pytest

from any_llm import AuthenticationError, BadReply, Client, NotFoundError
from any_llm.plugin import WireReply
from any_llm.testing import Answer, ReplayServer
from anyllm_ollama.dialect import OllamaChat
from tests.corpus import records
from tests.support.ollama_replies import context

OLD = {"name": "a:1b", "model": "a:1b", "modified_at": "2026-01-02T03:04:05Z", "digest": "d1"}
NEW = {**OLD, "name": "b:2b", "model": "b:2b", "capabilities": ["completion", "vision"]}
SHOWN = {
    "capabilities": ["completion", "tools", "thinking"],
    "model_info": {"general.architecture": "qwen3", "qwen3.context_length": 40960},
}


def listing(plugins, answer, **options):
    with ReplayServer(answer=answer) as server:
        env = {"OLLAMA_HOST": server.url}
        with Client(plugins=plugins, env=env, max_retries=0, **options) as found:
            return found.models.list("ollama"), found.models.list("ollama"), server.requests


def answering(tags, show=None):
    def answer(request):
        if request.path == "/api/tags":
            return tags if isinstance(tags, Answer) else Answer.of({"models": tags})
        return show or Answer.of(SHOWN)

    return answer


def test_capabilities_come_with_the_list_or_are_asked_for_once(plugins):
    found, again, requests = listing(plugins, answering([OLD, NEW]))
    assert found == again
    assert [(sent.method, sent.path) for sent in requests] == [
        ("GET", "/api/tags"),
        ("POST", "/api/show"),
        ("GET", "/api/tags"),
    ]
    assert requests[1].json == {"model": "a:1b"}
    old, new = found
    assert (old.id, old.created_at, old.max_input_tokens) == ("a:1b", OLD["modified_at"], 40960)
    assert old.capabilities == {
        "image_input": {"supported": False},
        "thinking": {"supported": True},
        "ollama": ["completion", "tools", "thinking"],
    }
    assert new.capabilities["image_input"] == {"supported": True}
    assert new.provider_extras == NEW


def test_the_cloud_is_not_asked_about_each_of_its_models():
    flow = OllamaChat().list_models(context(base_url="https://ollama.com"))
    asked = next(flow)
    assert (asked.request.method, asked.request.path) == ("GET", "/api/tags")
    reply = WireReply(status=200, headers={}, content=json.dumps({"models": [OLD]}).encode())
    with pytest.raises(StopIteration) as done:
        flow.send(reply)
    assert [model.id for model in done.value.value] == ["a:1b"]


def test_a_name_alone_is_enough(plugins):
    for said in ({"name": "x:1b"}, {"model": "x:1b"}):
        found, _, requests = listing(plugins, answering([said]))
        assert (found[0].id, found[0].display_name) == ("x:1b", "x:1b")
        assert requests[1].json == {"model": "x:1b"}


@pytest.mark.parametrize(
    "shown",
    [
        Answer.of({"error": "x"}, status=404),
        Answer.of({"error": "x"}, status=500),
        Answer(body=b"<html>the app</html>"),
        Answer.of({"model_info": ["x"], "details": 5, "capabilities": "all"}),
    ],
)
def test_a_server_that_shows_nothing_still_lists(plugins, shown):
    found, _, _ = listing(plugins, answering([OLD], shown))
    assert (found[0].id, found[0].capabilities, found[0].max_input_tokens) == ("a:1b", None, None)


def test_one_model(plugins):
    with (
        ReplayServer(answer=answering([OLD, NEW])) as server,
        Client(plugins=plugins, env={"OLLAMA_HOST": server.url}) as found,
    ):
        assert found.models.retrieve("ollama:b:2b").id == "b:2b"
        with pytest.raises(NotFoundError, match="no model"):
            found.models.retrieve("ollama:c:3b")


@pytest.mark.parametrize("body", [{"models": None}, {"models": 3}, {}, {"models": [3]}, [], "x"])
def test_no_list_is_a_bad_reply(plugins, body):
    with pytest.raises(BadReply):
        listing(plugins, answering(Answer.of(body)))


def test_an_error_is_typed(plugins):
    with pytest.raises(AuthenticationError):
        listing(plugins, answering(Answer.of({"error": "unauthorized"}, status=401)))


@cache
def recorded(path):
    return [each for each in records.selection("ollama") if each["url_path"] == path]


def test_recorded_lists(plugins):
    assert recorded("/api/tags")
    for record in recorded("/api/tags"):
        said = record["response_json"]["models"]
        found, _, _ = listing(plugins, answering(said))
        assert [each.id for each in found] == [each["name"] for each in said]


def test_recorded_descriptions(plugins):
    assert recorded("/api/show")
    for record in recorded("/api/show"):
        shown = Answer.of(record["response_json"])
        found, _, _ = listing(plugins, answering([OLD], shown))
        info = record["response_json"].get("model_info") or {}
        lengths = [value for name, value in info.items() if name.endswith(".context_length")]
        assert found[0].max_input_tokens == (lengths[0] if lengths else None)
