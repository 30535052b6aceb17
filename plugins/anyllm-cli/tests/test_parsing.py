"""What the words of the command line mean."""

from __future__ import annotations

import subprocess
import sys

import pytest
from click.testing import CliRunner

import any_llm
import anyllm_cli
from any_llm.testing import ReplayServer
from anyllm_cli.main import cli


@pytest.fixture
def inside(command, monkeypatch):
    """Run the command in this process."""
    monkeypatch.syspath_prepend(command.site)
    monkeypatch.delenv("ANYLLM_MODEL", raising=False)
    for name, value in command.environment().items():
        monkeypatch.setenv(name, value)

    def run(*args, stdin=""):
        return CliRunner().invoke(cli, args, input=stdin, prog_name="any-llm")

    yield run
    sys.modules.pop("acme", None)


@pytest.mark.parametrize(
    ("args", "stdin", "asked"),
    [
        (["Explain"], "\ufeffline 1\nline 2\n", "Explain\n\nline 1\nline 2\n"),
        (["-"], "from a pipe", "from a pipe"),
        ([], "from a pipe", "from a pipe"),
        (["Explain", "it"], " \n", "Explain it"),
        (["--", "providers"], "", "providers"),
        (["ask", "providers"], "", "providers"),
        (["-s", "", "providers"], "", "providers"),
        (["--", "-5 + 3?"], "", "-5 + 3?"),
        (["bl\udcc3\udcbc"], "", "blü"),
    ],
    ids=["both", "dash", "none", "blank", "command", "ask", "second", "option", "locale"],
)
def test_the_question_comes_from_words_and_standard_input(
    command, inside, args, stdin, asked
) -> None:
    with ReplayServer(command.message("ok").answer()) as server:
        command.configure(f'model = "acme:m1"\napi_base = "{server.url}"\n')
        done = inside(*args, stdin=stdin)
    assert (done.exit_code, done.output.endswith("ok\n")) == (0, True)
    assert server.requests[0].json["messages"] == [{"role": "user", "content": asked}]


@pytest.mark.parametrize(
    ("args", "stdin", "why"),
    [
        ([], "", "Error: no question; give one as an argument, or pipe one in"),
        (["-"], "\n", "Error: no question; give one as an argument, or pipe one in"),
        ([], b"\xff", "Error: standard input is no UTF-8 text"),
        (["\udcff"], "", "Error: the question is no UTF-8 text"),
        (["--jsno", "x"], "", "Error: No such option"),
        (["--max-tokens", "0", "x"], "", "Error: Invalid value for '--max-tokens'"),
        (["--timeout", "0", "x"], "", "Error: Invalid value for '--timeout'"),
        (["--on-loss", "cry", "x"], "", "Error: Invalid value for '--on-loss'"),
        (["--schema", "absent.json", "x"], "", "Error: Invalid value for '--schema'"),
        (
            ["--schema", __file__, "x"],
            "",
            f"Error: Invalid value for --schema: {__file__}: no JSON",
        ),
        (["providers", "acme"], "", "Error: MODELS need --features"),
    ],
)
def test_wrong_usage_ends_with_2_and_sends_nothing(inside, args, stdin, why) -> None:
    done = inside(*args, stdin=stdin)
    assert done.exit_code == 2
    assert why in done.output


def test_help_shows_examples_the_options_of_a_question_and_the_commands(inside) -> None:
    done = inside("--help")
    assert done.exit_code == 0
    for words in (
        'any-llm "Why is the sky blue?"',
        "--max-tokens",
        "--json",
        "--version",
        "providers",
        "Exit codes:",
        "API keys come from the environment",
    ):
        assert words in done.output
    assert inside("-h").output == done.output
    assert "--max-tokens" in inside("ask", "--help").output
    assert "--max-tokens" not in inside("providers", "--help").output


def test_versions(inside) -> None:
    done = inside("--version")
    assert done.output.startswith(
        f"any-llm {anyllm_cli.__version__} (anyllm-core {any_llm.__version__}, Python 3."
    )


@pytest.mark.parametrize("args", ["--help", "--version"])
def test_what_needs_no_model_loads_no_client_and_no_rich(command, args) -> None:
    code = (
        "import atexit, sys; from anyllm_cli.main import cli\n"
        "heavy = {'any_llm.client', 'any_llm.types', 'httpx', 'httpx2', 'pydantic', 'rich'}\n"
        "atexit.register(lambda: print('loaded:', sorted(heavy & set(sys.modules))))\n"
        f"cli.main([{args!r}])"
    )
    done = subprocess.run(  # noqa: S603  # it is what is tested
        [sys.executable, "-c", code], capture_output=True, env=command.environment(), check=True
    )
    assert done.stdout.decode().endswith("loaded: []\n")
