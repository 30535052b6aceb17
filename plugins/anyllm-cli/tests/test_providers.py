"""The list of providers."""

from __future__ import annotations

import json

import pytest

BROKEN = 'raise RuntimeError("no\\nluck")\n'
LOUD = """
from any_llm.plugin import *
print("imported")
@hookimpl
def anyllm_providers():
    return [
        ProviderSpec(id="loud", dialect=MessagesDialect(), base_url="https://loud.example"),
        ProviderSpec(
            id="bad", dialect=MessagesDialect(), base_url="https://{}/", auth=ApiKey()
        ),
        ProviderSpec(
            id="odd", dialect=MessagesDialect(), base_url="https://{region}.odd.example",
            auth=ApiKey(env=("ODD_KEY", "ODD_TOKEN"), required=False),
            settings=[Setting(name="region", env=("ODD_REGION",))],
        ),
    ]
"""


@pytest.fixture
def listed(command):
    """The list as JSON, by id; and what was said on standard error."""

    def run(*args, **env):
        done = command.run("providers", "--json", *args, **env)
        assert done.returncode == 0
        return {row["provider"]: row for row in json.loads(done.stdout)}, done.stderr

    return run


def test_the_list_is_made_from_metadata_alone(command, listed) -> None:
    command.install("acme-loud", LOUD, loud="acme_loud")
    command.install("anyllm-broken", BROKEN, broken="anyllm_broken")
    rows, said = listed(ANYLLM_DISABLE_PLUGINS="local")
    assert said == ""
    row = {"provider": "acme", "distribution": "acme", "version": "2.5", "state": "installed"}
    assert rows["acme"] == row
    assert rows["broken"]["state"] == rows["loud"]["state"] == "installed"
    gemini = {"provider": "gemini", "distribution": "anyllm-gemini", "version": None}
    if rows["gemini"]["state"] == "installable":
        assert rows["gemini"] == {**gemini, "state": "installable"}


def test_in_a_pipe_it_is_aligned_text(command) -> None:
    command.install("anyllm-rival", LOUD, rival="anyllm_rival")
    command.install("acme-rival", LOUD, rival="acme_rival")
    done = command.run("providers")
    assert (done.returncode, done.stderr) == (0, "")
    head, *lines = done.stdout.splitlines()
    assert head.split() == ["provider", "distribution", "version", "state"]
    cells = [line.split() for line in lines]
    assert ["acme", "acme", "2.5", "installed"] in cells
    assert ["rival", "acme-rival", "2.5", "shadowed"] in cells
    assert ["rival", "anyllm-rival", "2.5", "installed"] in cells
    at = head.index("version")
    assert all(line[at - 1] == " " != line[at] for line in lines)


def test_details_import_each_plugin_and_show_no_key(command, listed) -> None:
    command.install("acme-loud", LOUD, loud="acme_loud", odd="acme_loud")
    rows, said = listed("--details", ODD_TOKEN="t0p-secret", ACME_HOST="me:t0p-secret@acme.test")
    assert "t0p-secret" not in json.dumps(rows) + said
    assert "imported" in said  # what a plugin prints does not end up in the list
    assert rows["acme"]["dialect"] == "acme"
    assert rows["acme"]["url"] == "https://acme.test/v0"
    assert rows["acme"]["key"] == {"variables": ["ACME_API_KEY"], "present": True, "required": True}
    assert rows["loud"]["key"] == {"variables": [], "present": False, "required": False}
    assert rows["odd"]["url"] == "https://{region}.odd.example"
    assert rows["odd"]["key"]["present"] is True


def test_a_broken_plugin_is_one_line_and_harms_no_other(command) -> None:
    command.install("anyllm-broken", BROKEN, broken="anyllm_broken", twice="anyllm_broken")
    command.install("acme-loud", LOUD, loud="acme_loud", bad="acme_loud", odd="acme_loud")
    command.install("acme-one", LOUD, both="acme_one")
    command.install("acme-two", LOUD, both="acme_two")
    done = command.run("providers", "--details", ACME_API_KEY="")
    assert done.returncode == 0
    cells = {line.split("  ")[0]: line.split() for line in done.stdout.splitlines()}
    assert cells["broken"][3:] == ["broken", "-", "-", "-"]
    assert cells["bad"][3] == "broken"
    assert cells["both"][3] == "ambiguous"
    assert cells["acme"][4:] == [*("acme", "https://acme.example/v0", "no:", "set", "ACME_API_KEY")]
    assert cells["loud"][-2:] == ["not", "needed"]
    assert cells["odd"][-5:] == ["no", "(optional:", "ODD_KEY", "or", "ODD_TOKEN)"]
    said = [line for line in done.stderr.splitlines() if line.startswith("error: ")]
    assert [line.split(":")[1].strip() for line in said] == [
        *("provider 'bad'", "provider 'both'", "provider 'broken'", "provider 'twice'")
    ]
    assert "RuntimeError: no; luck" in said[2]


def test_metadata_that_cannot_be_read_is_a_note(command) -> None:
    info = command.site / "torn-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: torn\nVersion: 1.0\n")
    (info / "entry_points.txt").write_bytes(b"[any_llm.providers]\n\xff\n")
    done = command.run("providers")
    assert done.returncode == 0
    assert done.stderr.startswith("note: torn: its metadata cannot be read")
