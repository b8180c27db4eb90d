"""kmdf= and wdf=: which version, whose headers, and what is wrong in one line."""

import os

import pytest

from compilers.compiling import ROOT, compile_to, sections, symbols
from kmdf import headers
from ntbuild.building.compiling import compiling_of
from ntbuild.building.declare import DeclarationError, declare
from ntbuild.building.keywords import Keywords
from ntbuild.compilers import kmdf

OWN = str(ROOT / "toolchains/include/kmdf")
FRONT = str(ROOT / "toolchains/models/kmdf/front")
WDF = os.environ.get(kmdf.VARIABLE)
CHECKOUT = "src/publicinc/wdf/kmdf"
DRIVER = """
#include <ntddk.h>
#include <wdf.h>
#include <wdfusb.h>
typedef struct { int Number; } DATA;
WDF_DECLARE_CONTEXT_TYPE_WITH_NAME(DATA, DataOf)
EVT_WDF_DRIVER_DEVICE_ADD Add;
NTSTATUS Add(WDFDRIVER Driver, PWDFDEVICE_INIT Init)
{
    return DataOf(Driver)->Number == 0 ? STATUS_SUCCESS : WdfDeviceCreate(&Init, 0, 0);
}
"""


@pytest.fixture(autouse=True)
def no_checkout(monkeypatch):
    monkeypatch.delenv(kmdf.VARIABLE, raising=False)


@pytest.fixture
def checkout(tmp_path):
    """A tree that is laid out like the framework's repository, with two versions."""
    for version in ("1.15", "1.33"):
        folder = tmp_path / CHECKOUT / version
        folder.mkdir(parents=True)
        for name in (*kmdf._NEEDED, "wdfextra"):
            (folder / f"{name}.h").write_text(f"/* {name} of {version} */\n")
    return tmp_path


def compilation(machine="x86", **given):
    return compiling_of(Keywords(**given), given, machine).compilation


def complaint(given):
    with pytest.raises(DeclarationError) as caught:
        declare("it", given, exports=False, defaults={"machine": "x64"})
    return str(caught.value)


def test_a_driver_that_names_no_version_has_the_oldest():
    found = compilation(model="kmdf")
    assert found.headers == (OWN,)
    assert found.defines == ("KMDF_VERSION_MAJOR=1", "KMDF_VERSION_MINOR=15")
    # Our headers say for themselves what is stdcall.
    assert (found.convention, found.state) == ("cdecl", "")
    assert compilation(model="kmdf", kmdf="1.33").defines[1] == "KMDF_VERSION_MINOR=33"


def test_a_checkout_takes_the_place_of_our_headers(checkout, monkeypatch):
    version = checkout / CHECKOUT / "1.33"
    found = compilation(model="kmdf", kmdf="1.33", wdf=str(checkout))
    assert found.headers == (FRONT, str(version))
    assert found.convention == "stdcall"
    assert found == compilation(model="kmdf", kmdf="1.33", wdf=str(checkout / CHECKOUT))
    monkeypatch.setenv(kmdf.VARIABLE, str(checkout))
    assert compilation(model="kmdf", kmdf="1.33") == found
    kmdf._foreign.cache_clear()
    (version / "wdfextra.h").write_text("/* changed */\n")
    assert compilation(model="kmdf", kmdf="1.33").state != found.state


def test_a_mistake_is_one_line_that_names_the_keyword(checkout, monkeypatch):
    known = "known are 1.15, 1.17, 1.19, 1.21, 1.23, 1.25, 1.27, 1.31, 1.33"
    assert complaint({"model": "kmdf", "kmdf": "1.9"}) == f"kmdf: no version '1.9'; {known}"
    assert complaint({"kmdf": "1.15"}) == "kmdf: it is for model='kmdf', which this driver is not"
    assert complaint({"model": "wdm", "wdf": "x"}).startswith("wdf: it is for model='kmdf'")
    place = (checkout / CHECKOUT).as_posix()
    given = {"model": "kmdf", "wdf": str(checkout)}
    assert complaint({**given, "kmdf": "1.17"}) == (
        f"kmdf: no version '1.17' in {place}; 1.15, 1.33 are"
    )
    (checkout / CHECKOUT / "1.15" / "wdfio.h").unlink()
    assert complaint(given) == f"wdf: {place}/1.15 lacks wdfio.h"
    assert complaint({**given, "wdf": "gone"}) == (
        "wdf: 'gone' has no src/publicinc/wdf/kmdf with a folder for each version; "
        "it is to be a checkout of microsoft/Windows-Driver-Frameworks"
    )
    monkeypatch.setenv(kmdf.VARIABLE, "gone")
    assert complaint({"model": "kmdf"}).startswith("NTBUILD_WDF: 'gone' has no ")


def test_the_headers_know_no_version_that_is_not_named(tmp_path):
    source = tmp_path / "it.c"
    source.write_text("#include <ntddk.h>\n#include <wdf.h>\n")
    for flags, message in (
        ((), "KMDF_VERSION_MAJOR and KMDF_VERSION_MINOR are not defined"),
        (("-DKMDF_VERSION_MAJOR=1", "-DKMDF_VERSION_MINOR=35"), "25, 27, 31 or 33 is expected"),
    ):
        with pytest.raises(AssertionError, match=message):
            compile_to(tmp_path / "it.obj", "zig", "x64", "release", source, f"-I{OWN}", *flags)


SHARED_WITH_LINUX = """
#include <ntddk.h>
#define __attribute__(x)
#include <wdf.h>
typedef struct { int Number; } DATA;
WDF_DECLARE_CONTEXT_TYPE_WITH_NAME(DATA, DataOf)
int NumberOf(WDFDEVICE Device);
int NumberOf(WDFDEVICE Device) { return DataOf(Device)->Number; }
C_ASSERT(FIELD_OFFSET(WDF_TIMER_CONFIG, UseHighResolutionTimer) % 8 == 0);
C_ASSERT(FIELD_OFFSET(WDF_REQUEST_PARAMETERS, Parameters.Write.Key) % sizeof(PVOID) == 0);
C_ASSERT(sizeof(WDF_INTERRUPT_INFO) % 8 == 0);
"""


@pytest.mark.parametrize("machine", headers.MACHINES)
@pytest.mark.parametrize("dialect", ["gnu", "msvc"])
def test_sources_may_define_attributes_as_nothing(tmp_path, machine, dialect):
    source = tmp_path / "it.c"
    source.write_text(SHARED_WITH_LINUX)
    found = compilation(machine, model="kmdf", dialect=dialect)
    it = compile_to(tmp_path / "it.obj", "zig", machine, "debug", source, compilation=found)
    assert {0x1000} < {flags & 0x1000 for name, flags, _ in sections(it) if name == ".data"}


CELLS = [
    (machine, language, dialect)
    for machine in headers.MACHINES
    for language in ("c", "cpp")
    for dialect in ("gnu", "msvc")
]


@pytest.mark.parametrize(("machine", "language", "dialect"), CELLS)
@pytest.mark.parametrize("version", ["1.15", "1.25", "1.33"])
def test_c_and_cplusplus_compile_in_both_dialects(tmp_path, machine, language, dialect, version):
    source = tmp_path / f"it.{language}"
    source.write_text(DRIVER.replace("<wdfusb.h>", "<usb.h>\n#include <wdfusb.h>"))
    found = compilation(machine, model="kmdf", kmdf=version, dialect=dialect)
    compile_to(tmp_path / "it.obj", "zig", machine, "debug", source, compilation=found)


@pytest.mark.skipif(WDF is None, reason="NTBUILD_WDF names no checkout of WDF")
@pytest.mark.parametrize(("machine", "language", "dialect"), CELLS)
@pytest.mark.parametrize("minor", headers.MINORS)
def test_the_frameworks_own_headers_compile_too(tmp_path, machine, language, dialect, minor):
    source = tmp_path / f"it.{language}"
    source.write_text(DRIVER.replace("<wdfusb.h>", "<usb.h>\n#include <wdfusb.h>"))
    found = compilation(machine, model="kmdf", kmdf=f"1.{minor}", dialect=dialect, wdf=WDF)
    compile_to(tmp_path / "it.obj", "zig", machine, "debug", source, compilation=found)


def test_the_frameworks_own_headers_are_read_as_c_in_cxx_too(tmp_path):
    """They count on it where wdf.h includes them; the front includes some of them first."""
    names = ("types", "globals", "funcenum", "status", "assert", "verifier", "pool", "object")
    names += ("sync", "core", "driver", "memory", "request")
    for name in names:
        tmp_path.joinpath(f"wdf{name}.h").write_text("#pragma once\n")
    tmp_path.joinpath("wdffuncenum.h").write_text("#pragma once\nextern int WdfDriverGlobals;\n")
    tmp_path.joinpath("wdf.h").write_text("#pragma once\n")
    source = tmp_path / "it.cpp"
    source.write_text(
        "#include <ntddk.h>\n#include <wdf.h>\nint It() { return WdfDriverGlobals; }\n"
    )
    extra = (f"-I{FRONT}", f"-I{tmp_path}", "-DKMDF_VERSION_MINOR=15", "-w")
    built = compile_to(tmp_path / "it.obj", "zig", "x64", "release", source, *extra)
    assert "WdfDriverGlobals" in symbols(built)
