"""Hints about headers that are nowhere."""

from ntbuild.compilers.hints.missing_headers import include_hints

SOURCE = b"""\
#include <ntddk.h>
# include <WDF.h>
#include "util\\sum.h"
#include "sum.h"
#include "nowhere.h"
"""


def test_a_framework_and_a_folder_of_the_project_are_named(tmp_path):
    headers, top = tmp_path / "headers", tmp_path / "project"
    for path in (headers / "NTDDK.H", top / "src/util/sum.h", top / "build/x/nowhere.h"):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("")
    assert [*include_hints(SOURCE, [headers, top / "none"], top)] == [
        'hint: WDF.h is of a framework: model="kmdf"',
        'hint: src/util/sum.h is in the project: include_dirs=["src"]',
        'hint: src/util/sum.h is in the project: include_dirs=["src/util"]',
    ]
    (headers / "Wdf.h").write_text("")
    found = [*include_hints(SOURCE, [headers, top / "src", top / "src/util"], top)]
    assert found == []


def test_what_is_for_programs_or_of_a_class_extension_is_told_and_near_names_are(tmp_path):
    headers, top = tmp_path / "headers", tmp_path / "project"
    for path in (headers / "windows.h", headers / "wdm.h", top / "util/sum.h"):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("")
    source = b"""\
#include <windows.h>
#include <Wdn.h>
#include "summ.h"
#include <UdeCx.h>
#include "acpitabl.h"
"""
    assert [*include_hints(source, [headers], top)] == [
        "hint: windows.h is for programs: drivers include ntddk.h, wdm.h or ntifs.h",
        "hint: Wdn.h: did you mean wdm.h?",
        "hint: summ.h: did you mean util/sum.h?",
        (
            "hint: UdeCx.h is of the class extension of emulated USB devices, "
            'which only a Windows kit has: kit="auto"'
        ),
    ]
    guarded = b"#ifdef _KERNEL_MODE\n#include <wdm.h>\n#else\n#include <windows.h>\n#endif\n"
    assert [*include_hints(guarded, [headers], top)] == []
    assert [*include_hints(b"#include <UdeCx.h>\n", [headers], top, has_kit=True)] == []
