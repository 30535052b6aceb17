"""OLLAMA_HOST: the cases of Ollama's own tests (envconfig/config_test.go), as a URL to call.

Its Python client is a second judge: where it takes a form, the same place is called.
"""

from __future__ import annotations

import doctest
import ipaddress
from contextlib import suppress
from urllib.parse import urlsplit

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
    "OLLAMA.com": "https://ollama.com:443",
    "http://Ollama.Com:80": "https://ollama.com:443",
    "//path": "http://127.0.0.1:11434/path",
    "host//path//": "http://host:11434/path",
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
        ("http://a b", "no address"),
        ("host:1:2", "no address"),
        ("http://host/a?b=secret", "no address"),
        ("http://host#secret", "no address"),
    ],
)
def test_what_is_no_address_is_an_error_that_holds_no_secret(value, says):
    with pytest.raises(ValueError, match=says) as failed:
        host_url(value)
    assert "secret" not in str(failed.value)


# --- ollama's own Python client, version 0.6 -----------------------------------------------------

SCHEMES = ("", "http://", "https://")
HOSTS = (
    *("", "1.2.3.4", "127.0.0.1", "localhost", "LOCALHOST", "example.com", "Example.COM", "a_b"),
    *("xn--bcher-kva.example", "[::1]", "[0001:002:003:0004::1]", "[fe80::1%eth0]"),
    *("[fe80::1%25eth0]", "api.ollama.com"),
)
PORTS = ("", ":", ":1", ":80", ":443", ":00080", ":11434", ":56789", ":65535")
PATHS = ("", "/", "/path", "/path/", "/a/b", "//path", "/v1", "/%20x")


def parse_host():
    """Their function; the module has the name of a client object in its package."""
    return pytest.importorskip("ollama._client")._parse_host


def place(url):
    """What a URL calls: one address has several spellings."""
    parts = urlsplit(url)
    host = parts.hostname
    with suppress(ValueError):
        host = str(ipaddress.ip_address(host))
    return parts.scheme, host, parts.port, parts.path


def test_the_examples_of_their_own_documentation():
    examples = doctest.DocTestParser().get_examples(parse_host().__doc__)
    assert len(examples) > 20
    for example in examples:
        value = eval(example.source.partition("(")[2].rpartition(")")[0])  # noqa: S307  # text
        wanted = eval(example.want)  # noqa: S307  # text
        assert place(host_url(value or "")) == place(wanted), value


@pytest.mark.parametrize("host", HOSTS)
@pytest.mark.parametrize("scheme", SCHEMES)
def test_every_form_that_their_client_takes(scheme, host):
    for port in PORTS:
        for path in PATHS:
            value = f"{scheme}{host}{port}{path}"
            odd = not scheme and "://" in value  # "host:" and "//path" make it one
            if value not in DIFFERENT and not odd:
                assert place(host_url(value)) == place(parse_host()(value)), value


# Theirs takes the scheme for a host; the rest of this list is where Go's rules are followed, which
# the server and the command line obey too.
DIFFERENT = {
    "http://": "http://127.0.0.1:80",
    "https://": "https://127.0.0.1:443",
    "HTTP://host": "http://host:80",
    "host:0": "http://host:0",
    "host:port": "http://host:11434",
    "host:66000": "http://host:11434",
    "host:-1": "http://host:11434",
    "::1": "http://[::1]:11434",
    "fe80::1": "http://[fe80::1]:11434",
    "'host'": "http://host:11434",
    "  host ": "http://host:11434",
    "0.0.0.0": "http://127.0.0.1:11434",  # noqa: S104  # a value to be read, bound by nobody
    "[::]:1": "http://[::1]:1",
    "ollama.com": "https://ollama.com:443",
    "http://ollama.com": "https://ollama.com:443",
}


@pytest.mark.parametrize("value", DIFFERENT)
def test_where_theirs_is_not_followed(value):
    try:
        theirs = place(parse_host()(value))
    except ValueError:
        theirs = None
    assert place(host_url(value)) == place(DIFFERENT[value]) != theirs
