"""Parrot, the provider that repeats you: a whole third-party plugin."""

from any_llm import plugin

ANYLLM_API = (1, 0)


class ParrotStream(plugin.StreamDecoder):
    def feed(self, frame: plugin.Frame) -> None:
        said = plugin.loads(frame.data)
        self.emit.start(id=said["id"], model=said["bird"])
        if said["done"]:
            self.emit.finish("end_turn", usage(said))
        else:
            self.emit.text(said["said"])


class Parrot(plugin.Dialect):
    name = "parrot"
    framer = plugin.NDJSON
    decoder = ParrotStream
    fields = frozenset({"tools", "max_tokens"})  # the core reports any other that was said

    def encode(
        self, request: plugin.MessagesRequest, ctx: plugin.CallContext
    ) -> plugin.WireRequest:
        if request.tools:
            ctx.refuse("tools", "a parrot uses none", "leave them out")
        if len(request.messages) > 1:
            ctx.refuse("messages", "a parrot knows what it heard last", "send one turn")
        say, most = request.messages[0]["content"], request.max_tokens
        body = {"bird": ctx.model, "say": say, "most": most, "stream": ctx.stream}
        return plugin.WireRequest(path="/v1/squawk", json=body)

    def decode(self, reply: plugin.WireReply, ctx: plugin.CallContext) -> plugin.MessageResponse:
        said = reply.json
        return plugin.MessageResponse(
            id=said["id"],
            model=said["bird"],
            content=[plugin.TextBlock(text=said["said"])],
            stop_reason="end_turn",
            usage=usage(said),
        )


def usage(said: dict[str, int]) -> plugin.Usage:
    return plugin.Usage(input_tokens=said["heard"], output_tokens=said["spoken"])


@plugin.hookimpl
def anyllm_providers() -> list[plugin.ProviderSpec]:
    key = plugin.ApiKey(env=("PARROT_API_KEY",), header="x-parrot-key", prefix="")
    url = "https://api.parrot.example"
    return [plugin.ProviderSpec(id="parrot", dialect=Parrot(), base_url=url, auth=key)]
