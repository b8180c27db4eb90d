"""Which statement of a script takes a section, for real columns of objects that tests write."""

import time

import numpy as np
import pytest

from coffwriter import DATA, Section, build
from ntbuild.pelink.diagnostics import Diagnostics
from ntbuild.pelink.inputs.read import read
from ntbuild.pelink.options import LinkOptions
from ntbuild.pelink.options import Section as Rule
from ntbuild.pelink.script.matching import (
    file_matches,
    first_rules,
    match_rows,
    name_ranks,
    section_texts,
)
from ntbuild.pelink.script.patterns import NameList, matches
from ntbuild.pelink.script.plan import Plan
from ntbuild.pelink.script.syntax_tree import InputStatement, SectionPattern

NAMES = [".text", ".text$a", ".text$zz", ".text$long_enough_for_the_string_table", ".data"]
NAMES += [".data$x", ".rdata$_ZN3fooEv", ".CRT$XCA", ".CRT$XCZ", "12345678", "a[1]", "\u00e4$b"]


def tables_of(folder, **files):
    paths = []
    for name, sections in files.items():
        path = folder / f"{name}.o"
        path.write_bytes(build("x64", [Section(each, b"1234", DATA, 4) for each in sections], []))
        paths.append(str(path))
    options = LinkOptions(machine="x64", driver=None, noentry=True, dll=True)
    return read(paths, options, Plan(), Diagnostics())


def rows_of(tables, *files):
    owners = tables.objects.sections.object
    origins = tables.objects.objects.origins
    inside = [origins[owner].name.endswith(files) for owner in owners.tolist()]
    return np.flatnonzero(inside)


def statement(file, *patterns, **more):
    each = tuple(p if isinstance(p, SectionPattern) else SectionPattern(p) for p in patterns)
    return InputStatement(file, each, "x.ld:1:1", **more)


PATTERNS = [
    "*",
    ".text",
    ".text$*",
    ".text*",
    "*a*",
    ".CRT$XC[!A]",
    ".CRT$XC?",
    "12345678",
    "????????",
]
PATTERNS += [
    ".rdata$*foo*",
    "[.]data",
    r"a\[1]",
    "\u00e4*",
    "*$*",
    "",
    "[z-a]",
    "*t*t*e",
    ".data$[x]",
]


@pytest.mark.parametrize("pattern", PATTERNS)
def test_a_section_is_matched_as_its_name_is(pattern, tmp_path):
    tables = tables_of(tmp_path, one=NAMES, two=NAMES)
    rows = rows_of(tables, "one.o", "two.o")
    found = match_rows(tables, rows, [(7, statement("*", pattern))])
    expected = [7 if matches(pattern, name) else -1 for name in section_texts(tables, rows)]
    assert found.statement.tolist() == expected
    assert found.pattern.tolist() == [min(each, 0) for each in expected]


def test_the_first_statement_that_matches_takes_a_section(tmp_path):
    tables = tables_of(tmp_path, one=NAMES, two=NAMES)
    rows = rows_of(tables, "one.o", "two.o")
    found = match_rows(
        tables,
        rows,
        [
            (3, statement("*two.o", ".text$*")),
            (1, statement("*", ".data", ".text*", exclude_files=("*two.o",))),
            (2, statement("*", SectionPattern(".text*", exclude_files=("*one.o",)))),
            (9, statement("*", ".CRT$XC[A-M]", ".CRT$*")),
        ],
    )
    taken = dict(
        zip(section_texts(tables, rows)[: len(NAMES)], found.statement.tolist(), strict=False)
    )
    assert [taken[name] for name in NAMES[:9]] == [1, 1, 1, 1, 1, -1, -1, 9, 9]
    second = found.statement.tolist()[len(NAMES) :]
    assert second[:9] == [2, 3, 3, 3, -1, -1, -1, 9, 9]
    assert found.pattern.tolist()[:9] == [1, 1, 1, 1, 0, -1, -1, 0, 1]


def test_names_of_many_groups_are_matched_together(tmp_path):
    names = [f".s{number}$x{number % 7}" for number in range(600)]
    tables = tables_of(tmp_path, one=names)
    rows = rows_of(tables, "one.o")
    found = match_rows(tables, rows, [(0, statement("*", ".s5$*")), (1, statement("*", "*$x6"))])
    expected = [0 if n == 5 else 1 if n % 7 == 6 else -1 for n in range(600)]
    assert found.statement.tolist() == expected


def test_no_rows_and_no_statements_match_nothing(tmp_path):
    tables = tables_of(tmp_path, one=NAMES)
    rows = rows_of(tables, "one.o")
    assert match_rows(tables, rows, []).statement.tolist() == [-1] * len(rows)
    assert match_rows(tables, rows[:0], [(0, statement("*", "*"))]).statement.tolist() == []


def test_ranks_sort_as_names_do(tmp_path):
    tables = tables_of(tmp_path, one=NAMES, two=reversed(NAMES))
    rows = rows_of(tables, "one.o", "two.o")
    names = section_texts(tables, rows)
    ranks = name_ranks(tables, rows).tolist()
    ordered = sorted(set(names))
    assert ranks == [ordered.index(name) for name in names]
    assert names == [tables.section_name(int(row)).decode() for row in rows]


def test_the_first_rule_of_the_user_takes_a_section(tmp_path):
    tables = tables_of(tmp_path, one=NAMES)
    rows = rows_of(tables, "one.o")
    live = np.zeros(len(tables.section_stems), np.bool_)
    live[rows] = True
    rules = [Rule("A", (".text$z*",)), Rule("B", (".text", ".text$*")), Rule("C", ("*t*",))]
    chosen = first_rules(tables, live, rules)[rows].tolist()
    assert chosen[:6] == [1, 1, 0, 1, 2, 2]


@pytest.mark.parametrize(
    ("pattern", "file", "expected"),
    [
        ("*", "lib.a(x.o)", True),
        ("x.o", "x.o", True),
        ("x.o", "dir/x.o", False),
        ("*x.o", "dir/x.o", True),
        ("x.o", "lib.a(x.o)", True),
        ("*lib.a", "dir/lib.a(x.o)", True),
        ("lib.a:x.o", "lib.a(x.o)", True),
        ("lib.a:x.o", "x.o", False),
        ("lib.a:x.o", "lib.a(y.o)", False),
        ("*.a:", "lib.a(y.o)", True),
        ("*.a:", "y.o", False),
        (":x.o", "x.o", True),
        (":x.o", "lib.a(x.o)", False),
        ("c:/dir/x.o", "c:/dir/x.o", True),
        ("*crtend.o", "/usr/lib/crtend.o", True),
        ("a(b).o", "a(b).o", True),
    ],
)
def test_file_patterns(pattern, file, expected):
    assert file_matches(pattern, file) is expected


def test_a_pattern_of_many_stars_takes_no_time():
    name = "a" * 20_000
    begin = time.perf_counter()
    assert not matches("*a" * 60 + "*b", name)
    assert not NameList([name] * 10).matching("*a" * 60 + "*b").any()
    assert time.perf_counter() - begin < 2


def test_an_object_of_many_sections_is_matched_by_columns(tmp_path):
    names = [f".text$function_number_{number}" for number in range(20_000)]
    tables = tables_of(tmp_path, one=names)
    rows = rows_of(tables, "one.o")
    begin = time.perf_counter()
    found = match_rows(
        tables, rows, [(0, statement("*", ".text$*_77*")), (1, statement("*", ".t*"))]
    )
    assert time.perf_counter() - begin < 1
    expected = [0 if "_77" in name else 1 for name in names]
    assert found.statement.tolist() == expected
    assert (name_ranks(tables, rows).argsort() == np.argsort(names)).all()
