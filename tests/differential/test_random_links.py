"""Random links: objects and archives, linked as lld-link links them."""

import tempfile
from pathlib import Path

from hypothesis import HealthCheck, given, note, settings
from hypothesis import strategies as st

from coffwriter import (
    ANY,
    ASSOCIATIVE,
    BSS,
    CODE,
    DATA,
    LARGEST,
    RDATA,
    Reloc,
    Section,
    Symbol,
    build,
)
from differential.compare import Difference, all_differences, unexplained
from differential.corpus import link_both
from ntbuild.pecoff.machine import MACHINES
from ntbuild.pelink.libraries.archive_writer import write_archive

KINDS = {
    "x64": [1, 3, 4, 11, 10],
    "x86": [6, 7, 20, 11, 10],
    "arm64": [14, 2, 17, 8, 13],
    "arm": [1, 2, 10, 15, 14],
}
WIDTHS = {"x64": 8, "x86": 4, "arm64": 8, "arm": 4}
SECTIONS = {
    ".text": CODE,
    ".text$mn": CODE,
    ".text$a": CODE,
    "INIT": CODE,
    "PAGE": CODE,
    ".rdata": RDATA,
    ".rdata$z": RDATA,
    ".data": DATA,
    ".data$b": DATA,
    ".bss": BSS,
    ".own$1": RDATA,
    ".own": RDATA,
    "PAGEDATA": DATA,
}


@st.composite
def section(draw, machine: str, names: list[str], comdat: int = 0, parent: int = 0) -> Section:
    name = draw(st.sampled_from(list(SECTIONS)))
    if comdat == ASSOCIATIVE and name == ".bss":
        name = ".data"
    size = draw(st.sampled_from([1, 8, 17, 64]))
    flags = SECTIONS[name]
    align = 1 << draw(st.integers(0, 6))
    if flags == BSS:
        return Section(name, b"", flags, align, comdat=comdat, parent=parent, size=size)
    targets = draw(st.lists(st.sampled_from(names), max_size=3))
    relocations = [
        Reloc(size + 8 * at, target, draw(st.sampled_from(KINDS[machine])))
        for at, target in enumerate(targets)
    ]
    body = draw(st.binary(min_size=size, max_size=size)) + bytes(8 * len(targets))
    return Section(name, body, flags, align, relocations, comdat=comdat, parent=parent)


@st.composite
def program(draw):
    """(machine, objects, how many of the last ones go into an archive)."""
    machine = draw(st.sampled_from(list(MACHINES)))
    prefix = MACHINES[machine].symbol_prefix
    count = draw(st.integers(1, 4))
    owned = {n: [f"{prefix}F{n}_{k}" for k in range(draw(st.integers(1, 3)))] for n in range(count)}
    shared = [f"{prefix}Shared{k}" for k in range(draw(st.integers(0, 2)))]
    commons = [f"{prefix}Common{k}" for k in range(draw(st.integers(0, 2)))]
    weak = [f"{prefix}Weak{k}" for k in range(draw(st.integers(0, 2)))]
    names = [*(each for some in owned.values() for each in some), *shared, *commons, *weak]
    objects = [
        draw(an_object(machine, n, owned[n], shared, commons, weak, names)) for n in range(count)
    ]
    entry = build(
        machine,
        [draw(section(machine, names)), Section(".text", bytes(16), CODE, 16)],
        [
            Symbol(prefix + "DriverEntry" + ("@8" if prefix else ""), 2),
            *(Symbol(name) for name in names if name not in commons),
            *(Symbol(name, 0, 24) for name in commons),
        ],
    )
    return machine, [entry, *objects], draw(st.integers(0, count))


@st.composite
def an_object(draw, machine, number, owned, shared, commons, weak, names):
    sections, symbols = [], []
    for name in owned:
        kind = draw(st.sampled_from([0, 0, ANY]))
        sections.append(draw(section(machine, names, kind)))
        symbols.append(Symbol(name, len(sections)))
    for name in shared:
        kind = ANY if name.endswith("0") else LARGEST
        sections.append(draw(section(machine, names, kind)))
        symbols.append(Symbol(name, len(sections)))
        if draw(st.booleans()):
            sections.append(draw(section(machine, names, ASSOCIATIVE, len(sections))))
            symbols.append(Symbol(f".with{len(sections)}", len(sections), 0, 3))
    symbols += [Symbol(name, 0, draw(st.integers(1, 70))) for name in commons]
    local = f".local{number}"
    symbols.append(Symbol(local, 1, 0, 3))
    symbols += [Symbol(name, weak=owned[0], search=draw(st.integers(1, 3))) for name in weak]
    known = {symbol.name for symbol in symbols}
    symbols += [Symbol(name) for name in names if name not in known]
    return build(machine, sections, symbols, bigobj=draw(st.booleans()))


def _kept_by_lld_alone(found: Difference) -> bool:
    """COMDATs that only ordinary sections keep, which lld-link takes for roots.

    Without collection it also keeps small copies of a COMDAT whose selection is LARGEST.
    """
    what = found.what
    return found.kind == "contribution" and what.startswith("only the peer") and "COMDAT" in what


@settings(
    max_examples=60,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
@given(program(), st.booleans())
def test_random_programs_are_linked_alike(made, collect):
    machine, objects, archived = made
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        split = len(objects) - archived
        paths = [folder / f"{number}.obj" for number in range(split)]
        for path, data in zip(paths, objects, strict=False):
            path.write_bytes(data)
        library, members = folder / "lib.lib", {}
        if archived:
            parts = [(f"m{n}.obj", data) for n, data in enumerate(objects[split:])]
            library.write_bytes(write_archive(parts, MACHINES[machine]))
            members = {f"{library}({part})": data for part, data in parts}
        argv = () if collect else ("-opt:noref",)
        ours, theirs, known = link_both(
            paths, [library] if archived else [], folder, machine, *argv, members=members
        )
        found = unexplained(all_differences(ours, theirs, known))
        found = [each for each in found if not _kept_by_lld_alone(each)]
        note("\n".join(f"{each.kind}: {each.what}" for each in found))
        assert not found
