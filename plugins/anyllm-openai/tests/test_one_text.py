"""A whole message that is one text is read the short way, and says what the careful one says."""

from __future__ import annotations

import copy
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from any_llm.plugin import BadReply, Folder, Usage
from anyllm_openai.chat.extras import Extras
from anyllm_openai.chat.said import Said
from anyllm_openai.chat.whole import WholeSaid, is_one_text
from tests.support.chat_replies import context

CALL = {"id": "call_1", "type": "function", "function": {"name": "look", "arguments": "{}"}}
NAMES = ("role", "refusal", "annotations", "tool_calls", "reasoning_content", "audio", "x_new")
ANYTHING = st.sampled_from([None, "", [], {}, 0, False, 0.0, "word", ["word"], {"a": 1}, [CALL]])
CONTENT = st.sampled_from(["", "text", "<think>so</think>text", "half \ud83d", None, 5])
MESSAGES = st.fixed_dictionaries(
    {}, optional={"content": CONTENT, **dict.fromkeys(NAMES, ANYTHING)}
)


def told(messages: list[dict[str, Any]], *, short: bool, think_tags: bool) -> Any:
    """Return all that reading the messages of an answer comes to."""
    ctx = context(think_tags=think_tags)
    emit, extras = Folder(), Extras()
    emit.start(id="msg_1", model="m")
    said: Any = WholeSaid(ctx, emit, extras) if short else Said(ctx, emit, extras, whole=True)
    try:
        for message in copy.deepcopy(messages):  # what is kept of an answer grows in place
            said.read(message)
            spoken = said.spoken
        said.finish()
        emit.finish("end_turn", Usage())
        message = emit.message()
    except (BadReply, AttributeError, LookupError, TypeError, ValueError) as error:
        return type(error)
    calls = bool(said.calls)
    return message, message.model_dump(), extras.all(), said.refusal, calls, spoken, ctx.losses


@given(st.lists(MESSAGES, min_size=1, max_size=2), st.booleans())
def test_both_ways_say_the_same(messages: list[dict[str, Any]], think_tags: bool) -> None:
    found = told(messages, short=True, think_tags=think_tags)
    assert found == told(messages, short=False, think_tags=think_tags)


def test_what_openai_answers_is_one_text() -> None:
    said = {"role": "assistant", "content": "text", "refusal": None, "annotations": []}
    assert is_one_text(said)
    assert not is_one_text({**said, "tool_calls": [CALL]})
    assert not is_one_text({**said, "x_new": 0})
    assert not is_one_text({**said, "content": ""})
