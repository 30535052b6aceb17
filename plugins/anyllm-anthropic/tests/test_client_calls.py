"""Whole calls over the loopback: headers, credentials, addresses, errors, operations."""

from __future__ import annotations

import pytest

import any_llm
from any_llm import AsyncClient, Client, ConfigurationError, MissingCredentials
from any_llm.plugin import UnsupportedFeature
from any_llm.testing import Answer, ReplayServer
from anyllm_anthropic.rows import ROWS
from tests.support.anthropic_client import HELLO, KEY, SPECS, options, plugins
from tests.support.messages_replies import sse
from tests.support.wire import QUESTION, events, fault, message

MODEL = "anthropic:claude-x"
TOKEN = "sk-ant-token-0123456789"


def asked(answer=None, **client):
    """The one request that a call makes."""
    with ReplayServer(answer or Answer.of(message())) as server:
        with Client(**options(server, **client)) as found:
            found.messages(MODEL, **HELLO)
        [request] = server.requests
    return request


# --- credentials -----------------------------------------------------------------------------


def test_a_key_that_is_passed_is_an_x_api_key():
    request = asked()
    assert request.headers["x-api-key"] == KEY
    assert "authorization" not in request.headers
    assert (request.method, request.path) == ("POST", "/v1/messages")


@pytest.mark.parametrize(
    ("env", "header", "value"),
    [
        ({"ANTHROPIC_API_KEY": KEY}, "x-api-key", KEY),
        ({"ANTHROPIC_AUTH_TOKEN": TOKEN}, "authorization", f"Bearer {TOKEN}"),
        ({"ANTHROPIC_API_KEY": KEY, "ANTHROPIC_AUTH_TOKEN": TOKEN}, "x-api-key", KEY),
        (
            {"ANTHROPIC_API_KEY": "", "ANTHROPIC_AUTH_TOKEN": TOKEN},
            "authorization",
            f"Bearer {TOKEN}",
        ),
    ],
)
def test_where_the_key_came_from_decides_its_header(env, header, value):
    request = asked(env=env, keys={})
    found = {name: request.headers.get(name) for name in ("x-api-key", "authorization")}
    assert found.pop(header) == value
    assert list(found.values()) == [None]


@pytest.mark.parametrize(
    ("way", "header"), [("bearer", "authorization"), ("x-api-key", "x-api-key")]
)
def test_the_header_can_be_named(way, header):
    request = asked(settings={"anthropic": {"auth": way}})
    assert request.headers[header].endswith(KEY)
    assert len(request.headers.keys() & {"authorization", "x-api-key"}) == 1


def test_another_way_is_an_error():
    with pytest.raises(ConfigurationError, match="setting auth: must be x-api-key or bearer"):
        asked(settings={"anthropic": {"auth": "basic"}})


def test_no_key_is_an_error():
    with pytest.raises(MissingCredentials, match="ANTHROPIC_API_KEY or ANTHROPIC_AUTH_TOKEN"):
        asked(keys={})


def test_the_address_comes_from_the_environment():
    with ReplayServer(Answer.of(message())) as server:
        env = {"ANTHROPIC_BASE_URL": f"{server.url}/gateway/", "ANTHROPIC_API_KEY": KEY}
        with Client(plugins=plugins(), env=env) as client:
            client.messages(MODEL, **HELLO)
        assert server.requests[0].path == "/gateway/v1/messages"
        assert server.requests[0].headers["x-api-key"] == KEY


HEADERS = {"deepseek-messages": "x-api-key"}


@pytest.mark.parametrize("id", SPECS)
def test_every_row_answers_with_its_own_key_in_its_own_header(id):
    spec = SPECS[id]
    if spec.auth.hosts:
        return  # see test_ollamas_key_stays_at_home
    env = dict.fromkeys(spec.auth.env[:1], "key-of-this-row")
    others = {name: "key of another" for s in SPECS.values() for name in s.auth.env}
    with ReplayServer(Answer.of(message()), Answer.sse(sse(*events()))) as server:
        with Client(plugins=plugins(), env={**others, **env}, api_base={id: server.url}) as client:
            whole = client.messages("m", provider=id, **HELLO)
            streamed = client.messages("m", provider=id, stream=True, **HELLO).get_final_message()
        header = HEADERS.get(id, "x-api-key" if id == "anthropic" else "authorization")
        for request in server.requests:
            assert request.path == "/v1/messages"
            assert request.headers[header].removeprefix("Bearer ") == "key-of-this-row"
            assert len(request.headers.keys() & {"authorization", "x-api-key"}) == 1
    assert whole.text == streamed.text == "Hello there"


def test_ollamas_key_stays_at_home():
    env = {"OLLAMA_API_KEY": "key-of-the-cloud"}
    with ReplayServer(Answer.of(message())) as server:
        with Client(plugins=plugins(), env=env) as client:
            client.messages("m", provider="ollama-messages", api_base=server.url, **HELLO)
        assert "authorization" not in server.requests[0].headers


def test_rows_name_their_sources():
    for row in ROWS:
        assert row.spec.docs.startswith("https://")
        assert row.spec.checked
        assert all(row.facts)


# --- headers and fields ----------------------------------------------------------------------


def test_betas_and_fields_that_travel_as_headers():
    with ReplayServer(Answer.of(message())) as server, Client(**options(server)) as client:
        client.messages(
            MODEL,
            **HELLO,
            betas=["a-2026-01-01", "b-2026-01-01"],
            user_profile_id="up_1",
            workspace_id="ws_1",
            brand_new={"x": None},
            on_loss="ignore",
        )
        [request] = server.requests
    assert request.headers["anthropic-beta"] == "a-2026-01-01,b-2026-01-01"
    assert request.headers["anthropic-user-profile-id"] == "up_1"
    assert request.headers["anthropic-workspace-id"] == "ws_1"
    assert request.headers["anthropic-version"] == "2026-10-21"
    assert request.json == {"model": "claude-x", **HELLO, "brand_new": {"x": None}}


def test_the_version_is_an_option_of_the_call_and_of_the_client():
    with ReplayServer(Answer.of(message())) as server:
        with Client(**options(server)) as client:
            client.messages(MODEL, **HELLO, api_version="2023-06-01")
        with Client(
            **options(server), quirks={"anthropic": {"api_version": "2030-01-01"}}
        ) as client:
            client.messages(MODEL, **HELLO)
        got = [request.headers["anthropic-version"] for request in server.requests]
    assert got == ["2023-06-01", "2030-01-01"]


# --- operations ------------------------------------------------------------------------------

INFO = {
    "id": "claude-x",
    "type": "model",
    "display_name": "Claude X",
    "created_at": "2026-01-01T00:00:00Z",
    "lifecycle": "active",
    "max_input_tokens": 200000,
    "max_tokens": 64000,
    "capabilities": {"thinking": {"supported": True, "types": {"adaptive": {"supported": True}}}},
}
PAGES = (
    {"data": [INFO], "has_more": True, "first_id": "claude-x", "last_id": "claude-x"},
    {"data": [{**INFO, "id": "claude-y"}], "has_more": False, "last_id": "claude-y"},
)


def operations(client):
    """What both colours ask, as generators of what they return."""
    fields = {"temperature": 0.5, "top_k": 1, "stop_sequences": ["x"], "system": "s"}
    yield client.count_tokens("anthropic:claude-sonnet-4-5", **HELLO, **fields)
    yield client.models.list("anthropic")
    yield client.models.retrieve("anthropic:claude-alias")


def checked(server, count, listed, one):
    assert count.input_tokens == 7
    assert [info.id for info in listed] == ["claude-x", "claude-y"]
    assert one.id == "claude-y"
    assert listed[0].model_dump(mode="json") == INFO
    counted, first, second, named = server.requests
    assert (named.method, named.path) == ("GET", "/v1/models/claude-alias")
    assert (counted.method, counted.path) == ("POST", "/v1/messages/count_tokens")
    assert counted.json == {"model": "claude-sonnet-4-5", "messages": QUESTION, "system": "s"}
    assert counted.headers["anthropic-version"] == "2026-10-21"
    assert (first.method, first.path) == ("GET", "/v1/models?limit=1000")
    assert second.path == "/v1/models?limit=1000&after_id=claude-x"
    assert {r.headers["x-api-key"] for r in server.requests} == {KEY}


def answers():
    pages = [Answer.of(page) for page in PAGES]
    return Answer.of({"input_tokens": 7}), *pages, Answer.of(PAGES[1]["data"][0])


def test_operations():
    with ReplayServer(*answers()) as server, Client(**options(server)) as client:
        checked(server, *operations(client))


@pytest.mark.parametrize("backend", ["asyncio", "trio"])
def test_operations_in_an_event_loop(backend):
    import anyio

    async def main():
        with ReplayServer(*answers()) as server:
            async with AsyncClient(**options(server)) as client:
                checked(server, *[await each for each in operations(client)])

    anyio.run(main, backend=backend)


def test_a_model_that_is_not_there():
    gone = Answer.of(fault("not_found_error", "model: a/b"), status=404)
    with ReplayServer(gone) as server, Client(**options(server)) as client:
        with pytest.raises(any_llm.NotFoundError, match="model: a/b"):
            client.models.retrieve("a/b", provider="anthropic")
        assert server.requests[0].path == "/v1/models/a%2Fb"


def test_a_model_of_an_endpoint_that_only_lists():
    with ReplayServer(Answer.of({"data": [{"id": "m", "object": "model"}]})) as server:
        with Client(**options(server)) as client:
            assert client.models.retrieve("lmstudio-messages:m").id == "m"
        assert server.requests[0].path == "/v1/models?limit=1000"


def test_an_endpoint_that_lacks_an_operation_says_so():
    with Client(**options()) as client:
        for provider in ("deepseek-messages", "ollama-messages"):
            with pytest.raises(UnsupportedFeature, match=f"{provider}: count_tokens: "):
                client.count_tokens("m", provider=provider, api_key="k", **HELLO)
        with pytest.raises(UnsupportedFeature, match="minimax-messages: models: "):
            client.models.list("minimax-messages", api_key="k")


# --- errors ----------------------------------------------------------------------------------


def refused(*replies, **more):
    with ReplayServer(*replies) as server, Client(**options(server, **more)) as client:
        with pytest.raises(any_llm.APIStatusError) as caught:
            client.messages(MODEL, **HELLO)
        return caught.value, len(server.requests)


# By hand: the recordings hold no 429 and no 529.
KINDS = {
    429: ("rate_limit_error", any_llm.RateLimitError),
    529: ("overloaded_error", any_llm.OverloadedError),
    504: ("timeout_error", any_llm.GatewayTimeoutError),
    500: ("api_error", any_llm.InternalServerError),
    413: ("request_too_large", any_llm.RequestTooLargeError),
    402: ("billing_error", any_llm.PaymentRequiredError),
    403: ("permission_error", any_llm.PermissionDeniedError),
}


@pytest.mark.parametrize("status", KINDS)
def test_errors_by_hand(status):
    kind, cls = KINDS[status]
    body = {**fault(kind, "why", details={"error_code": "some_code"}), "request_id": "req_1"}
    headers = {"content-type": "application/json", "retry-after": "3"}
    error, _ = refused(Answer.of(body, status=status, headers=headers))
    assert type(error) is cls
    assert (error.status, error.type, error.code) == (status, kind, "some_code")
    assert (error.request_id, error.retry_after) == ("req_1", 3.0)
    assert error.body == body
    assert "why" in str(error)


def test_a_spent_budget_is_not_asked_again():
    spent = fault(
        "rate_limit_error", "limit", details={"error_code": "enforced_spend_limit_reached"}
    )
    error, asked_times = refused(Answer.of(spent, status=429), max_retries=2)
    assert (asked_times, error.code) == (1, "enforced_spend_limit_reached")
    told = {"content-type": "application/json", "x-should-retry": "true", "retry-after-ms": "1"}
    _, asked_times = refused(Answer.of(spent, status=429, headers=told), max_retries=2)
    assert asked_times == 3


def test_an_error_that_comes_first_in_a_stream_is_raised_by_the_call_and_retried():
    """Museum: early-error-in-200-stream."""
    overloaded = Answer.sse(sse({**fault(), "request_id": "req_2"}))
    with ReplayServer(overloaded, Answer.sse(sse(*events()))) as server:
        with Client(**options(server, max_retries=1)) as client:
            stream = client.messages(MODEL, **HELLO, stream=True)
            assert stream.get_final_message().text == "Hello there"
        assert len(server.requests) == 2
    with (
        ReplayServer(overloaded) as server,
        Client(**options(server)) as client,
        pytest.raises(any_llm.OverloadedError) as caught,
    ):
        client.messages(MODEL, **HELLO, stream=True)
    assert (caught.value.status, caught.value.request_id) == (529, "req_2")


def test_an_error_in_the_middle_of_a_stream_comes_out_of_the_iteration():
    body = sse(*events()[:3], fault("api_error", "broken", details={"error_code": "c"}))
    with ReplayServer(Answer.sse(body)) as server, Client(**options(server)) as client:
        stream = client.messages(MODEL, **HELLO, stream=True)
        with pytest.raises(any_llm.InternalServerError, match="broken") as caught:
            list(stream)
    assert (caught.value.type, caught.value.code) == ("api_error", "c")
