"""What becomes of each feature, as a table and as JSON."""

from __future__ import annotations

import json

import pytest

import any_llm

pytestmark = pytest.mark.slow  # seconds; test_stopping.py runs it on every Python

ACME = """
from any_llm.plugin import *
print("imported")
class Acme(MessagesDialect):
    name = "acme"
    def encode(self, request, ctx):
        if request.tools:
            ctx.refuse("tools", "it has none", "leave them out")
        if request.top_k is not None:
            ctx.report("top_k", "left out")
        return super().encode(request, ctx)
@hookimpl
def anyllm_providers():
    auth = ApiKey(env=("ACME_API_KEY",))
    return [ProviderSpec(id=id, dialect=Acme(), base_url="https://x.example", auth=auth)
            for id in ("acme-1", "acme-2")]
"""
BROKEN = 'raise RuntimeError("no luck")\n'


def install(command) -> None:
    ids = {"acme-1": "acme_features", "acme-2": "acme_features"}
    command.install("acme-features", ACME, **ids)


def run(command, *args):
    return command.run("providers", "--features", *args)


def test_a_model_has_a_line_for_each_feature_and_why(command) -> None:
    install(command)
    done = run(command, "acme-1:m")
    assert done.returncode == 0
    assert "imported" not in done.stdout
    head, *lines = done.stdout.splitlines()
    assert head.split() == ["feature", "acme-1:m", "why"]
    said = {line.split("  ")[0]: line.split()[1:] for line in lines}
    assert said["temperature"] == ["carried"]
    assert said["top_k"] == ["reported", "left", "out"]
    assert said["tools"] == ["refused", "it", "has", "none;", "leave", "them", "out"]


def test_models_stand_side_by_side(command) -> None:
    install(command)
    done = run(command, "acme-1:m", "acme-2")
    head, *lines = done.stdout.splitlines()
    assert head.split() == ["feature", "acme-1:m", "acme-2"]
    assert any(line.split() == ["tools", "refused", "refused"] for line in lines)


def test_without_a_model_all_providers_are_counted(command) -> None:
    install(command)
    command.install("anyllm-broken", BROKEN, broken="anyllm_broken")
    done = run(command)
    assert done.returncode == 0  # the list is there
    assert "error: provider 'broken': plugin anyllm_broken" in done.stderr
    head, *lines = done.stdout.splitlines()
    assert head.split() == [
        *("provider", "dialect", "carried", "emulated", "reported", "noted", "as", "ever"),
        "refused",
    ]
    rows = {line.split()[0]: line.split()[1:] for line in lines}
    assert "broken" not in rows
    assert rows["acme-1"][0] == "acme"
    assert sum(map(int, rows["acme-1"][1:])) == len(any_llm.capabilities("openai:x"))


def test_json_says_all_of_it(command) -> None:
    install(command)
    (found,) = json.loads(run(command, "acme-1:m", "--json").stdout)
    assert (found["provider"], found["model"], found["dialect"]) == ("acme-1", "m", "acme")
    assert found["modes"] == ["streamed", "whole"]
    features = {feature["name"]: feature for feature in found["features"]}
    assert features["tools"] == {
        "name": "tools",
        "group": "Fields of a request",
        "state": "refused",
        "path": "tools",
        "reason": "it has none; leave them out",
    }


def test_a_provider_that_is_not_there_is_an_error(command) -> None:
    done = run(command, "nobody:m")
    assert done.returncode == 1
    assert "error: provider 'nobody'" in done.stderr
    assert done.stdout == ""


def test_models_belong_to_features(command) -> None:
    done = command.run("providers", "openai:gpt-5")
    assert done.returncode == 2
    assert "MODELS need --features" in done.stderr
