"""Code that Google ran, as the code execution tool's blocks of Messages."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from any_llm.plugin import CallContext, ContentBlock, ServerToolResultBlock, ServerToolUseBlock

from .enums import OUTCOMES, outcome


class Code:
    """Makes the blocks and pairs results with their calls, which mostly have no ids."""

    def __init__(self, ctx: CallContext) -> None:
        self._ctx = ctx
        self._last = ""

    def block(self, kind: str, said: Mapping[str, Any]) -> ContentBlock | None:
        """Return the block of an executableCode or codeExecutionResult; None for other kinds."""
        if kind == "executableCode":
            self._last = self._ctx.new_id("srvtoolu_")
            known = {name: value for name, value in said.items() if name != "id"}
            return ServerToolUseBlock(id=self._last, name="code_execution", input=known)
        if kind != "codeExecutionResult":
            return None
        how = outcome(said.get("outcome"))
        if how and how not in OUTCOMES:
            self._ctx.report("content", f"code ended with {how!r}, taken for a failure")
        return ServerToolResultBlock(
            type="code_execution_tool_result",
            tool_use_id=self._last or self._ctx.new_id("srvtoolu_"),
            content=_result(how, said.get("output") or ""),
        )


def _result(how: str, output: str) -> dict[str, Any]:
    if how == "OUTCOME_DEADLINE_EXCEEDED":
        error = "execution_time_exceeded"
        return {"type": "code_execution_tool_result_error", "error_code": error}
    good = how == "OUTCOME_OK"
    return {
        "type": "code_execution_result",
        "stdout": output if good else "",
        "stderr": "" if good else output,
        "return_code": 0 if good else 1,
        "content": [],
    }
