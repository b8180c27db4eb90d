"""The text of trace headers, and that real compilers take it in both modes."""

import pytest

import peers
from compilers.compiling import CELLS, ROOT, compile_to, symbols
from ntbuild.tracing.config import read_configuration
from ntbuild.tracing.modes import TracingError
from ntbuild.tracing.trace_header import trace_header, trace_headers_of

PRINTER = ROOT / "tests/tracing/printer"
HEADERS = ROOT / "toolchains/include/wpp"
ONE = b"// begin_wpp config\n// FUNC Enter{LEVEL=2}(FLAGS);\n// end_wpp"
FAILING = """\
#include <ntddk.h>
#define WPP_CONTROL_GUIDS WPP_DEFINE_CONTROL_GUID(G, (1,2,3,4,5), WPP_DEFINE_BIT(DBG_IO))
// begin_wpp config
// FUNC ReturnIf{LEVEL=DUMMY}(RETSTATUS, MSG, ...);
// FUNC Debug{FLAG=DBG_IO}(LEVEL, (MSG, ...));
// end_wpp
#define WPP_LEVEL_RETSTATUS_PRE(l, s) do { NTSTATUS Status__ = (s); if (Status__ < 0) {
#define WPP_LEVEL_RETSTATUS_POST(l, s) ; return Status__; } } while (0)
#include "it.tmh"
struct Large { ULONG64 Parts[4]; };
NTSTATUS Check(NTSTATUS Status, struct Large *Value);
NTSTATUS Check(NTSTATUS Status, struct Large *Value)
{
    if (WPP_LEVEL_ENABLED(DBG_IO))
        Debug(TRACE_LEVEL_ERROR, ("value %p", Value));
    else
        Debug(NOT_A_NAME, ("%d", 1));
    ReturnIf(Status, "failed %!STATUS! %!Large!", Status, *Value);
    return 0;
}
"""


def header(mode, source="folder/it.c", content=ONE, functions=()):
    return trace_header(source, read_configuration([(source, content)], functions), mode)


def test_off_keeps_what_goes_before_and_after():
    text = header("off")
    assert (
        "#define Enter(FLAGS) \\\n"
        "    WPP_LEVEL_FLAGS_PRE(2, FLAGS) \\\n"
        "    ((void)0) \\\n"
        "    WPP_LEVEL_FLAGS_POST(2, FLAGS)\n"
    ) in text
    assert "#ifndef WPP_LEVEL_FLAGS_PRE\n# define WPP_LEVEL_FLAGS_PRE(...)\n#endif\n" in text
    assert '#define WPP_THIS_FILE "it.c"\n' in text


def test_debug_passes_names_of_levels_and_flags():
    assert '    NTBUILD_WPP_TRACE("2", #FLAGS, "", "", "") \\\n' in header("debug")


def test_the_same_configuration_gives_the_same_text_in_any_folder_and_order():
    functions = ["B(MSG, ...)", "A(MSG, ...)"]
    first = header("debug", "/one/it.c", functions=functions)
    assert first == header("debug", "..\\two\\it.c", functions=functions[::-1])


@pytest.mark.parametrize(
    ("mode", "text"),
    [
        ("etw", "not there yet: real ETW"),
        ("umdf", "user-mode drivers"),
        ("x", "known are off, debug"),
    ],
)
def test_other_modes_are_refused(mode, text):
    with pytest.raises(TracingError, match=text):
        header(mode)


def test_the_names_of_included_trace_headers_are_found_as_they_are_spelled():
    text = '#include "Driver.tmh"\r\n # include <gen\\other.TMH>\n// "x.tmh"\n#include "a.tmh.h"\n'
    assert trace_headers_of(text.encode("utf-16")) == ("Driver.tmh", "gen\\other.TMH")


@pytest.mark.parametrize("mode", ["off", "debug"])
@pytest.mark.parametrize("language", ["c", "cpp"])
@pytest.mark.parametrize(("name", "machine"), CELLS)
def test_every_toolchain_compiles_a_header(name, machine, language, mode, tmp_path):
    (tmp_path / "it.tmh").write_text(header(mode, f"it.{language}", FAILING.encode()))
    text = FAILING
    if language == "cpp":
        text = text.replace("#include <ntddk.h>", 'extern "C" {\n#include <ntddk.h>\n}')
    source = tmp_path / f"it.{language}"
    source.write_text(text)
    extra = [f"-I{tmp_path}", "-isystem", str(HEADERS)]
    compile_to(tmp_path / "it.obj", name, machine, "release", source, *extra)
    content = (tmp_path / "it.obj").read_bytes()
    assert (b"NtbuildWppPrint" in content) == (mode == "debug")


@pytest.mark.parametrize("define", ["", "#define __attribute__(x)\n"])
def test_the_printer_is_cdecl_where_others_are_stdcall_and_attributes_are_nothing(define, tmp_path):
    peers.require_toolchain("zig", "x86")
    (tmp_path / "it.tmh").write_text(header("debug", "it.c", b""))
    source = tmp_path / "it.c"
    source.write_text(f'{define}#include "it.tmh"\nvoid f(void) {{ DoTraceMessage(A, "x"); }}\n')
    extra = [f"-I{tmp_path}", "-isystem", str(HEADERS), "-mrtd"]
    compile_to(tmp_path / "it.obj", "zig", "x86", "release", source, *extra)
    assert "_NtbuildWppPrint" in symbols(tmp_path / "it.obj")


def test_a_message_has_at_most_forty_arguments(tmp_path):
    peers.require_toolchain("zig", "x64")
    (tmp_path / "it.tmh").write_text(header("debug", "it.c", b""))
    source = tmp_path / "it.c"
    many = ", ".join(["1"] * 40)
    source.write_text(f'#include "it.tmh"\nvoid f(void) {{ DoTraceMessage(A, "", {many}); }}\n')
    extra = [f"-I{tmp_path}", "-isystem", str(HEADERS)]
    compile_to(tmp_path / "it.obj", "zig", "x64", "release", source, *extra)
    source.write_text(f'#include "it.tmh"\nvoid f(void) {{ DoTraceMessage(A, "", {many}, 1); }}\n')
    with pytest.raises(AssertionError):
        compile_to(tmp_path / "it.obj", "zig", "x64", "release", source, *extra)
