"""OLLAMA_HOST: the cases of Ollama's own tests (envconfig/config_test.go), as a URL to call."""

from __future__ import annotations

import pytest

from anyllm_ollama.host import host_url

# Go's Host() and ConnectableHost(); an empty host is this machine, as Go dials it.
GO = {
    "": "http://127.0.0.1:11434",
    "1.2.3.4": "http://1.2.3.4:11434",
    ":1234": "http://127.0.0.1:1234",
    "1.2.3.4:1234": "http://1.2.3.4:1234",
    "example.com": "http://example.com:11434",
    "example.com:1234": "http://example.com:1234",
    ":0": "http://127.0.0.1:0",
    ":66000": "http://127.0.0.1:11434",
    ":-1": "http://127.0.0.1:11434",
    "[::1]": "http://[::1]:11434",
    "[::]": "http://[::1]:11434",
    "::1": "http://[::1]:11434",
    "[::1]:1337": "http://[::1]:1337",
    " 1.2.3.4 ": "http://1.2.3.4:11434",
    '"1.2.3.4"': "http://1.2.3.4:11434",
    ' " 1.2.3.4 " ': "http://1.2.3.4:11434",
    "'1.2.3.4'": "http://1.2.3.4:11434",
    "http://1.2.3.4": "http://1.2.3.4:80",
    "http://1.2.3.4:4321": "http://1.2.3.4:4321",
    "https://1.2.3.4": "https://1.2.3.4:443",
    "https://1.2.3.4:4321": "https://1.2.3.4:4321",
    "https://example.com/ollama": "https://example.com:443/ollama",
    "ollama.com": "https://ollama.com:443",
    "127.0.0.1": "http://127.0.0.1:11434",
    "127.0.0.1:1234": "http://127.0.0.1:1234",
    "0.0.0.0": "http://127.0.0.1:11434",  # noqa: S104  # a value to be read, bound by nobody
    "0.0.0.0:1234": "http://127.0.0.1:1234",
    "[::]:1234": "http://[::1]:1234",
    "192.168.1.5": "http://192.168.1.5:11434",
    "192.168.1.5:8080": "http://192.168.1.5:8080",
    "https://0.0.0.0:4321": "https://127.0.0.1:4321",
}
MORE = {
    "  ": "http://127.0.0.1:11434",
    "http://": "http://127.0.0.1:80",
    "http://localhost:11434/": "http://localhost:11434",
    "https://example.com:8443/a/b/": "https://example.com:8443/a/b",
    "localhost:port": "http://localhost:11434",
    "fe80::1": "http://[fe80::1]:11434",
    "HTTPS://example.com": "https://example.com:443",
    "http://ollama.com": "https://ollama.com:443",  # a key goes there
    "ollama.com:11434": "https://ollama.com:443",
    "ollama.com:8443": "https://ollama.com:8443",
    "http://[::1]:80/x": "http://[::1]:80/x",
    "http://[::1": "http://[::1]:80",  # as Go reads it
}


@pytest.mark.parametrize("value", GO)
def test_the_cases_of_go(value):
    assert host_url(value) == GO[value]


@pytest.mark.parametrize("value", MORE)
def test_more_cases(value):
    assert host_url(value) == MORE[value]


@pytest.mark.parametrize(
    ("value", "says"),
    [
        ("http://user:secret@host", "no credentials"),
        ("user:secret@host", "no credentials"),
        ("unix:///run/ollama.sock", "http"),
        ("ftp://host", "ftp"),
        ("http://a b[", "no address"),
    ],
)
def test_what_is_no_address_is_an_error_that_holds_no_secret(value, says):
    with pytest.raises(ValueError, match=says) as failed:
        host_url(value)
    assert "secret" not in str(failed.value)
