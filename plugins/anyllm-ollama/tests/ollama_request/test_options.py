"""Ollama's own options: keywords of a call, checked before anything is sent."""

from __future__ import annotations

import pytest
from pydantic import TypeAdapter, ValidationError

from anyllm_ollama.options import CALL_OPTIONS

from .kit import encode

INSIDE = {
    "num_ctx": 8192,
    "seed": 7,
    "min_p": 0.05,
    "repeat_penalty": 1,
    "num_gpu": 0,
    "use_mmap": False,
    "presence_penalty": -0.5,
}
BESIDE = {"keep_alive": "10m", "shift": True, "logprobs": True, "top_logprobs": 3}


def test_options_go_into_options_and_the_rest_beside_them():
    got = encode(options={**INSIDE, **BESIDE}, temperature=0)
    assert got.body["options"] == {**INSIDE, "num_predict": 5, "temperature": 0}
    assert {name: got.body[name] for name in BESIDE} == BESIDE
    assert got.losses == []


def test_truncate_is_false_unless_it_is_asked_for():
    assert encode().body["truncate"] is False
    assert encode(options={"truncate": True}).body["truncate"] is True
    assert encode(quirks={"truncate": True}).body["truncate"] is True
    assert "truncate" not in encode(quirks={"truncate": None}).body
    assert "shift" not in encode().body


def test_a_client_may_say_them_once_for_all_calls():
    quirks = {"options": {"num_ctx": 1024, "mirostat": 1}, "keep_alive": -1}
    got = encode(quirks=quirks, options={"num_ctx": 2048})
    assert got.body["options"] == {"num_ctx": 2048, "mirostat": 1, "num_predict": 5}
    assert got.body["keep_alive"] == -1


def test_stop_sequences_are_options_too():
    got = encode(stop_sequences=["\n\n", "END"])
    assert got.body["options"]["stop"] == ["\n\n", "END"]
    assert "stop" not in encode(stop_sequences=[]).body["options"]


@pytest.mark.parametrize("name", CALL_OPTIONS)
@pytest.mark.parametrize("value", ["many", True, 3, 0.5, None, {}])
def test_a_wrong_kind_is_caught_here_and_not_by_a_500_of_the_server(name, value):
    """The types of api/types.go, Options: what JSON of Go would refuse is refused."""
    kinds = {"use_mmap": bool, "truncate": bool, "shift": bool, "logprobs": bool}
    floats = {"min_p", "typical_p", "repeat_penalty", "presence_penalty", "frequency_penalty"}
    if name == "keep_alive":
        right = isinstance(value, str | int | float) and not isinstance(value, bool)
    elif name in kinds:
        right = isinstance(value, bool)
    else:
        numbers = (int, float) if name in floats else (int,)
        right = isinstance(value, numbers) and not isinstance(value, bool)
    try:
        TypeAdapter(CALL_OPTIONS[name]).validate_python(value)
    except ValidationError:
        assert not right
    else:
        assert right
