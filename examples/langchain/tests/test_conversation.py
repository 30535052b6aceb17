"""LangChain's messages as the Messages API's reference writes them."""

import json
import pickle

import pytest
from langchain_core.exceptions import ModelConnectionError, ModelRateLimitError, ModelRefusalError
from langchain_core.messages import (
    AIMessage,
    AIMessageChunk,
    FunctionMessage,
    HumanMessage,
    SystemMessage,
    ToolMessage,
)
from langchain_core.tools import tool

import any_llm
from any_llm.testing import Answer, ReplayServer
from langchain_any_llm import ChatAnyLLM
from tests.scripted import PARAMS, SERVER

TEXT = {"type": "text", "text": "Hi"}
PNG = {"type": "base64", "media_type": "image/png", "data": "QUJD"}
PDF = {"type": "base64", "media_type": "application/pdf", "data": "QUJD"}
USAGE = {"input_tokens": 10, "output_tokens": 4}
FACTS = {"id": "msg_1", "type": "message", "role": "assistant", "model": "m-1"}


def replied(*content, usage=USAGE, **more):
    return FACTS | {"content": list(content), "stop_reason": "end_turn", "usage": usage} | more


def streamed(message):
    events = any_llm.MessageStream.of(any_llm.MessageResponse.model_validate(message))
    return Answer.sse(b"".join(map(any_llm.to_sse, events)), pieces=[11])


@pytest.fixture
def asked(model):
    """Ask something and return the body that went out."""

    def ask(*messages, **fields):
        model.invoke(list(messages), **fields)
        return SERVER.requests[-1].json

    return ask


@pytest.mark.parametrize(
    ("part", "block"),
    [
        ("Hi", TEXT),
        ({**TEXT, "index": 0, "id": "lc_1"}, TEXT),
        (
            {**TEXT, "cache_control": {"type": "ephemeral"}},
            {**TEXT, "cache_control": {"type": "ephemeral"}},
        ),
        (
            {"type": "image_url", "image_url": {"url": "data:image/png;base64,QUJD"}},
            {"type": "image", "source": PNG},
        ),
        (
            {"type": "image_url", "image_url": "https://a.example/b.png"},
            {"type": "image", "source": {"type": "url", "url": "https://a.example/b.png"}},
        ),
        (
            {"type": "image", "base64": "QUJD", "mime_type": "image/png"},
            {"type": "image", "source": PNG},
        ),
        ({"type": "image", "source": PNG}, {"type": "image", "source": PNG}),
        (
            {"type": "image", "file_id": "file_1"},
            {"type": "image", "source": {"type": "file", "file_id": "file_1"}},
        ),
        (
            {"type": "file", "base64": "QUJD", "mime_type": "application/pdf"},
            {"type": "document", "source": PDF},
        ),
        (
            {
                "type": "file",
                "file": {"filename": "a.pdf", "file_data": "data:application/pdf;base64,QUJD"},
            },
            {"type": "document", "source": PDF, "title": "a.pdf"},
        ),
        (
            {"type": "file", "file": {"file_id": "file_1"}},
            {"type": "document", "source": {"type": "file", "file_id": "file_1"}},
        ),
        (
            {"type": "text-plain", "text": "Hi", "mime_type": "text/plain"},
            {
                "type": "document",
                "source": {"type": "text", "media_type": "text/plain", "data": "Hi"},
            },
        ),
        (
            {"type": "search_result", "source": "a", "title": "b", "content": [TEXT]},
            {"type": "search_result", "source": "a", "title": "b", "content": [TEXT]},
        ),
    ],
)
def test_content(asked, part, block):
    body = asked(HumanMessage([part]))
    assert body["messages"] == [{"role": "user", "content": [block]}]


def test_a_conversation_with_tools(asked):
    call = {"name": "f", "args": {"a": 1}, "id": "t1", "type": "tool_call"}
    body = asked(
        SystemMessage("Be brief."),
        HumanMessage("Hi"),
        AIMessage("Let me see.", tool_calls=[call, {**call, "id": "t2"}]),
        ToolMessage("one", tool_call_id="t1"),
        ToolMessage([{"type": "text", "text": "two"}], tool_call_id="t2", status="error"),
        HumanMessage("And?"),
    )
    used = {"type": "tool_use", "name": "f", "input": {"a": 1}}
    assert body["system"] == [{"type": "text", "text": "Be brief."}]
    assert body["messages"] == [
        {"role": "user", "content": [TEXT]},
        {
            "role": "assistant",
            "content": [
                {"type": "text", "text": "Let me see."},
                {**used, "id": "t1"},
                {**used, "id": "t2"},
            ],
        },
        {
            "role": "user",
            "content": [
                {"type": "tool_result", "tool_use_id": "t1", "content": "one"},
                {
                    "type": "tool_result",
                    "tool_use_id": "t2",
                    "content": [{"type": "text", "text": "two"}],
                    "is_error": True,
                },
            ],
        },
        {"role": "user", "content": [{"type": "text", "text": "And?"}]},
    ]


@pytest.mark.parametrize("kind", ["audio", "video"])
def test_what_messages_has_no_block_for_is_refused_before_anything_is_sent(model, kind):
    sent = len(SERVER.requests)
    with pytest.raises(any_llm.UnsupportedFeature, match=rf"messages\[0\].content\[1\].*{kind}"):
        model.invoke([HumanMessage(["Listen", {"type": kind, "base64": "QUJD"}])])
    assert len(SERVER.requests) == sent


def test_a_message_that_is_no_turn_is_refused(model):
    with pytest.raises(TypeError, match="FunctionMessage"):
        model.invoke([FunctionMessage("3", name="f")])


def test_a_name_is_a_loss(model):
    answer = model.invoke([HumanMessage("Hi", name="Ada")])
    assert answer.response_metadata["losses"] == [
        "messages[0].name: not carried: Messages has no place for it"
    ]


def test_tools_and_choices(model):
    @tool
    def add(a: int, b: int) -> int:
        """Add two numbers."""
        return a + b

    native = {"type": "web_search_20250305", "name": "web_search", "max_uses": 1}
    bound = model.bind_tools([add, native], tool_choice="add", parallel_tool_calls=False)
    bound.invoke("1 + 2?")
    body = SERVER.requests[-1].json
    number = {"type": "integer"}
    assert body["tools"] == [
        {
            "name": "add",
            "description": "Add two numbers.",
            "input_schema": {
                "type": "object",
                "properties": {"a": number, "b": number},
                "required": ["a", "b"],
            },
        },
        native,
    ]
    assert body["tool_choice"] == {
        "type": "tool",
        "name": "add",
        "disable_parallel_tool_use": True,
    }


@pytest.mark.parametrize("version", [None, "v1"])
@pytest.mark.parametrize("stream", [False, True])
def test_reasoning_comes_back_with_its_signature_and_goes_out_again(version, stream):
    thinking = {"type": "thinking", "thinking": "Hm, hm.", "signature": "c2ln"}
    call = {"type": "tool_use", "id": "t1", "name": "f", "input": {"a": "ä"}}
    message = replied(thinking, TEXT, call, stop_reason="tool_use")
    answer = streamed(message) if stream else Answer.of(message)
    with ReplayServer(answer, Answer.of(replied(TEXT))) as server:
        model = made(server, output_version=version)
        first = gathered(model.stream("Hello")) if stream else model.invoke("Hello")
        assert first.tool_calls == [
            {"name": "f", "args": {"a": "ä"}, "id": "t1", "type": "tool_call"}
        ]
        model.invoke([HumanMessage("Hello"), first, ToolMessage("3", tool_call_id="t1")])
        turn = server.requests[-1].json["messages"][1]
    assert turn == {"role": "assistant", "content": [thinking, TEXT, call]}


def test_a_tool_of_the_provider_is_no_call_of_ours():
    search = {"type": "server_tool_use", "id": "s1", "name": "web_search", "input": {}}
    body = replied(search, TEXT)
    piece = {"type": "input_json_delta", "partial_json": '{"query": "a"}'}
    event = {"type": "content_block_delta", "index": 0, "delta": piece}
    events = list(any_llm.MessageStream.of(any_llm.MessageResponse.model_validate(body)))
    events.insert(2, any_llm.parse_event(event))
    with ReplayServer(Answer.sse(b"".join(map(any_llm.to_sse, events)))) as server:
        answer = gathered(made(server).stream("Hello"))
    assert answer.tool_calls == answer.invalid_tool_calls == []
    assert [block["type"] for block in answer.content_blocks] == ["server_tool_call", "text"]


def test_broken_json_of_a_call_is_kept_and_goes_back_as_it_was():
    raw = '{"path": "/data/x'
    call = {"type": "tool_use", "id": "t1", "name": "rm", "input": {"INVALID_JSON": raw}}
    with ReplayServer(Answer.of(replied(call)), Answer.of(replied(TEXT))) as server:
        model = made(server)
        first = model.invoke("Hello")
        assert first.tool_calls == []
        assert [broken["args"] for broken in first.invalid_tool_calls] == [raw]
        model.invoke([HumanMessage("Hello"), first, ToolMessage("no", tool_call_id="t1")])
        assert server.requests[-1].json["messages"][1]["content"] == [call]


@pytest.mark.parametrize("stream", [False, True])
def test_usage_counts_the_cache_into_the_input(stream):
    usage = USAGE | {
        "cache_read_input_tokens": 100,
        "cache_creation_input_tokens": 20,
        "output_tokens_details": {"thinking_tokens": 3},
    }
    message = replied(TEXT, usage=usage)
    with ReplayServer(streamed(message) if stream else Answer.of(message)) as server:
        model = made(server)
        answer = gathered(model.stream("Hello")) if stream else model.invoke("Hello")
    assert answer.usage_metadata == {
        "input_tokens": 130,
        "output_tokens": 4,
        "total_tokens": 134,
        "input_token_details": {"cache_read": 100, "cache_creation": 20},
        "output_token_details": {"reasoning": 3},
    }
    assert answer.response_metadata["stop_reason"] == "end_turn"


def test_an_error_is_that_of_any_llm_and_that_of_langchain():
    error = {"type": "error", "error": {"type": "rate_limit_error", "message": "slow down"}}
    with ReplayServer(Answer.of(error, status=429, headers={"retry-after": "7"})) as server:
        model = made(server, max_retries=0)
        with pytest.raises(any_llm.RateLimitError, match="slow down") as raised:
            model.invoke("Hello")
    error = pickle.loads(pickle.dumps(raised.value))  # noqa: S301  # our own
    assert isinstance(error, ModelRateLimitError)
    assert (error.status, error.retry_after, error.provider) == (429, 7.0, "scripted")


def test_a_cut_stream_never_looks_complete():
    cut = streamed(replied({"type": "text", "text": "Hello there"}))
    half = Answer.sse(cut.body[: len(cut.body) // 2])
    with ReplayServer(half) as server, pytest.raises(any_llm.StreamTruncated) as raised:
        gathered(made(server, max_retries=0).stream("Hello"))
    assert isinstance(raised.value, ModelConnectionError)


def test_a_stream_that_is_left_early_closes_its_connection():
    answer = streamed(replied({"type": "text", "text": "Hello there"}))
    slow = Answer.sse(answer.body, pieces=[40], end="hang")
    with ReplayServer(slow) as server:
        stream = made(server).stream("Hello")
        next(stream)
        stream.close()
        assert server.wait_closed()


def test_structured_output_says_the_schema_on_the_wire(model):
    schema = {
        "title": "Verdict",
        "type": "object",
        "properties": {"stars": {"type": "integer"}},
        "required": ["stars"],
    }
    found = model.with_structured_output(schema, include_raw=True).invoke("Judge")
    assert found["parsed"] == {"stars": 3}
    assert isinstance(found["raw"], AIMessage)
    assert SERVER.requests[-1].json["output_config"] == {
        "format": {"type": "json_schema", "schema": {**schema, "additionalProperties": False}}
    }


@pytest.mark.parametrize("stream", [False, True])
def test_a_refusal_is_no_broken_object(stream):
    refused = replied({"type": "text", "text": "I won"}, stop_reason="refusal")
    with ReplayServer(streamed(refused) if stream else Answer.of(refused)) as server:
        model = made(server).with_structured_output({"title": "A", "type": "object"})
        with pytest.raises(ModelRefusalError):
            list(model.stream("Hello")) if stream else model.invoke("Hello")


def test_tokens_are_counted_by_the_provider(model):
    said = [{"role": "user", "content": [TEXT]}]
    assert model.get_num_tokens_from_messages([HumanMessage("Hi")]) == len(json.dumps(said))


def made(server, **fields):
    return ChatAnyLLM(**PARAMS, base_url=server.url, **fields)


def gathered(chunks):
    full = None
    for chunk in chunks:
        assert isinstance(chunk, AIMessageChunk)
        full = chunk if full is None else full + chunk
    return full
