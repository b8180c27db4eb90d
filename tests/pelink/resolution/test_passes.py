"""Each pass called by itself, with values: what it is given and what it returns."""

import numpy as np

from coffwriter import ANY, ASSOCIATIVE, CODE, COMDAT, RDATA, Reloc, Section, Symbol, build
from linking import DRIVER, write
from ntbuild import options_from_argv
from ntbuild.pecoff.object.read import ABSOLUTE, UNDEFINED
from ntbuild.pelink.diagnostics import Diagnostics
from ntbuild.pelink.inputs.read import read
from ntbuild.pelink.model import Graph
from ntbuild.pelink.resolution.icf import fold
from ntbuild.pelink.resolution.mark import mark
from ntbuild.pelink.resolution.references import references
from ntbuild.pelink.resolution.resolve import resolve
from ntbuild.pelink.resolution.tail_merge import merge_strings
from ntbuild.pelink.script.plan import Plan

REL32, ADDR64 = 4, 1
CALL = b"\xe8\0\0\0\0\xc3"


def entry(*calls: str, symbols: tuple[Symbol, ...] = ()) -> bytes:
    """DriverEntry, which calls functions one by one."""
    code = b"\xe8\0\0\0\0" * len(calls) + b"\xc3"
    relocations = [Reloc(5 * at + 1, name, REL32) for at, name in enumerate(calls)]
    own = {symbol.name for symbol in symbols}
    references = [Symbol(name) for name in calls if name not in own]
    return build(
        "x64",
        [Section(".text$entry", code, CODE, 16, relocations)],
        [Symbol("DriverEntry", 1), *symbols, *references],
    )


def function(name: str, *calls: str, data: bytes = CALL) -> bytes:
    """A COMDAT function that calls another one."""
    relocations = [Reloc(1, each, REL32) for each in calls]
    section = Section(f".text${name}", data, CODE | COMDAT, 16, relocations, comdat=ANY)
    return build("x64", [section], [Symbol(name, 1), *map(Symbol, calls)])


class Passes:
    """The values of a link up to ``mark``, and names for rows."""

    def __init__(self, folder, files, *argv):
        self.options = options_from_argv([*DRIVER, *argv])
        self.log = Diagnostics()
        paths = [str(path) for path in write(folder, files)]
        self.tables = read(paths, self.options, Plan(), self.log)
        self.symbols = resolve(self.tables, self.options, self.log)
        self.graph = references(self.tables, self.symbols, self.options, Plan())
        self.live = mark(self.graph)

    def name_id(self, name: str) -> int:
        return self.tables.names.find(self.tables.buffer, name.encode())

    def home(self, name: str, symbols=None) -> int:
        """The section row that defines a name."""
        return int((symbols or self.symbols).section[self.name_id(name)])

    def rows(self, section_name: str) -> list[int]:
        count = len(self.tables.objects.sections)
        name = section_name.encode()
        return [row for row in range(count) if self.tables.section_name(row) == name]

    def targets(self, row: int) -> list[int]:
        first, count = int(self.graph.first[row]), int(self.graph.count[row])
        return self.graph.targets[first : first + count].tolist()


def test_resolve_gives_each_name_one_place_and_kills_the_losing_comdat(tmp_path):
    constant = Symbol("Constant", -1, value=0x1234)
    weak = Symbol("Weak", weak="DriverEntry")
    files = {
        "main.obj": entry("f", "Weak", "Constant", symbols=(weak, constant)),
        "a.obj": function("f", data=b"\x90" * 6),
        "b.obj": function("f", data=b"\xcc" * 6),
    }
    passes = Passes(tmp_path, files, "/force:unresolved")
    first, second = passes.rows(".text$f")
    symbols = passes.symbols
    assert passes.home("f") == first
    assert symbols.dead[[first, second]].tolist() == [False, True]
    assert symbols.kept[[first, second]].tolist() == [True, False]
    assert passes.home("Weak") == passes.home("DriverEntry")
    constant_id = passes.name_id("Constant")
    assert (symbols.section[constant_id], symbols.value[constant_id]) == (ABSOLUTE, 0x1234)
    of_f = passes.tables.objects.symbols.rows[passes.tables.symbol_ids == passes.name_id("f")]
    assert set(symbols.row_section[of_f].tolist()) == {first}
    assert UNDEFINED not in symbols.section.tolist()
    assert set(symbols.relocations.section.tolist()) == {*passes.rows(".text$entry")}


def test_references_lead_along_relocations_and_to_associated_sections(tmp_path):
    code = Section(".text$g", CALL, CODE | COMDAT, 16, [Reloc(1, "h", REL32)], comdat=ANY)
    about = Section(".rdata$g", b"about g", RDATA, comdat=ASSOCIATIVE, parent=1)
    files = {
        "main.obj": entry("g"),
        "g.obj": build("x64", [code, about], [Symbol("g", 1), Symbol("h")]),
        "h.obj": function("h", data=b"\xc3"),
    }
    passes = Passes(tmp_path, files)
    (start,), (g,), (h,) = (
        passes.rows(".text$entry"),
        passes.rows(".text$g"),
        passes.rows(".text$h"),
    )
    assert set(passes.graph.roots.tolist()) & {start, g, h} == {start}
    assert passes.targets(start) == [g]
    assert sorted(passes.targets(g)) == sorted([h, *passes.rows(".rdata$g")])
    assert passes.targets(h) == []


def test_mark_reaches_what_roots_lead_to_and_nothing_else():
    #  0 -> 1 -> 2 -> 1 (a circle), 3 -> 0, 4 (a root without edges), 5 -> 5
    graph = Graph(
        roots=np.array([0, 4]),
        first=np.array([0, 1, 2, 4, 5, 5]),
        count=np.array([1, 1, 2, 1, 0, 1]),
        targets=np.array([1, 2, 1, 1, 0, 5], np.int32),
    )
    assert mark(graph).tolist() == [True, True, True, False, True, False]
    nothing = Graph(np.zeros(0, np.int64), graph.first, graph.count, graph.targets)
    assert not mark(nothing).any()


def test_fold_finds_functions_that_are_equal_only_if_others_are(tmp_path):
    """A calls B and B calls A; C calls D and D calls C: A equals C if B equals D."""
    pairs = {"a": "b", "b": "a", "c": "d", "d": "c", "e": "b"}
    bodies = {"a": CALL, "c": CALL, "b": b"\xe8\0\0\0\0\xc3\x90", "d": b"\xe8\0\0\0\0\xc3\x90"}
    files = {
        f"{name}.obj": function(name, other, data=bodies.get(name, b"\xe8\0\0\0\0\xc3\xcc"))
        for name, other in pairs.items()
    }
    passes = Passes(tmp_path, {"main.obj": entry(*pairs), **files}, "/opt:icf")
    symbols, live = fold(passes.tables, passes.symbols, passes.live, passes.options)
    for kept, gone in (("a", "c"), ("b", "d")):
        assert passes.home(gone, symbols) == passes.home(kept) == passes.home(kept, symbols)
        assert live[passes.home(kept)]
        assert passes.live[passes.home(gone)]
        assert not live[passes.home(gone)]
    assert passes.home("e", symbols) == passes.home("e")
    unchanged = fold(
        passes.tables, passes.symbols, passes.live, options_from_argv([*DRIVER, "/opt:noicf"])
    )
    assert unchanged == (passes.symbols, passes.live)


def test_merge_strings_moves_symbols_into_the_longer_string(tmp_path):
    texts = {"??_C@_1": b"hello world\0", "??_C@_2": b"world\0", "??_C@_3": b"worl\0"}
    pointers = [Reloc(8 * at, name, ADDR64) for at, name in enumerate(texts)]
    sections = [Section(".text", b"\xc3", CODE, 1, [Reloc(0, ".data", 0)])]
    sections.append(Section(".data", bytes(24), align=8, relocations=pointers))
    sections += [Section(".rdata", text, RDATA | COMDAT, 1, comdat=ANY) for text in texts.values()]
    symbols = [Symbol("DriverEntry", 1)]
    symbols += [Symbol(name, number) for number, name in enumerate(texts, 3)]
    passes = Passes(tmp_path, {"main.obj": build("x64", sections, symbols)}, "/opt:lldtailmerge")
    long, end, other = (passes.home(name) for name in texts)
    merged, live = merge_strings(passes.tables, passes.symbols, passes.live, passes.options)
    found = {
        name: (passes.home(name, merged), int(merged.value[passes.name_id(name)])) for name in texts
    }
    assert list(found.values()) == [(long, 0), (long, 6), (other, 0)]
    assert live[[long, end, other]].tolist() == [True, False, True]
    assert passes.live[[long, end, other]].all()
