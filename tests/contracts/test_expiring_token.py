"""An Auth with short-lived tokens: OAuth's client-credentials grant."""

from __future__ import annotations

import json
import logging
import threading
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from urllib.parse import parse_qs, urlencode

import pytest
from pydantic import SecretStr

from any_llm import (
    APIConnectionError,
    AuthenticationError,
    BadReply,
    InternalServerError,
    PluginManager,
    plugin,
)
from any_llm.testing import Answer, Received, ReplayServer
from any_llm.testing.kit.secrets import holds
from tests.contracts.support import HELLO, manager, plain_answer, row

SECRET = "client-secret-4711"
MODEL = "stand-in:m"
KEYS = {"keys": {"stand-in": SECRET}}


@dataclass(frozen=True, slots=True, kw_only=True)
class ClientCredentials(plugin.Auth):
    env: tuple[str, ...] = ()
    required: bool = True
    hosts: tuple[str, ...] = ()

    def flow(self, request: plugin.HTTPRequest, ctx: plugin.AuthContext) -> plugin.AuthFlow:
        assert ctx.credential is not None
        form = {"grant_type": "client_credentials", "secret": ctx.credential.get_secret_value()}
        ask = plugin.HTTPRequest(
            method="POST",
            url=ctx.settings["token_url"] + "?" + urlencode({"tenant": "blue"}),
            headers={"content-type": "application/x-www-form-urlencoded"},
            content=urlencode(form).encode(),
        )

        def read(reply: plugin.WireReply) -> plugin.Token:
            said = reply.json
            ends = ctx.now + timedelta(seconds=said["expires_in"])
            return plugin.Token(SecretStr(said["access_token"]), ends)

        token = yield plugin.GetToken(key="access", request=ask, read=read)
        return request.with_headers({"authorization": "Bearer " + token.value.get_secret_value()})


class Issuer:
    """A token endpoint and the model behind it, on one server."""

    def __init__(self) -> None:
        self.lives = 3600
        self.revoked: set[str] = set()
        self.refusal: Answer | None = None
        self.hold: list[threading.Event] = []
        self.issued: list[str] = []
        self.on_success: Callable[[], object] = lambda: None
        self.plugins: PluginManager
        self.server = ReplayServer(answer=self.answer)

    def answer(self, request: Received) -> Answer:
        if request.path != "/token?tenant=blue":
            return self._say(request)
        assert "authorization" not in request.headers
        if self.refusal is not None:
            return self.refusal
        secret = parse_qs(request.body.decode())["secret"][0]
        secret = str(len(secret)) if "\n" in secret else secret
        token = f"tok-{len(self.issued)}-for-{secret}"
        self.issued.append(token)
        said = {"access_token": token, "expires_in": self.lives}
        return Answer.of(said, head_delay=0.05)  # so that the others have to wait

    def _say(self, request: Received) -> Answer:
        token = request.headers["authorization"].removeprefix("Bearer ")
        if token not in self.issued or token in self.revoked:
            if self.hold:
                self.hold.pop().wait(5)
            # Some gateways repeat what they were given.
            said = {"error": {"message": f"bad token {token} of {SECRET}"}}
            return Answer.of(said, status=401)
        self.on_success()
        return plain_answer(request)

    @property
    def calls(self) -> int:
        return len([r for r in self.server.requests if r.path == "/say"])


@pytest.fixture
def issuer():
    one = Issuer()
    setting = plugin.Setting(name="token_url")
    one.plugins = manager(row(one.server, auth=ClientCredentials(), settings=[setting]))
    with one.server:
        yield one


def options(issuer: Issuer, **more) -> dict:
    return {**KEYS, "settings": {"stand-in": {"token_url": issuer.server.url + "/token"}}, **more}


def test_a_token_is_kept_for_its_client_and_credential(colour, issuer):
    client = colour.client(issuer.plugins, **options(issuer))
    for _ in range(3):
        assert client.messages(MODEL, HELLO, 9).text == "hello"
    assert client.messages(MODEL, HELLO, 9, stream=True).get_final_text() == "hello"
    assert issuer.issued == [f"tok-0-for-{SECRET}"]

    client.messages(MODEL, HELLO, 9, api_key="other")
    assert issuer.issued[1:] == ["tok-1-for-other"]

    colour.client(issuer.plugins, **options(issuer)).messages(MODEL, HELLO, 9)
    assert issuer.issued[2:] == [f"tok-2-for-{SECRET}"]


def test_a_credential_may_be_a_document_with_lines(colour, issuer):
    client = colour.client(issuer.plugins, **options(issuer))
    document = '{"type": "service_account",\n"private_key": "schlüssel"}'
    assert client.messages(MODEL, HELLO, 9, api_key=document).text == "hello"
    assert issuer.issued == [f"tok-0-for-{len(document)}"]


def test_twenty_waiting_calls_fetch_one_token(colour, issuer):
    client = colour.client(issuer.plugins, **options(issuer))
    answers = colour.at_once(20, client, "messages", MODEL, HELLO, 9)
    assert [answer.text for answer in answers] == ["hello"] * 20
    assert len(issuer.issued) == 1


def test_a_token_about_to_end_is_fetched_anew(colour, issuer):
    client = colour.client(issuer.plugins, **options(issuer))
    issuer.lives = 5
    client.messages(MODEL, HELLO, 9)
    issuer.lives = 3600
    client.messages(MODEL, HELLO, 9)
    client.messages(MODEL, HELLO, 9)
    assert len(issuer.issued) == 2


def test_a_revoked_token_is_refreshed_once_however_many_calls_meet_it(colour, issuer):
    client = colour.client(issuer.plugins, **options(issuer))
    client.messages(MODEL, HELLO, 9)
    issuer.revoked = set(issuer.issued)
    answers = colour.at_once(20, client, "messages", MODEL, HELLO, 9)
    assert [answer.text for answer in answers] == ["hello"] * 20
    assert len(issuer.issued) == 2


def test_a_late_refusal_of_the_old_token_does_not_drop_the_new_one(colour, issuer):
    client = colour.client(issuer.plugins, **options(issuer))
    client.messages(MODEL, HELLO, 9)
    issuer.revoked = set(issuer.issued)
    renewed = threading.Event()
    issuer.hold = [renewed]  # the first refusal comes when another call has used the new token
    issuer.on_success = renewed.set
    answers = colour.at_once(2, client, "messages", MODEL, HELLO, 9)
    assert [answer.text for answer in answers] == ["hello"] * 2
    assert renewed.is_set()
    assert len(issuer.issued) == 2


@pytest.mark.parametrize("stream", [False, True], ids=["whole", "stream"])
def test_a_fresh_token_refused_is_the_error(colour, issuer, stream):
    client = colour.client(issuer.plugins, **options(issuer), max_retries=3)
    issuer.revoked = {f"tok-{number}-for-{SECRET}" for number in range(9)}
    with pytest.raises(AuthenticationError) as caught:
        client.messages(MODEL, HELLO, 9, stream=stream)
    assert (len(issuer.issued), issuer.calls) == (2, 2)
    assert caught.value.status == 401
    assert caught.value.provider == "stand-in"


FAULTS = [
    (Answer.of({"error": "invalid_client"}, status=401), AuthenticationError),
    (Answer(body=b"<html>", status=502), InternalServerError),
    (Answer(body=b"<html>"), BadReply),
    (Answer.of({"token": "?"}), BadReply),
    (Answer.of({"access_token": "t", "expires_in": "soon"}), BadReply),
    (Answer.of({"access_token": 7, "expires_in": 60}), BadReply),
    (Answer.of({"access_token": "a\nb", "expires_in": 60}), BadReply),
    (Answer(body=b"", end="reset", after=0), APIConnectionError),
]


@pytest.mark.parametrize(
    ("fault", "error"),
    FAULTS,
    ids=["401", "502", "html", "other", "ends", "number", "lines", "reset"],
)
def test_a_failing_token_endpoint_is_named(colour, issuer, fault, error):
    client = colour.client(issuer.plugins, **options(issuer))
    issuer.refusal = fault
    with pytest.raises(error) as caught:
        client.messages(MODEL, HELLO, 9)
    assert str(caught.value).startswith("stand-in: ")
    assert issuer.server.url in str(caught.value)
    assert "token" in str(caught.value)
    assert "blue" not in str(caught.value)  # a query may hold anything
    assert issuer.calls == 0

    issuer.refusal = None  # a failure is not kept
    assert client.messages(MODEL, HELLO, 9).text == "hello"


def test_a_token_endpoint_that_recovers_is_asked_again(colour, issuer):
    answers = [Answer(status=503, headers={"retry-after-ms": "1"}), None]

    def answer(request: Received) -> Answer:
        first = answers.pop(0) if len(answers) > 1 else None
        return first or issuer.answer(request)

    with ReplayServer(answer=answer) as server:
        spec = row(server, auth=ClientCredentials(), settings=[plugin.Setting(name="token_url")])
        settings = {"stand-in": {"token_url": server.url + "/token"}}
        client = colour.client(manager(spec), **KEYS, settings=settings, max_retries=1)
        assert client.messages(MODEL, HELLO, 9).text == "hello"


def test_no_error_repr_or_log_holds_a_secret(colour, issuer, caplog):
    caplog.set_level(logging.DEBUG, "any_llm")
    facts: list[object] = []

    class Watcher(plugin.Observer):
        def on_retry(self, call, retry):
            facts.append((call, retry))

        def on_end(self, call, end):
            facts.append((call, end))

    client = colour.client(issuer.plugins, **options(issuer, observers=[Watcher()]), max_retries=1)
    issuer.revoked = {f"tok-{number}-for-{SECRET}" for number in range(9)}
    errors = []
    refusals = [
        None,
        Answer.of({"error": f"{SECRET} is wrong"}, status=400),
        Answer(body=f"{SECRET}!".encode(), status=503, headers={"retry-after-ms": "1"}),
        Answer.of({"you": SECRET}),
        Answer(body=f'{{"access_token": "{SECRET}'.encode()),
    ]
    for issuer.refusal in refusals:
        with pytest.raises(plugin.APIError) as caught:
            client.messages(MODEL, HELLO, 9)
        errors.append(caught.value)
    said = "".join("".join(traceback.format_exception(error)) for error in errors)
    for secret in (SECRET, "tok-0", "tok-1"):
        assert secret not in said
        assert secret not in caplog.text
        assert not holds(errors, secret)
        assert not holds(facts, secret)
        assert secret not in repr(client)
    assert len(facts) == len(refusals) + 1
    assert json.dumps(errors[0].body) == '{"error": {"message": "bad token [key] of [key]"}}'


def test_an_engine_in_the_process_gets_its_token_over_http(colour, issuer):
    class Engine(plugin.Transport):
        def send(self, request, timeout):
            assert request.url == "echo://engine/say"
            assert request.headers["authorization"] == f"Bearer tok-0-for-{SECRET}"
            raise plugin.APIConnectionError("it is off")

    factory = plugin.TransportFactory(sync=Engine, in_threads=True)
    spec = row(
        issuer.server,
        base_url="echo://engine",
        auth=ClientCredentials(),
        settings=[plugin.Setting(name="token_url")],
    )
    client = colour.client(manager(spec, transports={"echo": factory}), **options(issuer))
    with pytest.raises(APIConnectionError, match="it is off"):
        client.messages(MODEL, HELLO, 9)
    assert len(issuer.issued) == 1
