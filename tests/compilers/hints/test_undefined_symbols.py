"""Hints for undefined symbols: the module to import from, or what kernel code has instead."""

import time

import pytest

from compilers.compiling import ROOT
from ntbuild.compilers.hints.undefined_symbols import hints
from ntbuild.compilers.toolchain import MACHINES

DEFS = ROOT / "toolchains/defs"


def hint(symbol, machine="x64"):
    return hints([symbol], machine, DEFS).get(symbol, "")


@pytest.mark.parametrize("machine", MACHINES)
def test_a_name_of_another_kernel_module_names_the_import_library(machine):
    symbol = "_FltRegisterFilter@12" if machine == "x86" else "FltRegisterFilter"
    assert (
        hint(symbol, machine)
        == 'exported by fltmgr: model="minifilter", or import_libraries=["fltmgr"]'
    )


@pytest.mark.parametrize(
    ("symbol", "machine", "text"),
    [
        ("__imp_StorPortInitialize", "x64", 'import_libraries=["storport"]'),
        ("__imp__StorPortInitialize@16", "x86", 'import_libraries=["storport"]'),
        ("BCryptOpenAlgorithmProvider", "arm64", 'import_libraries=["cng"]'),
        ("IoCreateDeviceSecure", "x64", 'import_libraries=["wdmsec"]'),
        ("WdmlibIoCreateDeviceSecure", "x64", 'import_libraries=["wdmsec"]'),
        ("_AuxKlibInitialize@0", "x86", 'import_libraries=["aux_klib"]'),
        ("GUID_DEVINTERFACE_MINE", "x64", "#include <initguid.h> before the header"),
        ("MessageBoxA", "x64", "a function of user32.dll, for programs: drivers cannot call it"),
        ("CreateFileW", "x64", "a function of kernel32.dll, for programs"),
        ("printf", "x64", "DbgPrint"),
        ("_printf", "x86", "DbgPrint"),
        ("malloc", "arm", "ExAllocatePool2"),
        ("atexit", "x64", "an object with a destructor"),
        ("_Znwy", "x64", "it is operator new: "),
        ("__Znwj", "x86", "it is operator new: "),
        ("_ZdaPv", "x64", "it is operator delete[]: "),
        ("??2@YAPEAX_K@Z", "x64", "it is operator new: "),
        ("operator delete(void*)", "x64", "it is operator delete: "),
        ("__gxx_personality_seh0", "x64", "-fno-exceptions"),
    ],
)
def test_a_hint_says_what_to_do(symbol, machine, text):
    assert text in hint(symbol, machine)


@pytest.mark.parametrize("symbol", ["NoSuchFunctionAnywhere", "KeWaitForSingleObject", "x", ""])
def test_what_no_other_module_has_gets_no_hint(symbol):
    assert hint(symbol) == ""


def test_many_names_cost_one_search():
    start = time.process_time()
    found = hints([f"FltRegisterFilter{number}" for number in range(10)], "x64", DEFS)
    assert found == {}
    assert time.process_time() - start < 2
