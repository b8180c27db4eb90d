"""A release's source with ``__try``: functions without handlers are optimised, the others are not.

That handlers then see every bad pointer is shown by ``tests/wine/test_exceptions.py``.
"""

import pytest

from compilers.compiling import command, compilation_of, compile_to, sections, toolchains
from ntbuild.compilers.seh.optimised_neighbours import compile_neighbours, mark_handlers

MODULE = """\
define i32 @Plain(ptr %0) #0 {
  ret i32 0
}
define dso_local i32 @It(ptr noundef %0, i32 range(i32 0, 9) %1) unnamed_addr #7 section "PAGE" \
personality ptr @__C_specific_handler {
BODY
}
attributes #0 = { nounwind }
attributes #7 = { alwaysinline nounwind "frame-pointer"="none" }
"""
PLAIN = """
void Fill(int *, int);
int Plain(int *p, int n);
int Plain(int *p, int n)
{
    int sum = 0;
    for (int at = 0; at < n; at++) {
        int own[2];
        Fill(own, p[at]);
        sum += own[0] * 8;
    }
    return sum;
}
"""
GUARDED = """
int Read(int *p, int n);
int Read(int *p, int n)
{
    int sum = 0;
    __try {
        for (int at = 0; at < n; at++)
            sum += p[at] * 8;
    } __except (1) {
        sum = -1;
    }
    return sum;
}
"""


def marked(*body):
    """The lines of the function ``It`` between its braces, of the module with handlers marked."""
    text, unknown = mark_handlers(MODULE.replace("BODY", "\n".join(f"  {each}" for each in body)))
    assert unknown == ""
    lines = text.splitlines()
    start = next(at for at, line in enumerate(lines) if "@It" in line)
    return [line.strip() for line in lines[start + 1 : lines.index("}", start)]]


def unknown(*body):
    text, found = mark_handlers(MODULE.replace("BODY", "\n".join(f"  {each}" for each in body)))
    assert text == ""
    return found.strip()


def test_only_functions_with_handlers_are_marked_and_what_contradicts_the_mark_is_dropped():
    text, unknown = mark_handlers(MODULE.replace("BODY", "  ret i32 0"))
    assert unknown == ""
    lines = text.splitlines()
    assert lines[0] == "define i32 @Plain(ptr %0) #0 {"
    assert ' unnamed_addr noinline optnone #10007 section "PAGE" personality ' in lines[3]
    assert lines[-2:] == [
        'attributes #7 = { alwaysinline nounwind "frame-pointer"="none" }',
        'attributes #10007 = { nounwind "frame-pointer"="none" }',
    ]


def test_a_value_of_another_block_is_stored_where_it_is_made_and_loaded_where_it_is_used():
    lines = marked(
        "%3 = alloca i32, align 4",
        "%4 = call noundef i32 (ptr, ...) @f(ptr %0)",
        "%5 = add nsw i32 %4, 1",
        "br label %6",
        "\n6:                      ; preds = %2",
        "store i32 %4, ptr %3, align 4",
        "store i32 %1, ptr %0, align 4",
    )
    assert lines == [
        "%ntbuild.slot.0 = alloca i32",
        "%ntbuild.slot.1 = alloca i32",
        "store volatile i32 %1, ptr %ntbuild.slot.1",
        "%ntbuild.slot.2 = alloca ptr",
        "store volatile ptr %0, ptr %ntbuild.slot.2",
        "%3 = alloca i32, align 4",
        "%4 = call noundef i32 (ptr, ...) @f(ptr %0)",
        "store volatile i32 %4, ptr %ntbuild.slot.0",
        "%5 = add nsw i32 %4, 1",
        "br label %6",
        "",
        "6:                      ; preds = %2",
        *("%ntbuild.slot.0.6 = load volatile i32, ptr %ntbuild.slot.0",),
        "store i32 %ntbuild.slot.0.6, ptr %3, align 4",
        *("%ntbuild.slot.1.7 = load volatile i32, ptr %ntbuild.slot.1",),
        *("%ntbuild.slot.2.7 = load volatile ptr, ptr %ntbuild.slot.2",),
        "store i32 %ntbuild.slot.1.7, ptr %ntbuild.slot.2.7, align 4",
    ]


def test_the_value_of_a_guarded_call_is_made_where_the_call_goes_on_to():
    lines = marked(
        "%3 = invoke i32 @f()",
        "        to label %4 unwind label %6",
        "\n4:",
        "call void @g(i32 %3)",
        "br label %5",
        "\n5:",
        "ret i32 %3",
        "\n6:",
        "%7 = catchswitch within none [label %8] unwind to caller",
        "\n8:",
        "%9 = catchpad within %7 [ptr null]",
        "catchret from %9 to label %5",
    )
    assert lines[:1] == ["%ntbuild.slot.0 = alloca i32"]
    at = lines.index("4:")
    assert lines[at + 1 : at + 3] == [
        "store volatile i32 %3, ptr %ntbuild.slot.0",
        "call void @g(i32 %3)",
    ]
    assert "ret i32 %ntbuild.slot.0.8" in lines
    assert "%7 = catchswitch within none [label %8] unwind to caller" in lines


@pytest.mark.parametrize(
    ("made", "type_"),
    [
        ("load atomic volatile i64, ptr %0 seq_cst, align 8, !dbg !4", "i64"),
        ("tail call zeroext range(i32 0, 2) i1 @f()", "i1"),
        ("getelementptr inbounds nuw %struct.S, ptr %0, i32 0, i32 1", "ptr"),
        ("icmp samesign ult i32 %1, 4", "i1"),
        ("select i1 true, double 1.0, double 2.0", "double"),
        ("zext nneg i32 %1 to i64, !dbg !4", "i64"),
        ("phi <4 x float> [ zeroinitializer, %2 ]", "<4 x float>"),
        ("call { i32, i1 } @llvm.sadd.with.overflow.i32(i32 %1, i32 1)", "{ i32, i1 }"),
        ("call dereferenceable(8) ptr @f()", "ptr"),
    ],
)
def test_the_type_of_a_value_is_read_from_what_makes_it(made, type_):
    lines = marked(f"%3 = {made}", "br label %4", "\n4:", "call void @g(i32 %3)")
    assert lines[0] == f"%ntbuild.slot.0 = alloca {type_}"


@pytest.mark.parametrize(
    "body",
    [
        ("%3 = call %struct.S @f()", "br label %4", "\n4:", "call void @g(%struct.S %3)"),
        (
            "br label %3",
            "\n3:",
            "%4 = phi i32 [ %5, %7 ], [ 0, %2 ]",
            "br label %6",
            "\n6:",
            "%5 = add i32 %4, 1",
            "br label %7",
            "\n7:",
            "br label %3",
        ),
    ],
)
def test_a_function_that_is_not_understood_is_named_by_its_line(body):
    line = next(each for each in body if "%struct" in each or "phi" in each)
    assert unknown(*body) == line


@pytest.mark.parametrize("dialect", ["gnu", "msvc"])
@pytest.mark.parametrize("machine", ["x64", "arm64"])
def test_a_function_without_try_is_the_same_as_in_a_source_of_its_own(tmp_path, machine, dialect):
    found = {}
    for name, text in {"alone": PLAIN, "both": PLAIN + GUARDED, "guarded": GUARDED}.items():
        source = tmp_path / f"{name}.c"
        source.write_text(text)
        how = compilation_of(machine, dialect=dialect)
        made = compile_to(
            tmp_path / f"{name}.obj", "zig", machine, "release", source, compilation=how
        )
        found[name] = {each: data for each, _, data in sections(made) if each.startswith(".text")}
    assert found["alone"][".text$Plain" if ".text$Plain" in found["alone"] else ".text"]
    assert found["both"] == {**found["alone"], **found["guarded"]}


def test_a_source_may_have_any_name(tmp_path):
    source = tmp_path / "\xc5.c"  # 0xC3 0x85 in UTF-8, and 0x85 ends a line of Latin-1
    source.write_text(GUARDED)
    made = compile_to(tmp_path / "it.obj", "zig", "x64", "release", source)
    assert any(name.startswith(".text") for name, _, _ in sections(made))


def test_a_project_that_wants_no_optimisation_gets_none(tmp_path):
    source = tmp_path / "it.c"
    source.write_text(GUARDED)
    words = command(toolchains()["zig"], "x64", "release", source, tmp_path / "it.obj")
    *flags, _, made, _, target = words
    ran = []

    def fail(words):
        ran.append(words)
        return 1

    for own in ([], ["-O0", "-O0"]):  # a project's own, and the one that stands behind it
        assert compile_neighbours([*flags, *own, "-c", "-o", target, made], fail) == (1, "")
    first, second = ran
    assert "-emit-llvm" in first
    assert "-O0" not in first
    assert second == [*flags, "-O0", "-O0", "-c", "-o", target, made]


def test_the_compilers_text_is_gone_after_a_failure(tmp_path):
    source = tmp_path / "it.c"
    source.write_text(GUARDED)
    *flags, _, made, _, target = command(
        toolchains()["zig"], "x64", "release", source, tmp_path / "it.obj"
    )

    def write_and_fail(words):
        (tmp_path / "it.obj.ll").write_text(" ".join(words))
        return 1

    done = compile_neighbours([*flags, "-c", "-o", target, made], write_and_fail)
    assert (done, [each.name for each in tmp_path.iterdir()]) == ((1, ""), ["it.c"])
