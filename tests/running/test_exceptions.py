"""``__try`` in a driver: handled as on NT, and a refusal where NT would stop."""

import pytest

from compilers.compiling import PROGRAMS
from running.drivers import run_source, source_with

HEAD = """
static int Taken;

static NTSTATUS Inner(volatile UCHAR *At)
{
    NTSTATUS Status = STATUS_SUCCESS;

    __try {
        __try {
            *At = 1;
        } __finally {
            Taken += 1;
        }
    } __except (GetExceptionCode() == STATUS_INTEGER_OVERFLOW) {
        Status = STATUS_UNSUCCESSFUL;
    }
    return Status;
}

static NTSTATUS Outer(volatile UCHAR *At)
{
    NTSTATUS Status;

    __try {
        Status = Inner(At);
    } __except (EXCEPTION_EXECUTE_HANDLER) {
        Status = GetExceptionCode();
        Taken += 10;
    }
    return Status;
}

NTSTATUS Raised(NTSTATUS Code)
{
    NTSTATUS Status = STATUS_SUCCESS;

    __try {
        ExRaiseStatus(Code);
        Status = STATUS_UNSUCCESSFUL;
    } __except (EXCEPTION_EXECUTE_HANDLER) {
        Status = GetExceptionCode();
    }
    return Status;
}

NTSTATUS Probed(PVOID At)
{
    __try {
        ProbeForWrite(At, 8, 1);
    } __except (EXCEPTION_EXECUTE_HANDLER) {
        return GetExceptionCode();
    }
    return STATUS_SUCCESS;
}
"""
CELLS = [("x64", "gnu"), ("arm64", "gnu"), ("x86", "msvc"), ("x64", "msvc")]


@pytest.mark.parametrize(("machine", "dialect"), CELLS)
def test_an_exception_finds_the_handler_past_a_finally(machine, dialect):
    entry = """
    DbgPrint("bad: %08X\\n", Outer((volatile UCHAR *)0x20));
    DbgPrint("steps: %d\\n", Taken);
    DbgPrint("raised: %08X\\n", Raised(STATUS_NO_MEMORY));
    DbgPrint("probed: %08X\\n", Probed((PVOID)0x20));
    """
    source = source_with(globals=HEAD, entry=entry)
    report = run_source(source, machine, dialect=dialect)
    assert report.why is None
    assert report.printed[:4] == (
        "bad: C0000005",
        "steps: 11",
        "raised: C0000017",
        "probed: C0000005",
    )


def test_every_case_of_the_program_is_right_on_arm64():
    """Those that `tests/wine/test_exceptions.py` runs on x64; one is for floating point."""
    text = (PROGRAMS / "seh.c").read_text()
    cases = text[text.index("#define NOINLINE") : text.index("VOID Print(")]
    entry = """
    static BIG Good;
    for (Index = 0; Index < 2 * ARRAYSIZE(Cases); Index++) {
        ULONG Answer;

        Good.Word[0] = 7;
        Answer = Cases[Index / 2].Function(Index & 1 ? (ULONG *)&Good : (ULONG *)(ULONG_PTR)0x30);
        if (Answer != (Index & 1 ? Cases[Index / 2].Good : Cases[Index / 2].Bad))
            DbgPrint("%s: %d\\n", Cases[Index / 2].Name, Answer);
    }
    DbgPrint("%d cases\\n", (int)ARRAYSIZE(Cases));
    """
    source = source_with(globals=cases.removesuffix("static "), entry=entry)
    report = run_source(source, "arm64", runtime=("arm64/stack_probe.S",))
    assert report.why is None
    assert report.printed[:1] == (f"{text.count('    { ' + chr(34)) - 1} cases",)


@pytest.mark.parametrize("machine", ["x64", "x86", "arm64", "arm"])
def test_a_bad_pointer_without_try_is_refused_with_its_place(machine):
    report = run_source(source_with(entry="*(volatile UCHAR *)0x20 = 1;"), machine)
    assert report.verdict == "refused"
    assert "DriverEntry: at probe.sys INIT+" in report.why
    assert report.why.endswith("writes to 0x20")


@pytest.mark.parametrize("machine", ["x64", "arm64"])
def test_an_address_of_the_kernel_is_no_exception(machine):
    entry = 'DbgPrint("%08X\\n", Outer((volatile UCHAR *)0xFFFFA00000001000));'
    report = run_source(source_with(globals=HEAD, entry=entry), machine)
    assert (report.verdict, report.printed) == ("refused", ())
    assert "writes to 0xffffa00000001000" in report.why


def test_a_raised_status_that_nobody_handles_is_refused():
    report = run_source(source_with(entry="ExRaiseStatus(STATUS_NO_MEMORY);"), "x64")
    assert report.why.endswith("status 0xc0000017 is raised and nobody handles it")
