"""The fixture that encodes a request and checks on the way what must always hold."""

from __future__ import annotations

import copy
import json
from collections.abc import Mapping
from typing import Any

import pytest

from any_llm.plugin import dumps
from tests.support.openai_judge import judge

from .kit import Encode, Encoded, encode_once


@pytest.fixture(scope="session")
def encode() -> Encode:
    def run(
        provider: str = "openai-compatible",
        *,
        quirks: Mapping[str, Any] | None = None,
        stream: bool = False,
        judged: bool = True,
        options: Mapping[str, Any] | None = None,
        base_url: str = "",
        **fields: Any,
    ) -> Encoded:
        before = copy.deepcopy(fields)
        more: dict[str, Any] = {"stream": stream, "options": options, "base_url": base_url}
        got = encode_once(provider, fields, quirks=quirks, **more)
        again = encode_once(provider, copy.deepcopy(fields), quirks=quirks, **more)
        assert fields == before, "the request was changed"
        assert dumps(got.body) == dumps(again.body)
        assert sorted(got.losses) == sorted(again.losses)
        assert json.loads(dumps(got.body)) == got.body, "the body is plain JSON"
        if judged:
            judge(got.body, closed=provider in {"openai", "azure"})
        return got

    return run
