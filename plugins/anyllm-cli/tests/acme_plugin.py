"""A stranger's provider, which the tests install as a distribution of its own: acme."""

from any_llm import plugin

ANYLLM_API = (1, 0)


class AcmeStream(plugin.MessagesDecoder):
    def feed(self, frame: plugin.Frame) -> None:
        super().feed(frame)
        if b'"ping"' in frame.data:
            self.ctx.report("content[0].citations", "cut")


class Acme(plugin.MessagesDialect):
    name = "acme"
    decoder = AcmeStream

    def encode(
        self, request: plugin.MessagesRequest, ctx: plugin.CallContext
    ) -> plugin.WireRequest:
        if request.temperature is not None:
            ctx.report("temperature", "this model has none: dropped")
        if request.system is not None:
            ctx.report("system", "not cached", "hint")
        return super().encode(request, ctx)


@plugin.hookimpl
def anyllm_providers() -> list[plugin.ProviderSpec]:
    host = plugin.Setting(name="host", env=("ACME_HOST",), default="acme.example")
    key = plugin.ApiKey(env=("ACME_API_KEY",))
    url = "https://{host}/v0?tier=1"
    return [plugin.ProviderSpec(id="acme", dialect=Acme(), base_url=url, settings=[host], auth=key)]
