"""One conversation through the four providers, in every order, twice around.

It has an image, reasoning, two calls at once in every answer, and a tool that fails each time.
Every request is accepted by the vendor's own types, says all that was said before, and holds the
reasoning of its own provider byte for byte; what is not there is the reasoning of the others, and
each such block stands in the losses.
"""

from __future__ import annotations

from itertools import permutations

import pytest

import anyllm_anthropic
import anyllm_gemini
import anyllm_ollama
import anyllm_openai
from any_llm import AsyncClient, Client, PluginManager
from any_llm.testing import ReplayServer
from tests.cross.vendors import (
    PNG,
    Anthropic,
    Chat,
    Gemini,
    Ollama,
    Responses,
    calls_of,
    words_of,
)

IMAGE = {"type": "image", "source": {"type": "base64", "media_type": "image/png", "data": PNG}}
FIRST = {"role": "user", "content": [IMAGE, {"type": "text", "text": "Look at this."}]}
OPENAI = {"chat": Chat, "responses": Responses}
ORDERS = [
    pytest.param(names, wire, id=f"{'-'.join(names)}-{wire}")
    for wire in OPENAI
    for names in permutations(("anthropic", "gemini", "openai", "ollama"))
]
REASONING = ("thinking", "redacted_thinking")


def tool(name, field):
    schema = {"type": "object", "properties": {field: {"type": "string"}}, "required": [field]}
    return {"name": name, "description": f"Tells the {name}.", "input_schema": schema}


TOOLS = [tool("weather", "city"), tool("clock", "zone")]


def vendors(names, wire):
    """The vendors of a conversation: each order twice."""
    made = {"anthropic": Anthropic(), "gemini": Gemini(), "ollama": Ollama()}
    made["openai"] = OPENAI[wire]()
    return [made[name] for name in names] * 2


def options(found, server):
    plugins = PluginManager(autoload=False)
    for plugin in (anyllm_anthropic, anyllm_gemini, anyllm_ollama, anyllm_openai):
        plugins.register(plugin)
    ids = [each.id for each in found]
    return {
        "plugins": plugins,
        "env": {},
        "keys": dict.fromkeys(ids, "key"),
        "api_base": dict.fromkeys(ids, server.url),
        "quirks": {v.id: {"wire_api": v.wire_api} for v in found if v.wire_api},
        "on_loss": "ignore",
        "max_retries": 0,
    }


def asked(vendor, history):
    fields = {"tools": TOOLS, "thinking": {"type": "adaptive"}}
    return {
        "model": vendor.model,
        "provider": vendor.id,
        "messages": history,
        "max_tokens": 4000,
        **fields,
    }


def results(answer, step):
    """What the tools say to the two calls of an answer."""
    weather, clock = [block for block in answer.content if block.type == "tool_use"]
    assert [(call.name, call.input) for call in (weather, clock)] == calls_of(step)
    said = {"type": "tool_result", "tool_use_id": weather.id, "content": f"sunny {step}"}
    failed = {"type": "tool_result", "tool_use_id": clock.id, "content": f"no clock {step}"}
    text = {"type": "text", "text": f"Go on {step}."}
    return {"role": "user", "content": [said, {**failed, "is_error": True}, text]}


def said_before(step):
    """All that a request of this step must say but reasoning, whatever its wire."""
    told = [("image", PNG), ("user", "Look at this.")]
    for earlier in range(step):
        told.append(("assistant", words_of(earlier)))
        told += [("call", name, given) for name, given in calls_of(earlier)]
        told.append(("result", "weather", f"sunny {earlier}", False))
        told.append(("result", "clock", f"no clock {earlier}", True))
        told.append(("user", f"Go on {earlier}."))
    return sorted(told, key=repr)


def check_request(vendor, step, found, body):
    vendor.judge(body)
    turns = list(vendor.turns(body))
    assert sorted((turn for turn in turns if turn[0] != "reasoning"), key=repr) == said_before(step)
    order = [turn for turn in turns if turn[0] in {"assistant", "call", "result"}]
    assert order == [turn for turn in ordered(step) if turn[0] in {"assistant", "call", "result"}]
    own = [each for each in range(step) if found[each] is vendor and vendor.reasons]
    assert [turn for turn in turns if turn[0] == "reasoning"] == [vendor.state(n) for n in own]


def ordered(step):
    for earlier in range(step):
        yield "assistant", words_of(earlier)
        yield from (("call", name, given) for name, given in calls_of(earlier))
        yield "result", "weather", f"sunny {earlier}", False
        yield "result", "clock", f"no clock {earlier}", True


def check_losses(vendor, found, history, losses):
    """Every block of foreign reasoning is told, and no other block is lost."""
    foreign = {
        f"messages[{at}].content[{index}]"
        for at, turn in enumerate(history)
        if turn["role"] == "assistant" and found[at // 2] is not vendor
        for index, block in enumerate(turn["content"])
        if block.type in REASONING
    }
    blocks = {loss.path for loss in losses if loss.path.endswith("]")}
    assert blocks == foreign
    assert not [loss for loss in losses if loss.severity == "lossy"]
    other = [loss for loss in losses if loss.path not in blocks]
    for loss in other:  # how an error is said, how much is thought, a signature that is not there
        assert loss.path.endswith(".is_error") or loss.path in {
            "thinking",
            "thinking.type",
            "messages",
        }


@pytest.mark.parametrize(("names", "wire"), ORDERS)
def test_every_order(names, wire):
    found = vendors(names, wire)
    answers = [vendor.answer(step) for step, vendor in enumerate(found)]
    history = [FIRST]
    with ReplayServer(*answers) as server, Client(**options(found, server)) as client:
        for step, vendor in enumerate(found):
            answer = client.messages(**asked(vendor, history))
            check_request(vendor, step, found, server.requests[-1].json)
            check_losses(vendor, found, history, answer.losses)
            assert answer.text == words_of(step)
            assert answer.stop_reason == "tool_use"
            history += [{"role": "assistant", "content": answer.content}, results(answer, step)]
        assert len(server.requests) == len(found)


@pytest.mark.parametrize("backend", ["asyncio", "trio"])
def test_an_order_in_an_event_loop(backend):
    import anyio

    found = vendors(("anthropic", "gemini", "openai", "ollama"), "responses")
    answers = [vendor.answer(step) for step, vendor in enumerate(found)]

    async def main(server):
        history = [FIRST]
        async with AsyncClient(**options(found, server)) as client:
            for step, vendor in enumerate(found):
                answer = await client.messages(**asked(vendor, history))
                check_request(vendor, step, found, server.requests[-1].json)
                check_losses(vendor, found, history, answer.losses)
                history += [{"role": "assistant", "content": answer.content}, results(answer, step)]

    with ReplayServer(*answers) as server:
        anyio.run(main, server, backend=backend)
