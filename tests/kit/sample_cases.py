"""Cases of the sample provider. Its wire is invented, so its cases are made by hand."""

import json
from typing import Any

from any_llm.testing import Case, Exchange, Expect, ExpectedError, Recording, ToolCall

TOOL = {
    "name": "weather",
    "description": "Tells the weather.",
    "input_schema": {"type": "object", "properties": {"city": {"type": "string"}}},
}
JSON = {"content-type": "application/json"}
LINES = {"content-type": "application/x-ndjson"}
HEAD = {"id": "m1", "model": "sample-1"}
TOKENS = {"in": 12, "out": 34}
USAGE = {"input_tokens": 12, "output_tokens": 34}


def request(text: str = "Hello", **fields: Any) -> dict[str, Any]:
    return {
        "model": "sample-1",
        "max_tokens": 64,
        "messages": [{"role": "user", "content": text}],
        **fields,
    }


def whole(parts: list[Any], stop: str, expect: Expect, **more: Any) -> Recording:
    body = {**HEAD, "parts": parts, "stop": stop, "tokens": TOKENS, **more}
    text = json.dumps(body, ensure_ascii=False).encode()
    return Recording(exchanges=(Exchange(headers=JSON, body=text, path="/v1/say"),), expect=expect)


def streamed(pieces: list[Any], stop: str, expect: Expect, **more: Any) -> Recording:
    lines = [HEAD, *pieces, {"stop": stop, "tokens": TOKENS, **more}]
    text = "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines).encode()
    return Recording(exchanges=(Exchange(headers=LINES, body=text, path="/v1/say"),), expect=expect)


def refused(status: int, kind: str, expect: ExpectedError, **headers: str) -> Recording:
    body = json.dumps({"error": {"kind": kind, "message": "not you, not now"}}).encode()
    exchange = Exchange(status=status, headers={**JSON, **headers}, body=body)
    return Recording(exchanges=(exchange,), expect=Expect(error=expect))


TEXT = Expect(text=" Grüße, 世界! ", stop_reason="end_turn", usage=USAGE, blocks=("text",))
CALLS = Expect(
    thinking="A tool.",
    text="Let me see.",
    tools=(ToolCall(name="weather", input={"city": "Zürich"}), ToolCall(name="time", input={})),
    stop_reason="tool_use",
    usage=USAGE,
    blocks=("thinking", "text", "tool_use", "tool_use"),
)
ONE_CALL = Expect(
    tools=(ToolCall(name="weather", input={"city": "Rome", "days": 3}),),
    stop_reason="tool_use",
    usage=USAGE,
)
SHORT = Expect(text="It was", stop_reason="max_tokens", usage=USAGE)
SEQUENCE = Expect(text="One", stop_reason="stop_sequence", stop_sequence="two", usage=USAGE)
SLOW = ExpectedError(kind="RateLimitError", type="rate_limit_error", status=429, retry_after=3.0)
IN_STREAM = ExpectedError(kind="RateLimitError", type="rate_limit_error", status=429)
SENT = {
    "model": "sample-1",
    "say": [{"who": "user", "says": [{"type": "text", "text": "Hello"}]}],
    "most": 64,
}

CASES = [
    Case(
        name="text",
        request=request(),
        whole=whole([{"text": TEXT.text}], "done", TEXT),
        streamed=streamed([{"text": " Grü"}, {"text": "ße, 世"}, {"text": "界! "}], "done", TEXT),
    ),
    Case(
        name="calls",
        request=request("Weather and time?", tools=[TOOL], system="Be brief."),
        whole=whole(
            [
                {"think": "A tool."},
                {"text": "Let me see."},
                {"call": {"id": "c1", "name": "weather", "with": '{"city": "Zürich"}'}},
                {"call": {"id": "c2", "name": "time", "with": "{}"}},
            ],
            "calls",
            CALLS,
        ),
        streamed=streamed(
            [
                {"think": "A "},
                {"think": "tool."},
                {"text": "Let me see."},
                {"call": {"id": "c1", "name": "weather", "with": ""}},
                {"call": {"with": '{"city": "Zü'}},
                {"call": {"with": 'rich"}'}},
                {"call": {"id": "c2", "name": "time", "with": "{}"}},
            ],
            "calls",
            CALLS,
        ),
    ),
    Case(
        name="one call",
        request=request("Weather?", tools=[TOOL], tool_choice={"type": "any"}),
        whole=whole(
            [{"call": {"id": "c1", "name": "weather", "with": '{"city": "Rome", "days": 3}'}}],
            "calls",
            ONE_CALL,
        ),
        streamed=streamed(
            [
                {"call": {"id": "c1", "name": "weather", "with": '{"city": '}},
                {"call": {"with": '"Rome", "days": 3}'}},
            ],
            "calls",
            ONE_CALL,
        ),
    ),
    Case(
        name="max_tokens",
        request=request("Tell me a story"),
        whole=whole([{"text": "It was"}], "length", SHORT),
        streamed=streamed([{"text": "It"}, {"text": " was"}], "length", SHORT),
    ),
    Case(
        name="stop sequence",
        request=request("Count", stop_sequences=["two"]),
        whole=whole([{"text": "One"}], "matched", SEQUENCE, sequence="two"),
    ),
    Case(
        name="accepted",
        request=request(),
        whole=Recording(
            exchanges=(
                Exchange(
                    headers=JSON,
                    body=json.dumps(
                        {**HEAD, "parts": [{"text": "Hi"}], "stop": "done", "tokens": TOKENS}
                    ).encode(),
                    path="/v1/say",
                    sent={**SENT, "stream": False},
                ),
            ),
            expect=Expect(text="Hi", stop_reason="end_turn", usage=USAGE),
        ),
    ),
    Case(
        name="rate limit",
        request=request(),
        whole=refused(429, "slow_down", SLOW, **{"retry-after": "3"}),
        streamed=refused(429, "slow_down", SLOW, **{"retry-after": "3"}),
    ),
    Case(
        name="bad key",
        request=request(),
        whole=refused(403, "no_key", ExpectedError(kind="AuthenticationError", status=403)),
    ),
    Case(
        name="error in a 200",
        request=request(),
        whole=Recording(
            exchanges=(
                Exchange(
                    headers=JSON,
                    body=b'{"error": {"kind": "slow_down", "message": "busy"}}',
                ),
            ),
            expect=Expect(error=IN_STREAM),
        ),
        streamed=Recording(
            exchanges=(
                Exchange(
                    headers=LINES,
                    body=b'{"id": "m1", "model": "sample-1"}\n{"text": "Wel"}\n'
                    b'{"error": {"kind": "slow_down", "message": "busy"}}\n'
                    b'{"stop": "done", "tokens": {"in": 1, "out": 1}}\n',
                ),
            ),
            expect=Expect(error=IN_STREAM),
        ),
    ),
]
