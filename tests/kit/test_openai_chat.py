"""OpenAI's Chat Completions pass the kit, with recordings of OpenAI and of who imitates it."""

from any_llm.testing import ProviderSuite
from tests.corpus import chat_oracle, chat_requests
from tests.kit.corpus_cases import Corpus, judged_by

CHAT = Corpus("openai-chat", judged_by(chat_oracle.judge), chat_requests.to_messages, "openai")


class TestOpenAIChat(ProviderSuite):
    provider = "openai"
    distribution = "anyllm-openai"
    cases = (
        CHAT.case("both ways", whole="f29d82dac3e4230bf0cf", streamed="eece708ac7724f3cdc8c"),
        CHAT.case("text", whole="efd56dd8c616178affe0"),
        CHAT.case("stream with usage", streamed="e06393c6111809b264c2"),
        CHAT.case("beyond ASCII", streamed="e55f879a650deaa0cefc"),
        CHAT.case("a call", whole="fc2a335eb00a8bb6b852"),
        CHAT.case("two calls", whole="cb9fa984487d23ced47d"),
        CHAT.case("a streamed call", streamed="16857d95f5514b8dbab6"),
        CHAT.case("max_tokens", whole="26826d00d97d604a0fad"),
        CHAT.case("refusal", whole="7801d70916f24964b2a3"),
        CHAT.case("bad key", whole="97209e8c416b1c763205"),
        CHAT.case("no such model", whole="f0aca0496301b22994fd"),
        CHAT.case("rate limit", whole="ae112b03b4bde63c0ae1"),
        CHAT.case("error in the stream", streamed="865fa168556a8a13e849"),
    )
