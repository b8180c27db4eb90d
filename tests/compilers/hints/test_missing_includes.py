"""Hints about headers that declare what a source uses."""

from ntbuild.compilers.hints.missing_includes import declaration_hints

SOURCE = b"""\
#include <ntddk.h>
#include "own.h"
/* NdisRegister(WDFDEVICE) is a comment */
static const char Text[] = "StorPortInitialize";
PFLT_FILTER Filter;
WDFDRIVER Driver = WdfGetDriver();
float Most = FLT_MAX;
void F(void) { PsLookupProcessByProcessId(0, 0); KeStallExecutionProcessor(1); }
"""


def hints(source, headers, tmp_path):
    (tmp_path / "ntifs.h").write_text("f PsLookupProcessByProcessId(\nKeStallExecutionProcessor(\n")
    (tmp_path / "wdm.h").write_text("f KeStallExecutionProcessor (a)\n")
    return [*declaration_hints(source, headers, [tmp_path / "none", tmp_path])]


def test_the_first_name_of_each_header_that_is_missing_is_told(tmp_path):
    flt = 'hint: PFLT_FILTER is declared in <fltKernel.h>, for model="minifilter"'
    larger = "hint: PsLookupProcessByProcessId is declared in <ntifs.h>, in place of <ntddk.h>"
    assert hints(SOURCE, [], tmp_path) == [
        'hint: WDFDRIVER is declared in <wdf.h>, for model="kmdf"',
        flt,
        larger,
    ]
    assert hints(SOURCE, [b"#include <WDF.h>\n"], tmp_path) == [flt, larger]
    assert hints(SOURCE, [b"# include <wdf.h>\n#include <inc/fltKernel.h>\n"], tmp_path) == []


def test_a_source_without_a_header_of_the_kernel_is_told_so(tmp_path):
    first = "hint: sources of drivers include <ntddk.h>, <wdm.h> or <ntifs.h> first"
    assert hints(b"NTSTATUS F(void);\n", [], tmp_path) == [first]
    assert hints(b"NTSTATUS F(void);\n", [b"#include <ndis.h>\n"], tmp_path) == []
    assert hints(b"int F(void) { return 1 }\n", [], tmp_path) == []
    (said,) = hints(b"int F(void) { return printf(0); }\n", [], tmp_path)
    assert said.startswith("hint: printf: kernel code has no C library; DbgPrint and ")
    assert hints(b"#include <stdio.h>\nint F(void) { return printf(0); }\n", [], tmp_path) == []
