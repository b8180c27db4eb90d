"""The rules' page is what the rules say now."""

from ntbuild.pecheck.suppressions import ALL_RULES
from pecheck.rule_pages import AREAS, PAGE, pages


def test_the_page_is_current():
    assert PAGE.read_text(encoding="utf-8") == pages(), "run python -m pecheck.rule_pages in tests"


def test_every_rule_has_its_place():
    text = pages()
    for rule in ALL_RULES.values():
        assert text.count(f"### {rule.id} {rule.slug}\n") == 1
    assert {rule[3] for rule in ALL_RULES} == set(AREAS)
