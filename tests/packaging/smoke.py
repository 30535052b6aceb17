"""Run in an environment that holds only wheels: ours, the parrot's and a broken plugin's."""

import json
import warnings

import any_llm
from any_llm.testing import Answer, Received, ReplayServer

HEAD = {"id": "m1", "bird": "polly"}
END = {"why": "said", "heard": 3, "spoken": 2}
LINES = [
    {**HEAD, "said": "Hello, ", "why": None},
    {**HEAD, "said": "Ä!", "why": None},
    {**HEAD, "said": "", **END},
]
WHOLE = {**HEAD, "said": "Hello, Ä!", **END}


def squawk(request: Received) -> Answer:
    assert request.headers["x-parrot-key"] == "cracker"
    if not request.json["stream"]:
        return Answer.of(WHOLE)
    body = b"".join(json.dumps(line).encode() + b"\n" for line in LINES)
    return Answer(body=body, headers={"content-type": "application/x-ndjson"}, pieces=[5])


def main() -> None:
    warnings.simplefilter("error")
    turn = [{"role": "user", "content": "Hello, Ä!"}]
    with ReplayServer(answer=squawk) as server:
        place = {"api_base": server.url, "api_key": "cracker"}
        whole = any_llm.messages("parrot:polly", turn, 10, **place)
        with any_llm.messages("parrot:polly", turn, 10, stream=True, **place) as stream:
            assert stream.get_final_message() == whole
        assert whole.text == "Hello, Ä!"
    try:
        any_llm.messages("broken:model", turn, 10)
    except any_llm.PluginError as error:
        assert "anyllm-broken" in str(error)
        assert isinstance(error.__cause__, ModuleNotFoundError)
    else:
        raise AssertionError("a broken plugin answered")
    answer = any_llm.messages("local:default", [{"role": "user", "content": "Say hi."}], 8)
    assert answer.usage.output_tokens, answer
    print("wheels alone: the parrot, the broken plugin and the local model behave")


main()
