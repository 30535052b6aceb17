"""The plugin manager: who an id belongs to, what is imported for it and when."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest

from any_llm import LLMProvider
from any_llm.errors import AmbiguousProvider, PluginError, UnknownProvider
from any_llm.native import MessagesDialect
from any_llm.plugin import ProviderSpec, hookimpl
from any_llm.plugins import Offered, PluginManager
from tests.core.installed import RAISES, ROWS, Site, only

params = pytest.mark.parametrize


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:
    yield from only(tmp_path, monkeypatch)


def manager(**env: str) -> PluginManager:
    return PluginManager(env=env)


def home(plugins: PluginManager, id: str) -> str:
    """The module that the row of `id` comes from."""
    return plugins.provider(id).base_url.removeprefix("http://")


def by_hand(name: str, *ids: str) -> SimpleNamespace:
    """A plugin object that registers rows, with base URLs as those of installed ones."""
    rows = [ProviderSpec(id=key, dialect="d", base_url=f"http://{name}") for key in ids]
    return SimpleNamespace(__name__=name, anyllm_providers=hookimpl(lambda: rows))


# --- precedence ------------------------------------------------------------------------------


@params("first", ["openai", "groq", "deepseek", "xai"])
def test_a_plugins_other_rows_bypass_no_rule(site: Site, first: str) -> None:
    # anyllm-openai registers four rows. Loading it for one must give it none of the others: one
    # has a namesake, one is claimed by somebody else alone, one by two with the same right.
    text = ROWS.format(ids=["openai", "groq", "deepseek", "xai"])
    site.add("anyllm-openai", "openai", "groq", "xai", source=text)
    site.add("anyllm-groq", "groq")
    site.add("acme-deepseek", "deepseek")
    site.add("acme-xai", "xai")
    plugins = manager()

    def ask(id: str) -> str:
        try:
            return home(plugins, id)
        except AmbiguousProvider as error:
            return str(error)

    ask(first)
    answers = {key: ask(key) for key in ("openai", "groq", "deepseek", "xai")}
    assert answers == {
        "openai": "anyllm_openai",
        "groq": "anyllm_groq",
        "deepseek": "acme_deepseek",
        "xai": "provider 'xai': offered by acme-xai and anyllm-openai; uninstall all but one of "
        "them, or name the others in ANYLLM_DISABLE_PLUGINS",
    }


@params("name", ["anyllm-my-llm", "AnyLLM.My_LLM", "anyllm_my--llm"])
def test_the_namesake_is_found_in_every_spelling_of_its_name(site: Site, name: str) -> None:
    site.add("acme", "my_llm")
    site.add(name, "my_llm", module="namesake")
    assert home(manager(), "my_llm") == "namesake"


def test_what_is_registered_by_hand_wins_over_the_namesake(site: Site) -> None:
    site.add("anyllm-groq", "groq", "other")
    plugins = manager()
    assert home(plugins, "groq") == "anyllm_groq"
    plugins.register(by_hand("mine", "groq"))
    assert home(plugins, "groq") == "mine"
    assert home(plugins, "other") == "anyllm_groq"


@pytest.mark.usefixtures("site")
def test_two_plugins_by_hand_with_one_id_are_refused_and_nothing_changes() -> None:
    plugins = PluginManager(autoload=False)
    one = by_hand("one", "a")
    plugins.register(one)
    with pytest.raises(AmbiguousProvider, match=r"^plugin two: 'a' was already .* by one; regis"):
        plugins.register(by_hand("two", "b", "a"))
    assert not plugins.has("b")
    with pytest.raises(PluginError, match=r"^plugin one: already registered; register it once$"):
        plugins.register(one)


def test_a_distribution_that_claims_an_id_twice_is_told_so(site: Site) -> None:
    site.add("acme-a", "a")
    site.metadata("acme", "[any_llm.providers]\nx = acme_a\nx = acme_b\ny = acme_a\ny = acme_a")
    with pytest.raises(
        PluginError, match=r"^provider 'x': acme offers it twice, in acme_a and acm"
    ):
        manager().provider("x")
    with pytest.raises(
        PluginError, match=r"'y': plugin acme_a .* does not register what its entry"
    ):
        manager().provider("y")  # the same line twice is one claim


def test_the_first_distribution_of_a_name_on_the_path_hides_the_others(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    site.add("acme", "a", version="2.0")
    (site.path / "old").mkdir()
    old = Site(site.path / "old", monkeypatch)
    old.add("Acme", "b", version="1.0")
    sys.path.append(str(old.path))
    assert [(row.id, row.version) for row in manager().offered()] == [("a", "2.0")]


def test_dialects_follow_the_same_rules(site: Site) -> None:
    source = """
    from any_llm.plugin import *
    class D(Dialect):
        name = "d"
        where = __name__
        def encode(self, request, ctx): ...
        def decode(self, reply, ctx): ...
    @hookimpl
    def anyllm_dialects(): return [D()]
    """
    site.add("acme", source=source, dialects=["d"])
    plugins = manager()
    found = plugins.dialect("d")
    assert found.where == "acme"
    assert plugins.dialect(found) is found
    site.add("anyllm-d", source=source, dialects=["d"])
    assert manager().dialect("d").where == "anyllm_d"
    site.metadata("anyllm_rest", "[any_llm.dialects]\ne = acme\nf = acme")
    site.add("acme2", source=source, dialects=["e"])
    with pytest.raises(AmbiguousProvider, match=r"^dialect 'e': offered by acme2 and anyllm-rest;"):
        manager().dialect("e")
    with pytest.raises(PluginError, match=r"^dialect 'f': plugin acme .* does not register"):
        manager().dialect("f")


def test_the_messages_dialect_is_the_cores_own_unless_replaced_by_hand(site: Site) -> None:
    site.add("anyllm-messages", source=RAISES, dialects=["messages"])
    plugins = manager()
    own = plugins.dialect("messages")
    assert isinstance(own, MessagesDialect)
    assert plugins.dialect("messages") is own
    mine = MessagesDialect()
    plugins.register(SimpleNamespace(anyllm_dialects=hookimpl(lambda: [mine])))
    assert plugins.dialect("messages") is mine


# --- what is read and imported, and when -----------------------------------------------------


def test_listing_imports_nothing_and_reads_the_metadata_once(site: Site) -> None:
    for name in ("anyllm-a", "acme", "acme-two"):
        site.add(name, "a", "b", source=RAISES, version="3.1")
    site.add("watch", source=RAISES, plugins=["watch"], dialects=["d"])
    plugins = manager()
    assert site.finder.scans == 0
    assert plugins.offered() == (
        Offered("a", "acme", "3.1", "acme", "shadowed"),
        Offered("a", "acme-two", "3.1", "acme_two", "shadowed"),
        Offered("a", "anyllm-a", "3.1", "anyllm_a", "chosen"),
        Offered("b", "acme", "3.1", "acme", "ambiguous"),
        Offered("b", "acme-two", "3.1", "acme_two", "ambiguous"),
        Offered("b", "anyllm-a", "3.1", "anyllm_a", "ambiguous"),
    )
    assert [plugins.has(key) for key in ("a", "b", "watch", "d", "c")] == [True, True] + [False] * 3
    plugins.installable()
    with pytest.raises(PluginError):
        plugins.provider("a")
    assert not plugins.observers
    assert site.finder.scans == 1
    assert not site.imported()


def test_what_is_registered_by_hand_is_listed_and_shadows(site: Site) -> None:
    site.add("anyllm-a", "a", source=RAISES)
    plugins = manager()
    plugins.register(by_hand("mine", "a"))
    assert plugins.has("a")
    assert site.finder.scans == 0
    assert plugins.offered() == (
        Offered("a", "", "", "mine", "chosen"),
        Offered("a", "anyllm-a", "1.0", "anyllm_a", "shadowed"),
    )


def test_only_the_plugin_that_is_asked_for_is_imported(site: Site) -> None:
    site.add("acme-a", "a", "ollama")
    site.add("acme-b", "b")
    plugins = manager()
    row = plugins.provider("a")
    assert site.imported() == {"acme_a"}
    assert plugins.provider("a") is row
    assert plugins.has(LLMProvider.OLLAMA)
    assert plugins.provider(LLMProvider.OLLAMA).id == "ollama"


def test_an_object_in_a_module_is_a_plugin_too(site: Site) -> None:
    source = """
    from any_llm.plugin import *
    class Plugin:
        @hookimpl
        def anyllm_providers(self):
            return (ProviderSpec(id=id, dialect="d", base_url="http://object") for id in "ab")
    plugin = Plugin()
    """
    site.add("acme", source=source, providers={"a": "acme:plugin", "b": "acme:plugin"})
    assert home(manager(), "a") == home(manager(), "b") == "object"
    plugins = PluginManager(autoload=False)
    plugins.register(sys.modules["acme"].plugin)
    assert home(plugins, "b") == "object"


def test_a_plugin_is_imported_once_even_if_its_module_is_forgotten(site: Site) -> None:
    site.add("acme", "a", "b")
    plugins = manager()
    plugins.provider("a")
    del sys.modules["acme"]
    assert plugins.provider("b").id == "b"
    assert not site.imported()


def test_threads_that_ask_at_once_scan_once_and_import_once(site: Site) -> None:
    slow = "import time\ntime.sleep(0.02)\nCALLS = []" + ROWS.format(ids=["a", "b"]).replace(
        "    return", "    time.sleep(0.02)\n    CALLS.append(1)\n    return"
    )
    module = site.add("acme", "a", "b", source=slow)
    site.finder.pause = 0.02
    plugins = manager()
    start = threading.Barrier(8)
    found: list[ProviderSpec] = []

    def ask(id: str) -> None:
        start.wait()
        assert plugins.has(id)
        found.append(plugins.provider(id))

    threads = [threading.Thread(target=ask, args=("ab"[i % 2],)) for i in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 8
    assert len({id(row) for row in found}) == 2
    assert sys.modules[module].CALLS == [1]
    assert site.finder.scans == 1


@pytest.mark.usefixtures("site")
def test_importing_the_module_and_making_a_manager_read_no_metadata() -> None:
    code = """if True:
        import sys
        from importlib.metadata import DistributionFinder
        class Scans(DistributionFinder):
            count = 0
            def find_distributions(self, context=None):
                Scans.count += 1
                return ()
        sys.meta_path.insert(0, Scans())
        from any_llm.plugins import PluginManager
        plugins = PluginManager()
        before = Scans.count
        plugins.has("a")
        print(before, Scans.count)
    """
    path = os.pathsep.join(sys.path)
    env = {"PYDANTIC_DISABLE_PLUGINS": "1", "PYTHONPATH": path}  # pydantic scans for its own
    done = subprocess.run(  # noqa: S603
        [sys.executable, "-c", code], env=env, capture_output=True, text=True, check=True
    )
    assert done.stdout.split() == ["0", "1"]


def test_two_managers_never_see_each_other(site: Site) -> None:
    site.add("acme", "a")
    one, two = manager(), PluginManager(autoload=False)
    one.register(by_hand("mine", "b"))
    assert home(one, "a") == "acme"
    assert not two.has("a")
    assert not two.has("b")
    assert not manager().has("b")
    assert two.offered() == ()
    assert two.installable() == {}
    two.register(by_hand("z", "z"))
    with pytest.raises(UnknownProvider, match=r"autoload=False\); register its plugin. Has: z$"):
        two.provider("a")


# --- who may come in -------------------------------------------------------------------------


@params(
    ("env", "left"),
    [
        ({}, "a b c"),
        ({"ANYLLM_PLUGINS": ""}, ""),
        ({"ANYLLM_PLUGINS": "a"}, "a"),
        ({"ANYLLM_PLUGINS": " Acme_B.C , nobody,"}, "b c"),
        ({"ANYLLM_DISABLE_PLUGINS": ""}, "a b c"),
        ({"ANYLLM_DISABLE_PLUGINS": "b"}, "a c"),
        ({"ANYLLM_DISABLE_PLUGINS": "ACME-b-c"}, "a"),
        ({"ANYLLM_PLUGINS": "a,b", "ANYLLM_DISABLE_PLUGINS": "a"}, "b"),
    ],
    ids=str,
)
def test_the_environment_says_who_comes_in(site: Site, env: dict[str, str], left: str) -> None:
    site.add("acme-a", "a")
    site.add("acme-b-c", "b", "c")
    plugins = manager(**env)
    assert [row.id for row in plugins.offered()] == left.split()
    assert [key for key in "abc" if plugins.has(key)] == left.split()
    plugins.register(by_hand("mine", "mine"))
    assert home(plugins, "mine") == "mine"


def test_disabling_one_claimant_settles_an_ambiguity(site: Site) -> None:
    site.add("acme-one", "a")
    site.add("acme-two", "a")
    assert home(manager(ANYLLM_DISABLE_PLUGINS="acme-one"), "a") == "acme_two"
