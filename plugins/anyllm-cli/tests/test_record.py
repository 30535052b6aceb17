"""`any-llm record`: a case file, and no key in it."""

from __future__ import annotations

import json

import pytest

from any_llm.testing import Answer, Case, ReplayServer

pytestmark = pytest.mark.slow  # seconds; test_stopping.py runs it on every Python


def message(text: str) -> dict:
    return {
        "id": "msg_1",
        "type": "message",
        "role": "assistant",
        "model": "acme-1",
        "content": [{"type": "text", "text": text}],
        "stop_reason": "end_turn",
        "stop_sequence": None,
        "usage": {"input_tokens": 7, "output_tokens": 5},
    }


@pytest.fixture
def server(command):
    """A server that repeats the key it was sent, whole and streamed."""

    def answer(request):
        key = request.headers["authorization"]
        if request.json.get("stream"):
            echo = f"event: ping\ndata: {json.dumps({'type': 'ping', 'you': key})}\n\n".encode()
            return Answer.sse(echo + command.message("Hello").answer().body)
        return Answer.of({**message("Hello"), "you": key})

    with ReplayServer(answer=answer) as started:
        yield started


def test_a_case_is_written(command, server, tmp_path) -> None:
    path = tmp_path / "case.json"
    done = command.run(
        *("record", "-m", "acme:acme-1", "-o", str(path), "--api-base", server.url, "-s", "short"),
        *("--max-tokens", "20", "--name", "a greeting", "--source", "a test", "Say", "hello"),
    )
    assert (done.returncode, done.stdout) == (0, "")
    assert f"{path}: whole and streamed recorded; read it before you pass it on" in done.stderr
    case = Case.load(path)
    assert (case.name, case.source, case.provider) == ("a greeting", "a test", "acme")
    assert case.request == {
        "model": "acme-1",
        "messages": [{"role": "user", "content": "Say hello"}],
        "max_tokens": 20,
        "system": "short",
    }
    assert case.whole.expect.text == case.streamed.expect.text == "Hello"
    assert "not-to-be-shown" not in path.read_text()
    assert len(server.requests) == 2


def test_a_request_may_come_from_a_file(command, server, tmp_path) -> None:
    request = tmp_path / "request.json"
    tools = [{"name": "f", "input_schema": {"type": "object"}}]
    asked = {"messages": [{"role": "user", "content": "x"}], "max_tokens": 3, "tools": tools}
    request.write_text(json.dumps(asked))
    done = command.run(
        *("record", "-m", "acme:acme-1", "--api-base", server.url, "--request", str(request)),
        *("--mode", "whole"),
    )
    assert done.returncode == 0, done.stderr
    case = Case.of(json.loads(done.stdout))
    assert case.request == {"model": "acme-1", **asked}
    assert case.modes == ("whole",)


@pytest.mark.parametrize("content", ["[1]", "{"])
def test_a_file_that_is_no_request(command, tmp_path, content) -> None:
    request = tmp_path / "request.json"
    request.write_text(content)
    done = command.run("record", "-m", "acme:acme-1", "--request", str(request), "x")
    assert done.returncode == 2
    assert "request.json: " in done.stderr


def test_what_cannot_be_recorded_is_said(command, tmp_path) -> None:
    path = tmp_path / "case.json"
    done = command.run(
        *("record", "-m", "acme:acme-1", "-o", str(path), "--api-base", "http://127.0.0.1:9", "x")
    )
    assert done.returncode == 1
    assert done.stderr.startswith("error: acme: ")
    assert not path.exists()
