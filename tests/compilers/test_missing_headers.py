"""Hints about headers that are nowhere."""

from ntbuild.compilers.missing_headers import include_hints

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
