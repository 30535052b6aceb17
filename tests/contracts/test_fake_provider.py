"""FakeProvider: what an application is told by it is what production would tell it."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import dataclass

import anyio
import pytest
from pydantic import BaseModel

from any_llm import (
    APIConnectionError,
    APITimeoutError,
    AsyncClient,
    BadReply,
    Client,
    InputJSONDelta,
    LossyConversionWarning,
    MessageResponse,
    OverloadedError,
    PluginManager,
    RateLimitError,
    StreamTruncated,
    TextBlock,
    TextDelta,
    UnsupportedFeature,
    Usage,
)
from any_llm.testing import FakeAnswer, FakeCall, FakeProvider, ScriptEnded
from tests.contracts.support import HELLO
from tests.contracts.watching import Recorder

MODEL = "fake:m"
TOOL = {"name": "weather", "input_schema": {"type": "object"}}


def deltas(stream) -> list:
    return [event.delta for event in stream if event.type == "content_block_delta"]


# --- what it says ----------------------------------------------------------------------------


def test_answers_come_in_their_order_and_calls_are_kept(colour):
    fake = FakeProvider("one", "two")
    client = colour.client(fake.plugins)
    assert client.messages(MODEL, HELLO, 9, system="s").text == "one"
    assert client.messages(MODEL, HELLO, 8, tools=[TOOL], stop_sequences=["x"]).text == "two"
    first, second = fake.calls
    assert (first.number, first.model, first.messages) == (1, "m", HELLO)
    assert (first.system, first.tools, first.max_tokens, first.stream) == ("s", [], 9, False)
    assert (second.tools, second.system, second.body["stop_sequences"]) == ([TOOL], None, ["x"])
    assert fake.unused == 0


def test_the_script_runs_out_with_an_error_that_no_handler_of_api_errors_takes(colour):
    fake = FakeProvider("one")
    client = colour.client(fake.plugins, max_retries=2)
    client.messages(MODEL, HELLO, 9)
    with pytest.raises(ScriptEnded, match=r"fake: attempt 2 came, and the script holds 1.*hello"):
        client.messages(MODEL, HELLO, 9)
    assert len(fake.calls) == 2
    fake.add("more")
    assert client.messages(MODEL, HELLO, 9).text == "more"


def test_a_text_comes_word_by_word_or_in_the_pieces_given(colour):
    fake = FakeProvider("a b  c", FakeAnswer(["ab", "c"]))
    client = colour.client(fake.plugins)
    stream = client.messages(MODEL, HELLO, 9, stream=True)
    assert [delta.text for delta in deltas(stream)] == ["a ", "b  ", "c"]
    stream = client.messages(MODEL, HELLO, 9, stream=True)
    assert deltas(stream) == [TextDelta("ab"), TextDelta("c")]
    assert fake.calls[0].stream


@pytest.mark.parametrize("stream", [False, True])
def test_all_kinds_of_content(colour, stream):
    image = {"type": "brand_new", "data": {"x": 1}}
    answer = FakeAnswer(
        FakeAnswer.thinking("let me see", "sig"),
        "calling",
        FakeAnswer.tool_use("weather", {"city": "Rome", "days": [1, 2]}),
        FakeAnswer.tool_use("weather", {}, id="mine"),
        TextBlock(text="done"),
        image,
        usage=Usage(input_tokens=3, output_tokens=4, cache_read_input_tokens=5),
    )
    client = colour.client(FakeProvider(answer).plugins)
    found = client.messages(MODEL, HELLO, 9, stream=stream)
    message = found.get_final_message() if stream else found
    assert [block.type for block in message.content] == [
        *("thinking", "text", "tool_use", "tool_use", "text", "brand_new")
    ]
    assert message.content[0].signature == "sig"
    assert message.content[2].input == {"city": "Rome", "days": [1, 2]}
    assert message.content[2].id == "toolu_fake_1_2"
    assert message.content[3].id == "mine"
    assert message.content[5].model_dump() == image
    assert message.stop_reason == "tool_use"
    assert message.usage.cache_read_input_tokens == 5
    assert (message.id, message.request_id) == ("msg_fake_1", "req_fake_1")


def test_whole_equals_streamed(colour):
    answer = FakeAnswer(FakeAnswer.thinking("hm"), "a b", FakeAnswer.tool_use("f", {"a": None}))
    whole, streamed = (colour.client(FakeProvider(answer).plugins) for _ in range(2))
    found = streamed.messages(MODEL, HELLO, 9, stream=True).get_final_message()
    assert found == whole.messages(MODEL, HELLO, 9)


def test_a_tool_call_is_streamed_in_pieces(colour):
    answer = FakeAnswer(FakeAnswer.tool_use("weather", {"city": "Rome", "days": 7}))
    client = colour.client(FakeProvider(answer).plugins)
    found = deltas(client.messages(MODEL, HELLO, 9, stream=True))
    assert len(found) > 1
    assert {type(delta) for delta in found} == {InputJSONDelta}


def test_why_it_stops_is_told(colour):
    answer = FakeAnswer("cut", stop_reason="max_tokens")
    said = MessageResponse(id="x", model="real", content=[], usage=Usage(), stop_reason="refusal")
    client = colour.client(FakeProvider(answer, said).plugins)
    assert client.messages(MODEL, HELLO, 9).stop_reason == "max_tokens"
    message = client.messages(MODEL, HELLO, 9)
    assert (message.id, message.model, message.stop_reason) == ("x", "m", "refusal")


class Weather(BaseModel):
    city: str
    degrees: int


@dataclass
class Boxed:
    value: int


@pytest.mark.parametrize(
    ("given", "asked"),
    [
        (Weather(city="Rome", degrees=21), Weather),
        (Weather(city="Rome", degrees=21), Weather | Boxed),
        (Boxed(7), Boxed),
        (Boxed(7), Weather | Boxed),
        (FakeAnswer(parsed={"value": 7}), dict[str, int]),
        (FakeAnswer(parsed=[1, 2]), list[int]),
        (FakeAnswer(parsed="word"), str),
    ],
)
@pytest.mark.parametrize("stream", [False, True])
def test_typed_objects(colour, given, asked, stream):
    client = colour.client(FakeProvider(given).plugins)
    if not stream:
        parsed = client.messages(MODEL, HELLO, 9, output_format=asked).parsed_output
    else:
        with client.stream(MODEL, HELLO, 9, output_format=asked) as events:
            parsed = events.get_final_message().parsed_output
    assert parsed == (given._parsed if isinstance(given, FakeAnswer) else given)


# --- how it breaks ---------------------------------------------------------------------------

REFUSALS = [
    RateLimitError("slow down", status=429, retry_after=7.0, type="rate_limit_error"),
    OverloadedError("busy", status=529, code="queue_full"),
    RateLimitError("x", status=429, body={"error": {"type": "rate_limit_error", "message": "x"}}),
]


@pytest.mark.parametrize("given", REFUSALS, ids=str)
@pytest.mark.parametrize("stream", [False, True])
def test_a_status_at_once(colour, given, stream):
    client = colour.client(FakeProvider(given).plugins)
    with pytest.raises(type(given), match=rf"^fake: {given.args[0]}$") as caught:
        client.messages(MODEL, HELLO, 9, stream=stream)
    error = caught.value
    assert (error.status, error.type, error.code) == (given.status, given.type, given.code)
    assert (error.retry_after, error.request_id) == (given.retry_after, "req_fake_1")
    assert error.provider == "fake"


@pytest.mark.parametrize(
    "given", [APIConnectionError("no route"), APITimeoutError("late"), BadReply("odd")], ids=str
)
@pytest.mark.parametrize("stream", [False, True])
def test_no_answer_at_all(colour, given, stream):
    client = colour.client(FakeProvider(given).plugins)
    with pytest.raises(type(given), match=rf"^fake: {given}$") as caught:
        client.messages(MODEL, HELLO, 9, stream=stream)
    assert caught.value is not given


@pytest.mark.parametrize(
    "given",
    [
        OverloadedError("busy", status=529),
        APIConnectionError("reset"),
        StreamTruncated("ended"),
    ],
    ids=lambda given: type(given).__name__,
)
def test_in_the_middle_of_a_stream(colour, given):
    client = colour.client(FakeProvider(FakeAnswer("Hel lo", error=given)).plugins)
    stream = client.messages(MODEL, HELLO, 9, stream=True)
    seen = []
    with pytest.raises(type(given)):  # what came before it counts too
        seen.extend(event.type for event in stream)
    assert seen == ["message_start", "content_block_start", *["content_block_delta"] * 2]
    assert stream.snapshot.text == "Hel lo"


def test_an_error_behind_content_is_the_error_of_a_whole_answer(colour):
    answer = FakeAnswer("Hel", error=OverloadedError("busy", status=529))
    client = colour.client(FakeProvider(answer).plugins)
    with pytest.raises(OverloadedError, match="busy"):
        client.messages(MODEL, HELLO, 9)


def test_retries_and_observers_are_those_of_production(colour):
    busy = OverloadedError("busy", status=529, retry_after=0.001)
    fake = FakeProvider(busy, busy, "there")
    recorder = Recorder()
    client = colour.client(fake.plugins, max_retries=2, observers=[recorder])
    assert client.messages(MODEL, HELLO, 9).text == "there"
    assert len(fake.calls) == 3
    assert recorder.order == ["request", "retry", "retry", "end"]


def test_what_it_lacks_is_reported_or_refused(colour):
    fake = FakeProvider(answer=lambda _: "ok", lacks={"top_k": "lossy", "tools": "refused"})
    client = colour.client(fake.plugins)
    with pytest.warns(LossyConversionWarning, match="fake: top_k: not carried"):
        message = client.messages(MODEL, HELLO, 9, top_k=5)
    assert [loss.path for loss in message.losses] == ["top_k"]
    assert "top_k" not in fake.calls[0].body
    with pytest.raises(UnsupportedFeature, match="fake: tools: this provider has none"):
        client.messages(MODEL, HELLO, 9, tools=[TOOL])
    assert len(fake.calls) == 1


def test_a_delayed_answer_can_be_cancelled():
    async def main() -> None:
        fake = FakeProvider(FakeAnswer("never", delay=60))
        async with AsyncClient(plugins=fake.plugins, env={}) as client:
            with anyio.move_on_after(0.01) as scope:
                await client.messages(MODEL, HELLO, 9)
            assert scope.cancelled_caught

    for backend in ("asyncio", "trio"):
        anyio.run(main, backend=backend)


# --- how it is set up ------------------------------------------------------------------------


def test_a_function_may_choose(colour):
    def echo(call: FakeCall) -> str:
        return f"{call.number}: {call.messages[-1]['content']}"

    client = colour.client(FakeProvider(answer=echo).plugins)
    assert client.messages(MODEL, HELLO, 9).text == "1: hello"
    assert client.messages(MODEL, HELLO, 9).text == "2: hello"


def test_it_stands_in_for_a_real_provider_beside_others(colour):
    openai, acme = FakeProvider("a", provider="openai"), FakeProvider("b", provider="acme")
    plugins = PluginManager(autoload=False, env={})
    plugins.register(openai)
    plugins.register(acme)
    client = colour.client(plugins, keys={"openai": "sk-one", "acme": "sk-two"})
    assert client.messages("openai:gpt-5", HELLO, 9).text == "a"
    assert client.messages("acme:x", HELLO, 9).text == "b"
    assert [call.api_key.get_secret_value() for call in (*openai.calls, *acme.calls)] == [
        "sk-one",
        "sk-two",
    ]
    assert "sk-one" not in repr(openai.calls)
    assert "sk-one" not in openai.calls[0].headers.values()


def test_other_operations(colour):
    client = colour.client(FakeProvider(tokens=42, models=["a", "b"]).plugins)
    assert client.count_tokens(MODEL, HELLO).input_tokens == 42
    assert [model.id for model in client.models.list(provider="fake")] == ["a", "b"]


@pytest.mark.parametrize("wrong", [7, None, ValueError("x"), ["a"], object()])
def test_what_cannot_be_an_answer(wrong):
    with pytest.raises(TypeError, match="FakeProvider: an answer is a text"):
        FakeProvider(wrong)


def test_faulty_scripts():
    with pytest.raises(TypeError, match="not both"):
        FakeProvider("a", answer=lambda _: "b")
    with pytest.raises(TypeError, match="error: must be an APIError, not a ValueError"):
        FakeAnswer(error=ValueError("x"))
    with pytest.raises(TypeError, match="a text or a content block is needed"):
        FakeAnswer(7)


@pytest.mark.parametrize(
    ("lacks", "says"),
    [
        ({"topk": "lossy"}, "FakeProvider: lacks: 'topk' is no field of a request"),
        ({"tools": "refuse"}, "FakeProvider: lacks: tools: 'refuse' is none of refused, lossy, "),
    ],
)
def test_what_it_lacks_is_a_field_and_a_way(lacks, says):
    with pytest.raises(TypeError, match=f"^{says}"):
        FakeProvider("x", lacks=lacks)


def test_threads_share_one_script():
    fake = FakeProvider(*map(str, range(50)))
    with Client(plugins=fake.plugins, env={}) as client:
        from concurrent.futures import ThreadPoolExecutor

        with ThreadPoolExecutor(10) as pool:
            said = list(pool.map(lambda _: client.messages(MODEL, HELLO, 9).text, range(50)))
    assert sorted(said, key=int) == [*map(str, range(50))]
    assert [call.number for call in fake.calls] == [*range(1, 51)]


def test_it_needs_no_pytest_and_no_http_library():
    code = (
        "import sys\nsys.modules['pytest'] = None\n"
        "from any_llm.testing import FakeProvider\nfrom any_llm import Client\n"
        "fake = FakeProvider('hi')\nclient = Client(plugins=fake.plugins)\n"
        "print(client.messages('fake:m', [{'role': 'user', 'content': 'x'}], 9).text)\n"
        "print(sorted({'httpx', 'httpx2'} & sys.modules.keys()))"
    )
    done = subprocess.run(  # noqa: S603  # our own interpreter, our own words
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    assert done.stdout.split() == ["hi", "[]"]
