"""A question and its answer, through a real process, a real socket and a stranger's plugin."""

from __future__ import annotations

import json

import pytest

import any_llm
from any_llm.testing import Answer, ReplayServer
from anyllm_cli.terminal import line_of

pytestmark = pytest.mark.slow  # seconds; test_stopping.py runs it on every Python

MODEL = "model: acme:m1 (-m)\n"


def test_the_answer_alone_is_on_standard_output(command) -> None:
    with ReplayServer(command.message("The sky", " is blüe.").answer()) as server:
        done = command.run("-m", "acme:m1", "--api-base", server.url, "Why?", "-s", "Be brief.")
    assert (done.returncode, done.stdout, done.stderr) == (0, "The sky is blüe.\n", MODEL)
    sent = server.requests[0].json
    assert sent["messages"] == [{"role": "user", "content": "Why?"}]
    assert (sent["model"], sent["max_tokens"], sent["system"]) == ("m1", 1024, "Be brief.")
    assert sent["stream"] is True
    assert sent.keys() == {"model", "max_tokens", "system", "stream", "messages"}
    assert server.requests[0].headers["authorization"] == "Bearer sk-not-to-be-shown"


def test_a_last_newline_is_not_doubled(command) -> None:
    with ReplayServer(command.message("a\n").answer()) as server:
        done = command.run("-m", "acme:m1", "--api-base", server.url, "a", "b")
    assert done.stdout == "a\n"
    assert server.requests[0].json["messages"][0]["content"] == "a b"


def test_the_first_words_may_come_with_their_block(command) -> None:
    with ReplayServer(command.message(" sky", opening="The").answer()) as server:
        assert command.run("-m", "acme:m1", "--api-base", server.url, "Why?").stdout == "The sky\n"


def test_an_encoding_that_lacks_a_character_shows_its_number_and_json_is_utf8(command) -> None:
    with ReplayServer(command.message("blüe").answer()) as server:
        args = ["-m", "acme:m1", "--api-base", server.url, "Why?"]
        text, lines = (command.run(*args, *f, PYTHONIOENCODING="ascii") for f in ([], ["--json"]))
    assert (text.returncode, text.stdout) == (0, "bl\\xfce\n")
    assert json.loads(lines.stdout)["content"][0]["text"] == "blüe"


def test_json_is_the_whole_message_and_events_are_lines(command) -> None:
    message = command.message("a", "\u2028\x1b[2J", thinking="hm")
    with ReplayServer(message.answer()) as server:
        args = ["-m", "acme:m1", "--api-base", server.url, "Why?"]
        whole, events = (command.run(face, *args) for face in ("--json", "--events"))
    assert whole.stderr == events.stderr == MODEL
    said = any_llm.MessageResponse.model_validate_json(whole.stdout)
    assert [block.type for block in said.content] == ["thinking", "text"]
    assert said.text == "a\u2028\x1b[2J"
    assert said.stop_reason == "end_turn"
    lines = events.stdout.split("\n")
    assert lines.pop() == ""
    assert [json.loads(line)["type"] for line in lines] == [e["type"] for e in message.events]


def test_thinking_is_shown_when_asked_for_and_apart_from_the_answer(command) -> None:
    with ReplayServer(command.message("Blue.", thinking="Well").answer()) as server:
        args = ["-m", "acme:m1", "--api-base", server.url, "Why?"]
        without, shown = command.run(*args), command.run(*args, "--thinking")
    assert without.stderr == MODEL
    assert shown.stderr == MODEL + "Well\n"
    assert without.stdout == shown.stdout == "Blue.\n"


def test_losses_are_notes_and_can_be_refused(command) -> None:
    with ReplayServer(command.message("ok").answer()) as server:
        args = ["-m", "acme:m1", "--api-base", server.url, "Why?", "--temperature", "0.5"]
        warned = command.run(*args, "-s", "x")
        quiet = command.run(*args, "--on-loss", "ignore")
        told = command.run(*args, "-s", "x", "-v")
        refused = command.run(*args, "--on-loss", "error")
    note = "note: temperature: this model has none: dropped\n"
    assert warned.stderr == MODEL + note
    assert quiet.stderr == MODEL
    assert note + "note: system: not cached\n" in told.stderr
    assert "usage: 7 tokens in, 5 out, model acme-1; stopped for end_turn\n" in told.stderr
    assert (refused.returncode, refused.stdout, len(server.requests)) == (1, "", 3)
    assert refused.stderr.startswith(MODEL + "error: acme: temperature: this model has none")


@pytest.mark.parametrize("policy", ["warn", "error"])
def test_what_an_answer_loses_is_a_note_whatever_the_policy(command, policy) -> None:
    with ReplayServer(command.message("ok", ping=True).answer()) as server:
        args = ["-m", "acme:m1", "--api-base", server.url, "Why?", "--on-loss", policy]
        done = command.run(*args)
    assert (done.returncode, done.stdout) == (0, "ok\n")
    assert done.stderr == MODEL + "note: content[0].citations: cut\n"


def test_a_schema_goes_along(command, tmp_path) -> None:
    schema = {"type": "object", "properties": {"a": {"type": "integer"}}}
    (tmp_path / "s.json").write_text(json.dumps(schema))
    with ReplayServer(command.message('{"a": 1}').answer()) as server:
        done = command.run(
            *("-m", "acme:m1", "--api-base", server.url, "Why?"),
            *("--schema", str(tmp_path / "s.json"), "--max-tokens", "9", "--timeout", "30"),
        )
    assert (done.returncode, done.stdout) == (0, '{"a": 1}\n')
    sent = server.requests[0].json
    assert sent["output_config"] == {"format": {"type": "json_schema", "schema": schema}}
    assert sent["max_tokens"] == 9


@pytest.mark.parametrize(
    ("stop_reason", "why"),
    [
        ("max_tokens", "it reached --max-tokens 1024"),
        ("refusal", "the model refused"),
        ("tool_use", "the model asks for a tool, and it was given none"),
        ("{tired}", "it stopped for '{tired}': too late"),
    ],
    ids=["max_tokens", "refusal", "tool_use", "unknown"],
)
def test_an_unfinished_answer_is_said_to_be_one(command, stop_reason, why) -> None:
    message = command.message("The", stop_reason=stop_reason)
    if stop_reason == "{tired}":
        details = {"type": stop_reason, "explanation": " too\nlate"}
        message.events[-2]["delta"]["stop_details"] = details
    with ReplayServer(message.answer()) as server:
        done = command.run("-m", "acme:m1", "--api-base", server.url, "Why?")
    note = f"note: the answer is not finished: {why}\n"
    assert (done.returncode, done.stdout, done.stderr) == (3, "The\n", MODEL + note)


def test_an_answer_without_text_is_no_silence(command) -> None:
    with ReplayServer(command.message(thinking="hm").answer()) as server:
        done = command.run("-m", "acme:m1", "--api-base", server.url, "Why?")
    assert (done.returncode, done.stdout) == (0, "")
    assert done.stderr == MODEL + "note: the answer holds no text\n"


def test_a_providers_error_is_one_line(command) -> None:
    body = {"type": "error", "error": {"type": "invalid_request_error", "message": "no\x1b[2Jm1"}}
    with ReplayServer(
        Answer.of(
            body, status=400, headers={"request-id": "r1", "content-type": "application/json"}
        )
    ) as server:
        done = command.run("-m", "acme:m1", "--api-base", server.url, "Why?")
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == MODEL + "error: acme: no␛[2Jm1 (request id r1)\n"


def test_several_faults_are_one_line_too() -> None:
    faults = any_llm.RequestValidationError(["model: none", "messages: empty"])
    assert line_of(faults) == "request: 2 faults; model: none; messages: empty"


def test_a_cut_stream_keeps_what_came_and_fails(command) -> None:
    message = command.message("The sky", " is")
    cut = message.answer(end="cut", pieces=[50], after=sum(map(len, message.frames()[:3])))
    with ReplayServer(cut) as server:
        args = ["-m", "acme:m1", "--api-base", server.url, "Why?"]
        text, whole = command.run(*args), command.run(*args, "--json")
    assert (text.returncode, text.stdout) == (1, "The sky\n")
    assert text.stderr.count("\n") == 2
    assert text.stderr.startswith(MODEL + "error: acme: ")
    assert (whole.returncode, whole.stdout) == (1, "")


def test_without_a_model_it_is_the_local_one(command) -> None:
    done = command.run("Why?", ANYLLM_DISABLE_PLUGINS="local")
    assert done.returncode == 1
    assert done.stderr.startswith(
        "model: local:default (default; -m chooses another)\nerror: provider 'local': "
    )
