"""Parrot, the provider that repeats you: a whole third-party plugin."""

from any_llm import plugin

ANYLLM_API = (1, 0)
REASONS = {"said": "end_turn", "full": "max_tokens"}


class ParrotStream(plugin.StreamDecoder):
    def feed(self, frame: plugin.Frame) -> None:
        said = plugin.loads(frame.data)
        self.emit.start(id=said["id"], model=said["bird"])
        self.emit.text(said["said"])
        if said["why"]:
            self.emit.finish(reason(said), usage(said))


class Parrot(plugin.Dialect):
    name = "parrot"
    framer = plugin.NDJSON
    decoder = ParrotStream
    fields = frozenset({"max_tokens", "system", "tools"})  # the core reports what else was said

    def encode(
        self, request: plugin.MessagesRequest, ctx: plugin.CallContext
    ) -> plugin.WireRequest:
        for name in ("system", "tools"):
            if getattr(request, name):
                ctx.refuse(name, "a parrot knows none", "leave it out")
        match request.messages:
            case [{"role": "user", "content": str(text)}]:
                body = {"bird": ctx.model, "say": text, "most": request.max_tokens}
                return plugin.WireRequest(path="/v1/squawk", json=body | {"stream": ctx.stream})
        ctx.refuse("messages", "a parrot repeats one text", "send one user turn with a string")

    def decode(self, reply: plugin.WireReply, ctx: plugin.CallContext) -> plugin.MessageResponse:
        said = reply.json
        return plugin.MessageResponse(
            id=said["id"],
            model=said["bird"],
            content=[plugin.TextBlock(text=said["said"])],
            stop_reason=reason(said),
            usage=usage(said),
        )


def reason(said: dict[str, str]) -> str:
    return REASONS.get(said["why"], said["why"])  # a new word of the vendor passes through


def usage(said: dict[str, int]) -> plugin.Usage:
    return plugin.Usage(input_tokens=said["heard"], output_tokens=said["spoken"])


@plugin.hookimpl
def anyllm_providers() -> list[plugin.ProviderSpec]:
    key = plugin.ApiKey(env=("PARROT_API_KEY",), header="x-parrot-key", prefix="")
    url = "https://api.parrot.example"
    return [plugin.ProviderSpec(id="parrot", dialect=Parrot(), base_url=url, auth=key)]
