"""The system prompt and system turns."""

from __future__ import annotations

import pytest

from any_llm.plugin import UnsupportedFeature

MARK = {"type": "ephemeral"}
HI = {"role": "user", "content": "hi"}


def text(said, **more):
    return {"type": "text", "text": said, **more}


@pytest.mark.parametrize(
    ("system", "content"),
    [
        ("be brief", "be brief"),
        ([text("be brief")], "be brief"),
        ([text("a"), text("b")], "a\n\nb"),
        ([text("a"), text(""), text("b")], "a\n\nb"),
    ],
)
def test_one_message(encode, system, content):
    got = encode(system=system)
    assert got.messages == [{"role": "system", "content": content}, HI]
    assert got.losses == []


@pytest.mark.parametrize("system", ["", [], [text("")]])
def test_nothing_to_say(encode, system):
    assert encode(system=system).messages == [HI]


@pytest.mark.parametrize(
    ("model", "role"),
    [("gpt-4o", "system"), ("gpt-5", "developer"), ("o3", "developer"), ("gpt-8", "developer")],
)
def test_role_by_family(encode, model, role):
    assert encode("openai", model=model, system="s").messages[0]["role"] == role


def test_breakpoints(encode):
    system = [text("a", cache_control=MARK), text("b", cache_control={**MARK, "ttl": "1h"})]
    got = encode("openai", model="gpt-5.6-sol", system=system)
    assert got.messages[0] == {
        "role": "developer",
        "content": [
            text("a", prompt_cache_breakpoint={"mode": "explicit"}),
            text("b", prompt_cache_breakpoint={"mode": "explicit", "ttl": "12h"}),
        ],
    }
    assert got.losses == []


def test_breakpoint_lifetimes(encode):
    system = [
        text("a", cache_control={**MARK, "ttl": "5m"}),
        text("b", cache_control={**MARK, "ttl": "9h"}),
    ]
    got = encode("openai", model="gpt-6-sol", system=system)
    marks = [part["prompt_cache_breakpoint"] for part in got.messages[0]["content"]]
    assert marks == [{"mode": "explicit", "ttl": "30m"}, {"mode": "explicit"}]
    assert got.losses == [("system[1].cache_control.ttl", "hint")]


def test_marks_pass_through_openrouter(encode):
    mark = {"type": "ephemeral", "ttl": "1h"}
    got = encode("openrouter", system=[text("a", cache_control=mark)], cache_control=MARK)
    assert got.messages[0]["content"] == [text("a", cache_control=mark)]
    assert got.body["cache_control"] == MARK
    assert got.losses == []


def test_marks_are_hints_elsewhere(encode):
    got = encode("openai", model="gpt-4o", system=[text("a", cache_control=MARK), text("b")])
    assert got.messages[0]["content"] == "a\n\nb"
    assert got.losses == [("system[0].cache_control", "hint")]


LATER = [
    {"role": "user", "content": "a"},
    {"role": "assistant", "content": "b"},
    {"role": "system", "content": "now in French"},
    {"role": "user", "content": "c"},
]
A, B, C = LATER[0], LATER[1], LATER[3]


def test_later_in_place(encode):
    got = encode("openai", model="gpt-5", system="s", messages=LATER)
    system = {"role": "developer", "content": "now in French"}
    assert got.messages == [{"role": "developer", "content": "s"}, A, B, system, C]
    assert got.losses == []


@pytest.mark.parametrize("provider", ["deepseek", "openrouter"])
def test_later_in_place_where_servers_were_seen_to_obey_it(encode, provider):
    got = encode(provider, quirks={"reasoning_required": "never"}, messages=LATER)
    assert got.messages == [A, B, {"role": "system", "content": "now in French"}, C]
    assert got.losses == []


def test_later_as_user_text_keeps_roles_alternating(encode):
    got = encode(messages=LATER)
    tagged = text("<system>\nnow in French\n</system>")
    assert got.messages == [A, B, {"role": "user", "content": [tagged, text("c")]}]
    assert got.losses == [("messages[2]", "emulated")]


def test_later_put_first(encode):
    got = encode(quirks={"system_later": "first"}, system="s", messages=LATER)
    assert got.messages == [{"role": "system", "content": "s\n\nnow in French"}, A, B, C]
    assert got.losses == [("messages[2]", "lossy")]


def test_leading_system_turns_are_the_prompt(encode):
    got = encode(system="s", messages=[{"role": "system", "content": "t"}, HI])
    assert got.messages == [{"role": "system", "content": "s\n\nt"}, HI]
    assert got.losses == []


def test_unknown_block_in_a_system_turn(encode):
    odd = {"type": "tool_addition", "tool": {"type": "tool_reference"}}
    for provider in ("openai", "openai-compatible"):
        with pytest.raises(UnsupportedFeature, match="tool_addition") as caught:
            encode(provider, messages=[HI, {"role": "system", "content": [odd]}])
        assert caught.value.path == "messages[1].content[0]"


def test_unknown_key_of_a_turn(encode):
    got = encode(messages=[HI, {"role": "system", "content": "s", "clear_at": "never"}])
    assert ("messages[1].clear_at", "lossy") in got.losses


def test_the_billing_line_is_left_out(encode):
    def system(nonce):
        return [text(f"x-anthropic-billing-header: cc_version=2; cch={nonce};"), text("You are.")]

    got = encode(system=system("1"))
    assert got.messages[0] == {"role": "system", "content": "You are."}
    assert got.losses == [("system[0]", "hint")]
    assert got.body == encode(system=system("2")).body


def test_text_that_mentions_the_billing_line_stays(encode):
    said = "Say: x-anthropic-billing-header: is a header."
    assert encode(system=said).messages[0]["content"] == said
