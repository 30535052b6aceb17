"""The programs of docs/embedding.md and docs/observers.md run as they are printed."""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path
from typing import Any

import anyio
import pytest

import any_llm
from any_llm.testing import FakeProvider

PAGES = Path(__file__).resolve().parents[2] / "docs"
PROGRAM = re.compile(r"^```python\n(.*?)^```$", re.MULTILINE | re.DOTALL)
BODY = {"model": "gpt-5", "messages": [{"role": "user", "content": "x"}], "max_tokens": 9}


def programs(page: str) -> list[str]:
    return PROGRAM.findall((PAGES / page).read_text(encoding="utf-8"))


def run(program: str) -> dict[str, Any]:
    space: dict[str, Any] = {"__name__": "printed"}
    sys.modules.setdefault("printed", sys.modules[__name__])
    exec(program, space)  # noqa: S102  # our own page
    return space


@pytest.mark.parametrize("page", ["embedding.md", "observers.md"])
def test_the_programs_run(page) -> None:
    found = programs(page)
    assert len(found) > 1
    for program in found:
        run(program)


@pytest.mark.parametrize("backend", ["asyncio", "trio"])
def test_the_gateway_answers_as_the_messages_api(backend) -> None:
    (program,) = (text for text in programs("embedding.md") if "to_sse" in text)
    answer = run(program)["answer"]

    async def main() -> None:
        fake = FakeProvider("hi there", "hi there", provider="openai")
        async with any_llm.AsyncClient(plugins=fake.plugins, env={}) as client:
            whole = await answer(client, BODY)
            assert json.loads(json.dumps(whole))["content"] == [
                {"type": "text", "text": "hi there"}
            ]
            chunks = [chunk async for chunk in await answer(client, {**BODY, "stream": True})]
        events = list(any_llm.from_sse(chunks))
        assert events[0].type == "message_start"
        assert events[-1].type == "message_stop"

    anyio.run(main, backend=backend)


def test_the_observer_of_the_page_is_told(capsys) -> None:
    program = programs("observers.md")[0]
    timing = run(program)["Timing"]
    fake = FakeProvider("hi")
    with any_llm.Client(plugins=fake.plugins, env={}, observers=[timing()]) as client:
        client.messages("fake:m", BODY["messages"], 9)
    request, end = capsys.readouterr().out.splitlines()
    assert " fake m fake://in.process" in request
    assert " completed " in end
