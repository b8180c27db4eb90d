"""Bad input and bad drivers: a verdict with a reason, within the limits, never a hang."""

import random
import time

import pytest

import peers
from ntbuild.running.engines import ENGINES, engines_named
from ntbuild.running.plan import Plan
from ntbuild.running.process import run_engine
from ntbuild.running.report import EngineReport
from ntbuild.running.run import run_image
from ntbuild.running.values import Run, RunError
from running.drivers import built, new_folder, run, run_source, source_with

UNICORN = next(each for each in ENGINES if each.name == "unicorn")


def in_process(path, machine="x64", **more) -> EngineReport:
    return run_engine(UNICORN, Plan(str(path), machine, **more))


def test_a_process_of_its_own_gives_the_same_report():
    path = built(source_with(), "x64")
    plan = Plan(str(path), "x64", map=str(path.with_suffix(".map")))
    assert run_engine(UNICORN, plan).to_json() == run(path, "x64").to_json()


def test_a_loop_without_end_is_refused_in_its_time():
    path = built(source_with(entry="while (Counter) { }"), "x64")
    start = time.monotonic()
    report = in_process(path, timeout=1)
    assert time.monotonic() - start < 20
    assert report.verdict == "refused"
    assert "did not end in 1 s" in report.why
    assert tuple(report.stages) == ("mapped", "loaded")


def test_printing_without_end_is_refused():
    path = built(source_with(entry='for (;;) DbgPrint("%s\\n", Text);'), "x64")
    report = in_process(path, timeout=60)
    assert report.why == "DriverEntry: prints without end: 10000 times so far"
    assert len(report.printed) <= 202


def test_taking_all_memory_gives_a_null_pointer_in_the_end():
    entry = """
    ULONG Count = 0;
    while (ExAllocatePoolWithTag(NonPagedPoolNx, 1 << 24, 'bltn') != NULL)
        Count++;
    DbgPrint("%u blocks\\n", Count);
    return STATUS_INSUFFICIENT_RESOURCES;
    """
    report = in_process(built(source_with(entry=entry), "x64"), timeout=20)
    assert report.printed == ("47 blocks",)
    assert "returns 0xc000009a" in report.why


def test_an_image_that_it_imports_from_is_asked_for(samples):
    report = in_process(samples["x64", "client"])
    assert report.verdict == "refused"
    assert report.why == "load: imports from core.sys, which is not there (--with core.sys)"


def test_a_routine_that_is_not_served_is_unknown_when_it_is_called():
    source = source_with(
        entry="ExRaiseHardError(0, 0, 0, NULL, 0, NULL);",
        globals="""
    NTSYSAPI NTSTATUS NTAPI ExRaiseHardError(NTSTATUS, ULONG, ULONG, PVOID, ULONG, PULONG);""",
    )
    report = run_source(source, "x64")
    assert report.verdict == "unknown"
    assert report.why.endswith(
        "calls ntoskrnl.exe!ExRaiseHardError, which this kernel does not have"
    )


def test_what_is_no_image_is_unusable():
    path = new_folder() / "text.sys"
    path.write_text("no image at all")
    with pytest.raises(RunError, match="not an MZ file"):
        run_image(path, Run(engines="unicorn"))
    with pytest.raises(RunError, match="No such file"):
        run_image(path.with_name("none.sys"), Run())


def test_an_engine_that_crashes_is_broken(monkeypatch):
    broken = engines_named(("unicorn",), "x")[0]
    monkeypatch.setattr("ntbuild.running.emulated.engine.version", lambda: {}["x"])
    report = run_engine(broken, Plan("a.sys", "x64"))
    assert (report.verdict, report.why) == ("broken", "KeyError: 'x'")


@pytest.mark.parametrize("machine", ["x64", "x86", "arm64", "arm"])
def test_damaged_images_never_break_the_engine(machine):
    good = built(source_with(), machine).read_bytes()
    source = random.Random(machine)
    path = new_folder() / "probe.sys"
    for _ in range(25):
        data = bytearray(good)
        for _ in range(source.choice((1, 3, 20))):
            data[source.randrange(len(data))] = source.randrange(256)
        del data[source.choice((len(data), source.randrange(len(data)))) :]
        field = int.from_bytes(data[60:64], "little") + 88
        if field + 4 < len(data):
            from ntbuild.pecoff.image.checksum import checksum

            value = checksum(memoryview(bytes(data)), field)
            data[field : field + 4] = value.to_bytes(4, "little")
        path.write_bytes(data)
        report = run(path, machine, timeout=1)
        assert report.verdict in ("refused", "proved", "unknown"), report


ATTACKS = {
    "no interrupt table": (
        (
            "static volatile struct { USHORT Limit; ULONG_PTR Base; } __attribute__((packed)) Idt;"
            '__asm__ volatile("lidt %0; int3" :: "m"(Idt));'
        ),
        {"unicorn": "breakpoint", "qemu": "the machine reset itself (triple fault)"},
    ),
    "halt": (
        '__asm__ volatile("cli; hlt");',
        {"unicorn": "stopped", "qemu": "did not end in 2 s"},
    ),
    "the kernel's code": (
        "*(volatile ULONG_PTR *)(ULONG_PTR)&IoCreateDevice = 1;",
        {"unicorn": "writes to ntoskrnl.exe!IoCreateDevice", "qemu": "write is not allowed"},
    ),
    "a kernel structure": (
        (
            "for (Index = 0; Index < sizeof(*DriverObject); Index++)"
            "((volatile UCHAR *)DriverObject)[Index] = 0xFF;"
        ),
        {"unicorn": "DriverUnload is 0xffffffffffffffff", "qemu": "is no code: 0xffffffffffffffff"},
    ),
}


@pytest.mark.parametrize("name", ["unicorn", "qemu"])
@pytest.mark.parametrize("attack", ATTACKS)
def test_an_attack_on_the_kernel_is_refused_with_a_reason(name, attack):
    if name == "qemu":
        peers.require("qemu-x64")
    (engine,) = engines_named((name,), "x")
    code, texts = ATTACKS[attack]
    report = run_engine(engine, Plan(str(built(source_with(entry=code), "x64")), "x64", timeout=2))
    assert (report.verdict, texts[name] in report.why) == ("refused", True), report.why


def test_an_engine_that_is_missing_is_absent_and_says_what_to_install(monkeypatch):
    path = built(source_with(), "x64")
    monkeypatch.setenv("PATH", "")
    monkeypatch.delenv("NTBUILD_SPEAKEASY", raising=False)
    monkeypatch.setattr("ntbuild.running.wine.session._WINE", ("wine-of-nobody",))
    report = run_image(path, Run(engines=("unicorn", "qemu", "wine", "speakeasy")))
    assert report.verdict == "unproved"
    assert [each.why for each in report.engines] == [
        None,
        "qemu is not installed: apt install qemu-system-arm qemu-system-x86",
        "wine is not installed: apt install wine64",
        "speakeasy is not installed: pipx install speakeasy-emulator",
    ]
