"""Fifty installed plugins, some of them broken: only the calls that ask for those fail."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from any_llm import AmbiguousProvider, Client, PluginError, PluginManager
from any_llm.testing import Answer
from tests.contracts.support import HELLO
from tests.core.installed import RAISES, Site, only

SAID = {
    "id": "m1",
    "type": "message",
    "role": "assistant",
    "model": "m",
    "content": [{"type": "text", "text": "hello"}],
    "stop_reason": "end_turn",
    "stop_sequence": None,
    "usage": {"input_tokens": 1, "output_tokens": 1},
}
GOOD = [f"good{number}" for number in range(46)]
SOURCE = """
from any_llm.plugin import *
ANYLLM_API = {api}
@hookimpl
def anyllm_providers():
    return [ProviderSpec(id={id!r}, dialect="messages", base_url={url!r})]
"""
UNLOADED = "provider 'broken': plugin anyllm_broken (anyllm-broken 1.0): could not be loaded: "
CLAIMED = "provider 'twice': offered by acme-one and acme-two; uninstall all but one of them, or "
TOO_NEW = "provider 'new': plugin anyllm_new (anyllm-new 1.0): it needs plugin API 1.99 and this "
BAD = {
    "broken": (PluginError, f"{UNLOADED}RuntimeError: imported; repair or uninstall it"),
    "twice": (AmbiguousProvider, f"{CLAIMED}name the others in ANYLLM_DISABLE_PLUGINS"),
    "new": (PluginError, f"{TOO_NEW}any_llm has "),
}


def install(site: Site, url: str) -> None:
    for name in GOOD:
        site.add(f"anyllm-{name}", name, source=SOURCE.format(api="(1, 0)", id=name, url=url))
    site.add("anyllm-broken", "broken", source=RAISES)
    site.add("anyllm-new", "new", source=SOURCE.format(api="(1, 99)", id="new", url=url))
    for name in ("acme-one", "acme-two"):
        site.add(name, "twice", source=SOURCE.format(api="(1, 0)", id="twice", url=url))


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:
    yield from only(tmp_path, monkeypatch)


def test_only_the_calls_that_ask_for_the_broken_ones_fail(site: Site, replay_server) -> None:
    server = replay_server(Answer.of(SAID))
    install(site, server.url)
    assert len(list(site.path.glob("*.dist-info"))) == 50
    with Client(plugins=PluginManager(env={}), env={}) as client:
        for name, (kind, line) in BAD.items():
            with pytest.raises(kind) as caught:
                client.messages(f"{name}:m", HELLO, 9)
            assert str(caught.value).startswith(line)
            assert "\n" not in str(caught.value)
        assert {client.messages(f"{name}:m", HELLO, 9).text for name in GOOD} == {"hello"}
        with pytest.raises(PluginError):  # and it stays that call's error
            client.messages("broken:m", HELLO, 9)
    assert len(server.requests) == len(GOOD)


def test_a_call_imports_the_one_plugin_it_asks_for(site: Site, replay_server) -> None:
    install(site, replay_server(Answer.of(SAID)).url)
    with Client(plugins=PluginManager(env={}), env={}) as client:
        client.messages("good7:m", HELLO, 9)
    assert site.imported() == {"anyllm_good7"}


PROGRAM = """
import sys
from anyllm_cli.main import main
try:
    main()
finally:
    print(sorted(m for m in sys.modules if m.startswith(("anyllm_good", "anyllm_bro", "acme"))),
          sorted({"pydantic", "httpx", "httpx2", "pluggy", "rich"} & sys.modules.keys()),
          file=sys.stderr)
"""


def test_the_command_lists_them_all_without_importing_one(site: Site) -> None:
    install(site, "http://127.0.0.1:9")
    env = {**os.environ, "PYTHONPATH": str(site.path)}
    done = subprocess.run(  # noqa: S603  # our own interpreter, our own words
        [sys.executable, "-c", PROGRAM, "providers", "--json"],
        capture_output=True,
        text=True,
        check=True,
        env=env,
    )
    states = {
        (row["provider"], row["distribution"]): row["state"] for row in json.loads(done.stdout)
    }
    assert {states[name, f"anyllm-{name}"] for name in (*GOOD, "broken", "new")} == {"installed"}
    assert states["twice", "acme-one"] == states["twice", "acme-two"] == "ambiguous"
    # Neither a plugin nor what only a call needs: this is what keeps the list quick.
    assert done.stderr.splitlines()[-1] == "[] []"
