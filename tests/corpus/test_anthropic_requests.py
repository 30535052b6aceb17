"""Every recorded request of the Messages wire, checked, encoded and compared with what was sent.

With ANYLLM_CORPUS set to the directory of the whole corpus all of it runs, else the selection.
"""

from __future__ import annotations

import sys
from collections import Counter
from functools import cache

import pytest

from any_llm._profile import resolve_profile
from any_llm.plugin import CallContext, UnsupportedFeature, validate_request
from anyllm_anthropic.dialect import Anthropic
from anyllm_anthropic.rows import ROWS
from anyllm_anthropic.version import BEFORE, NEWEST, SAMPLING
from tests.corpus import records
from tests.support.anthropic_judge import judge

pytestmark = pytest.mark.slow  # seconds, and the same on every Python

DIALECT = Anthropic()
SPECS = {row.spec.id: row.spec for row in ROWS}
ROW_OF = {"ollama": "ollama-messages"}
FORCED = "Thinking may not be enabled when tool_choice forces tool use."
# With adaptive thinking on Opus 4.8, with a budget on Opus 4.6 and Sonnet 4.5.
FORCED_AND_REFUSED = (
    "anthropic-11f318745085739f5db8",
    "anthropic-1308bd2bcd037afcd3c6",
    "anthropic-2cb891aaf97557cba9ec",
)
# Model and stream stand in the path of Bedrock and Vertex AI; Ollama's reasoning has no signature.
NOT_JUDGED = ("bedrock", "vertex", "ollama")


@cache
def recordings():
    """The recordings with a request that is one: the API's own checks of shape are ours."""
    return tuple(r for r in records.available("anthropic") if isinstance(r["request"], dict))


def accepted():
    return [record for record in recordings() if record["status"] == 200]


def encoded(record):
    """The wire's request that the dialect makes of a recorded one, and the losses."""
    sent = record["request"]
    model = sent.get("model") or record["model"]
    request = validate_request({"max_tokens": 1, **sent, "model": model})
    spec = SPECS[ROW_OF.get(record["provider"], "anthropic")]
    ctx = CallContext(
        provider=spec.id,
        model=model,
        stream=bool(sent.get("stream")),
        base_url="https://host.test",
        profile=resolve_profile(DIALECT, spec, model, {}, {}),
        seed="s",
    )
    return DIALECT.encode(request, ctx), ctx.losses


def sent_body(record):
    """What was sent, less what says nothing: nulls, and a stream that is off."""
    body = {name: value for name, value in record["request"].items() if value is not None}
    if not body.get("stream"):
        body.pop("stream", None)
    return body


def test_every_accepted_request_is_sent_as_it_was(capsys):
    seen, faults = Counter(), {}
    for record in accepted():
        wire, losses = encoded(record)
        theirs = sent_body(record)
        ours = {
            n: v for n, v in wire.json.items() if n in theirs or n not in {"model", "max_tokens"}
        }
        if ours != theirs:
            faults[record["id"]] = (
                losses,
                {n for n in {*ours, *theirs} if ours.get(n) != theirs.get(n)},
            )
        seen[wire.headers["anthropic-version"]] += 1
        loud = [loss for loss in losses if loss.severity == "lossy"]
        assert not loud or record["provider"] == "ollama", (record["id"], loud)
    with capsys.disabled():
        sys.stdout.write(f"\n  anthropic: {len(accepted())} requests encoded again, {dict(seen)}\n")
    assert faults == {}


def test_the_version_follows_from_what_a_request_holds():
    for record in accepted():
        if record["provider"] in ROW_OF:
            continue
        version = encoded(record)[0].headers["anthropic-version"]
        old = any(record["request"].get(name) is not None for name in SAMPLING)
        assert version == (BEFORE if old else NEWEST), record["id"]


def test_the_official_types_read_every_body():
    """Models and fields of other times are open strings; what has a name must have its shape."""
    read = 0
    for record in accepted():
        if record["provider"] not in NOT_JUDGED and "output_format" not in record["request"]:
            wire, _ = encoded(record)
            judge({"max_tokens": 1, **wire.json})
            read += 1
    assert read > 100


def test_refusals_that_are_known_beforehand_are_made_here():
    """What the API refused for its rule about forced tools never leaves any more."""
    refused = [record for record in recordings() if record["status"] == 400]
    found = [r for r in refused if FORCED in r["response_json"]["error"]["message"]]
    for record in found:
        with pytest.raises(UnsupportedFeature, match=r"tool_choice: .*; leave thinking out"):
            encoded(record)
    named = records.by_id(found, *FORCED_AND_REFUSED)
    assert len(named) == len(FORCED_AND_REFUSED)
    for record in accepted():
        encoded(record)  # nothing that was accepted is refused
