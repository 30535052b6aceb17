"""The README's examples run as they stand, and its plugin is the one that is tested."""

import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
BLOCKS = re.findall(
    r"^```(\w*)\n(.*?)^```", (ROOT / "README.md").read_text(), re.MULTILINE | re.DOTALL
)
PYTHON = [text for language, text in BLOCKS if language == "python"]
PARROT = ROOT / "tests/packaging/anyllm-parrot"


def test_the_first_two_shell_blocks_are_the_commands():
    commands = [text for language, text in BLOCKS if language == "sh"]
    assert len(commands) == 2
    assert 'any-llm "Why is the sky blue?"' in commands[0]
    assert commands[1] == "python3 dev/test.py\n"


@pytest.mark.slow
def test_seven_examples_run():
    examples = PYTHON[:-1]
    assert len(examples) == 7
    done = subprocess.run(  # noqa: S603
        [sys.executable, "-W", "error", "-c", "\n".join(examples)],
        capture_output=True,
        text=True,
        check=False,
        timeout=50,
    )
    assert done.returncode == 0, done.stderr
    assert not done.stderr
    assert "Verdict(sentiment=" in done.stdout or "sentiment='" in done.stdout
    assert "What is a cat? ->" in done.stdout
    assert "openai: top_k:" in done.stdout
    assert "\nreported - " in done.stdout
    assert "\nBlue.\n" in done.stdout


def test_the_plugin_is_the_one_that_is_tested_and_fits_a_screen():
    assert PYTHON[-1] == (PARROT / "anyllm_parrot.py").read_text()
    assert len(PYTHON[-1].splitlines()) < 60
    entry = tomllib.loads(next(text for language, text in BLOCKS if language == "toml"))
    declared = tomllib.loads((PARROT / "pyproject.toml").read_text())
    groups = entry["project"]["entry-points"]
    assert groups == declared["project"]["entry-points"]
