"""Documented failures of other adapters on this wire, by their case names."""

from __future__ import annotations

from any_llm import errors
from any_llm.plugin import WireReply
from anyllm_ollama.errors import error_of_reply
from tests.support.ollama_replies import call, context, end, line, read, read_whole

from .ollama_request.kit import encode

MARK = {"cache_control": {"type": "ephemeral"}}


def events(got):
    return [event.type for event in got.events]


def test_spurious_empty_text_block_first():
    said = line("", tool_calls=[call("get_weather", {"city": "Oslo"})])
    got = read(said, end())
    assert events(got)[1] == "content_block_start"
    assert got.events[1].content_block.type == "tool_use"
    assert got.events[1].index == 0
    assert got.message.stop_reason == "tool_use"
    whole = read_whole({**end(), "message": said["message"]})
    assert whole.blocks == got.blocks == [("tool_use", "get_weather", {"city": "Oslo"})]
    assert whole.message.stop_reason == "tool_use"


def test_ollama_stream_tool_index_zero():
    got = read(
        line("", tool_calls=[call("q", {"query": "a"})]),
        line("", tool_calls=[call("q", {"query": "b"})]),
        end(),
    )
    assert got.blocks == [("tool_use", "q", {"query": "a"}), ("tool_use", "q", {"query": "b"})]
    assert len({block.id for block in got.message.content}) == 2
    assert got.message.stop_reason == "tool_use"


def test_ollama_tool_history_flattened():
    messages = [
        {"role": "user", "content": "go"},
        {
            "role": "assistant",
            "content": [{"type": "tool_use", "id": "t1", "name": "f", "input": {"a": 1}}],
        },
        {
            "role": "user",
            "content": [{"type": "tool_result", "tool_use_id": "t1", "content": "line1\nline2"}],
        },
    ]
    got = encode(max_tokens=256, messages=messages)
    function = {"index": 0, "name": "f", "arguments": {"a": 1}}
    assert got.messages[1]["tool_calls"] == [{"id": "t1", "function": function}]
    assert got.messages[2] == {
        "role": "tool",
        "content": "line1\nline2",
        "tool_name": "f",
        "tool_call_id": "t1",
    }


def test_text_then_thinking_not_closed():
    got = read(line("a"), line("", thinking="t"), line("b"), end())
    assert got.blocks == [("text", "a"), ("thinking", "t"), ("text", "b")]
    open_at = None
    for event in got.events:
        if event.type == "content_block_start":
            assert open_at is None
            open_at = event.index
        elif event.type == "content_block_stop":
            assert open_at == event.index
            open_at = None


def test_input_tokens_missing_in_start():
    got = read(line("hi"), end())
    assert got.events[0].message.usage.input_tokens == 0
    assert got.events[-2].usage.input_tokens == 9
    assert got.message.usage.input_tokens == 9


def test_error_body_not_json():
    reply = WireReply(status=502, headers={}, content=b"<html>Bad Gateway</html>")
    error = error_of_reply(reply, context())
    assert isinstance(error, errors.InternalServerError)
    assert error.status == 502
    assert "<html>Bad Gateway</html>" in str(error)
    long = WireReply(status=502, headers={}, content=b"x" * 100_000)
    assert len(str(error_of_reply(long, context()))) < 3000


def test_tool_choice_none_500():
    tool = {"name": "get_weather", "description": "d", "input_schema": {"type": "object"}}
    got = encode(tools=[tool], tool_choice={"type": "none"})
    assert "tools" not in got.body
    assert "tool_choice" not in got.body


def test_cache_control_ttl_leak():
    asked = {
        "messages": [
            {"role": "user", "content": "a"},
            {
                "role": "assistant",
                "content": [
                    {"type": "tool_use", "id": "t", "name": "f", "input": {"cache_control": "x"}}
                ],
            },
            {
                "role": "user",
                "content": [
                    {
                        "type": "tool_result",
                        "tool_use_id": "t",
                        "content": [{"type": "text", "text": "1", **MARK}],
                        **MARK,
                    }
                ],
            },
        ],
        "system": [
            {
                "type": "text",
                "text": "s",
                "cache_control": {"type": "ephemeral", "ttl": "1h", "scope": "global"},
            }
        ],
        "tools": [
            {
                "name": "f",
                "description": "d",
                "input_schema": {
                    "type": "object",
                    "properties": {"cache_control": {"type": "string"}},
                },
                **MARK,
            }
        ],
    }
    got = encode(**asked)
    assert {severity for _, severity in got.losses} == {"hint"}
    body = got.body
    assert body["messages"][2]["tool_calls"][0]["function"]["arguments"] == {"cache_control": "x"}
    parameters = body["tools"][0]["function"]["parameters"]
    assert parameters["properties"] == {"cache_control": {"type": "string"}}
    assert str(body).count("cache_control") == 2


def test_image_bare_base64():
    data = (
        "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5E"
        "rkJggg=="
    )
    source = {"type": "base64", "media_type": "image/png", "data": data}
    got = encode(messages=[{"role": "user", "content": [{"type": "image", "source": source}]}])
    assert got.messages == [{"role": "user", "content": "", "images": [data]}]


def test_billing_header_breaks_prefix_cache():
    def sent(nonce):
        first = f"x-anthropic-billing-header: cc_version=2.1; cc_entrypoint=cli; cch={nonce};"
        return encode(system=[{"type": "text", "text": each} for each in (first, "You are it.")])

    got = sent("36ee5")
    assert got.body == sent("99999").body
    assert got.messages[0] == {"role": "system", "content": "You are it."}
    assert got.losses == [("system[0]", "hint")]
    said = [{"role": "user", "content": "x-anthropic-billing-header: mine"}]
    assert encode(messages=said).messages == said
