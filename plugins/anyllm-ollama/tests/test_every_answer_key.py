"""Whatever stands in an answer is in the message, in its `provider_extras` or in the losses."""

from __future__ import annotations

import pytest

from tests.support.every_key import silent
from tests.support.ollama_replies import read, read_whole

CALL = {
    "id": "c",
    "type": "function",
    "function": {"index": 0, "name": "f", "arguments": {"a": {"b": 1}}},
}
ANSWER = {
    "model": "q",
    "created_at": "2026-11-28T00:00:00.123456789Z",
    "message": {"role": "assistant", "content": "hi", "thinking": "t", "tool_calls": [CALL]},
    "done": True,
    "done_reason": "stop",
    "total_duration": 5,
    "prompt_eval_count": 3,
    "eval_count": 4,
    "logprobs": [{"token": "a", "top_logprobs": [{"token": "b"}]}],
}


@pytest.mark.parametrize("way", [read, read_whole])
def test_no_key_of_an_answer_is_lost(way):
    """Calls say with or without a reason that they are the end; their order is their index."""

    def said(answer):
        got = way(answer)
        what = got.result
        text = what.model_dump() if hasattr(what, "model_dump") else str(what)
        return text, [str(loss) for loss in got.losses]

    call = "-message.tool_calls.0"
    assert silent(ANSWER, said) == {
        "-done_reason",
        "-message.role",
        f"{call}.type",
        f"{call}.function.index",
    }
