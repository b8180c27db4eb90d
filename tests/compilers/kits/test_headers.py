"""Sources compiled with a kit's headers: the order of folders, the forced header, no mingw-w64.

The kit is a synthetic tree whose headers say which of them was read.
"""

import pytest

from compilers.compiling import compile_to, externals, symbols
from compilers.kits import trees
from ntbuild.building.compiling import CompilingError, compiling_of
from ntbuild.building.keywords import Keywords

MACHINES = ("x64", "x86", "arm64")


def compilation(machine, **given):
    given = {"harden": False, **given}
    return compiling_of(Keywords(**given), given, machine).compilation


def compiled(folder, machine, text, suffix="c", flavor="release", toolchain="zig", **given):
    source = folder / f"source.{suffix}"
    source.write_text(text, encoding="utf-8")
    output = folder / f"{machine}.obj"
    chosen = compilation(machine, **given)
    return compile_to(output, toolchain, machine, flavor, source, compilation=chosen)


@pytest.fixture
def tree(tmp_path):
    folder = trees.flat(tmp_path / "kit")
    trees.write(
        folder,
        {
            "km/names.h": '#pragma once\n#define FOUND "km"\n',
            "shared/names.h": '#pragma once\n#define FOUND "shared"\n',
            "um/names.h": '#pragma once\n#define FOUND "um"\n',
            "um/other.h": "#pragma once\n#define OTHER 1\n",
            "km/crt/stddef.h": "#error clang's own header comes first\n",
            "shared/warning.h": "#pragma once\n#define KITS_WARNING_H 1\n",
        },
    )
    return folder


@pytest.mark.parametrize("toolchain", ["zig", "clang"])
@pytest.mark.parametrize("machine", MACHINES)
def test_the_order_of_folders_and_the_forced_header(tree, tmp_path, machine, toolchain):
    text = """
    #include <stddef.h>
    #include <names.h>
    #include <other.h>
    _Static_assert(FOUND[0] == 'k', "km comes before shared and um");
    _Static_assert(KITS_WARNING_H && OTHER && _MSC_VER == 1940, "the kit's world");
    #if __has_include(<_mingw.h>) || __has_include(<ntdddisk.h>)
    #error another header world
    #endif
    int bytes(size_t count) { return (int)count; }
    """
    decorated = {"x86": "_bytes@4"}.get(machine, "bytes")
    assert decorated in externals(
        compiled(tmp_path, machine, text, toolchain=toolchain, kit=str(tree))
    )


def test_the_version_of_windows_is_known_first_and_what_depends_on_ntdef_all_the_same(
    tree, tmp_path
):
    trees.write(
        tree,
        {
            "shared/sdkddkver.h": """#pragma once
                #define NTDDI_WIN10 0x0A000000
                #if defined(DECLSPEC_DEPRECATED_DDK)
                #define DECLSPEC_DEPRECATED_DDK_WINXP DECLSPEC_DEPRECATED_DDK
                #endif
                """,
            "shared/ntdef.h": """#pragma once
                #define DECLSPEC_DEPRECATED_DDK __declspec(deprecated)
                #include <sdkddkver.h>
                """,
        },
    )
    text = """
    #if NTDDI_WIN10 != 0x0A000000
    #error the version is not known
    #endif
    #include <ntdef.h>
    DECLSPEC_DEPRECATED_DDK_WINXP int old(void);
    int call(void) { return 0; }
    """
    assert "call" in externals(compiled(tmp_path, "x64", text, kit=str(tree)))


@pytest.mark.parametrize("suffix", ["c", "cpp"])
@pytest.mark.parametrize("machine", ["x64", "x86"])
def test_privileged_instructions_are_not_calls(tree, tmp_path, machine, suffix):
    text = """
    void all(void *table, unsigned __int64 *wide, unsigned long *words)
    {
        *wide += __readcr0() + __readcr2() + __readcr3() + __readcr4() + __readdr(7);
        *wide += __readmsr(1) + __readpmc(0) + __readeflags() + __segmentlimit(8);
        __writecr0(1); __writecr2(*wide); __writecr3(2); __writecr4(3);
        __writedr(7, 4); __writemsr(1, *wide);
        _disable(); _enable(); __halt(); __invlpg(table); __wbinvd();
        __sidt(table); __lidt(table); _sgdt(table); _lgdt(table);
        *words += __inbyte(1) + __inword(2) + __indword(3);
        __outbyte(1, 2); __outword(1, 2); __outdword(1, 2);
        __indwordstring(1, words, 2); __outdwordstring(1, words, 2);
        *words += _inp(1) + _inpw(2) + _inpd(3) + _outp(1, 2) + _outpw(1, 2) + _outpd(1, 2);
        __svm_clgi(); __svm_stgi(); __svm_vmrun(1); __svm_vmload(1); __svm_vmsave(1);
    #if defined(_M_X64)
        *wide += __readcr8();
        __writecr8(2);
        *words += __vmx_on(wide) + __vmx_vmptrld(wide) + __vmx_vmclear(wide) + __vmx_vmlaunch();
        *words += __vmx_vmread(1, wide) + __vmx_vmwrite(1, 2) + __vmx_vmresume();
        __vmx_off();
        __vmx_vmptrst(wide);
    #endif
    }
    """
    for flavor in ("debug", "release"):
        made = compiled(tmp_path, machine, text, suffix, flavor, kit=str(tree))
        missing = [
            name for name, (section, kind) in symbols(made).items() if not section and kind == 2
        ]
        assert missing == []


def test_registers_are_read_as_wide_as_they_are(tree, tmp_path):
    text = """
    _Static_assert(sizeof(__readcr0()) == 8 && sizeof(__readcr2()) == 8, "control registers");
    _Static_assert(sizeof(__readdr(0)) == 8, "debug registers");
    int some;
    """
    assert compiled(tmp_path, "x64", text, kit=str(tree)).is_file()


def test_a_kit_implies_the_dialect_and_refuses_the_other(tree):
    assert compilation("x64", kit=str(tree)).dialect == "msvc"
    with pytest.raises(CompilingError, match="a kit's headers are for dialect 'msvc'"):
        compilation("x64", kit=str(tree), dialect="gnu")


def test_half_a_kit_is_one_line_with_the_keyword(tmp_path):
    with pytest.raises(CompilingError, match=r"^kit: .*no such folder$"):
        compilation("x64", kit=str(tmp_path / "none"))


def test_without_windows_the_kit_says_which_version_is_the_newest(tree):
    assert not any("NTDDI" in each for each in compilation("x64", kit=str(tree)).defines)
    named = compilation("x64", kit=str(tree), windows="10.0.19041").defines
    assert "NTDDI_VERSION=0x0a000008" in named


@pytest.mark.parametrize("machine", MACHINES)
def test_what_cl_knows_without_a_header_and_a_pool_that_opts_in_at_run_time(
    tree, tmp_path, machine
):
    trees.write(tree, {"shared/sal.h": "#pragma once\n#define _In_\n"})
    text = """
    #if POOL_NX_OPTIN_AUTO || !POOL_NX_OPTIN
    #error the driver opts in itself
    #endif
    uintptr_t first(_In_ const char *text, ...)
    {
        va_list arguments;
        const char *at = text;
        va_start(arguments, text);
        va_end(arguments);
        va_end(at);
        return at == NULL;
    }
    """
    given = {"kit": str(tree), "dialect": "msvc", "harden": True}
    source = tmp_path / "source.c"
    source.write_text(text, encoding="utf-8")
    chosen = compilation(machine, **given)
    flag = "-DPOOL_NX_OPTIN=1"
    output = tmp_path / "it.obj"
    made = compile_to(output, "zig", machine, "release", source, flag, compilation=chosen)
    assert any("first" in name for name in symbols(made))
