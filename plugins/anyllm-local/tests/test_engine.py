from __future__ import annotations

import http.client
import json
import threading

import pytest

from any_llm import APIConnectionError, APITimeoutError
from any_llm.plugin import Timeout
from anyllm_local import Engine, EngineSettings, engine
from anyllm_local.model import find

pytestmark = pytest.mark.slow  # seconds, and the same on every Python

CHAT = "/v1/chat/completions"


def slot(local):
    return json.loads(local.send("/slots", b"", method="GET").read())[0]


def test_a_whole_answer_has_text_and_usage(local, ask):
    status, headers, body = local.complete(CHAT, ask("What is 2 + 2?", ignore_eos=True))
    said = json.loads(body)
    assert (status, headers["content-type"]) == (200, "application/json; charset=utf-8")
    assert said["choices"][0]["message"]["content"]
    assert said["usage"]["completion_tokens"] == 8
    assert said["choices"][0]["finish_reason"] == "length"
    assert said["model"] == "SmolLM2-135M-Instruct.Q4_1"


def test_a_stream_is_server_sent_events_to_the_end(local, ask):
    answer = local.stream(CHAT, ask(stream=True, stream_options={"include_usage": True}))
    assert (answer.status, answer.headers["content-type"]) == (200, "text/event-stream")
    events = b"".join(answer).decode().split("\n\n")
    assert events[-2:] == ["data: [DONE]", ""]
    chunks = [json.loads(event.removeprefix("data: ")) for event in events[:-2]]
    assert chunks[-1]["usage"]["completion_tokens"] == 8
    assert len([c for c in chunks if c["choices"] and c["choices"][0]["delta"].get("content")]) > 1


def test_whole_and_streamed_say_the_same(local, ask):
    body = json.loads(local.complete(CHAT, ask(seed=1))[2])
    events = b"".join(local.stream(CHAT, ask(seed=1, stream=True))).decode().split("\n\n")[:-2]
    deltas = [json.loads(e.removeprefix("data: "))["choices"][0]["delta"] for e in events]
    assert (
        "".join(d.get("content") or "" for d in deltas) == body["choices"][0]["message"]["content"]
    )


def test_the_settings_seed_makes_answers_repeat(local, ask):
    first, second = (json.loads(local.complete(CHAT, ask(temperature=2))[2]) for _ in range(2))
    assert first["choices"] == second["choices"]


def test_sampling_suits_the_small_model_unless_the_request_says_otherwise(local, ask):
    def sampling(**fields):
        with_stream = local.stream(CHAT, ask(stream=True, max_tokens=200, **fields))
        params = slot(local)["params"]
        with_stream.close()
        return {name: round(params[name], 3) for name in ("temperature", "top_p", "dry_multiplier")}

    assert sampling() == {"temperature": 0.2, "top_p": 0.9, "dry_multiplier": 0.8}
    assert sampling(temperature=1.5)["temperature"] == 1.5


@pytest.mark.parametrize(
    ("path", "fields"),
    [
        ("/v1/messages", {"messages": [{"role": "user", "content": "Hi"}], "max_tokens": 4}),
        ("/v1/responses", {"input": "Hi", "max_output_tokens": 4}),
        ("/v1/messages/count_tokens", {"messages": [{"role": "user", "content": "Hi"}]}),
    ],
)
def test_llama_cpps_other_formats_are_there(local, path, fields):
    status, _, body = local.complete(path, json.dumps(fields).encode())
    assert status == 200
    assert json.loads(body).get("usage", json.loads(body))


@pytest.mark.parametrize(
    ("path", "body", "status", "kind"),
    [
        (CHAT, b"{", 400, "invalid_request_error"),
        (CHAT, b"\xff\xfe", 400, "invalid_request_error"),
        (CHAT, b"{}", 400, "invalid_request_error"),
        (CHAT, b'{"messages": [], "max_tokens": "x"}', 400, "invalid_request_error"),
        ("/v1/nothing", b"{}", 404, "not_found_error"),
    ],
)
def test_a_refusal_is_an_answer_with_status_and_json(local, path, body, status, kind):
    said_status, _, said = local.complete(path, body)
    error = json.loads(said)["error"]
    assert (said_status, error["code"], error["type"]) == (status, status, kind)
    assert error["message"]


@pytest.mark.parametrize("stream", [False, True])
def test_a_prompt_that_does_not_fit_is_refused(local, ask, stream):
    answer = local.stream(CHAT, ask("word " * 3000, stream=stream))
    error = json.loads(answer.read())["error"]
    assert (answer.status, error["type"]) == (400, "exceed_context_size_error")
    assert error["n_ctx"] == 2048


def test_a_schema_is_enforced_by_a_grammar(local, ask):
    schema = {
        "type": "object",
        "properties": {
            "colour": {"enum": ["xanthic", "zaffre"]},
            "weights": {
                "type": "array",
                "items": {"type": "integer"},
                "minItems": 2,
                "maxItems": 2,
            },
            "unit": {"const": "stone"},
        },
        "required": ["colour", "weights", "unit"],
        "additionalProperties": False,
    }
    form = {"type": "json_schema", "json_schema": {"name": "thing", "schema": schema}}
    for seed in (1, 2):
        body = ask("Say hello.", response_format=form, temperature=1.5, seed=seed, max_tokens=200)
        said = json.loads(
            json.loads(local.complete(CHAT, body)[2])["choices"][0]["message"]["content"]
        )
        assert set(said) == {"colour", "weights", "unit"}
        assert said["colour"] in {"xanthic", "zaffre"}
        assert said["unit"] == "stone"
        assert [type(weight) for weight in said["weights"]] == [int, int]


def test_a_schema_that_means_nothing_is_refused(local, ask):
    form = {"type": "json_schema", "json_schema": {"name": "x", "schema": {"type": "nonsense"}}}
    assert local.complete(CHAT, ask(response_format=form))[0] == 400


def test_closing_a_stream_ends_its_generation(local, ask, tokens_held):
    answer = local.stream(CHAT, ask(stream=True, max_tokens=1500, ignore_eos=True))
    next(answer)
    answer.close()
    answer.close()
    assert tokens_held() < 1000


def test_dropping_a_stream_ends_its_generation(local, ask, tokens_held):
    next(local.stream(CHAT, ask(stream=True, max_tokens=1500, ignore_eos=True)))
    assert tokens_held() < 1000


def test_closing_a_stream_ends_the_reading_of_its_prompt(local, ask, tokens_held):
    local.stream(CHAT, ask("early " * 1500, stream=True)).close()
    assert tokens_held() < 1500


def test_giving_up_on_an_answer_ends_its_generation(local, ask, tokens_held):
    body = ask("late " * 1500, max_tokens=400, ignore_eos=True)
    with pytest.raises(APITimeoutError, match="raise timeout="):
        local.send(CHAT, body, timeout=Timeout(read=0.05))
    assert tokens_held() < 1500


def test_another_call_can_be_made_while_a_stream_is_open(local, ask):
    outer = local.stream(CHAT, ask(stream=True, max_tokens=30))
    next(outer)
    assert local.complete(CHAT, ask())[0] == 200
    assert b"".join(outer).endswith(b"data: [DONE]\n\n")


def test_threads_share_one_loaded_model(ask):
    fresh = Engine(find("default"), EngineSettings(n_ctx=512, threads=1, parallel=2))
    seen, statuses = [], []

    def call():
        seen.append(fresh.load())
        statuses.append(fresh.complete(CHAT, ask())[0])

    threads = [threading.Thread(target=call) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    fresh.close()
    assert statuses == [200] * 6
    assert len({id(door) for door in seen}) == 1


def test_equal_ids_and_settings_mean_one_engine(local):
    settings = EngineSettings(n_ctx=2048, threads=1, seed=7)
    assert engine("SmolLM2-135M-Instruct.Q4_1", settings) is local
    assert engine("default", EngineSettings(n_ctx=512)) is not local


def test_closing_an_engine_ends_its_calls_and_no_other_engines(local, ask):
    other = Engine(find("default"), EngineSettings(n_ctx=512, threads=1))
    old = other.load()
    answer = other.stream(CHAT, ask(stream=True, max_tokens=400, ignore_eos=True))
    next(answer)
    other.close()
    other.close()
    assert other.loaded is None
    with pytest.raises(APIConnectionError, match="the engine"):
        b"".join(answer)
    with pytest.raises(APIConnectionError, match="closed meanwhile"):
        other.admit(old, answer)  # as a call does that was about to be sent
    assert local.complete(CHAT, ask())[0] == 200
    assert other.complete(CHAT, ask())[0] == 200  # it has loaded again
    assert other.load().key != old.key
    other.close()


def test_an_engine_that_somebody_else_uses_is_left_running(ask, monkeypatch):
    monkeypatch.setattr("anyllm_local.probe._PAUSES", (0.01,))
    other = Engine(find("default"), EngineSettings(n_ctx=512, threads=1))
    connection = http.client.HTTPConnection(other.listening_address.removeprefix("http://"))
    body = ask(stream=True, max_tokens=450, ignore_eos=True)
    connection.request("POST", CHAT, body, {"Authorization": f"Bearer {other.key}"})
    with connection.getresponse() as answer:
        answer.read1()
        with pytest.warns(ResourceWarning, match="another client is still connected"):
            other.close()
        assert answer.read1()
    connection.close()


def test_only_this_process_can_use_the_address(local, ask):
    host = local.listening_address.removeprefix("http://")
    assert host.startswith("127.0.0.1:")

    def status(headers, path=CHAT):
        connection = http.client.HTTPConnection(host)
        connection.request("POST", path, ask(max_tokens=1), headers)
        answer = connection.getresponse()
        answer.read()
        connection.close()
        return answer.status

    assert status({"Authorization": f"Bearer {local.key}"}) == 200
    assert status({}) == 401
    assert status({"Authorization": "Bearer guess"}) == 401
    assert status({}, "/slots") == 401
    assert len(local.key) >= 40
    assert local.key not in repr(local.load())
