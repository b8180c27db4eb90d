"""Without /driver an image looks as lld-link makes it: headers and sections."""

import pytest

from coffwriter import BSS, CODE, RDATA, Section, Symbol
from differential.corpus import import_library
from differential.images import LOADER_FIELDS, by_lld, by_pelink
from differential.objects import read_object
from linking import entry_object
from ntbuild.pecoff.machine import MACHINES

FIELDS = ("Magic", *LOADER_FIELDS, "SizeOfHeaders")
KINDS = {
    "console": ["-entry:Start", "-subsystem:console"],
    "windows": ["-entry:Start", "-subsystem:windows"],
    "dll": ["-dll", "-entry:Start", "-export:Data,DATA"],
    "resource dll": ["-dll", "-noentry", "-include:{_}Data"],
    "efi": ["-entry:Start", "-subsystem:efi_application"],
    "efi driver": ["-entry:Start", "-subsystem:efi_boot_service_driver", "-dll"],
    "fixed": ["-entry:Start", "-subsystem:console", "-fixed"],
    "based": ["-entry:Start", "-subsystem:console", "-base:0x20000000", "-stack:0x4000,0x2000"],
    "versions": ["-entry:Start", "-subsystem:console,5.2", "-osversion:5.1", "-version:3.4"],
    "large": ["-entry:Start", "-subsystem:console", "-largeaddressaware", "-tsaware:no"],
    "plain": ["-entry:Start", "-subsystem:console", "-nxcompat:no", "-dynamicbase:no"],
    "narrow": ["-entry:Start", "-subsystem:console", "-highentropyva:no", "-filealign:4096"],
    "native": ["-entry:Start", "-subsystem:native"],
}


DIFFERENT = {
    "efi": ("DllCharacteristics", 0x8000, "no terminal server runs firmware programs"),
    "native": ("DllCharacteristics", 0x8000, "no terminal server runs kernel images"),
}
"""Bits that only lld-link sets, by kind, and why pelink does not."""

MOVABLE_ONLY = {("arm64", "fixed"), ("arm64", "plain"), ("arm", "fixed"), ("arm", "plain")}
"""What lld-link refuses: Windows on ARM loads no image that cannot move."""


def described(image) -> dict[str, object]:
    """What the headers say, but for sizes and stamps."""
    pe = image.pe
    found: dict[str, object] = {name: getattr(pe.OPTIONAL_HEADER, name) for name in FIELDS}
    found["Characteristics"] = pe.FILE_HEADER.Characteristics
    found["sections"] = [
        (s.Name.rstrip(b"\0").decode(), hex(s.Characteristics)) for s in pe.sections
    ]
    return found


@pytest.mark.parametrize(
    ("machine", "kind"),
    [(m, k) for m in MACHINES for k in KINDS if (m, k) not in MOVABLE_ONLY],
)
def test_headers_and_sections_are_those_of_lld(machine, kind, tmp_path):
    prefix = MACHINES[machine].symbol_prefix
    parts = [
        Section(".rdata", b"constant", RDATA, 8),
        Section(".bss", b"", BSS, 16, size=64),
        Section(".mine", b"mine", RDATA, 4),
        Section("CODE", b"code", CODE, 4),
        Section(".xdata", bytes(8), RDATA, 4),
    ]
    symbols = [Symbol(f"{prefix}Start", ".text"), Symbol(f"{prefix}Data", ".data")]
    path = tmp_path / "main.obj"
    path.write_bytes(
        entry_object(
            f"{prefix}Data", f"__imp_{prefix}Call", machine=machine, sections=parts, symbols=symbols
        )
    )
    library = import_library("LIBRARY user.dll\nEXPORTS\nCall\n", machine, tmp_path / "user.lib")
    objects = {str(path): read_object(path.read_bytes())}
    argv = [word.format(_=prefix) for word in KINDS[kind]]
    argv += [f"-machine:{machine}", "-opt:noref", "-nodefaultlib"]
    argv += ["-safeseh:no"] if machine == "x86" else []
    inputs = [path, library]
    ours = described(by_pelink(inputs, [*argv, "-out:lld.sys"], objects))
    theirs = described(by_lld(inputs, [*argv, "-opt:noicf"], objects, tmp_path))
    if kind in DIFFERENT:
        field, bit, _ = DIFFERENT[kind]
        assert theirs[field] & bit == bit
        theirs[field] &= ~bit
    assert ours == theirs
