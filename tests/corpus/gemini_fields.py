"""The fields beside the contents of a recorded Gemini request, as fields of Messages."""

from __future__ import annotations

from typing import Any

from .gemini_keys import json_schema
from .unsayable import Unsayable

Json = dict[str, Any]

_SAME = {
    "maxOutputTokens": "max_tokens",
    "temperature": "temperature",
    "topP": "top_p",
    "topK": "top_k",
    "stopSequences": "stop_sequences",
}
_MODES = {"AUTO": "auto", "VALIDATED": "auto", "ANY": "any", "NONE": "none"}
_BESIDE = ("safetySettings", "cachedContent", "modelArmorConfig", "labels")


def fields(request: Json, *, levels: bool, thinks: bool) -> Json:
    """Return the Messages fields that the fields of `request` mean.

    What Messages has no field for stands in `extra_body`. `levels`: the model is asked for levels
    of thinking and not for budgets; `thinks`: it can be asked to think at all.
    """
    out: Json = {}
    extra: Json = {name: request[name] for name in _BESIDE if name in request}
    config: Json = dict(request.get("generationConfig") or {})
    for name, ours in _SAME.items():
        if name in config:
            out[ours] = _whole(config.pop(name)) if name == "topK" else config.pop(name)
    if "thinkingConfig" in config:
        _thinking(config.pop("thinkingConfig"), out, levels=levels, thinks=thinks)
    _format(config, out)
    if config.get("responseModalities") == ["TEXT"]:
        del config["responseModalities"]
    if config.get("candidateCount") == 1:
        del config["candidateCount"]
    if set(config) & {"responseModalities", "speechConfig", "imageConfig"}:
        raise Unsayable("media asked for")
    if config:
        extra["generationConfig"] = config
    if request.get("tools"):
        out["tools"] = [tool for each in request["tools"] for tool in _tools(each)]
    _choice(request.get("toolConfig") or {}, out, extra)
    return {**out, **({"extra_body": extra} if extra else {})}


def _thinking(said: Json, out: Json, *, levels: bool, thinks: bool) -> None:
    budget, level = said.get("thinkingBudget"), said.get("thinkingLevel")
    if not thinks:
        raise Unsayable("thinking asked of a model that does not think")
    if budget is not None and levels:
        raise Unsayable("a budget for a model that has levels")
    if level is not None:
        out["output_config"] = {"effort": level.lower()}
    if budget == 0:
        out["thinking"] = {"type": "disabled"}
    elif budget is not None and budget > 0:
        out["thinking"] = {"type": "enabled", "budget_tokens": budget}
    elif said.get("includeThoughts"):
        out["thinking"] = {"type": "adaptive"}
    if budget and not said.get("includeThoughts"):
        out["thinking"]["display"] = "omitted"


def _format(config: Json, out: Json) -> None:
    if config.get("responseMimeType") != "application/json":
        return
    schema = config.get("responseJsonSchema") or json_schema(config.get("responseSchema"))
    if schema is not None:
        for name in ("responseMimeType", "responseJsonSchema", "responseSchema"):
            config.pop(name, None)
        said = {"type": "json_schema", "schema": schema}
        out.setdefault("output_config", {})["format"] = said


def _tools(tool: Json) -> list[Json]:
    found: list[Json] = []
    for kind, said in tool.items():
        if kind == "functionDeclarations":
            found += [_function(each) for each in said]
        elif kind == "googleSearch" and not said:
            found.append({"type": "web_search_20250305", "name": "web_search"})
        elif kind == "codeExecution":
            found.append({"type": "code_execution_20250825", "name": "code_execution"})
        else:
            raise Unsayable(f"a tool of Google's: {kind}")
    return found


def _function(said: Json) -> Json:
    schema = said.get("parametersJsonSchema") or json_schema(said.get("parameters"))
    tool = {"name": said["name"], "input_schema": schema or {"type": "object", "properties": {}}}
    return {**tool, "description": said["description"]} if said.get("description") else tool


def _choice(config: Json, out: Json, extra: Json) -> None:
    beside = {name: value for name, value in config.items() if name != "functionCallingConfig"}
    if beside:
        extra["toolConfig"] = beside
    said = config.get("functionCallingConfig")
    if not said:
        return
    mode, names = said["mode"].upper(), said.get("allowedFunctionNames") or []
    if len(names) > 1:
        raise Unsayable("a choice among some of the functions")
    out["tool_choice"] = {"type": "tool", "name": names[0]} if names else {"type": _MODES[mode]}
    if mode == "VALIDATED":
        for tool in out["tools"]:
            if "input_schema" in tool:
                tool["strict"] = True


def _whole(number: float) -> float:
    """Return a number without its .0: Messages counts in whole numbers."""
    return int(number) if number == int(number) else number
