"""What published drivers have, and load with, is no error: old linkers, old days, other systems."""

import pytest

from ntbuild.pecheck import CheckSettings, Level, check
from ntbuild.pecoff.constants import IMAGE_DIRECTORY_ENTRY as ENTRY
from ntbuild.pecoff.constants import IMAGE_SCN
from pecheck.golden import MACHINES, set_checksum
from pecheck.patch import Patch

HVCI = CheckSettings(profiles=("base", "hvci"))
VISUAL_C_6, VISUAL_STUDIO_2005, VISUAL_STUDIO_2008, GNU_LD, LLD = 6, 8, 9, 2, 14
IN_1999, IN_2008, IN_2012 = 0x36F00000, 0x48000000, 0x50000000


def level(patch, rule, profile="base"):
    """The level of a rule's one finding about an image; None without one."""
    set_checksum(patch.data)
    found = [f.level for f in check(patch.bytes(), profile=profile) if f.rule == rule]
    assert len(found) <= 1
    return found[0] if found else None


@pytest.mark.parametrize("machine", MACHINES)
def test_a_writable_init_is_an_error_for_memory_integrity_only(machine):
    patch = Patch(machine)
    patch.flags("INIT", IMAGE_SCN.MEM_WRITE)
    assert level(patch, "DRV305") is Level.NOTE
    assert level(patch, "DRV305", HVCI) is Level.ERROR
    patch.flags(".text", IMAGE_SCN.MEM_WRITE)
    levels = {f.level for f in check(patch.bytes()) if f.rule == "DRV305"}
    assert levels == {Level.NOTE, Level.ERROR}


@pytest.mark.parametrize("machine", MACHINES)
def test_alignment_below_a_page_is_an_error_where_systems_refuse_it(machine):
    patch = Patch(machine)
    patch.optional("SectionAlignment", 0x200)
    assert level(patch, "DRV202") is (Level.NOTE if machine in {"x86", "arm"} else Level.ERROR)
    assert level(patch, "DRV202", HVCI) is Level.ERROR


@pytest.mark.parametrize(
    ("linker", "stamp", "expected"),
    [
        (VISUAL_C_6, IN_1999, Level.WARNING),
        (VISUAL_STUDIO_2005, IN_2008, Level.WARNING),
        (VISUAL_STUDIO_2005, IN_2012, Level.ERROR),
        (VISUAL_STUDIO_2008, IN_2008, Level.ERROR),
        (GNU_LD, IN_1999, Level.ERROR),
        (LLD, IN_1999, Level.ERROR),
    ],
)
def test_a_version_of_nt_4_is_no_error_in_an_image_of_its_day(linker, stamp, expected):
    patch = Patch("x86")
    patch.optional("MajorLinkerVersion", linker)
    patch.optional("MajorOperatingSystemVersion", 4)
    patch.file("TimeDateStamp", stamp)
    assert level(patch, "DRV208") is expected


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [(0, 8, Level.NOTE), (-8, 0, Level.NOTE), (0, -8, Level.ERROR), (8, 0, Level.ERROR)],
)
def test_an_iat_directory_may_be_larger_than_the_slots_and_not_smaller(before, after, expected):
    patch = Patch("x64")
    directory = patch.image.directory(ENTRY.IAT)
    start, end = (
        directory.VirtualAddress + before,
        directory.VirtualAddress + directory.Size + after,
    )
    patch.directory(ENTRY.IAT, start, end - start)
    assert level(patch, "DRV412") is expected
