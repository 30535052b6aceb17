"""The rows: data that resolves, says where it comes from, and names no secret."""

from __future__ import annotations

from datetime import date

import pytest
from pydantic import TypeAdapter, ValidationError

from any_llm._profile import matching, resolve_profile
from any_llm.plugin import ApiKey
from anyllm_openai import ANYLLM_API, anyllm_dialects, anyllm_providers
from anyllm_openai.common.profile import ChatProfile
from anyllm_openai.rows import ROWS
from tests.support.openai_judge import judge
from tests.support.openai_requests import OPENAI, SPECS

from .kit import CHAT

ASKED_FOR = [
    "openai",
    "groq",
    "mistral",
    "deepseek",
    "openrouter",
    "together",
    "fireworks",
    "xai",
    "cerebras",
    "perplexity",
    "moonshot",
    "zai",
    "minimax",
    "dashscope",
    "nebius",
    "sambanova",
    "deepinfra",
    "huggingface",
    "nvidia",
    "github",
    "vercel",
    "portkey",
    "azure",
    "vllm",
    "sglang",
    "llamacpp",
    "lmstudio",
    "llamafile",
    "litellm",
    "openai-compatible",
]


def test_the_plugin_offers_them():
    assert ANYLLM_API == (1, 0)
    assert [dialect.name for dialect in anyllm_dialects()] == [
        "openai-chat",
        "openai-responses",
        "openai",
    ]
    assert sorted(spec.id for spec in anyllm_providers()) == sorted(ASKED_FOR)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.spec.id)
def test_row(row):
    spec = row.spec
    assert spec.dialect == "openai"
    assert spec.docs.startswith("https://")
    assert date.fromisoformat(spec.checked) >= date(2026, 11, 1)
    assert spec.options == {n: v for said in row.facts.values() for n, v in said.items()}
    assert len(spec.options) == sum(len(said) for said in row.facts.values()), "one source a fact"
    assert all(rule.source for rule in spec.models)
    assert isinstance(spec.auth, ApiKey)
    resolve_profile(OPENAI, spec, "some-model", {}, {})
    for rule in spec.models:
        model = rule.pattern.replace("[5-9]", "6").replace("[3-9]", "3").replace("[1-9]", "3")
        model = model.replace("????", "0309").replace("*", "")
        assert rule in matching(spec.models, model)
        resolve_profile(OPENAI, spec, model, {}, {})


LOCAL_OR_NONE = {
    "vllm",
    "sglang",
    "llamacpp",
    "llamafile",
    "lmstudio",
    "litellm",
    "openai-compatible",
}


@pytest.mark.parametrize("id", sorted(LOCAL_OR_NONE))
def test_own_servers_need_no_key(id):
    assert SPECS[id].auth.required is False


@pytest.mark.parametrize("id", sorted(set(ASKED_FOR) - LOCAL_OR_NONE))
def test_vendors_need_one(id):
    assert SPECS[id].auth.required is True
    assert SPECS[id].auth.env


def test_keys_go_where_the_vendor_reads_them():
    assert (SPECS["azure"].auth.header, SPECS["azure"].auth.prefix) == ("api-key", "")
    assert SPECS["portkey"].auth.header == "x-portkey-api-key"
    assert (SPECS["groq"].auth.header, SPECS["groq"].auth.prefix) == ("authorization", "Bearer ")


@pytest.mark.parametrize(
    "said",
    [
        "https://r.openai.azure.com",
        "https://r.openai.azure.com/",
        "https://r.openai.azure.com/openai",
        "https://r.openai.azure.com/openai/v1/",
    ],
)
def test_forms_of_an_azure_endpoint(said):
    (setting,) = SPECS["azure"].settings
    assert setting.parse(said) == "https://r.openai.azure.com"
    with pytest.raises(ValueError, match="must be such as https"):
        setting.parse("r")


def test_local_addresses():
    (setting,) = SPECS["llamacpp"].settings
    assert setting.default == "http://localhost:8080/v1"
    assert setting.parse("http://gpu:1/v1/") == "http://gpu:1/v1"


def test_quirks_of_a_call_win():
    spec = SPECS["openai"]
    profile = resolve_profile(OPENAI, spec, "gpt-4o", {"stop_max": 2}, {"stop_max": 7})
    assert (profile.stop_max, profile.system_role) == (7, "system")


def test_unknown_quirks_are_an_error():
    with pytest.raises(ValidationError, match="brand_new"):
        ChatProfile(brand_new=1)
    with pytest.raises(ValidationError, match="frozen"):
        ChatProfile().images = "none"


@pytest.mark.parametrize(
    "body",
    [
        {"messages": [], "model": "m", "brand_new": 1},
        {"messages": [{"role": "odd", "content": "x"}], "model": "m"},
        {"messages": [{"role": "user", "content": [{"type": "odd"}]}], "model": "m"},
        {"messages": [], "model": "m", "tools": [{"type": "function", "function": {}}]},
    ],
)
def test_the_judge_sees_wrong_bodies(body):
    pytest.importorskip("openai")
    with pytest.raises(ValidationError):
        judge(body, closed=True)


def test_wire_api_is_an_option_of_the_dialect():
    kind = TypeAdapter(CHAT.call_options["wire_api"])
    assert [kind.validate_python(word) for word in ("auto", "chat")] == ["auto", "chat"]
    with pytest.raises(ValidationError):
        kind.validate_python("responses")
