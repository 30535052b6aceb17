"""The whole way: any_llm, the Chat dialect, this plugin, a real model."""

from __future__ import annotations

import pytest
from pydantic import BaseModel

import anyllm_local
import anyllm_openai
from any_llm import AsyncClient, BadRequestError, Client, PluginManager, UnsupportedFeature

HELLO = [{"role": "user", "content": "Say hello."}]
SETTINGS = {"local": {"n_ctx": "2048", "threads": "1", "seed": "7"}}


class Person(BaseModel):
    name: str
    age: int


@pytest.fixture
def options():
    plugins = PluginManager(autoload=False, env={})
    plugins.register(anyllm_openai)
    plugins.register(anyllm_local)
    return {"plugins": plugins, "settings": SETTINGS, "env": {}}


@pytest.fixture
def client(options):
    with Client(**options) as made:
        yield made


@pytest.mark.usefixtures("local")
def test_whole(client):
    answer = client.messages("local:default", HELLO, 8)
    assert answer.text
    assert answer.model == "SmolLM2-135M-Instruct.Q4_1"
    assert answer.usage.input_tokens + (answer.usage.cache_read_input_tokens or 0) > 5
    assert 0 < answer.usage.output_tokens <= 8


@pytest.mark.usefixtures("local")
def test_streamed_equals_whole(client):
    with client.stream("local:default", HELLO, 8) as stream:
        text = "".join(stream.text_stream)
        final = stream.get_final_message()
    assert text == final.text == client.messages("local:default", HELLO, 8).text
    assert final.usage.output_tokens <= 8


@pytest.mark.usefixtures("local")
def test_a_type(client):
    question = [{"role": "user", "content": "Make up a person."}]
    answer = client.messages("local:default", question, 200, output_format=Person)
    assert isinstance(answer.parsed_output, Person)


@pytest.mark.anyio
@pytest.mark.usefixtures("local")
async def test_async(options):
    async with AsyncClient(**options) as client:
        whole = await client.messages("local:default", HELLO, 8)
        async with client.stream("local:default", HELLO, 8) as stream:
            text = "".join([piece async for piece in stream.text_stream])
        assert text == whole.text
        stream = await client.messages("local:default", HELLO, 500, stream=True)
        async for _event in stream:
            break
        await stream.close()


@pytest.mark.usefixtures("local")
def test_the_list_of_models(client):
    ids = [model.id for model in client.models.list("local")]
    assert ids == ["SmolLM2-135M-Instruct.Q4_1"]
    assert client.messages(f"local:{ids[0]}", HELLO, 2).text


@pytest.mark.usefixtures("local")
def test_tools_are_refused(client):
    tool = {"name": "f", "description": "d", "input_schema": {"type": "object"}}
    with pytest.raises(UnsupportedFeature, match="tools"):
        client.messages("local:default", HELLO, 8, tools=[tool])


@pytest.mark.usefixtures("local")
def test_a_prompt_that_is_too_long(client):
    with pytest.raises(BadRequestError, match="exceeds the available context size"):
        client.messages("local:default", [{"role": "user", "content": "word " * 3000}], 8)
