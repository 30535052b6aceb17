"""Words for requests and for what they must become."""

from __future__ import annotations

from any_llm.plugin import CallContext
from anyllm_openai.responses.signature import seal

PNG = "iVBORw0KGgo="
IMAGE = {"type": "image", "source": {"type": "base64", "media_type": "image/png", "data": PNG}}
IMAGE_PART = {
    "type": "input_image",
    "image_url": f"data:image/png;base64,{PNG}",
    "detail": "auto",
}
PDF = {
    "type": "document",
    "source": {"type": "base64", "media_type": "application/pdf", "data": "JVBERi0="},
}
PDF_DATA = "data:application/pdf;base64,JVBERi0="
MARK = {"type": "ephemeral"}
BREAKPOINT = {"prompt_cache_breakpoint": {"mode": "explicit"}}
SCHEMA = {
    "type": "object",
    "properties": {"city": {"type": "string"}},
    "required": ["city"],
    "additionalProperties": False,
}
TOOL = {"name": "get_weather", "description": "d", "input_schema": SCHEMA}
WEB = {"type": "web_search_20250305", "name": "web_search"}


def text(said, **more):
    return {"type": "text", "text": said, **more}


def user(*content):
    return {"role": "user", "content": content[0] if isinstance(content[0], str) else list(content)}


def model(*content):
    return {
        "role": "assistant",
        "content": content[0] if isinstance(content[0], str) else list(content),
    }


def use(id="call_1", name="get_weather", input=None):
    return {"type": "tool_use", "id": id, "name": name, "input": input or {}}


def result(id="call_1", content="1", **more):
    return {"type": "tool_result", "tool_use_id": id, "content": content, **more}


def thinking(said, payload, provider="openai"):
    """A thinking block as an answer of this wire gives it."""
    signature = seal(CallContext(provider=provider, model="m"), payload)
    return {"type": "thinking", "thinking": said, "signature": signature}


def redacted(payload, provider="openai"):
    sealed = seal(CallContext(provider=provider, model="m"), payload)
    return {"type": "redacted_thinking", "data": sealed}


# --- the wire --------------------------------------------------------------------------------


def input_text(said, **more):
    return {"type": "input_text", "text": said, **more}


def asked(*parts):
    """An item of the user."""
    said = [input_text(part) if isinstance(part, str) else part for part in parts]
    return {"type": "message", "role": "user", "content": said}


def developer(*parts):
    return {**asked(*parts), "role": "developer"}


def said(*texts, **more):
    """An item of the model's text."""
    parts = [{"type": "output_text", "text": each} for each in texts]
    return {"type": "message", "role": "assistant", "content": parts, **more}


def call(id="call_1", name="get_weather", arguments="{}"):
    return {"type": "function_call", "call_id": id, "name": name, "arguments": arguments}


def output(said="1", id="call_1"):
    return {"type": "function_call_output", "call_id": id, "output": said}


def reasoning(encrypted="gAAA", summary=(), **more):
    return {
        "type": "reasoning",
        "summary": [{"type": "summary_text", "text": each} for each in summary],
        **more,
        "encrypted_content": encrypted,
    }


# --- a search, on both sides -----------------------------------------------------------------

OUTPUT_OF_SEARCH = {
    "type": "web_search_call",
    "id": "ws_1",
    "status": "completed",
    "action": {
        "type": "search",
        "query": "ruby",
        "sources": [{"type": "url", "url": "https://x.example"}],
    },
}


def searched(action=None, content=None):
    """The blocks of a search of this wire: the call and what it found."""
    action = action or {"type": "search", "query": "ruby"}
    found = [{"type": "web_search_result", "url": "https://x.example", "title": "t"}]
    content = found if content is None else content
    return (
        {"type": "server_tool_use", "id": "ws_1", "name": "web_search", "input": action},
        {"type": "web_search_tool_result", "tool_use_id": "ws_1", "content": content},
    )
