"""The plugin: installed it is there, once, and harmless where nobody set up telemetry."""

from __future__ import annotations

import re
import subprocess
import sys
from importlib.metadata import distribution, entry_points

import anyllm_otel
from any_llm import Client, PluginManager
from any_llm.testing import FakeProvider
from tests.contracts.support import HELLO

PROGRAM = """
import sys
from opentelemetry import trace
{set_up}
from any_llm import Client, PluginManager
from any_llm.testing import FakeProvider
plugins = PluginManager(env={{"ANYLLM_PLUGINS": "anyllm-otel"}})
plugins.register(FakeProvider("hi"))
with Client(plugins=plugins) as client:
    client.messages("fake:m", [{{"role": "user", "content": "x"}}], 9)
print([span.name for span in {spans}])
"""
SET_UP = """
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
exporter = InMemorySpanExporter()
trace.set_tracer_provider(TracerProvider())
trace.get_tracer_provider().add_span_processor(SimpleSpanProcessor(exporter))
"""


def run(program: str) -> str:
    done = subprocess.run(  # noqa: S603  # our own interpreter, our own words
        [sys.executable, "-W", "error", "-c", program], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def test_its_entry_point_is_in_the_group_of_observers():
    (entry,) = entry_points(group="any_llm.plugins", name="otel")
    assert entry.load() is anyllm_otel
    needs = [r for r in distribution("anyllm-otel").requires if "extra ==" not in r]
    assert {re.split("[<>=]", need)[0] for need in needs} == {"anyllm-core", "opentelemetry-api"}


def test_installing_it_is_enough():
    spans = "exporter.get_finished_spans()"
    assert run(PROGRAM.format(set_up=SET_UP, spans=spans)) == "['chat m']"


def test_without_a_provider_nothing_happens():
    assert run(PROGRAM.format(set_up="", spans="[]")) == "[]"


def test_it_brings_no_sdk_and_no_http_library():
    found = run(
        "import sys, anyllm_otel\nprint([m for m in sys.modules if 'otel' in m or '.sdk' in m])"
    )
    assert ".sdk" not in found


def test_two_managers_share_one_observer_and_a_call_is_reported_once():
    env = {"ANYLLM_PLUGINS": "anyllm-otel"}
    managers = [PluginManager(env=env) for _ in range(2)]
    first, second = (manager.observers for manager in managers)
    assert first == second
    assert len(first) == 1


def test_a_recorder_that_raises_harms_no_call(caplog):
    class Broken(anyllm_otel.OpenTelemetry):
        def _start(self, call):
            raise RuntimeError("broken")

    with Client(plugins=FakeProvider("hi").plugins, env={}, observers=[Broken()]) as client:
        assert client.messages("fake:m", HELLO, 9).text == "hi"
    assert "broken" in caplog.text
