"""Inline functions of C that one source has and others call."""

import pytest

from compilers.compiling import compile_to, symbols
from ntbuild.building.compiling import compiling_of
from ntbuild.building.keywords import Keywords
from ntbuild.headers.inline import exported

DECLARED = "__inline int Wait(int *where);\n"
DEFINED = "__inline int Wait(int *where) { return *where; }\nint Own(int *a) { return Wait(a); }\n"


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (DECLARED, f"extern {DECLARED}"),
        ("int __inline Wait(void (*call)(int));", "int extern __inline Wait(void (*call)(int));"),
        (f"/* a; */ {DECLARED}{DEFINED}", f"/* a; */ extern {DECLARED}{DEFINED}"),
        ("int x;\n__forceinline void F(void);", "int x;\nextern __forceinline void F(void);"),
    ],
)
def test_a_declaration_without_a_body_becomes_extern(text, found):
    assert exported(text) == found


@pytest.mark.parametrize(
    "text",
    [
        DEFINED,
        "static __inline int F(void);",
        "extern __inline int F(void);",
        "#define INLINE __inline\nint F(void);",
        "void G(void) { __inline int F(void); }",
        "// __inline int F(void);\nint inline_count;",
        'char *a = "__inline int F(void);";',
    ],
)
def test_everything_else_stays(text):
    assert exported(text) is None


def test_clang_keeps_the_function_for_others(tmp_path):
    given = {"dialect": "msvc"}
    chosen = compiling_of(Keywords(**given), given, "x64").compilation
    names = []
    for number, text in enumerate((DECLARED + DEFINED, exported(DECLARED + DEFINED))):
        source = tmp_path / f"{number}.c"
        source.write_text(text)
        output = tmp_path / f"{number}.obj"
        compile_to(output, "zig", "x64", "release", source, compilation=chosen)
        names.append("Wait" in symbols(output))
    assert names == [False, True]
