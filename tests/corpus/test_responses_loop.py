"""A loop of tools over recorded answers: what the server encrypted goes back byte for byte.

The first four answers are one recorded conversation of an agent (the fourth makes five calls), the
fifth ends another. The requests that the agent sent are recorded too.
"""

from __future__ import annotations

import json
from functools import cache
from itertools import pairwise

import pytest

from any_llm import Client
from any_llm.testing import Answer, ReplayServer
from tests.corpus import records
from tests.corpus.test_responses_replay import as_events
from tests.support.responses_replies import sse

pytestmark = pytest.mark.slow  # the selection is read for it

ANSWERS = (
    "openai-responses-d3e09da2cb146cf54923",
    "openai-responses-60b071215427c33f9052",
    "openai-responses-2b91c934e94bc2df1b9d",
    "openai-responses-d51296475451fc918aa2",
    "openai-responses-7d3ef782cf4a419107eb",
)
TOOL = {
    "name": "db_lookup",
    "description": "Look up a value by key in the puzzle database.",
    "input_schema": {
        "type": "object",
        "properties": {"key": {"type": "string"}},
        "required": ["key"],
    },
}
ASKED = {"max_tokens": 4000, "tools": [TOOL], "thinking": {"type": "adaptive"}}
WIRE = {"wire_api": "responses"}  # elsewhere than at OpenAI's own address it must be said
EFFORT = {"output_config": {"effort": "high"}}


@cache
def recorded():
    return tuple(records.by_id(records.selection("openai-responses"), *ANSWERS))


def given():
    """What the recorded answers encrypted, in order."""
    items = [item for record in recorded() for item in record["response_json"]["output"]]
    return [item["encrypted_content"] for item in items if item["type"] == "reasoning"]


def results():
    """What the agent's tool answered, by the id of the call."""
    items = [item for record in recorded()[:4] for item in record["request"]["input"]]
    return {item["call_id"]: item["output"] for item in items if "output" in item}


def run(client, url, *, stream):
    """Run the loop; return the conversation and the answers."""
    turns = [{"role": "user", "content": recorded()[0]["request"]["input"][0]["content"]}]
    answers = []
    while not answers or answers[-1].stop_reason == "tool_use":
        place = {"provider": "openai", "api_key": "sk-test", "api_base": url, **WIRE}
        got = client.messages("gpt-5.5", turns, stream=stream, **place, **ASKED, **EFFORT)
        answer = got.get_final_message() if stream else got
        answers.append(answer)
        turns.append({"role": "assistant", "content": answer.content})
        calls = [block for block in answer.content if block.type == "tool_use"]
        said = [
            {
                "type": "tool_result",
                "tool_use_id": call.id,
                "content": results().get(call.id, "unknown key"),
            }
            for call in calls
        ]
        turns += [{"role": "user", "content": said}] if said else []
    return turns, answers


def served(*, stream):
    for record in recorded():
        body = record["response_json"]
        yield Answer.sse(sse(*as_events(body))) if stream else Answer.of(body)


def loop(*, stream):
    """Return the conversation, the answers and the bodies that were sent."""
    with (
        ReplayServer(*served(stream=stream)) as server,
        Client(env={}, max_retries=0, on_loss="error") as client,
    ):
        turns, answers = run(client, f"{server.url}/v1", stream=stream)
        assert {request.path for request in server.requests} == {"/v1/responses"}
        return turns, answers, [request.json for request in server.requests]


def of_type(body, kind):
    return [item for item in body["input"] if item.get("type") == kind]


@pytest.mark.parametrize("stream", [False, True], ids=["whole", "streamed"])
def test_five_turns_with_reasoning_and_parallel_calls(stream):
    turns, answers, bodies = loop(stream=stream)
    assert [answer.stop_reason for answer in answers] == [*["tool_use"] * 4, "end_turn"]
    calls = [sum(block.type == "tool_use" for block in answer.content) for answer in answers]
    assert calls == [1, 1, 1, 5, 0]
    assert [answer.content[0].type for answer in answers] == ["redacted_thinking"] * 5
    assert len(turns) == 10
    for count, body in enumerate(bodies):
        held = [item["encrypted_content"] for item in of_type(body, "reasoning")]
        assert held == given()[:count], "every byte, in order"
        assert body["store"] is False
        assert body["include"] == ["reasoning.encrypted_content"]


def test_the_requests_are_those_that_the_agent_sent():
    _, _, bodies = loop(stream=False)
    for record, body in zip(recorded()[:4], bodies, strict=False):
        assert [plain(item) for item in body["input"]] == [
            plain(item) for item in record["request"]["input"]
        ]


def plain(item):
    """An item without what the two sides write differently and mean alike.

    The agent sent ids of reasoning, which a server that stores nothing ignores.
    """
    if item.get("type", "message") == "message":
        parts = item["content"]
        return item["role"], parts if isinstance(parts, str) else parts[0]["text"]
    kept = {name: value for name, value in item.items() if name not in ("id", "status")}
    if "arguments" in kept:
        kept["arguments"] = json.loads(kept["arguments"])
    return kept


def test_a_longer_conversation_begins_with_the_shorter_one():
    _, _, bodies = loop(stream=False)
    for before, after in pairwise(bodies):
        assert after["input"][: len(before["input"])] == before["input"]


# --- the same history elsewhere ----------------------------------------------------------------

CHAT = {"choices": [{"index": 0, "message": {"content": "ok"}, "finish_reason": "stop"}]}
OLLAMA = {"model": "m", "message": {"role": "assistant", "content": "ok"}, "done": True}
GEMINI = {"candidates": [{"content": {"parts": [{"text": "ok"}]}, "finishReason": "STOP"}]}
MESSAGES = {
    "type": "message",
    "id": "msg_1",
    "role": "assistant",
    "model": "m",
    "content": [{"type": "text", "text": "ok"}],
    "stop_reason": "end_turn",
    "usage": {"input_tokens": 1, "output_tokens": 1},
}
ELSEWHERE = {
    "chat": ("openai", {"wire_api": "chat"}, {"id": "c", "model": "m", **CHAT}),
    "gemini": ("gemini", {}, GEMINI),
    "ollama": ("ollama", {}, {**OLLAMA, "done_reason": "stop"}),
    "messages": ("anthropic", {}, MESSAGES),
    "another server of the same wire": (
        *("azure", WIRE),
        {"id": "r", "object": "response", "model": "m", "status": "completed", "output": []},
    ),
}


@pytest.mark.parametrize("name", ELSEWHERE)
def test_elsewhere_only_the_encrypted_reasoning_is_dropped(name):
    provider, more, answer = ELSEWHERE[name]
    turns, _, _ = loop(stream=False)
    turns.append({"role": "user", "content": "And now in words."})
    with (
        ReplayServer(Answer.of(answer)) as server,
        Client(env={}, max_retries=0, on_loss="ignore") as client,
    ):
        place = {"provider": provider, "api_key": "sk-test", "api_base": server.url}
        got = client.messages("m", turns, max_tokens=4000, tools=[TOOL], **place, **more)
        (request,) = server.requests
    sent = request.body.decode()
    assert not [state for state in given() if state in sent]
    assert "anyllm1." not in sent
    dropped = [loss for loss in got.losses if "reasoning" in loss.what]
    places = [f"messages[{at}].content[0]" for at in (1, 3, 5, 7, 9)]
    assert [loss.path for loss in dropped] == places
    assert [loss for loss in got.losses if loss not in dropped and loss.severity == "lossy"] == []
    assert all(output in sent for output in results().values())
    assert sent.count("db_lookup") >= 9  # the tool and its eight calls
    assert "And now in words." in sent


def test_the_losses_are_hints():
    """They can be read; nobody is warned that one provider's state means nothing to another."""
    turns, _, _ = loop(stream=False)
    turns.append({"role": "user", "content": "And now in words."})
    chat = Answer.of({"id": "c", "model": "m", **CHAT})
    with ReplayServer(chat) as server, Client(env={}, on_loss="error") as client:
        got = client.messages("m", turns, max_tokens=9, tools=[TOOL], api_base=server.url)
    assert {loss.severity for loss in got.losses} == {"hint"}
