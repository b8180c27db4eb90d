"""Images that are no drivers: EFI images, and programs by Microsoft's own linker."""

import importlib.util
from pathlib import Path

import pytest

from ntbuild.pecheck import RULES, CheckSettings, Level, check, check_image
from ntbuild.pecheck.rules.kinds import OTHER_KINDS
from pecheck.golden import golden, set_checksum
from pecheck.patch import Patch


def _launchers():
    """The launchers of Windows scripts in distlib: x86, x64 and arm64, made by link.exe."""
    spec = importlib.util.find_spec("distlib")
    assert spec is not None, "distlib is missing: pip install 'ntbuild[test]'"
    return sorted(Path(spec.origin).parent.glob("*.exe"))


LAUNCHERS = _launchers()


@pytest.mark.parametrize("path", LAUNCHERS, ids=lambda path: path.name)
def test_programs_of_microsofts_linker_have_no_errors(path):
    """Their unwind data, load configuration, resources and relocations are all as they should be.

    What is found is true: the path of the builder's symbol file is in all of them.
    """
    findings = check(path.read_bytes(), path.name, profile="base,user")
    assert {f.rule for f in findings} <= {"DRV621", "DRV802"}
    assert all(f.level < Level.ERROR for f in findings)


def test_there_are_launchers_to_judge():
    machines = {"x64" if "64" in p.name else "x86" for p in LAUNCHERS if "arm" not in p.name}
    assert machines == {"x64", "x86"}


@pytest.mark.parametrize("machine", ["x64", "arm64"])
@pytest.mark.parametrize("subsystem", [10, 11, 12])
def test_an_efi_image_is_clean_when_it_is_asked_for(machine, subsystem):
    patch = Patch(machine)
    patch.optional("Subsystem", subsystem)
    for name in (".text", ".rdata", ".data"):
        patch.flags(name, drop=0x08000000)
    set_checksum(patch.data)
    data = patch.bytes()
    assert check(data, profile="base,efi") == []
    assert {f.rule for f in check(data)} == {"DRV207", "DRV309"}


def test_a_driver_is_no_program():
    (finding,) = check(golden(), profile="base,user")
    assert finding.message == "Subsystem is 1, not 2 (WINDOWS_GUI) or 3 (WINDOWS_CUI)"


@pytest.mark.parametrize("word", OTHER_KINDS)
def test_rules_about_drivers_say_why_they_are_silent(word):
    rules, reason = OTHER_KINDS[word]
    assert rules <= set(RULES)
    result = check_image(golden(), "a", CheckSettings(profiles=("base", word)), RULES.values())
    assert {rule for rule, why in result.not_applicable if why == reason} == rules
