"""Which wire a call goes over: by address, by what was said, by what the request needs."""

from __future__ import annotations

import pytest

import any_llm
import anyllm_openai
from any_llm import RequestValidationError
from any_llm.plugin import UnsupportedFeature, validate_request
from any_llm.testing import Answer, ReplayServer
from anyllm_openai.wires import speaks_responses
from tests.support.openai_requests import BASE, OPENAI, context

HI = [{"role": "user", "content": "hi"}]
HOME = "https://api.openai.com/v1"
ELSEWHERE = "https://llm.example/v1"

OWN = [
    "https://api.openai.com/v1",
    "https://eu.api.openai.com/v1",
    "https://us.api.openai.com:443/v1",
    "https://API.OPENAI.COM/v1",
    "https://r.openai.azure.com/openai/v1",
    "https://r.cognitiveservices.azure.com/openai/v1",
    "https://r.services.ai.azure.com/api/projects/p/openai/v1",
]
OTHERS = [
    "",
    "http://localhost:8080/v1",
    "https://api.openai.com.evil.example/v1",
    "https://notapi.openai.com/v1",
    "https://api.groq.com/openai/v1",
    "https://openai.azure.com.evil.example/v1",
    "https://evil.example/api.openai.com/v1",
]


@pytest.mark.parametrize("url", OWN)
def test_own_addresses_speak_responses(url):
    assert speaks_responses(url)


@pytest.mark.parametrize("url", OTHERS)
def test_other_addresses_do_not(url):
    assert not speaks_responses(url)


def chosen(
    base_url=HOME,
    model="gpt-4o",
    provider="openai",
    *,
    options=None,
    quirks=None,
    operation="messages",
    **fields,
):
    """The name of the dialect that a call gets."""
    request = validate_request({**BASE, "model": model, **fields})
    ctx = context(provider, model, base_url=base_url, options=options, quirks=quirks)
    ctx.operation = operation
    name = OPENAI.choose(request, ctx).name
    return {"openai": "responses", "openai-chat": "chat"}[name]


def test_auto_is_the_address():
    assert chosen() == chosen(OWN[1]) == chosen(OWN[4], provider="azure") == "responses"
    assert chosen(ELSEWHERE) == chosen(ELSEWHERE, provider="azure") == "chat"
    assert chosen("https://api.groq.com/openai/v1", provider="groq") == "chat"
    assert chosen(HOME, provider="openai-compatible") == "responses"


SAID = [
    # said of the client, said of the call, the wire at home, the wire elsewhere
    (None, None, "responses", "chat"),
    (None, "chat", "chat", "chat"),
    (None, "responses", "responses", "responses"),
    ("chat", None, "chat", "chat"),
    ("responses", None, "responses", "responses"),
    ("chat", "auto", "responses", "chat"),
    ("responses", "chat", "chat", "chat"),
]


@pytest.mark.parametrize(("client", "call", "home", "elsewhere"), SAID)
def test_the_call_wins_over_the_client(client, call, home, elsewhere):
    said = {
        "quirks": {"wire_api": client} if client else None,
        "options": {"wire_api": call} if call else None,
    }
    assert chosen(HOME, **said) == home
    assert chosen(ELSEWHERE, **said) == elsewhere


def test_models_that_responses_does_not_serve():
    assert chosen(model="o1-mini") == chosen(model="o1-preview-2024-09-12") == "chat"
    assert chosen(model="o1") == "responses"


STOPS = [
    ("gpt-4o", "chat"),
    ("gpt-4.1-mini", "chat"),
    ("o3-mini", "chat"),  # reasons, and takes them (recorded)
    ("a-deployment", "chat"),  # nobody knows; the API will say
    ("gpt-5", "responses"),  # which refuses them
    ("gpt-5.6-sol", "responses"),
    ("o4-mini", "responses"),
    ("o1-pro", "responses"),
]


@pytest.mark.parametrize(("model", "wire"), STOPS)
def test_stop_sequences_go_where_they_are_taken(model, wire):
    assert chosen(model=model, stop_sequences=["x"]) == wire
    assert chosen(model=model, stop_sequences=[]) == "responses"
    for said in (
        {"options": {"cut_stop_sequences": True}},
        {"quirks": {"cut_stop_sequences": True}},
    ):
        assert chosen(model=model, stop_sequences=["x"], **said) == "responses"
    assert (
        chosen(model=model, stop_sequences=["x"], options={"wire_api": "responses"}) == "responses"
    )


def test_counting_does_not_ask_for_a_wire_with_stop_sequences():
    assert chosen(stop_sequences=["x"], operation="count_tokens") == "responses"


# --- through the client ----------------------------------------------------------------------


def client(server, **more):
    plugins = any_llm.PluginManager(autoload=False)
    plugins.register(anyllm_openai)
    return any_llm.Client(
        plugins=plugins, env={}, keys={"openai": "sk-x"}, api_base={"openai": server.url}, **more
    )


def answer(request):
    if request.path.endswith("/chat/completions"):
        choice = {"index": 0, "message": {"content": "chat"}, "finish_reason": "stop"}
        return Answer.of({"id": "c", "model": "m", "choices": [choice]})
    part = {"type": "output_text", "text": "responses", "annotations": []}
    message = {"type": "message", "id": "msg_1", "role": "assistant", "content": [part]}
    return Answer.of(
        {
            "id": "resp_1",
            "object": "response",
            "model": "m",
            "status": "completed",
            "output": [{**message, "status": "completed"}],
            "usage": {"input_tokens": 3, "output_tokens": 1, "total_tokens": 4},
        }
    )


def test_a_call_goes_over_the_wire_that_was_said():
    with ReplayServer(answer=answer) as server:
        one = client(server)
        assert one.messages("openai:gpt-4o", HI, 20).text == "chat"  # another address
        assert one.messages("openai:gpt-4o", HI, 20, wire_api="responses").text == "responses"
        other = client(server, quirks={"openai": {"wire_api": "responses"}})
        assert other.messages("openai:gpt-4o", HI, 20).text == "responses"
        assert other.messages("openai:gpt-4o", HI, 20, wire_api="chat").text == "chat"
        paths = [request.path for request in server.requests]
        assert paths == ["/chat/completions", "/responses", "/responses", "/chat/completions"]


def test_a_word_that_is_no_wire_is_an_error_before_sending():
    with ReplayServer(answer=answer) as server:
        with pytest.raises(RequestValidationError, match="wire_api"):
            client(server).messages("openai:gpt-4o", HI, 20, wire_api="rest")
        assert server.requests == []


def test_counting_is_for_responses():
    def count(_):
        return Answer.of({"object": "response.input_tokens", "input_tokens": 11})

    with ReplayServer(answer=count) as server:
        with pytest.raises(UnsupportedFeature, match="no endpoint that counts tokens"):
            client(server).count_tokens("openai:gpt-4o", HI)
        assert server.requests == []
        counted = client(server).count_tokens("openai:gpt-4o", HI, wire_api="responses")
        assert counted.input_tokens == 11  # as the server said


def test_models_are_listed_on_either_wire():
    def models(_):
        return Answer.of({"data": [{"id": "gpt-4o", "created": 1}]})

    with ReplayServer(answer=models) as server:
        for quirks in ({}, {"openai": {"wire_api": "responses"}}):
            [model] = client(server, quirks=quirks).models.list(provider="openai")
            assert model.id == "gpt-4o"
        assert {request.path for request in server.requests} == {"/models"}


def test_a_text_cut_at_a_stop_sequence_here():
    """The cut reaches from the call to the answer, whole and streamed."""
    with ReplayServer(answer=answer) as server:
        one = client(server, quirks={"openai": {"wire_api": "responses"}}, on_loss="ignore")
        cut = one.messages("openai:gpt-5", HI, 20, stop_sequences=["on"], cut_stop_sequences=True)
        assert (cut.text, cut.stop_reason, cut.stop_sequence) == ("resp", "stop_sequence", "on")
        assert ("stop_sequences", "emulated") in {(loss.path, loss.severity) for loss in cut.losses}
        assert "stop" not in server.requests[0].json
