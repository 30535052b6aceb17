"""docs/tutorial.md is followed whole by dev/run_tutorial.py; here, what needs no environment."""

from tests.support.pages import DOCS, ROOT, blocks

BLOCKS = blocks((DOCS / "tutorial.md").read_text())
PARROT = ROOT / "tests/packaging/anyllm-parrot/anyllm_parrot.py"


def test_the_provider_is_the_one_of_the_readme_and_fits_a_screen():
    programs = [block.text for block in BLOCKS if '"""Parrot, the provider' in block.text]
    assert programs[-1] == PARROT.read_text()
    assert len(programs[-1].splitlines()) < 60
