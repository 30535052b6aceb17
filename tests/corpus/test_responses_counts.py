"""Every recorded count of tokens: asked for in Messages form, it is asked as it was, and read."""

from __future__ import annotations

import pytest

from any_llm.plugin import Send, WireReply, dumps, validate_request
from anyllm_openai.responses.dialect import Responses
from tests.corpus import records
from tests.corpus.responses_fields import fields
from tests.corpus.responses_history import History
from tests.corpus.responses_normalise import normalise
from tests.support.openai_judge import judge_responses
from tests.support.openai_requests import context

# A user turn without a word, which Messages refuses.
EMPTY = {"openai-responses-98ffdac2be53e3aad51b"}


def counts():
    for record in records.available("openai-responses"):
        if str(record["url_path"]).endswith("/input_tokens"):
            yield record


def asked(request):
    """The Messages form of what was counted."""
    history = History(seal=str)
    if request.get("instructions"):
        history.system.append({"type": "text", "text": request["instructions"]})
    history.read(request["input"])
    said = {"model": request["model"], "max_tokens": 1, "messages": history.messages}
    system = {"system": history.system} if history.system else {}
    return {**said, **system, **fields(request, host="openai")}


def test_recorded_counts():
    seen = 0
    for record in counts():
        if record["id"] in EMPTY:
            continue
        request = validate_request(asked(record["request"]))
        flow = Responses().count_tokens(request, context("openai", request.model))
        step = next(flow)
        assert isinstance(step, Send)
        assert record["url_path"].endswith(step.request.path)
        assert normalise(step.request.json) == normalise(record["request"])
        judge_responses(step.request.json, closed=True, counts=True)
        content = dumps(record["response_json"])
        with pytest.raises(StopIteration) as end:
            flow.send(WireReply(status=record["status"], headers={}, content=content))
        assert end.value.value.input_tokens == record["response_json"]["input_tokens"]
        seen += 1
    assert seen >= 5
