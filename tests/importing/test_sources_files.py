"""Files of the WDK's old build tool: ``sources`` and ``dirs``."""

# ruff: noqa: E501 - project files and messages are one line each

import pytest

from msbuild.projects import write
from ntbuild.importing.dirs_file import import_dirs
from ntbuild.importing.layout import single_script, solution_scripts
from ntbuild.importing.sources_file import import_sources
from ntbuild.msbuild.elements import ProjectFileError
from ntbuild.msbuild.files import Files

SOURCES = r"""
TARGETNAME = old # the name
TARGETTYPE = DRIVER
!IF 0
C_DEFINES = -DNEVER
!ELSE
C_DEFINES = $(C_DEFINES) -DEVENT=1 /DPLAIN
!ENDIF
KMDF_VERSION_MAJOR=1
KMDF_VERSION_MINOR=9
INCLUDES = $(DDK_INC_PATH);..\INC
RUN_WPP = $(SOURCES) -km -func:Log(LEVEL,MSG,...) -scan:Trace.h
SOURCES = a.c \
          gone.c
"""


def test_a_sources_file_is_read(tmp_path):
    folder = tmp_path / "sys"
    write(folder, {"sources": SOURCES, "A.C": "", "trace.h": "", "../inc/x.h": ""})
    found = import_sources((folder / "sources").as_posix(), Files())
    (only,) = single_script(found, folder.as_posix())
    assert (
        only.text
        == """from ntbuild import Wpp

Import("env")

# sources
# by hand: source gone.c: no such file; is it generated?
env.Driver(
    "old",
    ["A.C"],
    model="kmdf",
    kmdf="1.9",
    dialect="msvc",
    wpp=Wpp("debug", scan="trace.h", functions=["Log(LEVEL,MSG,...)"]),
    include_dirs=["../inc"],
    defines={"EVENT": 1, "PLAIN": None},
)
"""
    )


def test_a_sources_file_may_differ_between_machines(tmp_path):
    text = """TARGETTYPE=DRIVER
!IF "$(_BUILDARCH)" == "x86"
BITS=32
!ELSE
BITS=64
!ENDIF
TARGETNAME=own$(BITS)
KMDF_VERSION_MAJOR=1
TARGETLIBS=$(DDK_LIB_PATH)\\ndis.lib
SOURCES=a.cpp
"""
    write(tmp_path, {"sources": text, "a.cpp": ""})
    found = import_sources((tmp_path / "sources").as_posix(), Files())
    (file,) = single_script(found, tmp_path.as_posix())
    assert 'name = "own64"\nif env["NTARCH"] == "x86":\n    name = "own32"\n' in file.text
    assert 'import_libraries=["ndis"]' in file.text
    assert 'cxx_runtime="driver"' in file.text


def test_a_sources_file_brings_libraries_of_folders_beside_it(tmp_path):
    files = {
        "sys/SOURCES": "TARGETNAME=fs\nTARGETTYPE=DRIVER\nUSER_C_FLAGS=/D__KERNEL__ /W4 /frob\n"
        "TARGETLIBS=$(TARGETPATH)\\*\\journal.lib $(DDK_LIB_PATH)\\what.lib "
        "$(DDK_LIB_PATH)\\Wdmsec.lib\nSOURCES=..\\a.c\n",
        "jbd/sources": "TARGETNAME=journal\nTARGETTYPE=LIBRARY\nSOURCES=j.c\n",
        "app/sources": "TARGETNAME=app\nTARGETTYPE=PROGRAM\n",
        "a.c": "",
        "jbd/j.c": "",
    }
    write(tmp_path, files)
    folder = (tmp_path / "sys").as_posix()
    found = import_sources(f"{folder}/SOURCES", Files())
    (only,) = single_script(found, folder)
    assert (
        only.text
        == """Import("env")

# ../jbd/sources
journal = env.DriverLibrary("journal", ["../jbd/j.c"], model="wdm", dialect="msvc")

# SOURCES
# by hand: compiler option /frob
# by hand: library what: no project here makes it, and no module is it
env.Driver(
    "fs",
    ["../a.c", journal],
    model="wdm",
    dialect="msvc",
    defines={"__KERNEL__": None},
    import_libraries=["wdmsec"],
)
"""
    )


def test_a_sources_file_of_a_program_is_refused(tmp_path):
    write(tmp_path, {"sources": "TARGETNAME=x\nTARGETTYPE=PROGRAM\n"})
    with pytest.raises(ProjectFileError, match="TARGETTYPE is PROGRAM: it makes nothing"):
        import_sources((tmp_path / "sources").as_posix(), Files())


def test_what_a_sources_file_says_is_taken_or_said(tmp_path):
    text = r"""TARGETNAME=own
TARGETTYPE=DRIVER
MSC_WARNING_LEVEL=/W4
_NT_TARGET_VERSION=$(_NT_TARGET_VERSION_WINXP)
!IF "$(_BUILDARCH)" == "ia64"
ARCH=a
!ELSEIF "$(_BUILDARCH)" == "amd64"
ARCH=b
!ELSEIF "$(_BUILDARCH)" == "x86"
ARCH=c
BUFFER_OVERFLOW_CHECKS=0
!ELSE
ARCH=d
!ENDIF
LINKER_FLAGS=ntstrsafe.lib fltmgr.lib /frob
HELPER=$(ARCH)
NTTARGETFILE0=made.h
I386_SOURCES=low.c
SOURCES=$(HELPER).c
"""
    inf = "[Version]\nDriverVer=01/02/2026,3.4\n[Files]\nOWN.sys\n"
    files = {"sources": text, "own.inx": inf, "other.inf": "x.sys"}
    write(tmp_path, files | dict.fromkeys(("b.c", "c.c", "low.c"), ""))
    found = import_sources((tmp_path / "sources").as_posix(), Files())
    (only,) = single_script(found, tmp_path.as_posix())
    assert (
        only.text
        == """Import("env")

# sources
# left out: NTTARGETFILE0=made.h
# left out: _NT_TARGET_VERSION=$(_NT_TARGET_VERSION_WINXP)
# left out: INF own.inx: its package is a comment below the driver
# by hand: LINKER_FLAGS: /frob
sources = []
if env["NTARCH"] == "x64":
    sources += ["b.c"]
if env["NTARCH"] == "x86":
    sources += ["c.c", "low.c"]
harden = {}
if env["NTARCH"] == "x86":
    harden |= {"cookie": "the project sets BUFFER_OVERFLOW_CHECKS to 0"}
own_sys = env.Driver("own", sources, model="minifilter", dialect="msvc", harden=harden)
# env.DriverPackage("own", own_sys, inf="own.inx", version="3.4.0.0")
"""
    )


def test_a_dirs_file_is_a_tree_of_sources_files(tmp_path):
    files = {
        "dirs": "DIRS=lib \\\n  sys # c\nOPTIONAL_DIRS=app{amd64} gone deep\n",
        "deep/DIRS": "DIRS=..\\sys drv",
        "deep/drv/sources": "TARGETNAME=drv\nTARGETTYPE=DRIVER\nSOURCES=d.c\n",
        "sys/sources": "TARGETNAME=own\nTARGETTYPE=DRIVER\nTARGETLIBS=..\\lib\\*\\part.lib\nSOURCES=a.c\n",
        "lib/sources": "TARGETNAME=part\nTARGETTYPE=DRIVER_LIBRARY\nSOURCES=b.c\n",
        "app/sources": "TARGETNAME=app\nTARGETTYPE=PROGRAM\n",
        **dict.fromkeys(("sys/a.c", "lib/b.c", "deep/drv/d.c"), ""),
    }
    write(tmp_path, files)
    top = tmp_path.as_posix()
    found = import_dirs(f"{top}/dirs", Files())
    names = [each.path.removeprefix(f"{top}/") for each in found.projects]
    assert names == ["lib/sources", "sys/sources", "deep/drv/sources"]
    assert found.skipped == (
        f"{top}/app/sources:1: TARGETTYPE is PROGRAM: it makes nothing for the kernel",
    )
    texts = {each.path.removeprefix(f"{top}/"): each.text for each in solution_scripts(found, top)}
    assert 'part = SConscript("lib/SConscript", exports=["env"])' in texts["SConscript"]
    assert '["a.c", part]' in texts["sys/SConscript"]
    write(tmp_path, {"none/dirs": "DIRS=x"})
    with pytest.raises(ProjectFileError, match="none of its folders has a driver"):
        import_dirs(f"{top}/none/dirs", Files())
