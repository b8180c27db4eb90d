"""Formats that fit by their size are taken out of a compiler's text, line by line."""

# ruff: noqa: E501 - as clang writes it

from ntbuild.compilers.cl.same_sizes import without_same_sizes

FITS = """\
a.c:3:12: warning: format specifies type 'int' but the argument has type 'ULONG' (aka 'unsigned long') [-Wformat]
    3 |     f("%d", n);
      |        ~~   ^
In file included from a.c:1:
a.h:2:9: note: expanded from macro 'f'
    2 | #define f(...) g(__VA_ARGS__)
      |         ^
"""
DEFECT = """\
In file included from b.c:1:
b.h:4:5: warning: format specifies type 'char *' but the argument has type 'int' [-Wformat]
    4 | f("%s", 5);
"""
WIDE = FITS.replace("'ULONG' (aka 'unsigned long')", "'unsigned long long'")


def test_only_what_fits_is_left_out():
    said = FITS + DEFECT + "In file included from x.c:9:\n" + FITS
    assert without_same_sizes(f"{said}3 warnings generated.\n") == f"{DEFECT}1 warning generated.\n"
    assert without_same_sizes(f"{WIDE}1 warning generated.\n") == f"{WIDE}1 warning generated.\n"
    assert without_same_sizes(f"{FITS}1 warning generated.\n") == ""
    error = "a.c:9:1: error: expected expression\n"
    said = f"{FITS}{error}1 warning and 1 error generated.\n"
    assert without_same_sizes(said) == f"{error}1 error generated.\n"


def test_text_without_formats_is_as_it_was():
    said = "a.c:1:1: warning: unused [-Wunused]\r\n1 warning generated.\n"
    assert without_same_sizes(said) is said
