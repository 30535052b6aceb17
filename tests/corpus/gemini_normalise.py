"""Bring two Gemini bodies to one form, so that only differences that matter remain.

The same function is applied to the body that Google accepted and to the body a dialect wrote.
`NORMALISATIONS` says all that it evens out.
"""

from __future__ import annotations

from typing import Any

from .gemini_history import response_text
from .gemini_keys import DUMMY, camel, json_schema

Json = dict[str, Any]

NORMALISATIONS = (
    "keys are `camelCase`; null and empty fields are absent; `model` stands in the path",
    "a content without a role, or with `function`, is the user's; neighbours of one role are one",
    "`role` of a system instruction says nothing",
    "an empty text without a signature is no part; `thought: false` is absent",
    "responses stand first among a user's parts, in the order of their calls",
    "a response that is no `output` or `error` text is the text of its own JSON",
    "the stand-in signature is none; ids of calls count only where the model takes them",
    "`mimeType` of an address is free: Messages tells none",
    "functions stand in one entry of `tools`, before Google's own tools",
    "`parameters` and `responseSchema` are the JSON schema that says the same; `$schema` goes",
    "`const` is an `enum` of one; a schema without properties is absent",
    "a function's own `response` schema goes: Messages has no place for it",
    "`responseModalities: [TEXT]`, `candidateCount: 1`, a budget of -1 are defaults",
    "`includeThoughts: false` is the default; levels are written in capitals",
    "a mode is written in capitals; a choice without functions says nothing",
)

_EMPTY: tuple[Any, ...] = (None, "", [], {})


def normalise(body: Json, *, ids: bool) -> Json:
    """Return the canonical form of a request's body, which is left alone."""
    said = camel(body)
    system = (said.get("systemInstruction") or {}).get("parts") or []
    out = {
        "contents": _contents(said["contents"], ids=ids),
        "system": [{"text": part["text"]} for part in system if part["text"]],
        "generationConfig": _config(said.get("generationConfig") or {}),
        "tools": _tools(said.get("tools") or []),
        "toolConfig": _tool_config(said.get("toolConfig") or {}, said.get("tools") or []),
    }
    for name in ("safetySettings", "cachedContent", "modelArmorConfig", "labels", "serviceTier"):
        out[name] = said.get(name)
    return _filled(out)


def _filled(said: Json) -> Json:
    return {name: value for name, value in said.items() if value not in _EMPTY}


def _contents(contents: list[Json], *, ids: bool) -> list[Json]:
    out: list[Json] = []
    for content in contents:
        role = "model" if content.get("role") == "model" else "user"
        parts = [_part(part, ids=ids) for part in content.get("parts") or []]
        parts = [part for part in parts if part not in ({}, {"text": ""})]
        if out and out[-1]["role"] == role:
            out[-1]["parts"] += parts
        elif parts:
            out.append({"role": role, "parts": parts})
    order: list[str] = []
    for content in out:
        if content["role"] == "model":
            calls = (p["functionCall"] for p in content["parts"] if "functionCall" in p)
            order = [call["name"] for call in calls]
        else:
            content["parts"].sort(key=lambda part: _place(part, order))
    return out


def _place(part: Json, order: list[str]) -> int:
    if "functionResponse" not in part:
        return len(order)
    name = part["functionResponse"]["name"]
    return order.index(name) if name in order else len(order) - 1


def _part(part: Json, *, ids: bool) -> Json:
    out = {name: value for name, value in part.items() if name != "thought" or value}
    if out.get("thoughtSignature") == DUMMY:
        del out["thoughtSignature"]
    if "functionCall" in out:
        out["functionCall"] = _named(out["functionCall"], ids=ids)
        out["functionCall"].setdefault("args", {})
    if "functionResponse" in out:
        said = _named(out["functionResponse"], ids=ids)
        key, text = response_text(said.get("response") or {})
        out["functionResponse"] = _filled({**said, "response": {key: text}})
    if "fileData" in out:
        out["fileData"] = {"fileUri": out["fileData"]["fileUri"]}
    return out


def _named(said: Json, *, ids: bool) -> Json:
    return {name: value for name, value in said.items() if name != "id" or ids}


def _config(said: Json) -> Json:
    out = dict(said)
    for name, default in (("responseModalities", ["TEXT"]), ("candidateCount", 1)):
        if out.get(name) == default:
            del out[name]
    for name in ("responseSchema", "responseJsonSchema"):
        if name in out:
            out["schema"] = _schema(json_schema(out.pop(name)))
    thinking = dict(out.pop("thinkingConfig", {}))
    if not thinking.get("includeThoughts"):
        thinking.pop("includeThoughts", None)
    if thinking.get("thinkingBudget") == -1:
        del thinking["thinkingBudget"]
    if "thinkingLevel" in thinking:
        thinking["thinkingLevel"] = thinking["thinkingLevel"].upper()
    return _filled({**out, "thinkingConfig": thinking}) | (
        {"temperature": out["temperature"]} if "temperature" in out else {}
    )


def _tools(tools: list[Json]) -> list[Json]:
    functions = [each for tool in tools for each in tool.get("functionDeclarations") or []]
    others = [
        {name: value}
        for tool in tools
        for name, value in tool.items()
        if name != "functionDeclarations"
    ]
    return [*map(_function, functions), *others]


def _function(said: Json) -> Json:
    schema = said.get("parametersJsonSchema") or json_schema(said.get("parameters") or {})
    schema = _schema(schema) if schema.get("properties") else None
    out = {"name": said["name"], "description": said.get("description"), "schema": schema}
    return _filled(out)


def _schema(said: Any) -> Any:
    if isinstance(said, list):
        return [_schema(each) for each in said]
    if not isinstance(said, dict):
        return said
    out = {name: _schema(value) for name, value in said.items() if name != "$schema"}
    if "const" in out and isinstance(said.get("const"), str | int | float):
        out["enum"] = [out.pop("const")]
    return out


def _tool_config(said: Json, tools: list[Json]) -> Json:
    calling = dict(said.get("functionCallingConfig") or {})
    if "mode" in calling:
        calling["mode"] = calling["mode"].upper()
    if not any(tool.get("functionDeclarations") for tool in tools):
        calling = {}
    return _filled({**said, "functionCallingConfig": _filled(calling)})
