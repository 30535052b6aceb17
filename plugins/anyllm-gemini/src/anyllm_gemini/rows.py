"""The two places where Gemini lives."""

from __future__ import annotations

from string import ascii_letters, digits

from any_llm.plugin import ApiKey, ProviderSpec, Setting

CHECKED = "2026-11-23"
"""The day these rows were read."""

_PROJECT = frozenset(f"{ascii_letters}{digits}-.:_")
_MULTI_REGIONS = frozenset({"us", "eu"})


class Location(str):
    """A Google Cloud location that knows the host of its endpoint (google-genai 3.4)."""

    __slots__ = ()

    @property
    def host(self) -> str:
        """The host that serves this location."""
        if self == "global":
            return "aiplatform.googleapis.com"
        if self in _MULTI_REGIONS:
            return f"aiplatform.{self}.rep.googleapis.com"
        return f"{self}-aiplatform.googleapis.com"


def _location(name: str) -> Location:
    if not name.replace("-", "").isalnum() or not name.isascii():
        raise ValueError(f"must be such as global or europe-west4, not {name!r}")
    return Location(name.lower())


def _project(name: str) -> str:
    if not name[:1].isalnum() or not name.isascii() or set(name) - _PROJECT:
        raise ValueError(f"must be a project's id or number, not {name!r}")
    return name


def _no_slash(url: str) -> str:
    return url.strip().rstrip("/")


GEMINI = ProviderSpec(
    id="gemini",
    dialect="gemini",
    base_url="{base_url}",
    auth=ApiKey(env=("GEMINI_API_KEY", "GOOGLE_API_KEY"), header="x-goog-api-key", prefix=""),
    settings=(
        Setting(
            name="base_url",
            env=("GOOGLE_GEMINI_BASE_URL",),
            default="https://generativelanguage.googleapis.com",
            parse=_no_slash,
        ),
    ),
    docs="https://ai.google.dev/api/generate-content",
    checked=CHECKED,
)

VERTEX = ProviderSpec(
    id="vertex",
    dialect="gemini",
    base_url="https://{location.host}/v1beta1/projects/{project}/locations/{location}",
    auth=ApiKey(env=("GOOGLE_OAUTH_ACCESS_TOKEN", "CLOUDSDK_AUTH_ACCESS_TOKEN")),
    settings=(
        Setting(name="project", env=("GOOGLE_CLOUD_PROJECT",), parse=_project),
        Setting(
            name="location",
            env=("GOOGLE_CLOUD_LOCATION", "GOOGLE_CLOUD_REGION"),
            default="global",
            parse=_location,
        ),
    ),
    options={
        "issuer": "vertex",
        "api_version": None,
        "models_path": "/publishers/google/models",
        "lists_models": False,
        "count": "flat",
        "service_tier": "headers",
        "exclude_domains": True,
        "server_tool_invocations": False,
        "call_ids": False,
    },
    docs="https://docs.cloud.google.com/vertex-ai/generative-ai/docs/model-reference/inference",
    checked=CHECKED,
)

ROWS = (GEMINI, VERTEX)
