"""The list of public drivers is read, checkouts are found, and results are summed by product."""

import re
from dataclasses import dataclass

from realworld.projects import kernel_projects
from realworld.public import missing, read_products, selected, summary

TOML = """
[[product]]
repository = "someone/filter"
commit = "0123456789012345678901234567890123456789"
what = "a filter"
projects = ["sys/sources", "SConscript"]

[[product.files]]
path = "SConscript"
text = "Import('env')"

[[product.files]]
path = "sys/a.h"
template = "sys/a.h.in"
replace = { "@NAME@" = "Some" }

[[product]]
repository = "someone/gone"
commit = "9999999999999999999999999999999999999999"
what = "not here"
"""


@dataclass(frozen=True)
class Built:
    tree: str
    machine: str
    is_built: bool


def products_of(tmp_path):
    listed = tmp_path / "list.toml"
    listed.write_text(TOML)
    here = tmp_path / "checkouts" / "filter"
    (here / "sys").mkdir(parents=True)
    (here / "sub").mkdir()
    (here / ".gitmodules").write_text('[submodule "x"]\n\tpath = sub\n')
    text = "TARGETNAME=flt\nTARGETTYPE=DRIVER\nSOURCES=a.c\n"
    (here / "sys" / "sources").write_text(text)
    (here / "sub" / "SConscript").write_text("")
    (here / "sys" / "a.c").write_text("int x;\n")
    (here / "sys" / "a.h.in").write_text("#define NAME @NAME@\n")
    return read_products(tmp_path / "checkouts", listed)


def test_a_listed_product_has_its_projects_and_what_was_written_by_hand(tmp_path):
    products = products_of(tmp_path)
    found = list(kernel_projects(products[0].tree))
    assert [(each.path, each.name, each.method) for each in found] == [
        ("SConscript", "", ""),
        ("sys/sources", "flt", "Driver"),
    ]
    assert products[0].tree.files["sys/a.h"] == "#define NAME Some\n"
    assert products[1].tree is None
    (line,) = missing(products)
    assert "git clone --recursive https://github.com/someone/gone" in line
    assert "99999" in line


def test_results_are_summed_by_product(tmp_path):
    products = products_of(tmp_path)
    results = [Built("filter", "x64", is_built=True), Built("filter", "x64", is_built=False)]
    assert summary(products, results, ["x64"]).splitlines() == [
        "filter: 1 of 2",
        "x64: 0 of 1 products whole (0%), 1 in part; 1 of 2 projects (50%)",
    ]
    assert "0 of 1 products" in summary(products, [], ["x64"])


def test_a_word_names_products_or_projects(tmp_path):
    products = products_of(tmp_path)
    assert [each.name for each in selected(products, ["Filt/sys"])] == ["filter"]
    assert selected(products, ["nothing"]) == products == selected(products, [])


def test_the_list_names_each_product_once_with_its_commit(tmp_path):
    products = read_products(tmp_path)
    names = [each.name for each in products]
    assert len(set(names)) == len(names) > 45
    assert all(re.fullmatch(r"[0-9a-f]{40}", each.commit) for each in products)
