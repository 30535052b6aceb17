"""`GET /models`, and what the dialect refuses."""

from __future__ import annotations

import json

import pytest

from any_llm.errors import NotFoundError, UnsupportedFeature
from any_llm.plugin import BadReply, MessagesRequest, Send, WireReply
from anyllm_openai.chat.dialect import ChatCompletions
from tests.support.chat_replies import context


def listed(*bodies):
    """Run the flow against these answers; return its result and what it asked for."""
    flow, asked = ChatCompletions().list_models(context()), []
    step = next(flow)
    try:
        for body in bodies:
            assert isinstance(step, Send)
            asked.append((step.request.method, step.request.path, dict(step.request.query)))
            content = json.dumps(body).encode()
            step = flow.send(WireReply(status=200, headers={}, content=content))
    except StopIteration as end:
        return end.value, asked
    raise AssertionError("the flow wants more answers")


def test_the_list_of_openai():
    models, asked = listed(
        {"object": "list", "data": [{"id": "gpt-x", "object": "model", "created": 1700000000}]}
    )
    assert asked == [("GET", "/models", {})]
    assert models[0].id == models[0].display_name == "gpt-x"
    assert models[0].created_at == "2023-11-14T22:13:20Z"
    assert (models[0].max_input_tokens, models[0].max_tokens) == (None, None)
    assert models[0].provider_extras["object"] == "model"


OTHERS = {
    "OpenRouter": (
        {
            "id": "a/b",
            "name": "A: B",
            "context_length": 9,
            "top_provider": {"max_completion_tokens": 4},
        },
        ("a/b", "A: B", 9, 4),
    ),
    "Groq": ({"id": "m", "context_window": 9, "max_completion_tokens": 4}, ("m", "m", 9, 4)),
    "vLLM": ({"id": "m", "max_model_len": 9, "created": 0}, ("m", "m", 9, None)),
    "Mistral": ({"id": "m", "name": "N", "max_context_length": 9}, ("m", "N", 9, None)),
    "Together": ({"id": "m", "display_name": "N", "context_length": 9}, ("m", "N", 9, None)),
    "name alone": ({"name": "m", "context_length": None}, ("m", "m", None, None)),
    "odd": (
        {"id": "m", "name": None, "created": "then", "context_length": True},
        ("m", "m", None, None),
    ),
    "far future": ({"id": "m", "created": 1e300}, ("m", "m", None, None)),
}


@pytest.mark.parametrize("name", OTHERS)
def test_lists_of_others(name):
    said, expected = OTHERS[name]
    (model,), _ = listed({"data": [said]})
    found = (model.id, model.display_name, model.max_input_tokens, model.max_tokens)
    assert found == expected


@pytest.mark.parametrize("body", [[{"id": "m"}], {"models": [{"id": "m"}]}])
def test_lists_without_data(body):
    assert [model.id for model in listed(body)[0]] == ["m"]


def test_pages_are_followed():
    models, asked = listed(
        {"data": [{"id": "a"}], "has_more": True}, {"data": [{"id": "b"}], "has_more": False}
    )
    assert [model.id for model in models] == ["a", "b"]
    assert asked[1] == ("GET", "/models", {"after": "a"})


def test_a_list_that_repeats_itself_is_a_bad_reply():
    page = {"data": [{"id": "a"}], "has_more": True}
    with pytest.raises(BadReply, match="repeats"):
        listed(page, page)


@pytest.mark.parametrize("body", [{}, {"data": None}, {"data": "ab"}])
def test_no_list_is_a_bad_reply(body):
    with pytest.raises(BadReply, match="no list of models"):
        listed(body)


def test_an_error_inside_is_raised():
    with pytest.raises(NotFoundError):
        listed({"error": {"message": "m", "code": 404}})


def test_tokens_are_not_counted_here():
    request = MessagesRequest(model="m", max_tokens=1, messages=[{"role": "user", "content": "Hi"}])
    with pytest.raises(UnsupportedFeature, match=r"acme: count_tokens: .*no endpoint"):
        next(ChatCompletions().count_tokens(request, context()))
