"""The text of each fix, word by word, and that it makes the good image again.

A fix does no more than it says: an image that was made wrong in one way is, once fixed, the golden
image it was made of, byte by byte, unless a reason is listed.
"""

import pytest

from ntbuild.pecheck import CheckSettings
from ntbuild.pecheck.fixes.fix import FixError, fix
from pecheck.golden import STAMP, golden
from pecheck.mutations import MUTATIONS

SAID = """
DRV106-deprecated | DRV106: Characteristics: LINE_NUMS_STRIPPED, LOCAL_SYMS_STRIPPED cleared
DRV106-32bit | DRV106: Characteristics: MACHINE_32BIT cleared
DRV106-dll | DRV106: Characteristics: DLL cleared
DRV108-kept | DRV108: 1 COFF symbols cut off
DRV108-wild | DRV108: 0 COFF symbols cut off
DRV108-no-strings | DRV108: 1 COFF symbols cut off
DRV108-cut | DRV108: 1 COFF symbols cut off
DRV206-behind | DRV210: SizeOfCode: becomes 0x800
DRV208-nt4 | DRV208: OperatingSystemVersion: 4.0 becomes 10.0
DRV208-subsystem | DRV208: SubsystemVersion: 4.0 becomes 10.0
DRV209-image-version | DRV209: ImageVersion: 0.0 becomes 10.0
DRV209-asked-6.1 | DRV209: OperatingSystemVersion: 10.0 becomes 6.1
DRV209-asked-6.1 | DRV209: SubsystemVersion: 10.0 becomes 6.1
DRV209-asked-6.1 | DRV209: ImageVersion: 10.0 becomes 6.1
DRV210-no-code | DRV210: SizeOfCode: becomes 0xc00
DRV210-data | DRV210: SizeOfInitializedData: becomes 0x1400
DRV210-first-data | DRV210: SizeOfInitializedData: becomes 0x1400
DRV210-bss | DRV210: SizeOfUninitializedData: becomes 0x0
DRV210-base | DRV210: BaseOfCode: becomes 0x1000
DRV311-iat | DRV310: PAGErd: NOT_PAGED cleared
DRV311-pdata | DRV310: PAGEpd: NOT_PAGED cleared
DRV211-win32-version | DRV211: Win32VersionValue: reserved bits 0x1 cleared
DRV211-loader-flags | DRV211: LoaderFlags: reserved bits 0x1 cleared
DRV212-off | DRV212: DllCharacteristics: DYNAMIC_BASE set
DRV213-off | DRV213: DllCharacteristics: NX_COMPAT set
DRV216-ts-aware | DRV216: DllCharacteristics: TERMINAL_SERVER_AWARE cleared
DRV216-high-entropy | DRV216: DllCharacteristics: HIGH_ENTROPY_VA cleared
DRV303-unaligned | DRV210: SizeOfInitializedData: becomes 0x11f0
DRV305-text | DRV305: .text: WRITE cleared
DRV305-init | DRV305: INIT: WRITE cleared
DRV305-data | refused DRV305: .data is executable and holds data
DRV305-data | refused DRV307: .data is executable data
DRV306-shared-data | DRV306: .data: SHARED cleared
DRV306-shared-const | DRV306: .rsrc: SHARED cleared
DRV307-mixed | DRV307: .text: CNT_INITIALIZED_DATA cleared
DRV307-neither | DRV307: PAGE: CNT_CODE set
DRV307-code-not-executable | DRV307: PAGE: CNT_INITIALIZED_DATA set
DRV307-code-not-executable | DRV307: PAGE: CNT_CODE cleared
DRV307-code-not-executable | DRV210: SizeOfCode: becomes 0x800
DRV307-code-not-executable | DRV210: SizeOfInitializedData: becomes 0x1800
DRV307-unreadable | DRV307: .data: READ set
DRV308-align | DRV308: .text: 0x00500000 cleared
DRV308-comdat | DRV308: .data: LNK_COMDAT cleared
DRV309-text | DRV309: .text: NOT_PAGED set
DRV309-data | DRV309: .data: NOT_PAGED set
DRV310-page | DRV310: PAGE: NOT_PAGED cleared
DRV312-kept | DRV312: INIT: DISCARDABLE set
DRV314-page | DRV312: INIT: DISCARDABLE set
DRV315-reloc | DRV315: .reloc: DISCARDABLE set
DRV315-rsrc | DRV315: .rsrc: DISCARDABLE set
DRV317-rdata | DRV317: .rdata: WRITE cleared
DRV317-rsrc | DRV317: .rsrc: WRITE cleared
DRV317-code | DRV307: PAGE: CNT_INITIALIZED_DATA set
DRV317-code | DRV307: PAGE: CNT_CODE cleared
DRV317-code | DRV210: SizeOfCode: becomes 0x800
DRV317-code | DRV210: SizeOfInitializedData: becomes 0x1800
DRV318-long | refused DRV108: COFF symbols stay: a section has its name in their string table
DRV319-dwarf | refused DRV319: debug sections stay: other sections follow them
DRV319-dwarf | refused DRV108: COFF symbols stay: a section has its name in their string table
DRV319-dwarf-last | DRV319: debug sections cut off: .debug_info
DRV319-dwarf-last | DRV108: 1 COFF symbols cut off
DRV320-relocations | DRV320: .text: relocation and line number fields cleared
DRV320-lines | DRV320: .data: relocation and line number fields cleared
DRV320-many-lines | DRV320: .data: relocation and line number fields cleared
DRV406-wild-name | refused DRV412: the IAT directory stays: the import table cannot be read
DRV406-empty | DRV412: the IAT directory becomes 0x2000..0x2020
DRV412-directory | DRV412: the IAT directory becomes 0x2000..0x2028
DRV412-absent | DRV412: the IAT directory becomes 0x2000..0x2028
DRV412-executable | refused DRV307: .rdata is executable data
DRV413-empty | DRV413: the directory of the empty export table is cleared
DRV801-asked | DRV801: file header stamp: 0x5f000001 becomes 0x00000001
DRV801-export | DRV801: export stamp: 0x00000007 becomes 0x5f000001
DRV801-resource | DRV801: resource stamp: 0x00000007 becomes 0x5f000001
DRV801-debug | DRV801: debug stamp: 0x00000007 becomes 0x5f000001
DRV801-differ | DRV801: file header stamp: 0x00000007 becomes 0x5f000001
DRV612-paged | DRV310: PAGEdata: NOT_PAGED cleared
DRV614-fixed | DRV212: DllCharacteristics: DYNAMIC_BASE set
DRV614-neither-bit | DRV212: DllCharacteristics: DYNAMIC_BASE set
DRV621-directory | DRV621: the symbol file is named a.pdb, without its directory
DRV801-repro | DRV801: file header stamp: 0x00000007 becomes 0x5f000001
DRV321-bss | DRV210: SizeOfInitializedData: becomes 0x1000
DRV321-bss | DRV210: SizeOfUninitializedData: becomes 0x200
DRV322-headers | DRV322: 1 bytes of padding cleared at 0x2c8
DRV322-data | DRV322: 4 bytes of padding cleared at 0xc18
DRV322-code | DRV322: 1 bytes of padding cleared at 0x451
DRV702-behind-symbols | refused DRV108: COFF symbols stay: they are not at the end of the file
"""
"""Changes and refusals for each seeded defect that is fixed, on its first machine, but for the
checksum, which is fixed with everything else."""

NOT_AS_BEFORE = {
    "DRV206-behind": "the sizes follow the section that lost its bytes",
    "DRV209-asked-6.1": "the image was good for another system",
    "DRV311-iat": "the section is still paged by its name",
    "DRV311-pdata": "the section is still paged by its name",
    "DRV212-off": "other bits were cleared as well, rightly",
    "DRV213-off": "other bits were cleared as well, rightly",
    "DRV216-ts-aware": "other bits were cleared as well, rightly",
    "DRV216-high-entropy": "other bits were cleared as well, rightly",
    "DRV303-unaligned": "the sizes follow the section that lost bytes",
    "DRV307-code-not-executable": "code that cannot run is taken for data",
    "DRV314-page": "PAGE stays discardable: what is in it is not known",
    "DRV317-code": "code that cannot run is taken for data",
    "DRV321-bss": "the sizes follow the section that was marked as bare",
    "DRV406-empty": "the slots of a module that lost its imports are not covered",
    "DRV413-empty": "the export table stays, and is not pointed to",
    "DRV612-paged": "the section is still paged by its name",
    "DRV614-neither-bit": "whether the code was compiled with guards is not known",
    "DRV621-directory": "the symbol file's name is another one",
    "DRV701-wrong": "the checksum fits the changed byte",
    "DRV801-resource": "there was no stamp, and a wrong one becomes the right one",
    "DRV801-asked": "the image was good with another stamp",
}
"""Defects after whose fixing the image is not the one it was made of, and why not."""


def _fixed(mutation, machine):
    """The result of fixing a seeded defect; None when it is not to be touched."""
    settings = CheckSettings(**{"stamp": STAMP, **dict(mutation.settings)})
    try:
        return fix(mutation.make(machine), settings=settings)
    except FixError:
        return None


def _lines(mutation):
    result = _fixed(mutation, mutation.machines[0])
    if result is None:
        return
    name = f"{mutation.rule}-{mutation.name}"
    yield from (f"{name} | {rule}: {text}" for rule, text in result.changes if rule != "DRV701")
    yield from (f"{name} | refused {rule}: {text}" for rule, text in result.refusals)


def test_every_fix_says_what_it_did():
    said = [line for mutation in MUTATIONS for line in _lines(mutation)]
    assert said == SAID.strip().splitlines()


@pytest.mark.parametrize("mutation", MUTATIONS, ids=lambda m: f"{m.rule}-{m.name}")
def test_a_fixed_image_is_the_good_one_again(mutation):
    parts = ("exports", "debug", "guard", "version", "signed")
    options = {part: getattr(mutation, part) for part in parts}
    for machine in mutation.machines:
        result = _fixed(mutation, machine)
        if result is None or not result.changes:
            continue
        same = result.data == golden(machine, **options)
        excused = f"{mutation.rule}-{mutation.name}" in NOT_AS_BEFORE
        assert same or excused, machine
        assert [rule for rule, _ in result.changes].count("DRV701") <= 1
        assert all(old != new for old, new in _becomes(result.changes))


def _becomes(changes):
    """The two sides of every change that names both."""
    for _, text in changes:
        before, word, after = text.partition(" becomes ")
        if word:
            yield before.rpartition(": ")[2], after


def test_reasons_are_about_defects_that_there_are():
    assert set(NOT_AS_BEFORE) <= {f"{m.rule}-{m.name}" for m in MUTATIONS}
