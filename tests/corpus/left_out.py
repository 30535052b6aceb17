"""Recordings that a comparison leaves out, each with its reason. Nothing else is left out."""

from __future__ import annotations

_AUDIO = "the answer is audio, which Messages has no block for: it stands in provider_extras"
_LATE = "content after finish_reason: to a reader, a cut between the two is the end of the answer"

CHAT_ANSWERS = dict.fromkeys(
    (
        "openai-chat-0e34decc7377a217a80e",
        "openai-chat-3a99e5b9c70c80b0437b",
        "openai-chat-4853ad96b9c7f87506ef",
        "openai-chat-57c296329cbbbc0dc92a",
        "openai-chat-5b05c79a47aef2a31d90",
        "openai-chat-6a08dfa7bca5e882cfec",
        "openai-chat-7315432b649d71546e22",
        "openai-chat-752dddd367ca0e9b54b7",
        "openai-chat-a283fd76cc7f7ea77dac",
        "openai-chat-b6b61422406a6a6be327",
        "openai-chat-cdd573481621299f0373",
        "openai-chat-d5735eec7e7e54751692",
        "openai-chat-e1dc630fda490d302aa5",
        "openai-chat-fc22e9b7581e6e81fd42",
    ),
    _AUDIO,
)
"""Not compared with what the oracle says of the answer."""

CHAT_CUTS = dict.fromkeys(
    ("openai-chat-56d2e1f273fffa4bcc2c", "openai-chat-cf884fd8c0e901941bdf"), _LATE
)
"""Not expected to be complete or an error wherever it is cut."""

_OTHER_ENDPOINT = "the answer of another endpoint: it compacts a conversation, or counts tokens"

RESPONSES_ANSWERS = dict.fromkeys(
    (
        "openai-responses-109dd6d846b941de21a7",
        "openai-responses-1ed3e3b3d43fabe9805b",
        "openai-responses-25876485de9cc5150830",
        "openai-responses-266656f5333ad375f6a6",
        "openai-responses-4d0207b5a0822f0f0e85",
        "openai-responses-580d7e709cfd48b126bd",
        "openai-responses-74c7e60074e06f2f219c",
        "openai-responses-98ffdac2be53e3aad51b",
        "openai-responses-b6e6985626b1ed60966d",
        "openai-responses-bdfefdcbb55fc23ac4c0",
        "openai-responses-e485e25ed40c668c2f1c",
        "openai-responses-eec9561240ffe6a14cb7",
        "openai-responses-f3daffea45c5c0e96521",
    ),
    _OTHER_ENDPOINT,
)
"""Not compared with what the oracle says of the answer."""

RESPONSES_ENDS = {
    "openai-responses-96c4f956c9f0cef9d37c": "a summary that OpenAI wrote anew at its end",
    "openai-responses-d77771b5f10e61c4185e": "a summary that OpenAI wrote anew at its end",
    "openai-responses-f523a8ae3482ff8375f4": "text whose deltas its publisher left out",
    "openai-responses-cccf32ea1fb53dbde987": "another id of the reasoning item",
}
"""Streams whose last event says something else than they did, and what."""

_NO_WORD = "Messages has no word for it"
_OTHERS = "no documented place: accepted, but what the server made of it is not known"

CHAT_REQUESTS: dict[str, str] = {
    "the provider did not accept it": "an error is no model of what to send",
    "no request recorded": "nothing to encode",
    "a system prompt and nothing else": "Messages needs a turn",
    "a limit of ": "Messages needs one token at least; 0 is another operation there",
    "audio: outside Messages": _NO_WORD,
    "modalities: outside Messages": _NO_WORD,
    "functions: outside Messages": "the form of 2023, which `tools` replaced",
    "function_call: outside Messages": "the form of 2023, which `tools` replaced",
    "function_call on a message": "the form of 2023, which `tools` replaced",
    "input_audio part": _NO_WORD,
    "video_url part": _NO_WORD,
    "file_url part": "a part of Perplexity's own for files of any kind",
    "image detail other than auto": "a quirk (`image_detail`), no field of a request",
    "name of a speaker": _NO_WORD,
    "refusal on a message": "Messages keeps a refusal as text",
    "empty text": "Messages refuses an empty text",
    "tool of the server's own kind": "only Anthropic's own tools have names in Messages",
    "tool_choice of another wire": _OTHERS,
    "cache_control on a message": _OTHERS,
    "tool result without its call": "a fault of the client: Messages refuses it too",
}
"""Why a recorded request has no Messages form (how the reason begins) -> why that is right."""

_SERVERS = "state on OpenAI's servers: Messages carries its own"
_OWN_TOOL = "a tool of OpenAI's own that Messages has no word for"

RESPONSES_REQUESTS: dict[str, str] = {
    "the provider did not accept it": "an error is no model of what to send",
    "no request recorded": "nothing to encode",
    "a request to another endpoint": "it compacts a conversation, or counts tokens",
    "previous_response_id: ": _SERVERS,
    "conversation: ": _SERVERS,
    "prompt: ": _SERVERS,
    "item item_reference": _SERVERS,
    "reasoning that only its server can look up": _SERVERS,
    "item compaction": _SERVERS,
    "item tool_search_call": _OWN_TOOL,
    "item additional_tools": _OWN_TOOL,
    "item apply_patch_call_output": _OWN_TOOL,
    "item mcp_list_tools": _OWN_TOOL,
    "item file_search_call": _OWN_TOOL,
    "item code_interpreter_call": _OWN_TOOL,
    "item image_generation_call": _OWN_TOOL,
    "item computer_call_output": _OWN_TOOL,
    "tool of the server's own kind": _OWN_TOOL,
    "web search with ": "a knob of the search that Messages' search has not",
    "a tool in the form of Chat Completions": "accepted by some, documented by nobody",
    "tool_choice of another wire": _OTHERS,
    "file that is no PDF": _NO_WORD,
    "empty text": "Messages refuses an empty text",
    "tool result without its call": "a fault of the client: Messages refuses it too",
}
"""As CHAT_REQUESTS, of Responses."""
