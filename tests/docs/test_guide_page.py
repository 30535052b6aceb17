"""The programs of docs/guide.md run as they are printed, one after the other, and say this."""

from __future__ import annotations

import re
import sys
from pathlib import Path

import any_llm

PAGE = (Path(__file__).resolve().parents[2] / "docs/guide.md").read_text(encoding="utf-8")
PROGRAMS = re.findall(r"^```python\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)

SAID = """\
Rome. end_turn 20
One, two, three.end_turn
Rome is warmer.
2750000
LossyConversionWarning top_k not carried: this provider has none
fake: tools: this provider has none; leave it out
Here I am. 2
"""


def test_the_programs_run_in_their_order(capsys, monkeypatch, tmp_path):
    made = tmp_path / "certificates.pem"
    made.write_text(certificate())
    monkeypatch.chdir(tmp_path)
    space = {"__name__": "guide"}
    monkeypatch.setitem(sys.modules, "guide", sys.modules[__name__])
    for program in PROGRAMS:
        exec(program, space)  # noqa: S102  # our own page
    assert capsys.readouterr().out == SAID
    assert space["fake"].unused == 0
    roles = [turn["role"] for turn in space["turns"]]
    assert roles == ["user", "assistant", "user", "assistant"]


def certificate() -> str:
    import trustme

    return trustme.CA().cert_pem.bytes().decode()


def test_every_error_of_the_table_exists_and_is_ours():
    table = PAGE.partition("## Errors")[2].partition("## Keys")[0]
    names = set(
        re.findall(r"`([A-Z]\w+(?:Error|Reply|Truncated|Feature|Provider|Credentials))`", table)
    )
    assert len(names) > 10
    for name in names:
        assert issubclass(getattr(any_llm, name), any_llm.AnyLLMError)
