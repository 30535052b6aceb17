"""A dialect that needs the bytes behind a URL: off by default, bounded, without any credential."""

from __future__ import annotations

import base64
from dataclasses import replace

import pytest

from any_llm import APIConnectionError, APIError, FetchPolicy, UnsupportedFeature, plugin
from any_llm.testing import Answer, Received, ReplayServer
from tests.contracts.support import Plain, manager, plain_answer, row

PIXELS = b"\x89PNG not really"
PNG = {"content-type": "image/png"}
LOCAL = FetchPolicy(schemes=("http",), private_addresses=True)
PUBLIC = FetchPolicy(schemes=("http", "https"))
MODEL = "stand-in:m"


class Fetching(Plain):
    """Its wire takes images as base64 only."""

    def prepare(self, request, ctx):
        images = []
        for at, block in enumerate(request.messages[-1]["content"]):
            if block["type"] == "image":
                url, path = block["source"]["url"], f"messages[0].content[{at}].source.url"
                found = yield plugin.Cached(("image", url), lambda u=url, p=path: inline(u, p))
                images.append(found)
        body = {"say": " ".join(images), "stream": ctx.stream}
        return plugin.WireRequest(path="/say", json=body)


def inline(url: str, path: str) -> plugin.Step:
    found = yield plugin.Fetch(url, path)
    return f"{found.media_type};{base64.b64encode(found.content).decode()}"


INLINED = f"image/png;{base64.b64encode(PIXELS).decode()}"


def image(url: str) -> list[dict]:
    source = {"type": "url", "url": url}
    return [{"role": "user", "content": [{"type": "image", "source": source}]}]


class Site:
    """A site with pictures, and beside them the model's endpoint."""

    def __init__(self) -> None:
        self.pages = {"/a.png": Answer(body=PIXELS, headers=PNG)}
        self.server = ReplayServer(answer=self.answer)

    def answer(self, request: Received) -> Answer:
        if request.path == "/say":
            return plain_answer(request)
        return self.pages[request.path]

    @property
    def fetched(self) -> list[Received]:
        return [request for request in self.server.requests if request.method == "GET"]


@pytest.fixture
def site():
    one = Site()
    with one.server:
        one.plugins = manager(row(one.server, dialect=Fetching(), auth=plugin.ApiKey()))
        yield one


def client(colour, site, **options):
    options = {"fetch": LOCAL, "keys": {"stand-in": "k-4711"}, **options}
    return colour.client(site.plugins, **options)


def test_without_a_policy_nothing_is_fetched(colour, site):
    with pytest.raises(UnsupportedFeature, match="fetching is off; send the bytes as base64") as e:
        client(colour, site, fetch=None).messages(MODEL, image(site.server.url + "/a.png"), 9)
    assert e.value.path == "messages[0].content[0].source.url"
    assert e.value.provider == "stand-in"
    assert site.server.requests == []


def test_with_a_policy_it_is_inlined_once_for_the_client(colour, site):
    site.pages["/a.png"] = Answer(body=PIXELS, headers=PNG, head_delay=0.05)
    mine = client(colour, site)
    turns = image(site.server.url + "/a.png")
    answers = colour.at_once(10, mine, "messages", MODEL, turns, 9)
    assert {answer.text for answer in answers} == {INLINED}
    assert mine.messages(MODEL, turns, 9, stream=True).get_final_text() == INLINED
    assert len(site.fetched) == 1
    client(colour, site).messages(MODEL, turns, 9)  # another client keeps its own
    assert len(site.fetched) == 2


def test_no_credential_goes_with_it(colour, site):
    site.pages["/a.png"] = replace(
        site.pages["/a.png"], headers={**PNG, "set-cookie": "track=1; Path=/"}
    )
    site.pages["/b.png"] = site.pages["/a.png"]
    mine = client(
        colour,
        site,
        headers={"x-team": "blue"},
        provider_headers={"stand-in": {"x-tenant": "t"}},
    )
    for name in ("a", "b"):
        mine.messages(MODEL, image(f"{site.server.url}/{name}.png"), 9, extra_headers={"x-me": "1"})
    asked = site.server.requests[1]
    assert asked.headers["authorization"] == "Bearer k-4711"
    assert {"x-team", "x-tenant", "x-me"} <= asked.headers.keys()
    for request in site.fetched:
        assert request.headers.keys() <= {
            "host",
            "accept",
            "accept-encoding",
            "connection",
            "user-agent",
        }


@pytest.mark.parametrize("place", ["http_client", "http_clients"])
def test_nor_do_those_of_the_callers_http_client(colour, site, place):
    from any_llm.transport._library import load

    library = load()
    cls = library.AsyncClient if colour.is_async else library.Client
    own = cls(headers={"x-proxy-key": "s"}, cookies={"session": "s"}, auth=("user", "pass"))
    options = {place: own if place == "http_client" else {"stand-in": own}}
    mine = client(colour, site, **options)
    assert mine.messages(MODEL, image(site.server.url + "/a.png"), 9).text == INLINED
    (request,) = site.fetched
    assert not {"x-proxy-key", "cookie", "authorization"} & request.headers.keys()
    assert site.server.requests[-1].headers["x-proxy-key"] == "s"
    colour.portal.call(own.aclose) if colour.is_async else own.close()


def test_an_engine_in_the_process_fetches_over_http(colour, site):
    class Engine(plugin.Transport):
        def send(self, request, timeout):
            assert request.url == "echo://engine/say"
            return Said(plugin.loads(request.content)["say"])

    class Said(plugin.Reply):
        status, headers = 200, {"content-type": "application/json"}

        def __init__(self, text):
            self.text = text

        def chunks(self):
            yield plugin.dumps({"id": "m1", "said": self.text, "out": 1})

        def close(self):
            self.text = ""

    factory = plugin.TransportFactory(sync=Engine, in_threads=True)
    spec = row(site.server, dialect=Fetching(), base_url="echo://engine")
    mine = colour.client(manager(spec, transports={"echo": factory}), fetch=LOCAL)
    assert mine.messages(MODEL, image(site.server.url + "/a.png"), 9).text == INLINED


PRIVATE = [
    "http://127.0.0.1:{port}/a.png",
    "http://localhost:{port}/a.png",
    "http://127.1:{port}/a.png",
    "http://2130706433:{port}/a.png",
    "http://0x7f.0.0.1:{port}/a.png",
    "http://0.0.0.0:{port}/a.png",
    "http://[::1]:{port}/a.png",
    "http://[::ffff:127.0.0.1]:{port}/a.png",
    "http://[::ffff:7f00:1]:{port}/a.png",
    "http://[::]:{port}/a.png",
    "http://[fe80::1]/a.png",
    "http://[fd00::1]/a.png",
    "http://[64:ff9b::7f00:1]/a.png",
    "http://[2002:7f00:1::]/a.png",
    "http://169.254.169.254/latest/meta-data",
    "http://10.0.0.1/a.png",
    "http://172.16.0.1/a.png",
    "http://192.168.1.1/a.png",
    "http://100.64.0.1/a.png",
    "http://224.0.0.1/a.png",
    "http://255.255.255.255/a.png",
]


@pytest.mark.parametrize("url", PRIVATE)
def test_an_address_that_is_not_public_is_refused(site, url):
    """The checks are the flow's, whichever driver runs it: one colour, each address."""
    from any_llm import Client

    port = site.server.url.rpartition(":")[2]
    with (
        Client(plugins=site.plugins, env={}, keys={"stand-in": "k"}, fetch=PUBLIC) as mine,
        pytest.raises((UnsupportedFeature, APIConnectionError)) as caught,
    ):
        mine.messages(MODEL, image(url.format(port=port)), 9)
    if isinstance(caught.value, UnsupportedFeature):
        assert "has an address that is not public" in str(caught.value)
    else:  # this machine's resolver does not know such a spelling at all
        assert "cannot resolve" in str(caught.value)
    assert site.server.connections == 0


BAD_URLS = {
    "file:///etc/passwd": "only http URLs are fetched",
    "ftp://127.0.0.1/a.png": "only http URLs are fetched",
    "https://127.0.0.1/a.png": "only http URLs are fetched",
    "//127.0.0.1/a.png": "only http URLs are fetched",
    "data:image/png;base64,AAAA": "only http URLs are fetched",
    "http://": "only http URLs are fetched",
    "http://user:pass@127.0.0.1/a.png": "a URL with credentials",
    "http://key@127.0.0.1/a.png": "a URL with credentials",
    "http://127.0.0.1:99999/a.png": "not a URL",
    "http://[::1/a.png": "not a URL",
    "http://" + "a" * 70 + ".example/a.png": "not a URL",
    "http://a..b/a.png": "not a URL",
    "http://a\x00b/a.png": "cannot resolve",
}


@pytest.mark.parametrize("url", BAD_URLS, ids=range(len(BAD_URLS)))
@pytest.mark.parametrize("colour", ["sync", "asyncio"], indirect=True)
def test_a_url_that_cannot_be_fetched_is_a_typed_error(colour, site, url):
    with pytest.raises((UnsupportedFeature, APIConnectionError), match=BAD_URLS[url]) as caught:
        client(colour, site).messages(MODEL, image(url), 9)
    assert str(caught.value).startswith("stand-in: ")
    assert "pass" not in str(caught.value)
    assert site.server.connections == 0


def to(location: str) -> Answer:
    return Answer(status=302, headers={"location": location})


def test_redirects_are_followed_to_a_point(colour, site):
    site.pages |= {"/1": to("/2"), "/2": to("a.png"), "/loop": to("/loop")}
    mine = client(colour, site)
    assert mine.messages(MODEL, image(site.server.url + "/1"), 9).text == INLINED
    with pytest.raises(UnsupportedFeature, match="redirects more than 3 times"):
        mine.messages(MODEL, image(site.server.url + "/loop"), 9)
    assert [request.path for request in site.fetched] == ["/1", "/2", "/a.png", *["/loop"] * 4]


REDIRECTS = {
    "http://localhost/x": "host 'localhost' is not among those",
    "file:///etc/passwd": "only http URLs",
    "http://u:p@127.0.0.1/": "a URL with credentials",
    "http://[": "not a URL",
    "http://127.0.0.1:99999/": "not a URL",
}


@pytest.mark.parametrize("location", REDIRECTS)
@pytest.mark.parametrize("colour", ["sync", "asyncio"], indirect=True)
def test_each_hop_is_checked(colour, site, location):
    site.pages["/r"] = to(location)
    only = replace(LOCAL, hosts=("127.0.0.1",))
    with pytest.raises(UnsupportedFeature, match=REDIRECTS[location]):
        client(colour, site, fetch=only).messages(MODEL, image(site.server.url + "/r"), 9)
    assert len(site.server.requests) == 1


SMALL = replace(LOCAL, max_bytes=100)
BODIES = {
    "by its length": (Answer(body=b"x" * 101, headers=PNG), "more than 100 bytes"),
    "while it streams": (
        Answer(body=b"x" * 50 * 100, headers=PNG, pieces=[50], end="hang"),
        "more than 100 bytes",
    ),
    "a lie of a length": (
        Answer(body=b"x", headers={**PNG, "content-length": "99999999"}, end="hang"),
        "more than 100 bytes",
    ),
    "html": (Answer(body=b"x", headers={"content-type": "text/html; a=b"}), "holds text/html"),
    "no type": (Answer(body=b"x", headers={}), "something unnamed"),
    "404": (Answer(body=b"x", headers=PNG, status=404), "the URL answered 404"),
    "204": (Answer(headers=PNG, status=206), "the URL answered 206"),
    "packed": (Answer(body=b"x", headers={**PNG, "content-encoding": "gzip"}), "is compressed"),
    "no target": (Answer(status=302), "the URL answered 302"),
}


@pytest.mark.parametrize("case", BODIES)
@pytest.mark.parametrize("colour", ["sync", "asyncio"], indirect=True)
def test_what_the_url_may_hold_is_bounded(colour, site, case):
    site.pages["/x"], words = BODIES[case]
    mine = client(colour, site, fetch=SMALL)
    with pytest.raises(UnsupportedFeature, match=words):
        mine.messages(MODEL, image(site.server.url + "/x"), 9)
    assert site.fetched[0].headers["accept-encoding"] == "identity"
    assert len(site.server.requests) == 1
    mine.close()
    assert site.server.wait_closed()


def test_a_failed_fetch_is_not_kept(colour, site):
    good, site.pages["/a.png"] = site.pages["/a.png"], Answer(status=500)
    mine = client(colour, site)
    with pytest.raises(UnsupportedFeature, match="answered 500"):
        mine.messages(MODEL, image(site.server.url + "/a.png"), 9)
    site.pages["/a.png"] = good
    assert mine.messages(MODEL, image(site.server.url + "/a.png"), 9).text == INLINED


@pytest.mark.parametrize("end", ["cut", "reset"])
def test_a_broken_connection_is_a_typed_error(colour, site, end):
    site.pages["/a.png"] = Answer(body=PIXELS, headers=PNG, pieces=[3], end=end, after=6)
    with pytest.raises(APIError) as caught:
        client(colour, site).messages(MODEL, image(site.server.url + "/a.png"), 9)
    assert str(caught.value).startswith("stand-in: ")
