"""Linker scripts: what the subset means as values, and everything else refused by name."""

import pytest

from ntbuild.pelink.diagnostics import LinkError
from ntbuild.pelink.script.parser import parse_script
from ntbuild.pelink.script.syntax_tree import (
    Assignment,
    Binary,
    Call,
    Conditional,
    Data,
    Expression,
    InputStatement,
    Name,
    Number,
    Script,
    SectionDescription,
    SectionPattern,
    Unary,
)


def parse(text: str) -> Script:
    return parse_script(text, "x.ld")


def section(body: str) -> SectionDescription:
    (found,) = parse(f"SECTIONS {{ .text : {{ {body} }} }}").sections
    assert isinstance(found, SectionDescription)
    return found


def expression(text: str) -> Expression:
    (found,) = parse(f"x = {text};").sections
    assert isinstance(found, Assignment)
    return found.expression


def refusal(text: str) -> str:
    with pytest.raises(LinkError) as caught:
        parse(text)
    (found,) = caught.value.diagnostics
    return f"{found.place}: {found.message}"


def test_commands():
    script = parse(
        '/* head */ OUTPUT_FORMAT("pei-x86-64", b, c) ENTRY(DriverEntry) OUTPUT_ARCH(i386:x86-64)'
    )
    assert script == Script(
        entry="DriverEntry",
        output_format="pei-x86-64",
        output_arch="i386:x86-64",
        has_sections=False,
    )
    assert parse("SECTIONS { }").has_sections


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("*(.text)", InputStatement("*", (SectionPattern(".text"),), "")),
        ("*(.a .b*)", InputStatement("*", (SectionPattern(".a"), SectionPattern(".b*")), "")),
        ("*(.a, .b)", InputStatement("*", (SectionPattern(".a"), SectionPattern(".b")), "")),
        ("KEEP(*(.a))", InputStatement("*", (SectionPattern(".a"),), "", keep=True)),
        ("*(SORT(.a$*))", InputStatement("*", (SectionPattern(".a$*", sorts=("name",)),), "")),
        (
            "*(SORT_BY_NAME(.a*) .b)",
            InputStatement("*", (SectionPattern(".a*", sorts=("name",)), SectionPattern(".b")), ""),
        ),
        (
            "SORT(*)(.idata$5)",
            InputStatement("*", (SectionPattern(".idata$5"),), "", sort_files=True),
        ),
        ("KEEP(SORT(*)(.a))", InputStatement("*", (SectionPattern(".a"),), "", True, (), True)),  # noqa: FBT003
        ("dir/*.o(.a[0-9]?)", InputStatement("dir/*.o", (SectionPattern(".a[0-9]?"),), "")),
        ("lib.a:x.o(COMMON)", InputStatement("lib.a:x.o", (SectionPattern("COMMON"),), "")),
        ('"my file.o"(.a)', InputStatement("my file.o", (SectionPattern(".a"),), "")),
        (
            "*(EXCLUDE_FILE(a.o *b.o) .a .b)",
            InputStatement(
                "*", (SectionPattern(".a", exclude_files=("a.o", "*b.o")), SectionPattern(".b")), ""
            ),
        ),
        (
            "*(SORT(EXCLUDE_FILE(a.o) .a))",
            InputStatement(
                "*", (SectionPattern(".a", sorts=("name",), exclude_files=("a.o",)),), ""
            ),
        ),
        (
            "EXCLUDE_FILE(a.o) *(.a)",
            InputStatement("*", (SectionPattern(".a"),), "", exclude_files=("a.o",)),
        ),
    ],
)
def test_inputs(text: str, expected: InputStatement):
    (found,) = section(text).statements
    assert isinstance(found, InputStatement)
    assert found.place.startswith("x.ld:1:")
    assert (
        InputStatement(
            found.file, found.sections, "", found.sort_files, found.exclude_files, found.keep
        )
        == expected
    )


def test_statements_of_a_section_keep_their_order_and_place():
    found = section("*(.a)\n . = ALIGN(8); BYTE(1) SHORT(2); LONG(-1) QUAD(3)\n end = .;")
    places = [statement.place for statement in found.statements]
    assert places[:2] == ["x.ld:1:22", "x.ld:2:2"]
    assert places[-1] == "x.ld:3:2"
    assert found.statements[1:] == (
        Assignment(".", Call("ALIGN", (Number(8),)), places[1]),
        Data(1, Number(1), places[2]),
        Data(2, Number(2), places[3]),
        Data(4, Unary("-", Number(1)), places[4]),
        Data(8, Number(3), places[5]),
        Assignment("end", Name("."), places[6]),
    )


@pytest.mark.parametrize(
    ("head", "address", "align"),
    [
        (".a :", None, None),
        (".a ALIGN(4096) :", Call("ALIGN", (Number(4096),)), None),
        (".a BLOCK(4K) :", Call("ALIGN", (Number(4096),)), None),
        (".a (0x1000 + 1) :", Binary("+", Number(4096), Number(1)), None),
        (".a : ALIGN(16)", None, Number(16)),
        ("/DISCARD/ :", None, None),
        (".a$b:", None, None),
    ],
)
def test_output_sections(head: str, address: Expression | None, align: Expression | None):
    (found,) = parse(f"SECTIONS {{ {head} {{ *(.x) }} }}").sections
    assert isinstance(found, SectionDescription)
    assert (found.address, found.align) == (address, align)
    assert found.name == head.split(" ", maxsplit=1)[0].rstrip(":")
    assert found.is_discard == head.startswith("/DISCARD/")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1 + 2 * 3", Binary("+", Number(1), Binary("*", Number(2), Number(3)))),
        ("1 - 2 - 3", Binary("-", Binary("-", Number(1), Number(2)), Number(3))),
        ("(1 + 2) * 3", Binary("*", Binary("+", Number(1), Number(2)), Number(3))),
        (
            "1 << 2 | 3 & 4",
            Binary("|", Binary("<<", Number(1), Number(2)), Binary("&", Number(3), Number(4))),
        ),
        ("a == b && c", Binary("&&", Binary("==", Name("a"), Name("b")), Name("c"))),
        (
            "a ? 1 : b ? 2 : 3",
            Conditional(Name("a"), Number(1), Conditional(Name("b"), Number(2), Number(3))),
        ),
        ("-~!+1", Unary("-", Unary("~", Unary("!", Number(1))))),
        ("0x10", Number(16)),
        ("010", Number(8)),
        ("2M", Number(2 << 20)),
        ("SIZEOF(.text)", Call("SIZEOF", (Name(".text"),))),
        ("SIZEOF_HEADERS", Call("SIZEOF_HEADERS", ())),
        ("ALIGN(., 16)", Call("ALIGN", (Name("."), Number(16)))),
        ("MAX(1, DEFINED(a))", Call("MAX", (Number(1), Call("DEFINED", (Name("a"),))))),
        ('"odd name"', Name("odd name")),
        ("__image_base__ + 0x1000", Binary("+", Name("__image_base__"), Number(4096))),
        ("1 /* one */ + /* two */ 2", Binary("+", Number(1), Number(2))),
    ],
)
def test_expressions(text: str, expected: Expression):
    assert expression(text) == expected


def test_assignments():
    script = parse("a = 1; a += 2; PROVIDE(b = .); PROVIDE_HIDDEN(c = a << 1);")
    assert script.sections == (
        Assignment("a", Number(1), "x.ld:1:1"),
        Assignment("a", Binary("+", Name("a"), Number(2)), "x.ld:1:8"),
        Assignment("b", Name("."), "x.ld:1:16", provide=True),
        Assignment("c", Binary("<<", Name("a"), Number(1)), "x.ld:1:32", provide=True, hidden=True),
    )


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("PHDRS { }", "x.ld:1:1: PHDRS is not possible in an image"),
        ("\n  VERSION { }", "x.ld:2:3: VERSION is not possible in an image"),
        ("SECTIONS { OVERLAY : { } }", "x.ld:1:12: OVERLAY is not possible in an image"),
        ("SECTIONS { .a (COPY) : { } }", "x.ld:1:16: COPY is not possible in an image"),
        (
            "SECTIONS { .a ALIGN(1) (DSECT) : { } }",
            "x.ld:1:25: DSECT is not possible in an image",
        ),
        (
            "SECTIONS { .a : { } :text }",
            "x.ld:1:21: a program header (:name) is not possible in an image",
        ),
        ("SECTIONS { .a : { } = x }", "x.ld:1:23: a fill pattern must be a constant"),
        (
            "SECTIONS { .a : { *(INPUT_SECTION_FLAGS(A) .a) } }",
            "x.ld:1:21: INPUT_SECTION_FLAGS is not possible in an image",
        ),
        (
            "SECTIONS { .a : { SORT_BY_ALIGNMENT(*)(.a) } }",
            "x.ld:1:19: syntax error: SORT_BY_ALIGNMENT does not sort files",
        ),
        (
            "SECTIONS { .a : ALIGN(4) ALIGN_WITH_INPUT { } }",
            "x.ld:1:17: align with input and explicit align specified",
        ),
        ("MEMORY { a : ORIGIN = 0 }", "x.ld:1:25: LENGTH expected, not }"),
        (
            "MEMORY { a (q) : ORIGIN = 0, LENGTH = 1 }",
            "x.ld:1:14: invalid attributes of a memory region: q",
        ),
        (
            "MEMORY { a : ORIGIN = 0, LENGTH = 1 a : ORIGIN = 0, LENGTH = 1 }",
            "x.ld:1:37: redefinition of memory region `a'",
        ),
        (
            "REGION_ALIAS(a, b)",
            "x.ld:1:1: memory region `b' for alias `a' does not exist",
        ),
        ("PROVIDE(. = 1);", "x.ld:1:1: PROVIDE cannot assign to the location counter"),
        ("SECTIONS { .a : { * } }", "x.ld:1:21: ( expected, not }"),
        ("SECTIONS { .a : { *(.b", "x.ld:1:23: a section pattern expected, not the end"),
        ("SECTIONS { .a { } }", "x.ld:1:15: an expression expected, not {"),
        ("SECTIONS {", "x.ld:1:11: a section's name or } expected"),
        ("x = FROB(.a);", "x.ld:1:5: FROB is no function of linker scripts"),
        ("x = ;", "x.ld:1:5: an expression expected, not ;"),
        ("x = 1", "x.ld:1:6: ; expected after the assignment"),
        ("x = 09;", "x.ld:1:5: 09 is not a number"),
        ("x = 0x10000000000000000;", "x.ld:1:5: 0x10000000000000000 has more than 64 bits"),
        ("x = MAX(1);", "x.ld:1:5: MAX does not take 1 arguments"),
        ("x = (1;", "x.ld:1:7: ) expected, not ;"),
        ("/* open", "x.ld:1:1: a comment without its end"),
        (
            "frob(x)",
            (
                "x.ld:1:1: syntax error: a command (SECTIONS, MEMORY, ENTRY, INPUT ...) or an"
                " assignment expected, not frob"
            ),
        ),
        ("x = " + "(" * 2000, "x.ld:1:69: an expression nested deeper than 64"),
        ("x = " + "-" * 2000, "x.ld:1:70: more than 64 signs"),
        ("x = " + "9" * 9000 + ";", f"x.ld:1:5: {'9' * 40} is not a number"),
    ],
)
def test_refusals(text: str, message: str):
    assert refusal(text) == message


def test_a_long_chain_of_operators_is_no_deep_one():
    found = expression(" + ".join(["1"] * 500))
    depth = 0
    while isinstance(found, Binary):
        found, depth = found.left, depth + 1
    assert depth == 499
