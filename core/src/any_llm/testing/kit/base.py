"""What a suite is told, and the stage that its tests share."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from ..case import Case
from .stage import Stage


class SuiteBase:
    """The attributes of a suite. Their meaning stands in `any_llm.testing.ProviderSuite`."""

    provider: ClassVar[str]
    distribution: ClassVar[str] = ""
    cases: ClassVar[Sequence[Case]] = ()
    not_applicable: ClassVar[Mapping[str, str]] = {}
    plugin: ClassVar[Any] = None
    settings: ClassVar[Mapping[str, str]] = {}
    options: ClassVar[Mapping[str, Any]] = {}
    api_key: ClassVar[str] = "kit-key-4f1c9a7be2d8450393"
    stop_reason_keys: ClassVar[frozenset[str]] = frozenset(
        {"stop_reason", "finish_reason", "finishReason", "done_reason", "native_finish_reason"}
    )

    _stage: ClassVar[Stage | None] = None

    def hello(self, model: str = "", **fields: Any) -> dict[str, Any]:
        """A small request, for the model of the first case unless another is named."""
        said = [{"role": "user", "content": "Hello"}]
        model = model or str(self.cases[0].request["model"])
        return {"messages": said, "max_tokens": 64, **fields, "model": model}

    def stage(self) -> Stage:
        """The stage of this suite, opened when the first test needs it."""
        cls = type(self)
        if "_stage" not in vars(cls) or cls._stage is None:
            cls._stage = Stage(self).__enter__()
        return cls._stage

    @classmethod
    def teardown_class(cls) -> None:
        """Close the stage: pytest calls it after the last test of the class."""
        stage, cls._stage = vars(cls).get("_stage"), None
        if stage is not None:
            stage.__exit__()
