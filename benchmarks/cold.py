"""Programs for cold processes: what an import costs, and the way to the first delta."""

from __future__ import annotations

IMPORTS = {
    "pydantic": "import pydantic; pydantic.BaseModel, pydantic.TypeAdapter",
    "any_llm": "import any_llm; any_llm.messages",
    "httpx": "import httpx; httpx.Client",
}
PEER_IMPORTS = {
    "openai_sdk": "import openai; openai.OpenAI",
    "mozilla": "import any_llm; any_llm.completion",
    "litellm_": "import litellm; litellm.completion",
}

RAW = """
import json, sys, {library} as library
body = {{"model": "gpt-5.1", "messages": [{{"role": "user", "content": "Hi."}}], "stream": True}}
with library.Client() as client:
    with client.stream("POST", sys.argv[1] + "/chat/completions", json=body) as response:
        rest = b""
        for chunk in response.iter_raw():
            rest += chunk
            *events, rest = rest.split(b"\\n\\n")
            if any(json.loads(e[6:])["choices"][0]["delta"].get("content") for e in events):
                break
"""
OURS = """
import sys, any_llm
turns = [{{"role": "user", "content": "Hi."}}]
stream = any_llm.messages("gpt-5.1", turns, 100, provider="openai", api_base=sys.argv[1],
    api_key="sk-none", stream=True, on_loss="ignore", wire_api="chat",
    client_args={{"http_library": "{library}"}})
with stream:
    for event in stream:
        if event.type == "content_block_delta":
            break
"""
OPENAI_SDK = """
import sys, openai
turns = [{"role": "user", "content": "Hi."}]
client = openai.OpenAI(base_url=sys.argv[1], api_key="sk-none")
with client.chat.completions.create(model="gpt-5.1", messages=turns, stream=True) as stream:
    for chunk in stream:
        if chunk.choices and chunk.choices[0].delta.content:
            break
"""
MOZILLA = """
import sys, any_llm
turns = [{"role": "user", "content": "Hi."}]
for chunk in any_llm.completion("gpt-5.1", turns, provider="openai", api_base=sys.argv[1],
    api_key="sk-none", stream=True):
    if chunk.choices and chunk.choices[0].delta.content:
        break
"""
LITELLM = """
import sys, litellm
turns = [{"role": "user", "content": "Hi."}]
for chunk in litellm.completion("openai/gpt-5.1", turns, api_base=sys.argv[1],
    api_key="sk-none", stream=True):
    if chunk.choices and chunk.choices[0].delta.content:
        break
"""
PEERS = {"openai_sdk": OPENAI_SDK, "mozilla": MOZILLA, "litellm_": LITELLM}
