"""Where the model comes from, and settings that are wrong."""

from __future__ import annotations

import pytest

from any_llm.testing import ReplayServer
from anyllm_cli.settings import Misconfigured, settle

pytestmark = pytest.mark.slow  # seconds; test_stopping.py runs it on every Python


def test_the_command_line_wins_over_the_variable_and_that_over_the_settings(command) -> None:
    with ReplayServer(command.message("ok").answer()) as server:
        path = command.configure('model = "acme:file"\nsystem = "S"\nmax_tokens = 50\n')
        base = ["--api-base", server.url, "Why?"]
        file = command.run(*base)
        variable = command.run(*base, ANYLLM_MODEL="acme:variable")
        line = command.run(*base, "-m", "acme:line", "-s", "", "--max-tokens", "60")
    assert file.stderr == f"model: acme:file ({path})\n"
    assert variable.stderr == "model: acme:variable (ANYLLM_MODEL)\n"
    assert line.stderr == "model: acme:line (-m)\n"
    sent = [request.json for request in server.requests]
    assert [(one["model"], one.get("system"), one["max_tokens"]) for one in sent] == [
        ("file", "S", 50),
        ("variable", "S", 50),
        ("line", None, 60),
    ]


def test_the_server_of_the_settings_is_for_their_model_only(command) -> None:
    with ReplayServer(command.message("ok").answer()) as server:
        command.configure(f'model = "acme:m1"\napi_base = "{server.url}"\n')
        done = command.run("Why?", "-m", "acme:m2", ACME_HOST="127.0.0.1:1")
        assert done.returncode == 1
        assert "error: acme: cannot connect to https://127.0.0.1:1" in done.stderr
        assert server.requests == []
        assert command.run("Why?").returncode == 0


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("model = ", "no TOML: "),
        ("modle = 'x'", "modle: no such setting; there are model, system, max_tokens, api_base"),
        ("model = 3", "model: must be a string, not 3"),
        ("max_tokens = true", "max_tokens: must be a whole number > 0, not True"),
        ("max_tokens = 0", "max_tokens: must be a whole number > 0, not 0"),
        ("api_base = 'http://x'", "api_base: needs the model that is there, as model"),
    ],
    ids=["syntax", "name", "string", "bool", "zero", "server"],
)
def test_faulty_settings_are_an_error_that_names_the_file(
    command, monkeypatch, text, fault
) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(command.home / "config"))
    path = command.configure(text)
    with pytest.raises(Misconfigured) as caught:
        settle("acme:m1", None, None, None)
    assert caught.value.message.startswith(f"{path}: {fault}")


def test_settings_that_cannot_be_read_are_an_error_too(command) -> None:
    path = command.configure("")
    path.unlink()
    path.mkdir()
    done = command.run("Why?", "-m", "acme:m1")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith(f"Error: {path}: cannot be read: ")


def test_a_server_without_a_model_is_wrong_usage(command) -> None:
    done = command.run("Why?", "--api-base", "http://127.0.0.1:1")
    assert done.returncode == 2
    assert done.stderr.endswith("Error: --api-base needs the name of a model there: -m MODEL\n")
