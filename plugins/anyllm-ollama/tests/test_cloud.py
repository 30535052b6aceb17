"""ollama.com is called over TLS alone: what leaves this machine, as a proxy in the way sees it."""

from __future__ import annotations

import pytest

from any_llm import Client, MissingCredentials, UnsupportedFeature, errors
from tests.support.raw import RawServer, read_head

KEY = "ollama-key-4711"
KEYS = [{}, {"api_key": KEY}]
HOSTS = ("ollama.com", "OLLAMA.COM", "http://ollama.com", "http://Ollama.com:80/")
BASES = ("http://ollama.com", "http://OLLAMA.com:80", "http://a.ollama.com")


class Refusing(RawServer):
    """A proxy that goes nowhere; `heads` is what it was asked for."""

    def __init__(self):
        super().__init__(self._refuse)
        self.heads = []

    def _refuse(self, connection):
        self.heads.append(read_head(connection).decode())
        connection.sendall(b"HTTP/1.1 502 Nowhere\r\ncontent-length: 0\r\n\r\n")


@pytest.fixture
def proxy():
    with Refusing() as server:
        yield server


@pytest.fixture
def reach(plugins, proxy):
    """Ask for an answer and for the models, through the proxy; the errors of both."""

    def ask(provider, host="", **options):
        env = {"OLLAMA_HOST": host, "OLLAMA_API_KEY": KEY}
        with Client(plugins=plugins, env=env, proxy=proxy.url, max_retries=0) as client:
            with pytest.raises(errors.AnyLLMError) as one:
                client.messages(f"{provider}:m", [{"role": "user", "content": "hi"}], 9, **options)
            with pytest.raises(errors.AnyLLMError) as other:
                client.models.list(provider, **options)
        return one.value, other.value

    return ask


@pytest.mark.parametrize("host", [*HOSTS, "ollama.com:11434", "https://ollama.com"])
@pytest.mark.parametrize("provider", ["ollama", "ollama-cloud"])
@pytest.mark.parametrize("key", KEYS)
def test_a_wish_for_a_tunnel_and_nothing_in_the_clear(proxy, reach, host, provider, key):
    for error in reach(provider, host, **key):
        assert isinstance(error, errors.APIConnectionError)
    assert len(proxy.heads) == 2
    assert all(head.startswith("CONNECT ollama.com:443 ") for head in proxy.heads)
    assert KEY not in "".join(proxy.heads)


@pytest.mark.parametrize("base", BASES)
@pytest.mark.parametrize("provider", ["ollama", "ollama-cloud"])
def test_a_plain_address_is_refused_even_with_a_key_that_was_passed(proxy, reach, base, provider):
    for error in reach(provider, api_base=base, api_key=KEY):
        assert isinstance(error, UnsupportedFeature)
        assert "TLS only" in str(error)
    assert proxy.heads == []


@pytest.mark.parametrize("base", BASES)
@pytest.mark.parametrize(
    ("provider", "kind"), [("ollama", UnsupportedFeature), ("ollama-cloud", MissingCredentials)]
)
def test_a_key_of_the_environment_is_not_even_looked_at(proxy, reach, base, provider, kind):
    assert {type(error) for error in reach(provider, api_base=base)} == {kind}
    assert proxy.heads == []
