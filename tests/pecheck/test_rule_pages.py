"""The rules' page is what the rules say now, and so is the list of what they say of images."""

from ntbuild.pecheck.suppressions import ALL_RULES
from pecheck import said
from pecheck.rule_pages import AREAS, PAGE, pages


def test_the_page_is_current():
    assert PAGE.read_text(encoding="utf-8") == pages(), "run python -m pecheck.rule_pages in tests"


def test_what_the_rules_say_of_each_defect_is_what_they_said():
    expected = said.PAGE.read_text(encoding="utf-8").splitlines()
    assert said.text().splitlines() == expected, "run python -m pecheck.said in tests"


def test_every_rule_has_its_place():
    text = pages()
    for rule in ALL_RULES.values():
        assert text.count(f"### {rule.id} {rule.slug}\n") == 1
    assert {rule[3] for rule in ALL_RULES} == set(AREAS)
