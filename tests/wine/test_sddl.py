"""The library wdmsec reads SDDL as Windows does: byte for byte, over many texts, bad ones too."""

import itertools
import re
from pathlib import Path

from compilers.compiling import compile_to
from ntbuild import link, options_from_argv
from wine.userprogram import import_libraries

ROOT = Path(__file__).resolve().parents[2]
LIBRARY = ROOT / "toolchains/libraries/wdmsec"
PROGRAM = ROOT / "tests/headers/programs/sddl_user.c"

WINE_TAKES = ("O:", "D:Q")
"""Texts that Wine takes although a SID or a word is missing; Windows takes neither."""
NEWER = ("LU", "MU", "AC", "WR", "IS", "HA", "RM")
"""Aliases that not every Wine knows."""
RIGHTS = ("GA", "GRGWGX", "RC", "SDWDWO", "CCDCLCSWRPWPDTLOCR", "FA", "FRFWFX", "KAKRKWKX", "0x1f")
FLAGS = ("", "OI", "CIIO", "OICINPIOID")
SIDS = ("SY", "BA", "WD", "RC", "BU", "AU", "IU", "LS", "NS", "CO", "CG", "OW", "S-1-5-32-544")
MORE_SIDS = (
    *("AN", "AO", "BG", "BO", "ED", "NO", "NU", "PO", "PS", "PU", "RD", "RE", "RU", "SO", "SU"),
    *NEWER,
    *("S-1-1-0", "S-1-5-21-1-2-3-4294967295", "S-1-16-8192"),
)
GOOD = [
    "D:",
    "D:P",
    "D:PAI",
    "D:AIAR",
    "O:SYG:SYD:P(A;;GA;;;SY)",
    "O:BAG:BUD:(A;;GA;;;SY)(D;;GW;;;WD)S:(AU;SAFA;GA;;;WD)",
    "D:(A;;0x12019f;;;WD)(A;;GR;;;BU)",
    "O:S-1-5-32-544G:S-1-5-18D:P",
    "S:(AU;FA;GA;;;WD)",
    "G:BAO:SYD:P(A;;GA;;;SY)",
    *(f"D:P(A;;{right};;;BA)" for right in RIGHTS),
    *(
        f"D:(A;{flag};{right};;;{sid})"
        for flag, right, sid in itertools.product(FLAGS, RIGHTS, SIDS)
    ),
    *(f"D:(D;;GA;;;{sid})" for sid in MORE_SIDS),
]
BAD = [
    "X:",
    "D",
    "D:(A;;GA;;;SY",
    "D:(A;;GA;;SY)",
    "D:(B;;GA;;;SY)",
    "D:(A;XX;GA;;;SY)",
    "D:(A;;QQ;;;SY)",
    "D:(A;;GA;;;QQ)",
    "D:(A;;GA;;;)",
    "O:QQ",
    *WINE_TAKES,
    "D:P(A;;GA;;;S-1)",
    "D:P(A;;GA;;;S-1-)",
    "D:P(A;;GA;;;S-1-5-)",
    "SYSTEM",
]


def answers(wine, folder, lines):
    """What the program says of each line: a word and the line."""
    (wine.drive / "sddl.txt").write_text("".join(f"{line}\n" for line in lines))
    sources = (PROGRAM, LIBRARY / "sddl.c", LIBRARY / "sddl_words.c")
    objects = [
        compile_to(folder / f"{each.stem}.obj", "zig", "x64", "release", each)
        for each in (*sources, ROOT / "toolchains/runtime/x64/stack_probe.S")
    ]
    objects += import_libraries(folder, "zig", "kernel32")
    objects += import_libraries(folder, "zig", "advapi32")
    options = options_from_argv(["/subsystem:console", "/entry:sddl_user", "/machine:x64"])
    program = folder / "sddl_user.exe"
    program.write_bytes(link(objects, options).image)
    done = wine.run(str(program))
    found = re.findall(r"^([a-z ]+): (.*?)\r?$", done.stdout, re.MULTILINE)
    assert [line for _, line in found] == list(lines)
    return found


def test_descriptors_are_byte_for_byte_those_of_windows(wine, tmp_path):
    found = answers(wine, tmp_path, GOOD)
    others = [f"D:(D;;GA;;;{sid})" for sid in NEWER]
    assert [each for each in found if each[0] != "same" and each[1] not in others] == []
    assert {said for said, line in found if line in others} <= {"same", "only ours"}


def test_what_windows_refuses_is_refused(wine, tmp_path):
    found = answers(wine, tmp_path, BAD)
    others = [each for each in found if each[0] != "both refuse"]
    assert [line for said, line in others if said != "only theirs"] == []
    assert {line for _, line in others} <= set(WINE_TAKES)
