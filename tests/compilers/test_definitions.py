"""Export lists: the wheel's, the overlays', and what becomes of both on each machine."""

import re
import subprocess

import pytest

import peers
from compilers.compiling import ROOT, toolchains
from ntbuild.compilers.definitions import (
    DefinitionError,
    definition_files,
    import_definition,
    overlay_definition,
)
from ntbuild.compilers.libraries import (
    compiler_archive,
    import_source,
    own_archive,
    runtime_sources,
)
from ntbuild.compilers.search import in_package
from ntbuild.compilers.toolchain import MACHINES, ToolchainError

DEFS = ROOT / "toolchains" / "defs"
MODULES = sorted({path.stem for path in DEFS.rglob("*.def")})
# The wheel has other sizes of these than their documented prototypes.
WRONG_SIZES = {
    "ExAcquireRundownProtectionCacheAwareEx",
    "ExAcquireRundownProtectionEx",
    "KeAcquireSpinLockForDpc",
    "SeExamineSacl",
}
LINE = re.compile(r"[@\w$?]+(@\d+)?( (DATA|CONSTANT|NONAME|@\d+|== ?\S+|= ?\S+))*")


def names(module, machine, overlays=DEFS):
    """{undecorated name: as written} of a module's exports."""
    text = import_definition(module, machine, overlays)
    lines = text.splitlines()
    assert lines[0].startswith("LIBRARY ")
    assert lines[1] == "EXPORTS"
    return {re.sub(r"^@?([^@]+)(@\d+)?$", r"\1", line.split()[0]): line for line in lines[2:]}


def overlay(folder, layer, text):
    (folder / layer).mkdir(exist_ok=True)
    (folder / layer / "it.def").write_text(text)


@pytest.mark.parametrize(
    ("module", "machine"),
    [
        (module, machine)
        for module in MODULES
        for machine in MACHINES
        if definition_files(module, machine, DEFS)
    ],
)
def test_every_listed_module_is_a_plain_definition(module, machine):
    found = names(module, machine)
    assert found
    assert [line for line in found.values() if not LINE.fullmatch(line)] == []
    decorated = [line for line in found.values() if re.match(r"@|\S+@\d", line)]
    assert bool(decorated) == (machine == "x86")


@pytest.mark.parametrize("machine", MACHINES)
def test_what_drivers_need_is_there(machine):
    kernel = names("ntoskrnl", machine)
    assert {"ExAllocatePool2", "ExFreePool2", "DbgPrint", "IoCreateDevice"} <= set(kernel)
    assert kernel["KdDebuggerEnabled"] == "KdDebuggerEnabled DATA"
    for name in ("IoDriverObjectType", "PsProcessType", "NtBuildNumber"):
        assert kernel[name] == f"{name} CONSTANT"
    assert {"FltRegisterFilter", "FltStartFiltering"} <= set(names("fltmgr", machine))
    assert {"StorPortInitialize", "StorPortExtendedFunction"} <= set(names("storport", machine))
    assert {"FwpsCalloutRegister3", "FwpmEngineOpen0"} <= set(names("fwpkclnt", machine))
    assert {"WdfVersionBind", "WdfVersionUnbind"} <= set(names("wdfldr", machine))
    assert "BCryptGenRandom" in names("cng", machine)


def test_sizes_count_on_x86_only():
    assert names("ntoskrnl", "x86")["ExAllocatePool2"] == "ExAllocatePool2@16"
    assert names("ntoskrnl", "x64")["ExAllocatePool2"] == "ExAllocatePool2"
    assert names("ntoskrnl", "x86")["ExReleasePushLockEx"] == "@ExReleasePushLockEx@8"
    assert names("ntoskrnl", "arm")["ExReleasePushLockEx"] == "ExReleasePushLockEx"
    assert names("ndis", "x64")["NdisRegisterPoll"] == "NdisRegisterPoll"
    assert "NdisRegisterPoll" in names("ndis", "x86")


@pytest.mark.parametrize("module", MODULES)
def test_no_name_is_listed_twice_or_against_the_wheel(module, tmp_path):
    for path in DEFS.rglob(f"{module}.def"):
        words = re.findall(r"(?m)^(@?[A-Za-z_]\w+)(?:@|\s|$)", path.read_text())
        listed = [word.lstrip("@") for word in words]
        assert len(listed) == len(set(listed))
    if definition_files(module, "x86", tmp_path):
        wheel, merged = names(module, "x86", tmp_path), names(module, "x86")
        wheel.pop("NdisWriteErrorLogEntry", "")  # cdecl, as it takes any number of values
        wheel.pop("NtBuildNumber", "")  # a function there, which it is on no machine
        wheel = {name: line for name, line in wheel.items() if name not in WRONG_SIZES}
        # What is a CONSTANT here is DATA there; what drivers declare is the same for both.
        assert {name: merged[name].replace(" CONSTANT", " DATA") for name in wheel} == wheel


@pytest.mark.parametrize("machine", ["x64", "arm64"])
def test_what_the_kernel_of_windows_11_has(machine):
    kernel = set(names("ntoskrnl", machine))
    assert {"CmCallbackGetKeyObjectIDEx", "CmCallbackReleaseKeyObjectIDEx"} <= kernel
    assert {"EtwSetInformation", "PsWow64GetProcessMachine", "KeInitializeSpinLock"} <= kernel
    assert {"SeDeleteClientSecurity", "KeRemoveQueueDpcEx", "IoIsInitiator32bitProcess"} <= kernel
    ports = {"READ_PORT_UCHAR", "WRITE_PORT_BUFFER_ULONG"}
    assert (ports <= set(names("hal", machine))) == (machine == "arm64")


def test_prototypes_decide_sizes_and_conventions():
    assert names("ntoskrnl", "x86")["CmCallbackGetKeyObjectIDEx"].endswith("IDEx@20")
    assert names("ntoskrnl", "x86")["ObReferenceObjectSafe"] == "@ObReferenceObjectSafe@4"
    assert names("ntoskrnl", "x86")["SeExamineSacl"] == "SeExamineSacl@28"
    assert names("fltmgr", "x86")["FltCreateNamedPipeFile"] == "FltCreateNamedPipeFile@72"
    assert names("fltmgr", "x86")["FltGetSwappedBufferMdlAddress"].startswith("@Flt")
    assert names("fwpkclnt", "x86")["FwpsClassifyOptionSet0"].endswith("@12")


def test_arm64_is_not_x64():
    x64, arm64 = names("ntoskrnl", "x64"), names("ntoskrnl", "arm64")
    assert {"KfLowerIrql", "KfRaiseIrql", "KeFlushIoBuffers", "KeGetCurrentIrql"} <= set(arm64)
    assert {"KeLowerIrql", "KiCpuId", "KeLastBranchMSR"} <= set(x64)
    assert not {"KeLowerIrql", "KiCpuId", "KeLastBranchMSR", "KeQuerySystemTime"} & set(arm64)
    assert "x86BiosCall" in names("hal", "x64")
    assert not [name for name in names("hal", "arm64") if name.startswith("x86Bios")]


def test_layers_go_from_general_to_special(tmp_path):
    overlay(tmp_path, "all", "LIBRARY it.sys\nEXPORTS\nOne@4\nTwo@8\nThree DATA ; a comment\n")
    overlay(tmp_path, "64bit", "EXPORTS\nFour\nREMOVED\nOne\n")
    overlay(tmp_path, "arm64", 'EXPORTS\n"One"\nREMOVED\nTwo\n')
    overlay(tmp_path, "x86", "EXPORTS\nTwo@16\n")
    assert list(names("it", "x64", tmp_path).values()) == ["Two", "Three DATA", "Four"]
    assert list(names("it", "arm64", tmp_path).values()) == ["Three DATA", "Four", "One"]
    assert list(names("it", "x86", tmp_path).values()) == ["One@4", "Two@16", "Three DATA"]
    assert list(names("it", "arm", tmp_path).values()) == ["One", "Two", "Three DATA"]
    assert import_definition("it", "arm", tmp_path).startswith('LIBRARY "it.sys"\n')
    assert [path.parent.name for path in definition_files("it", "arm64", tmp_path)] == [
        "all",
        "64bit",
        "arm64",
    ]


def test_an_unknown_module_names_a_near_one():
    with pytest.raises(
        DefinitionError, match="no export list of 'fltmrg' for x64; did you mean 'fl"
    ):
        import_definition("fltmrg", "x64", DEFS)


def test_a_wrong_overlay_is_named_with_its_line(tmp_path):
    overlay(tmp_path, "all", "LIBRARY it.sys\nOne\n")
    with pytest.raises(DefinitionError, match=r"all/it.def: line 2: One: an export before EXPORTS"):
        import_definition("it", "x64", tmp_path)
    (tmp_path / "all" / "it.def").write_bytes(b"EXPORTS\n\xff\n")
    with pytest.raises(DefinitionError, match=r"all/it.def: offset 8: not UTF-8"):
        import_definition("it", "x64", tmp_path)


@pytest.mark.parametrize("module", ["kernel32", "ntdll", "ucrtbase"])
@pytest.mark.parametrize(
    ("machine", "triple"), [("x64", "x86_64"), ("arm64", "aarch64"), ("arm", "armv7")]
)
def test_preprocessed_lists_are_what_a_compiler_makes_of_them(module, machine, triple):
    zig, lists = in_package("ziglang", "zig"), in_package("ziglang", "lib/libc/mingw")
    (source,) = lists.glob(f"lib-common/{module}.def.in")
    include = [f"-I{lists / folder}" for folder in ("def-include", "lib-common")]
    done = subprocess.run(
        [zig, "clang", f"--target={triple}-w64-windows-gnu", "-E", "-P", "-xc", *include, source],
        check=True,
        capture_output=True,
        text=True,
    )
    entries = {line.split()[0] for line in done.stdout.splitlines() if line.split(";")[0].strip()}
    assert {line.split()[0] for line in names(module, machine).values()} == {
        word.strip('"') for word in entries
    } - {"LIBRARY", "EXPORTS"}


@pytest.mark.parametrize("machine", ["x64", "x86"])
def test_gccs_own_archives_are_completed(machine):
    peers.require_toolchain("mingw", machine)
    mingw = toolchains()["mingw"]
    source = import_source(mingw, "ntoskrnl", machine)
    assert source.archive is not None
    assert source.archive.name == "libntoskrnl.a"
    assert "ExAllocatePool2" in source.definition
    assert "IoCreateDevice" not in source.definition
    assert source.archive in source.files
    flt = import_source(mingw, "fltmgr", machine)
    assert flt.archive is None
    assert "FltRegisterFilter" in flt.definition
    assert own_archive(mingw, "no-such-module", machine) is None
    assert compiler_archive(mingw, machine).name == "libgcc.a"


def test_other_toolchains_have_lists_alone():
    zig = toolchains()["zig"]
    source = import_source(zig, "hal", "arm64")
    assert source.archive is None
    assert "KeStallExecutionProcessor" in source.definition
    assert compiler_archive(zig, "x64") is None
    assert overlay_definition("kernel32", "x64", DEFS) is None
    with pytest.raises(ToolchainError, match="no export list of 'nothing'"):
        import_source(zig, "nothing", "x64")


@pytest.mark.parametrize("machine", MACHINES)
def test_the_run_time_is_for_all_and_for_one(machine):
    sources = runtime_sources(toolchains()["zig"], machine)
    assert {path.parent.name for path in sources} == {"all", machine}
    assert list(sources) == sorted(sources)
    assert len({path.name for path in sources}) == len(sources)
