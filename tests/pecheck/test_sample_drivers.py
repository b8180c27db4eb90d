"""The sample drivers by every linker: pelink's are clean, the others' after ``pecheck fix``."""

import re
import subprocess

import pytest

import peers
from differential.corpus import HAL, KERNEL, ROOT, compile_driver, kernel_libraries, link_both
from ntbuild.pecheck import Asked, Level, check
from ntbuild.pecheck.fix import fix
from ntbuild.pecoff.machine import MACHINES
from pecheck.test_peers import EMULATIONS, NEW_LINK

CORE = ("-export:CoreOpen", "-export:CoreClose", "-export:CoreAdd", "-export:CoreSessions,DATA")


def _asked(driver, machine):
    profiles = ("base", "hvci", *(["export"] if driver == "core" else []))
    return Asked(profiles=profiles, machine=machine)


@pytest.mark.parametrize("machine", MACHINES)
@pytest.mark.parametrize("driver", ["hello", "ioctl", "core"])
def test_drivers_by_pelink_are_clean_and_by_lld_after_fix(driver, machine, tmp_path):
    source = ROOT / "drivers" / driver / f"{driver}.c"
    built = compile_driver(source, machine, "release", tmp_path / f"{driver}.obj")
    argv = CORE if driver == "core" else ()
    ours, theirs, _ = link_both(
        [built], kernel_libraries(machine, tmp_path), tmp_path, machine, *argv
    )
    asked = _asked(driver, machine)
    assert {f.rule for f in check(ours.data, profile=asked)} <= {"DRV411"}
    result = fix(theirs.data, asked=asked)
    assert {f.rule for f in result.left} <= {*NEW_LINK, "DRV411"}
    assert all(f.level < Level.ERROR for f in result.left)


@pytest.mark.parametrize("machine", EMULATIONS)
@pytest.mark.parametrize("driver", ["hello", "ioctl"])
def test_drivers_by_gnu_ld_are_clean_after_fix(driver, machine, tmp_path):
    source = ROOT / "drivers" / driver / f"{driver}.c"
    built = compile_driver(source, machine, "release", tmp_path / f"{driver}.obj")
    libraries = []
    for name, text in (("ntoskrnl", KERNEL), ("hal", HAL)):
        definition, library = tmp_path / f"{name}.def", tmp_path / f"lib{name}.a"
        plain = text if machine == "x86" else re.sub(r"(?m)^@?(\w+)@\d+$", r"\1", text)
        definition.write_text(plain)
        kill = ["-k"] if machine == "x86" else []
        command = [peers.require(f"dlltool-{machine}"), *kill, "-d", definition, "-l", library]
        subprocess.run(command, check=True)
        libraries.append(library)
    out = tmp_path / "a.sys"
    entry = "_DriverEntry@8" if machine == "x86" else "DriverEntry"
    command = [
        peers.require(f"ld-{machine}"), "-m", EMULATIONS[machine], "--subsystem", "native",
        "--dynamicbase", "--nxcompat", "-e", entry, "-o", out, built, *libraries,
    ]  # fmt: skip
    subprocess.run(command, check=True, capture_output=True)
    asked = _asked(driver, machine)
    assert any(f.level == Level.ERROR for f in check(out.read_bytes(), profile=asked))
    result = fix(out.read_bytes(), asked=asked)
    assert {f.rule for f in result.left} <= {*NEW_LINK, "DRV411"}
    assert all(f.level < Level.ERROR for f in result.left)
