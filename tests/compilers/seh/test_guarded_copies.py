"""``__try`` on x86: copies become loads and stores, assembly is invoked, the rest is found.

That handlers then see every bad pointer is shown by ``tests/wine/test_exceptions.py``.
"""

import re
import subprocess

import pytest

from compilers.compiling import command, compilation_of, compile_to, symbols, toolchains
from ntbuild.compilers.seh.guarded_copies import (
    LARGEST_COPY,
    Unguarded,
    compile_guarded,
    guard_copies,
)

LARGE = f"a copy of more than {LARGEST_COPY} bytes, or of a size that is no constant"
HEAD = "define dso_local i32 @it(ptr %0) #0 personality ptr @_except_handler3 {\n"
ATTRIBUTES = "attributes #0 = { noinline }\nattributes #1 = { nounwind memory(none) }\n"


def rewritten(line):
    text, found = guard_copies(f"{HEAD}  {line}\n  ret i32 0\n}}\n{ATTRIBUTES}")
    assert found == ()
    return text.splitlines()[1:-4]


def accesses(lines):
    """Kind, type and offset of each load and store, in order."""
    offsets = dict(re.findall(r"(%\S+) = getelementptr .*, i32 (\d+)", "\n".join(lines)))
    found = re.findall(r"(load|store) volatile (i\d+).*?ptr (%\S+),", "\n".join(lines))
    return [(kind, size, int(offsets[pointer])) for kind, size, pointer in found]


def test_a_copy_is_a_load_and_a_store_for_each_word_and_byte():
    lines = rewritten(
        "call void @llvm.memcpy.p0.p0.i32(ptr align 4 %6, ptr %22, i32 6, i1 true), !dbg !20"
    )
    assert accesses(lines) == [
        *(("load", "i32", 0), ("store", "i32", 0)),
        *(("load", "i8", 4), ("store", "i8", 4)),
        *(("load", "i8", 5), ("store", "i8", 5)),
    ]
    assert all(each.endswith(", !dbg !20") for each in lines)


def test_what_may_overlap_is_read_first():
    lines = rewritten("call void @llvm.memmove.p0.p0.i32(ptr %6, ptr %22, i32 8, i1 true)")
    assert [kind for kind, _, _ in accesses(lines)] == ["load", "load", "store", "store"]


def test_filling_repeats_the_byte_and_an_operand_may_be_an_expression():
    lines = rewritten(
        "call void @llvm.memset.p0.i32(ptr align 4 getelementptr inbounds (%s, ptr @g, i32 0, "
        "i32 1), i8 -1, i32 5, i1 true) #3"
    )
    assert [line.partition(",")[0] for line in lines if "store" in line] == [
        "  store volatile i32 4294967295",
        "  store volatile i8 -1",
    ]
    assert "ptr getelementptr inbounds (%s, ptr @g, i32 0, i32 1), i32 4" in lines[-2]


def test_other_functions_stay_as_they_are():
    text = (
        "define void @it(ptr %0, ptr %1) #0 {\n"
        "  call void @llvm.memcpy.p0.p0.i32(ptr %0, ptr %1, i32 8, i1 false)\n  ret void\n}\n"
    )
    assert guard_copies(text) == (text, ())


LOOP = f"""{HEAD}  br label %loop

loop:                                             ; preds = %0, %after
  call void asm sideeffect "nop", "~{{memory}}"() #0
  invoke void @llvm.seh.try.begin()
          to label %inside unwind label %handle

inside:
  %1 = call i32 @llvm.bswap.i32(i32 1)
  LINE
  br i1 true, label %loop, label %leave

leave:
  invoke void @llvm.seh.try.end()
          to label %after unwind label %handle

handle:
  %2 = catchswitch within none [label %caught] unwind to caller

caught:
  %3 = catchpad within %2 [ptr null]
  catchret from %3 to label %after

after:
  call void asm sideeffect "nop", "~{{memory}}"() #0
  br label %loop
}}
declare i32 @llvm.bswap.i32(i32) #1
declare void @llvm.debugtrap() #0
{ATTRIBUTES}!20 = !DILocation(line: 7, column: 3, scope: !4)
"""


@pytest.mark.parametrize(
    ("line", "what"),
    [
        ("call void @llvm.prefetch.p0(ptr %5), !dbg !20", "prefetch.p0"),
        (
            f"call void @llvm.memcpy.p0.p0.i32(ptr %5, ptr %6, i32 {LARGEST_COPY + 1}), !dbg !20",
            LARGE,
        ),
        (
            "call void @llvm.memset.p0.i32(ptr %5, i8 0, i32 %9, i1 true), !dbg !20",
            LARGE,
        ),
        ('%9 = call i32 asm "bswap $0", "=r,0"(i32 1) #1, !dbg !20', None),
    ],
)
def test_what_is_not_guarded_is_found_inside_of_try_only(line, what):
    text = LOOP.replace("LINE", line).replace(
        "label %loop, label %leave", "label %inside, label %leave"
    )
    expected = () if what is None else (Unguarded("it", 7, what),)
    assert guard_copies(text)[1] == expected


INSIDE = LOOP.replace("label %loop, label %leave", "label %inside, label %leave")
"""A loop that does not leave its ``__try`` backwards."""


def block(text, label):
    """The lines of a block, up to the next blank one."""
    return text.partition(f"\n{label}:")[2].partition("\n\n")[0].splitlines()[1:]


@pytest.mark.parametrize(
    ("line", "invoked"),
    [
        (
            '%9 = tail call i32 asm sideeffect "x", "=r"() #0, !srcloc !8, !dbg !20',
            '%9 = invoke i32 asm sideeffect unwind "x", "=r"()',
        ),
        (
            'call void asm inteldialect "x", "r"(ptr %5) [ "funclet"(token %7) ], !dbg !20',
            'invoke void asm inteldialect unwind "x", "r"(ptr %5) [ "funclet"(token %7) ]',
        ),
        ("call void @llvm.debugtrap(), !dbg !20", 'invoke void asm sideeffect unwind "int3", ""()'),
    ],
)
def test_assembly_in_try_is_invoked(line, invoked):
    text, found = guard_copies(INSIDE.replace("LINE", line))
    assert found == ()
    call, target = block(text, "inside")[1:]
    assert call == f"  {invoked}"
    debug = line[line.index(", !") :]
    label = re.fullmatch(rf" +to label %(ntbuild\.[\d.]+) unwind label %handle{debug}", target)[1]
    assert block(text, label) == ["  br i1 true, label %inside, label %leave"]
    assert text.count("invoke") == 3  # the assembly outside of the __try is as it was


@pytest.mark.parametrize("name", ["va_start.p0(ptr %5)", 'codeview.annotation(metadata !{!"x"})'])
def test_behind_what_only_touches_the_frame_the_state_is_stored_again(name):
    line = f"call void @llvm.{name}, !dbg !20"
    text, found = guard_copies(INSIDE.replace("LINE", line))
    assert found == ()
    assert block(text, "inside")[1:3] == [
        f"  {line}",
        '  invoke void asm sideeffect unwind "", ""()',
    ]


def test_a_value_that_depends_on_the_way_names_the_last_part_of_a_block():
    text = INSIDE.replace("LINE", 'call void asm sideeffect "x", ""()').replace(
        "leave:", "leave:\n  %3 = phi i32 [ %1, %inside ], [ 0, %loop ]"
    )
    (phi,) = (line for line in guard_copies(text)[0].splitlines() if " phi " in line)
    assert re.fullmatch(r"  %3 = phi i32 \[ %1, %ntbuild\.[\d.]+ \], \[ 0, %loop \]", phi)


def test_a_loop_that_leaves_try_backwards_ends():
    text = LOOP.replace("LINE", "call void @llvm.prefetch.p0(ptr %5)")
    (found,) = {each.what for each in guard_copies(text)[1]}
    assert found == "prefetch.p0"


SOURCE = """
#include <ntddk.h>
#include <stdarg.h>
typedef struct { struct { LONG a[2000]; } Most; LARGE_INTEGER Time; UCHAR Rest[3]; } BLOCK;
int it(BLOCK *To, BLOCK *From, ...)
{
    va_list list;
    __try {
        To->Time = From->Time;
        MORE
    } __except (EXCEPTION_EXECUTE_HANDLER) {
        return 1;
    }
    return 0;
}
"""


@pytest.mark.parametrize(("flavor", "name"), [("debug", "it.c"), ("release", "\xc5.c")])
def test_a_source_compiles_by_way_of_its_text(flavor, name, tmp_path):
    source, made = tmp_path / name, tmp_path / "it.obj"
    source.write_text(
        SOURCE.replace("MORE", "va_start(list, From); NT_ASSERT(To->Time.LowPart); __debugbreak();")
    )
    how = compilation_of("x86", dialect="msvc")
    compile_to(made, "zig", "x86", flavor, source, compilation=how)
    assert {"_it", "__except_handler3"} <= symbols(made).keys()
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted([name, "it.obj"])


def test_the_name_of_a_source_may_have_any_byte(tmp_path):
    """File systems of Linux take names that are no UTF-8, and 0x85 ends a line of Latin-1."""
    name = b'source_filename = "\x85\xff.c"\n'
    compiled = []

    def run(words):
        path = tmp_path / "it.obj.ll"
        if "-emit-llvm" in words:
            path.write_bytes(name)
        else:
            compiled.append(path.read_bytes())
        return 0

    assert compile_guarded(["-c", "-o", str(tmp_path / "it.obj"), "it.c"], run) == (0, ())
    assert compiled == [name]


def test_a_large_copy_in_try_is_found_with_its_line(tmp_path):
    source, made = tmp_path / "it.c", tmp_path / "it.obj"
    source.write_text(SOURCE.replace("MORE", "To->Most = From->Most;"))
    how = compilation_of("x86", dialect="msvc")
    *words, _, text, _, to = command(
        *(toolchains()["zig"], "x86", "release", source, made), compilation=how
    )
    found = compile_guarded([*words, "-c", "-o", to, text], _run)
    assert found == (1, (Unguarded("it", 10, LARGE),))
    assert not made.exists()


def _run(words):
    return subprocess.run(words, check=False).returncode
