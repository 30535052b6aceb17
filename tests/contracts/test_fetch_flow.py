"""The flow of a fetch by itself: names and hops that no test machine has, answered by hand."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from any_llm import FetchPolicy, UnsupportedFeature, plugin
from any_llm._fetch import fetch
from any_llm._steps import Chunk, Head, Lookup, Shut

PIXELS = b"\x89PNG not really"
PNG = {"content-type": "image/png"}
PUBLIC = FetchPolicy(schemes=("http", "https"))


class Hop(plugin.Reply):
    """An answer of a host that only exists here."""

    def __init__(self, status: int, headers: Mapping[str, str], body: bytes = b"") -> None:
        self.status, self.headers, self.body = status, headers, body

    def chunks(self):
        return iter([self.body])

    def close(self):
        self.body = b""


def walk(url: str, names: Mapping[str, list[str]], hops: list[Hop]) -> tuple[Any, list]:
    """Run the flow with these DNS answers and hosts: its result, and the requests it made."""
    flow, answer, sent = fetch(url, "p", "stand-in", PUBLIC, plugin.Timeout()), None, []
    while True:
        try:
            step = flow.send(answer)
        except StopIteration as stop:
            return stop.value, sent
        except UnsupportedFeature as error:
            return error, sent
        match step:
            case Lookup(host, _):
                answer = names[host]
            case Head(request=request):
                sent.append(request)
                answer = hops.pop(0)
            case Chunk(chunks):
                answer = next(chunks, None)
            case Shut(reply):
                answer = reply.close()


def test_the_request_goes_to_the_address_that_was_checked():
    names = {"pics.example": ["93.184.216.34", "2606:2800:220:1::1"]}
    found, sent = walk("https://pics.example:8443/a?b=c#d", names, [Hop(200, PNG, PIXELS)])
    assert found == plugin.Fetched(PIXELS, "image/png")
    (request,) = sent
    assert request.url == "https://93.184.216.34:8443/a?b=c"
    assert (request.headers["host"], request.sni) == ("pics.example:8443", "pics.example")


def test_a_name_in_any_script_is_sent_as_dns_has_it():
    names = {"xn--bcher-kva.example": ["2606:2800:220:1::1"]}
    found, (request,) = walk("https://Bücher.example/ü", names, [Hop(200, PNG, PIXELS)])
    assert found.content == PIXELS
    assert request.url.startswith("https://[2606:2800:220:1::1]/")
    assert (request.headers["host"], request.sni) == ("xn--bcher-kva.example",) * 2


@pytest.mark.parametrize("private", ["127.0.0.1", "::1", "169.254.169.254", "::ffff:10.0.0.1"])
def test_a_name_with_one_private_address_is_refused(private):
    found, sent = walk("https://mixed.example/", {"mixed.example": ["93.184.216.34", private]}, [])
    assert "has an address that is not public" in str(found)
    assert sent == []


@pytest.mark.parametrize(
    "target", ["http://127.0.0.1/", "http://[::1]/", "http://internal.example/", "//169.254.0.1/"]
)
def test_a_public_host_that_redirects_to_a_private_one_is_refused(target):
    names = {
        "pics.example": ["93.184.216.34"],
        "internal.example": ["10.1.2.3"],
        "127.0.0.1": ["127.0.0.1"],
        "::1": ["::1"],
        "169.254.0.1": ["169.254.0.1"],
    }
    found, sent = walk("https://pics.example/", names, [Hop(302, {"location": target})])
    assert "has an address that is not public" in str(found)
    assert len(sent) == 1


def test_a_redirect_drops_to_plain_http_only_where_the_policy_has_it():
    names = {"pics.example": ["93.184.216.34"]}
    strict = FetchPolicy()
    assert strict.schemes == ("https",)
    flow = fetch("http://pics.example/", "p", "stand-in", strict, plugin.Timeout())
    with pytest.raises(UnsupportedFeature, match="only https URLs"):
        next(flow)
    assert walk("http://pics.example/", names, [Hop(200, PNG, b"x")])[0].content == b"x"
