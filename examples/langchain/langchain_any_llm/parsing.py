"""An answer's text -> the object that was asked for, unless the model refused."""

from __future__ import annotations

from typing import Any

from langchain_core.exceptions import ModelRefusalError
from langchain_core.output_parsers import JsonOutputParser, PydanticOutputParser
from langchain_core.outputs import ChatGeneration, Generation
from langchain_core.utils.pydantic import is_basemodel_subclass


class _JSONParser(JsonOutputParser):
    def parse_result(self, result: list[Generation], *, partial: bool = False) -> Any:
        _check(result)
        return super().parse_result(result, partial=partial)


class _PydanticParser(PydanticOutputParser[Any]):
    def parse_result(self, result: list[Generation], *, partial: bool = False) -> Any:
        _check(result)
        return super().parse_result(result, partial=partial)


def parser_for(schema: dict[str, Any] | type) -> Any:
    """Return what reads an object of `schema`: as its class, or as a dict."""
    if isinstance(schema, type) and is_basemodel_subclass(schema):
        return _PydanticParser(pydantic_object=schema)
    return _JSONParser()


def _check(result: list[Generation]) -> None:
    """Raise ModelRefusalError where the answer is a refusal: it is no broken object."""
    for generation in result:
        if isinstance(generation, ChatGeneration):
            message = generation.message
            for block in message.content_blocks:
                if block["type"] == "refusal":
                    raise ModelRefusalError.from_refusal(block, raw_message=message)
