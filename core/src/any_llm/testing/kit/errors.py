"""Refusals: sorted by their status, dated by their headers, whatever their body is."""

from __future__ import annotations

from collections.abc import Mapping

from ... import errors
from ...errors import APIStatusError
from ..replay import Answer
from .base import SuiteBase
from .checks import Check, kit_test

# HTTP semantics and the Messages API's errors page: the class for each status.
_OF_STATUS: Mapping[int, type[APIStatusError]] = {
    400: errors.BadRequestError,
    401: errors.AuthenticationError,
    402: errors.PaymentRequiredError,
    403: errors.PermissionDeniedError,
    404: errors.NotFoundError,
    408: errors.RequestTimeoutError,
    409: errors.ConflictError,
    413: errors.RequestTooLargeError,
    422: errors.UnprocessableEntityError,
    429: errors.RateLimitError,
    500: errors.InternalServerError,
    502: errors.InternalServerError,
    503: errors.ServiceUnavailableError,
    504: errors.GatewayTimeoutError,
    529: errors.OverloadedError,
}
_ODD = (
    b"",
    b"null",
    b"[]",
    b"{}",
    b'"no"',
    b'{"error": null}',
    b'{"error": []}',
    b'{"error": "no"}',
    b'{"error": {"message": null, "type": 7, "code": {}}}',
    b'[{"error": {"code": 1}}]',
    b'{"error": {"mess',
    b"<html><body>Bad gateway</body></html>",
    b"\xff\xfe\x00",
)
_JSON = {"content-type": "application/json"}


class Errors(SuiteBase):
    """Tests of answers that are not 2xx."""

    @kit_test()
    def test_error_without_a_body_is_sorted_by_status(self, check: Check) -> None:
        """Each HTTP status gives the class that callers catch, also with nothing in the body."""
        for status, cls in _OF_STATUS.items():
            error = self._refused(Answer(status=status, body=b"", headers=_JSON))
            check.equal(type(error), cls, f"HTTP {status}")
            check.equal(getattr(error, "status", None), status, f"HTTP {status}: status")
            check.equal(getattr(error, "provider", None), self.provider, f"HTTP {status}: provider")

    @kit_test()
    def test_error_of_any_shape_is_typed(self, check: Check) -> None:
        """A proxy's page, half a JSON, nothing at all: a status error with the body kept."""
        for body in _ODD:
            for status in (400, 429, 502):
                error = self._refused(Answer(status=status, body=body, headers=_JSON))
                where = f"HTTP {status} with {body!r}"
                check.that(isinstance(error, APIStatusError), f"{where} gave {error!r:.300}")
                check.equal(getattr(error, "status", None), status, where)

    @kit_test()
    def test_retry_after_is_kept(self, check: Check) -> None:
        """`retry-after` and `retry-after-ms` stand in the error, in seconds."""
        for headers, seconds in (({"retry-after": "7"}, 7.0), ({"retry-after-ms": "1500"}, 1.5)):
            for status in (429, 503):
                error = self._refused(
                    Answer(status=status, body=b"{}", headers={**_JSON, **headers})
                )
                found = getattr(error, "retry_after", None)
                check.equal(found, seconds, f"retry_after of HTTP {status} with {headers}")

    def _refused(self, answer: Answer) -> Exception | None:
        options = self.cases[0].options
        outcome = self.stage().call(self.hello(), [answer], stream=False, **options)
        return outcome.error
