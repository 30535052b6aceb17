"""Parts as this wire writes them; `common` makes them in the form of Chat Completions."""

from __future__ import annotations

from typing import Any

from any_llm.plugin import CallContext

from ..common.parts import Part, as_content, text_part

_MARK = "prompt_cache_breakpoint"


def inputs(content: str | list[Part]) -> list[dict[str, Any]]:
    """Return a content as a list of input parts."""
    parts = [text_part(content)] if isinstance(content, str) else content
    return [_input(part) for part in parts]


def output(parts: list[Part], ctx: CallContext) -> str | list[dict[str, Any]]:
    """Return what a tool said: one text as a string, else a list of parts."""
    content = as_content(parts, ctx)
    return content if isinstance(content, str) else inputs(content)


def _input(part: Part) -> dict[str, Any]:
    if part["type"] == "image_url":
        said = _image(part["image_url"])
    elif part["type"] == "file":
        said = _file(part["file"])
    else:
        said = {"type": "input_text", "text": part["text"]}
    return {**said, _MARK: part[_MARK]} if _MARK in part else said


def _image(image: dict[str, Any]) -> dict[str, Any]:
    # `detail` is required by the types of openai 3.54.
    detail = image.get("detail", "auto")
    if "file_id" in image:
        return {"type": "input_image", "file_id": image["file_id"], "detail": detail}
    return {"type": "input_image", "image_url": image["url"], "detail": detail}


def _file(file: dict[str, Any]) -> dict[str, Any]:
    if "file_id" in file:
        return {"type": "input_file", "file_id": file["file_id"]}
    if file["file_data"].startswith("data:"):
        return {"type": "input_file", **file}
    return {"type": "input_file", "file_url": file["file_data"]}
