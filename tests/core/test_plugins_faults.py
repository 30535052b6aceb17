"""Plugins that are broken: each is the error of the call that asks for it, and of no other."""

from __future__ import annotations

import importlib
import logging
import sys
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest
from pluggy import PluginValidationError

from any_llm.errors import AmbiguousProvider, ConfigurationError, PluginError, UnknownProvider
from any_llm.plugin import ProviderSpec, hookimpl
from any_llm.plugins import PluginManager
from tests.core.installed import RAISES, ROWS, Site, only

params = pytest.mark.parametrize
IMPORTS = "from any_llm.plugin import *\n"
HEAD = f"{IMPORTS}@hookimpl\n"
PANIC = 'class Panic(BaseException): ...\nraise Panic("a Rust extension\'s")'


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:
    yield from only(tmp_path, monkeypatch)


def fault(site: Site, source: str) -> PluginError:
    """The error of asking for `x` of a plugin with this source; the one beside it still works."""
    site.add("acme-x", "x", source=source, version="2.1")
    site.add("fine", "fine")
    plugins = PluginManager(env={})
    with pytest.raises(PluginError) as caught:
        plugins.provider("x")
    assert plugins.provider("fine").id == "fine"
    return caught.value


def reason(error: PluginError) -> str:
    who = "provider 'x': plugin acme_x (acme-x 2.1): "
    assert str(error).startswith(who)
    return str(error).removeprefix(who)


@params(
    ("source", "says", "cause"),
    [
        (RAISES, "RuntimeError: imported", RuntimeError),
        ("import nope", "ModuleNotFoundError: No module named 'nope'", ModuleNotFoundError),
        ("raise SystemExit(3)", "SystemExit: 3", SystemExit),
        (PANIC, "Panic: a Rust extension's", BaseException),
        ("def", "SyntaxError: invalid syntax (acme_x.py, line 1)", SyntaxError),
        (f"{HEAD}def anyllm_providers(): raise OSError('no')", "OSError: no", OSError),
        (
            f"{HEAD}def anyllm_providers(): yield 1 / 0",
            "ZeroDivisionError: division by zero",
            ZeroDivisionError,
        ),
        (
            f"{HEAD}def anyllm_provider(): return []",
            "PluginValidationError: unknown hook 'anyllm_provider' in plugin",
            PluginValidationError,
        ),
        (
            f"{HEAD}def anyllm_providers(settings): return []",
            "PluginValidationError: Plugin 'acme_x' for hook 'anyllm_providers'",
            PluginValidationError,
        ),
    ],
)
def test_what_a_plugin_raises_is_the_cause(
    site: Site, source: str, says: str, cause: type[BaseException]
) -> None:
    error = fault(site, source)
    assert reason(error).startswith(f"could not be loaded: {says}")
    assert reason(error).endswith("; repair or uninstall it")
    assert type(error.__cause__) is cause or cause is BaseException


@params(
    ("source", "says"),
    [
        (
            "def anyllm_providers(): return []",
            "its anyllm_providers is not marked; put @any_llm.plugin.hookimpl above it",
        ),
        (
            "",
            (
                "it implements no hook; it needs one of anyllm_providers, anyllm_dialects, "
                "anyllm_transports, anyllm_observers"
            ),
        ),
        (
            f"{HEAD}def anyllm_dialects(): return []",
            "it does not register what its entry point says",
        ),
        (f"{HEAD}def anyllm_providers(): pass", "it does not register what its entry point says"),
    ],
)
def test_a_plugin_that_registers_nothing_is_told_why(site: Site, source: str, says: str) -> None:
    assert reason(fault(site, source)) == says


@params(
    ("version", "says"),
    [
        ("(2, 0)", "it needs plugin API 2.0 and this any_llm has 1.0; upgrade anyllm-core"),
        ("(1, 1)", "it needs plugin API 1.1 and this any_llm has 1.0; upgrade anyllm-core"),
        ("(0, 9)", "it needs plugin API 0.9 and this any_llm has 1.0; upgrade the plugin"),
        *[
            (text, f"its ANYLLM_API must be two numbers such as (1, 0), not {text}")
            for text in ("'1.0'", "(1,)", "(1, 0, 0)", "(1, '0')", "(1, 0.0)", "(True, 0)", "None")
        ],
    ],
)
def test_a_plugin_for_another_api_is_refused(site: Site, version: str, says: str) -> None:
    assert reason(fault(site, f"{ROWS.format(ids=['x'])}\nANYLLM_API = {version}")) == says


def test_no_stated_api_means_the_first_and_a_modules_counts_for_its_objects(site: Site) -> None:
    source = "class Plugin:\n  @hookimpl\n  def anyllm_providers(self): return []\nit = Plugin()\n"
    site.add("silent", "a", source=ROWS.format(ids=["a"]).replace("ANYLLM_API", "OTHER"))
    site.add("new", source=f"{IMPORTS}{source}ANYLLM_API = 9, 0", providers={"b": "new:it"})
    plugins = PluginManager(env={})
    assert plugins.provider("a").id == "a"
    with pytest.raises(PluginError, match=r"plugin new:it .* it needs plugin API 9\.0"):
        plugins.provider("b")


def row(**fields: str) -> str:
    """The source of a row, with `fields` put over good ones."""
    good = {"id": "'x'", "dialect": "'d'", "base_url": "'http://x'"} | fields
    return f"ProviderSpec({', '.join(f'{key}={value}' for key, value in good.items())})"


@params(
    ("hook", "returned", "says"),
    [
        (
            "providers",
            row(),
            "an object of type ProviderSpec where a sequence from anyllm_providers",
        ),
        ("providers", "'x'", "an object of type str where a sequence from"),
        ("providers", "{'x': 1}", "an object of type dict where a sequence from"),
        ("providers", "[{'api_key': 'secret'}]", "an object of type dict where a ProviderSpec"),
        ("providers", "[ProviderSpec]", "the class ProviderSpec where a ProviderSpec belongs"),
        ("providers", f"[{row()}, {row()}]", "provider 'x' twice"),
        ("providers", f"[{row(id='1')}]", "an object of type int where the name of a provider"),
        ("providers", f"[{row(id=repr(''))}]", "an object of type str where the name of a provi"),
        ("providers", f"[{row(id=repr('a:b'))}]", "provider 'a:b': an id can hold no colon"),
        ("providers", f"[{row(dialect='D')}]", "where a Dialect or the name of one, in row 'x' b"),
        ("providers", f"[{row(base_url='None')}]", "where a base URL, in row 'x' belongs"),
        ("providers", f"[{row(transport='D')}]", "where a TransportFactory, in row 'x' belongs"),
        ("dialects", "[D]", "the class D where a Dialect (an object, not its class) belongs"),
        ("dialects", "[D(), D()]", "dialect 'd' twice"),
        ("observers", "[Observer]", "the class Observer where an Observer (an object, not its"),
        ("transports", "[TransportFactory()]", "an object of type list where a mapping from"),
        ("transports", "{'foo': 1}", "an object of type int where a TransportFactory belongs"),
        ("transports", "{'foo://': TransportFactory()}", "of type str where a URL scheme belongs"),
        ("transports", "{1: TransportFactory()}", "of type int where a URL scheme belongs"),
        ("transports", "dict.fromkeys(['a', 'A'], TransportFactory())", "transport 'a' twice"),
    ],
)
def test_wrong_things_registered_are_refused(
    site: Site, hook: str, returned: str, says: str
) -> None:
    dialect = "class D(Dialect):\n    name = 'd'\n    encode = decode = None\n"
    error = fault(site, f"{HEAD}def anyllm_{hook}(): return {returned}\n{dialect}")
    assert says in reason(error)
    assert "secret" not in str(error)


@params("scheme", ["http", "HTTPS"])
def test_http_belongs_to_the_core(site: Site, scheme: str) -> None:
    error = fault(site, f"{HEAD}def anyllm_transports(): return {{{scheme!r}: TransportFactory()}}")
    assert reason(error) == (
        f"it claims the URL scheme {scheme!r}, which is the core's; give the row a transport of "
        "its own instead"
    )


@params(
    ("value", "says"),
    [
        ("acme-x", "its entry point 'acme-x' is no module or module:object"),
        ("acme_x:nobody", "AttributeError: module 'acme_x' has no attribute 'nobody'"),
        ("nobody_x", "ModuleNotFoundError: No module named 'nobody_x'"),
    ],
)
def test_an_entry_point_that_leads_nowhere_is_named(site: Site, value: str, says: str) -> None:
    site.add("acme-x", source="", providers={"x": value})
    with pytest.raises(PluginError) as caught:
        PluginManager(env={}).provider("x")
    assert str(caught.value).startswith(f"provider 'x': plugin {value} (acme-x 1.0): ")
    assert says in str(caught.value)


def test_a_bad_plugin_by_hand_is_refused_and_changes_nothing() -> None:
    plugins = PluginManager(autoload=False)
    twice = [ProviderSpec(id="a", dialect="d", base_url="http://a")] * 2

    def bad() -> None:
        raise SystemExit(1)

    for hook, says in [(lambda: twice, "it registers provider 'a' twice"), (bad, "could not be l")]:
        plugin = SimpleNamespace(__name__="bad", anyllm_providers=hookimpl(hook))
        with pytest.raises(PluginError, match=rf"^plugin bad, registered by hand: {says}"):
            plugins.register(plugin)
    for nothing in (None, "acme", object()):
        with pytest.raises(PluginError, match=r"registered by hand: it implements no hook"):
            plugins.register(nothing)
    assert plugins.offered() == ()


# --- what stays after a failure --------------------------------------------------------------


def test_a_failure_is_kept_and_each_call_gets_an_error_of_its_own(site: Site) -> None:
    log = site.path / "imports"
    site.add(
        "acme", "a", "b", source=f"with open({str(log)!r}, 'a') as log: log.write('x')\n{RAISES}"
    )
    plugins = PluginManager(env={})
    errors = []
    for key in ("a", "b", "a"):
        with pytest.raises(
            PluginError, match=rf"^provider '{key}': plugin acme .*: imported"
        ) as error:
            plugins.provider(key)
        errors.append(error.value)
    assert log.read_text() == "x"
    assert errors[0] is not errors[2]
    assert errors[0].__cause__ is errors[2].__cause__
    assert [(one.plugin, one.distribution) for one in plugins.problems] == [("acme", "acme")]
    with pytest.raises(PluginError):
        PluginManager(env={}).provider("a")
    assert log.read_text() == "xx"


def test_an_interrupt_passes_and_is_no_failure(site: Site) -> None:
    module = site.add("acme", "a", source="raise KeyboardInterrupt")
    plugins = PluginManager(env={})
    with pytest.raises(KeyboardInterrupt):
        plugins.provider("a")
    (site.path / f"{module}.py").write_text(ROWS.format(ids=["a"]), encoding="utf-8")
    importlib.invalidate_caches()
    assert plugins.provider("a").id == "a"
    assert plugins.problems == ()


def test_a_plugin_may_ask_for_another_while_imported_but_not_for_itself(site: Site) -> None:
    ask = "import sys\nsys.modules['shared_plugins'].provider({!r})\n"
    site.add("acme-a", "a", source=ask.format("b") + ROWS.format(ids=["a"]))
    site.add("acme-b", "b")
    site.add("acme-c", "c", source=ask.format("d") + ROWS.format(ids=["c"]))
    site.add("acme-d", "d", source=ask.format("c") + ROWS.format(ids=["d"]))
    plugins = sys.modules["shared_plugins"] = PluginManager(env={})
    try:
        assert plugins.provider("a").id == "a"
        with pytest.raises(PluginError, match=r"'c': plugin acme_c .* asks for itself while it is"):
            plugins.provider("c")
    finally:
        del sys.modules["shared_plugins"]


def test_observer_plugins_that_fail_are_logged_and_listed_never_raised(
    site: Site, caplog: pytest.LogCaptureFixture
) -> None:
    site.add("acme-boom", source=RAISES, plugins=["boom"])
    site.add("acme-exit", source="raise SystemExit", plugins=["exit"])
    site.add("acme-panic", source=PANIC, plugins=["panic"])
    site.add(
        "acme-fine", source=f"{HEAD}def anyllm_observers(): return [Observer()]", plugins=["o"]
    )
    plugins = PluginManager(env={})
    with caplog.at_level(logging.WARNING, "any_llm"):
        found = [plugins.observers, plugins.observers]
    assert [len(observers) for observers in found] == [1, 1]
    said = [str(problem) for problem in plugins.problems]
    assert said == [
        (
            "plugin 'boom': plugin acme_boom (acme-boom 1.0): could not be loaded: RuntimeError: "
            "imported; repair or uninstall it"
        ),
        (
            "plugin 'exit': plugin acme_exit (acme-exit 1.0): could not be loaded: SystemExit: ; "
            "repair or uninstall it"
        ),
        (
            "plugin 'panic': plugin acme_panic (acme-panic 1.0): could not be loaded: Panic: a "
            "Rust extension's; repair or uninstall it"
        ),
    ]
    assert caplog.messages == said
    row = ProviderSpec(id="x", dialect="d", base_url="foo://x")
    with pytest.raises(ConfigurationError, match=r"no plugin carries foo://"):
        plugins.transport(row, "foo")


def test_metadata_that_cannot_be_read_is_a_problem_of_its_distribution(site: Site) -> None:
    site.metadata("latin", b"[any_llm.providers]\nx = caf\xe9")
    site.metadata("noequals", "[any_llm.providers]\nx")
    (site.metadata("nameless", "[any_llm.providers]\nx = y") / "METADATA").write_text(
        "Version: 1\n"
    )
    site.metadata("stranger", "[other.group]\nx")
    site.metadata("cli", "[console_scripts]\ncli = any_llm.nothing:main")
    site.add("fine", "fine")
    plugins = PluginManager(env={})
    assert plugins.problems == ()
    with pytest.raises(UnknownProvider, match=r"Offered: fine; unreadable metadata, see PluginMan"):
        plugins.provider("x")
    assert plugins.provider("fine").id == "fine"
    assert {problem.distribution for problem in plugins.problems} == {
        "latin",
        "noequals",
        "a distribution without a name",
    }
    assert all(problem.error.__cause__ for problem in plugins.problems)


@pytest.mark.parametrize(
    "line", ["Summary: a\u2028Name: b", "Summary: \x0c", "Summary: a\n   \n  b"]
)
def test_metadata_has_lines_as_mail_has_them(site: Site, line: str) -> None:
    text = f"Metadata-Version: 2.1\n{line}\nName: Right\nVersion: 1.0\n\nName: wrong\n"
    (site.metadata("right", "[any_llm.providers]\nx = y") / "METADATA").write_text(
        text, encoding="utf-8"
    )
    [offered] = PluginManager(env={}).offered()
    assert (offered.distribution, offered.version) == ("right", "1.0")


def test_of_fifty_plugins_only_the_broken_ones_fail_and_only_when_asked(site: Site) -> None:
    good = [f"good{i}" for i in range(46)]
    for name in good:
        site.add(f"anyllm-{name}", name)
    site.add("anyllm-broken", "broken", source=RAISES)
    site.add("anyllm-new", "new", source=ROWS.format(ids=["new"]) + "\nANYLLM_API = (1, 7)")
    site.add("acme-one", "twice", source=RAISES)
    site.add("acme-two", "twice", source=RAISES)
    plugins = PluginManager(env={})
    assert len(plugins.offered()) == 50
    assert not site.imported()
    for key, error, says in [
        ("broken", PluginError, r"plugin anyllm_broken \(anyllm-broken 1\.0\): .*: imported"),
        ("new", PluginError, r"plugin anyllm_new \(anyllm-new 1\.0\): it needs plugin API 1\.7"),
        ("twice", AmbiguousProvider, "offered by acme-one and acme-two; uninstall all but one"),
    ]:
        with pytest.raises(error, match=rf"^provider '{key}': {says}"):
            plugins.provider(key)
    assert [plugins.provider(key).id for key in good] == good
    assert [problem.distribution for problem in plugins.problems] == ["anyllm-broken", "anyllm-new"]
