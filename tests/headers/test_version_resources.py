"""ntverp.h and common.ver: the version resource of scripts written for the WDK."""

import subprocess

import pytest

from compilers.compiling import ROOT
from ntbuild.compilers.search import in_package

SCRIPT = """\
#include <windows.h>
#include <ntverp.h>
#define VER_FILETYPE VFT_DRV
#define VER_FILESUBTYPE VFT2_DRV_SYSTEM
#define VER_FILEDESCRIPTION_STR "One driver"
#define VER_INTERNALNAME_STR "one.sys"
#undef VER_PRODUCTBUILD
#define VER_PRODUCTBUILD 77
#include "common.ver"
"""
INCLUDE = ROOT / "toolchains" / "include"


def zig_rc(folder, *defines):
    """The .res file that zig's resource compiler makes of SCRIPT."""
    zig, headers = in_package("ziglang", "zig"), "lib/libc/include/any-windows-any"
    (folder / "it.rc").write_text(SCRIPT)
    argv = [
        *(zig, "rc", "/nologo", "/:auto-includes", "none", "/I", INCLUDE),
        *("/I", in_package("ziglang", headers), *defines),
        *("/fo", folder / "it.res", "--", folder / "it.rc"),
    ]
    done = subprocess.run(argv, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return (folder / "it.res").read_bytes()


def wide(text):
    return text.encode("utf-16-le")


@pytest.mark.parametrize(
    ("defines", "language"), [((), "040904B0"), (("/DVER_LANGNEUTRAL",), "000004B0")]
)
def test_the_script_decides_and_the_rest_has_defaults(tmp_path, defines, language):
    made = zig_rc(tmp_path, *defines)
    for text in ("One driver", "one.sys", "10.0.77.1", language):
        assert wide(text) in made
    # VS_FIXEDFILEINFO: signature, structure version, 10.0, 77.1
    assert bytes.fromhex("bd04effe 00000100 00000a00 01004d00") in made
