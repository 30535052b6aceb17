"""Every item and every event of this wire: what is read, and what is passed over on purpose.

Source: the unions ResponseOutputItem and ResponseStreamEvent of openai 3.54 (read 2026-11-22). A
test compares these tables with them, so that a new one is met here and not by a caller.
"""

from __future__ import annotations

from collections.abc import Mapping

from .calling import CallItem
from .items import Item
from .message import MessageItem
from .reasoning import ReasoningItem
from .search import SearchItem

ITEMS: Mapping[str, type[Item]] = {
    "message": MessageItem,
    "reasoning": ReasoningItem,
    "function_call": CallItem,
    "web_search_call": SearchItem,
}
"""Items that are blocks of a Messages answer."""

_SERVERS = "a tool of the server's own, which no Messages tool asks for"
_ANSWERED = "a call of a tool that Messages requests cannot declare, waiting for its result"
_ECHO = "a result that the client sent or the server made, told again"

OTHER_ITEMS: Mapping[str, str] = {
    "file_search_call": _SERVERS,
    "code_interpreter_call": _SERVERS,
    "image_generation_call": _SERVERS,
    "mcp_call": _SERVERS,
    "mcp_list_tools": _SERVERS,
    "tool_search_call": _SERVERS,
    "tool_search_output": _SERVERS,
    "additional_tools": _SERVERS,
    "program": _SERVERS,
    "program_output": _SERVERS,
    "compaction": "the state of an earlier conversation, which only the server can read",
    "custom_tool_call": _ANSWERED,
    "computer_call": _ANSWERED,
    "local_shell_call": _ANSWERED,
    "shell_call": _ANSWERED,
    "apply_patch_call": _ANSWERED,
    "mcp_approval_request": _ANSWERED,
    "mcp_approval_response": _ECHO,
    "function_call_output": _ECHO,
    "custom_tool_call_output": _ECHO,
    "computer_call_output": _ECHO,
    "local_shell_call_output": _ECHO,
    "shell_call_output": _ECHO,
    "apply_patch_call_output": _ECHO,
}
"""Items that are kept in `provider_extras` and reported, and what they are."""

_PROGRESS = "says only how far a tool of the server's is"
_IN_ITEM = "stands in the item once that is done"

PASSED_EVENTS: Mapping[str, str] = {
    "response.code_interpreter_call.completed": _PROGRESS,
    "response.code_interpreter_call.in_progress": _PROGRESS,
    "response.code_interpreter_call.interpreting": _PROGRESS,
    "response.code_interpreter_call_code.delta": _IN_ITEM,
    "response.code_interpreter_call_code.done": _IN_ITEM,
    "response.compaction.compacting": _PROGRESS,
    "response.custom_tool_call_input.delta": _IN_ITEM,
    "response.custom_tool_call_input.done": _IN_ITEM,
    "response.file_search_call.completed": _PROGRESS,
    "response.file_search_call.in_progress": _PROGRESS,
    "response.file_search_call.searching": _PROGRESS,
    "response.image_generation_call.completed": _PROGRESS,
    "response.image_generation_call.generating": _PROGRESS,
    "response.image_generation_call.in_progress": _PROGRESS,
    "response.image_generation_call.partial_image": _IN_ITEM,
    "response.mcp_call.completed": _PROGRESS,
    "response.mcp_call.failed": _PROGRESS,
    "response.mcp_call.in_progress": _PROGRESS,
    "response.mcp_call_arguments.delta": _IN_ITEM,
    "response.mcp_call_arguments.done": _IN_ITEM,
    "response.mcp_list_tools.completed": _PROGRESS,
    "response.mcp_list_tools.failed": _PROGRESS,
    "response.mcp_list_tools.in_progress": _PROGRESS,
    "response.reasoning_summary_part.added": "a part without text yet",
    "response.shell_call_command.added": _IN_ITEM,
    "response.shell_call_command.delta": _IN_ITEM,
    "response.shell_call_command.done": _IN_ITEM,
    "response.shell_call_output_content.delta": _IN_ITEM,
    "response.shell_call_output_content.done": _IN_ITEM,
    "response.web_search_call.completed": _PROGRESS,
    "response.web_search_call.in_progress": _PROGRESS,
    "response.web_search_call.searching": _PROGRESS,
    # Not in the union:
    "keepalive": "says nothing",
    "ping": "says nothing",
    "response.apply_patch_call_operation_diff.delta": _IN_ITEM,
    "response.apply_patch_call_operation_diff.done": _IN_ITEM,
    "response.reasoning_part.added": "a part without text yet",
}
"""Events that say nothing which is not read elsewhere, and why."""


def what_is(kind: str) -> str:
    """Return in words why an item is no block of a Messages answer."""
    return OTHER_ITEMS.get(kind, "an item that this version does not know")
