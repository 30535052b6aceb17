"""The real model in this process: what somebody sees who has just installed everything."""

from __future__ import annotations

import pytest


@pytest.mark.slow
def test_a_bare_question_is_answered_by_the_model_on_this_machine(command) -> None:
    pytest.importorskip("anyllm_local")
    done = command.run("Say hello.", "--max-tokens", "12", "-v")
    model, usage, *note = done.stderr.splitlines()
    assert model == "model: local:default (default; -m chooses another)"
    assert done.returncode in {0, 3}
    assert done.stdout.strip()
    assert usage.startswith("usage: ")
    assert len(note) == (done.returncode == 3)
