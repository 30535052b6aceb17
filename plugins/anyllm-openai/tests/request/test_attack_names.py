"""Two names, two ids: never one on the wire. Signed parts go back as they came."""

from __future__ import annotations

import pytest

from any_llm.plugin import UnsupportedFeature
from anyllm_openai.common.names import wire_id, wire_name
from tests.support.chat_replies import completion, context, read_whole


@pytest.mark.parametrize(("change", "path"), [(wire_name, "tools"), (wire_id, "messages")])
def test_two_never_become_one(change, path):
    long = "x" * 80
    short = change(long, context())
    for order in ((long, short), (short, long)):
        ctx = context()
        change(order[0], ctx)
        with pytest.raises(UnsupportedFeature) as refused:
            change(order[1], ctx)
        assert refused.value.path == path


@pytest.mark.parametrize("change", [wire_name, wire_id])
def test_what_is_shortened_is_said_once(change):
    ctx = context()
    assert change("x" * 80, ctx) == change("x" * 80, ctx)
    assert [loss.severity for loss in ctx.losses] == ["hint"]


def test_a_signed_part_goes_back(encode):
    parts = [
        {"type": "thinking", "thinking": [{"type": "text", "text": text}], "signature": text}
        for text in "ab"
    ]
    got = read_whole(
        completion({"content": [*parts, {"type": "text", "text": "x"}]}),
        context(provider="mistral"),
    )
    content = [block.model_dump(exclude_none=True) for block in got.message.content]
    turns = [
        {"role": "user", "content": "q"},
        {"role": "assistant", "content": content},
        {"role": "user", "content": "q"},
    ]
    sent = encode("mistral", judged=False, messages=turns).messages[1]["content"]
    assert sent == [*parts, {"type": "text", "text": "x"}]
