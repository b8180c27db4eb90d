"""Build folders as builds leave them, linked of objects that are written byte by byte."""

import hashlib
import json
from pathlib import Path

import coffwriter as coff
from ntbuild import Allow, LinkOptions
from ntbuild.building.driver import LinkStep, Outputs, build_image
from ntbuild.building.validation import Validation
from ntbuild.running.report import STAGES, EngineReport, Report

RETURN_ZERO = {"x64": "31c0c3", "x86": "31c0c20800", "arm64": "00008052c0035fd6"}
HOSTILE = "<script>document.title='taken'</script>\"'&"
"""A symbol, a printed line and a reason that must stay text."""


def build(folder, cell, name, *, symbols=(), sections=(), flags=0, **options):
    """Link, judge and write one image below a build folder, as a link of a build does."""
    toolchain, machine, flavor = cell.split("/")
    place = folder / toolchain / machine / flavor / "drivers" / name
    place.mkdir(parents=True, exist_ok=True)
    code = coff.Section(".text", bytes.fromhex(RETURN_ZERO[machine]), coff.CODE, align=16)
    more = [coff.Section(each, bytes(64), coff.CODE | flags, align=16) for each in sections]
    entry = "DriverEntry@8" if machine == "x86" else "DriverEntry"
    entry = f"_{entry}" if machine == "x86" else entry
    named = [coff.Symbol(entry, ".text"), *(coff.Symbol(each, sections[0]) for each in symbols)]
    source = place / f"{name}.obj"
    source.write_bytes(coff.build(machine, [code, *more], named))
    step = LinkStep(
        LinkOptions(driver="plain", machine=machine, entry="DriverEntry", ref=False),
        Validation(**options),
    )
    outputs = Outputs(place / f"{name}.sys", place / f"{name}.map", place / f"{name}.check.txt")
    build_image([source], step.placed([str(outputs.image), str(outputs.map)]), outputs)
    return outputs.image


def proved(image, *, printed=("hello",), verdicts=("proved", "proved"), why=None):
    """Write the report of a run beside an image."""
    stages = {each: {"status": "0x00000000"} for each in STAGES}
    stages["served"] = [{"request": "create", "status": "0x00000000", "output": ""}]
    engines = tuple(
        EngineReport(name, "1.0", verdict, stages, why, tuple(printed), ("ntoskrnl.exe!DbgPrint",))
        for name, verdict in zip(("unicorn", "qemu"), verdicts, strict=True)
    )
    digest = hashlib.sha256(image.read_bytes()).hexdigest()
    report = Report(image.name, digest, "x64", 2, engines)
    image.with_suffix(".run.json").write_text(report.to_json(), encoding="utf-8")


def release(folder, sizes, commit="0123456789abcdef"):
    """Write the record of a release: bytes by toolchain, machine and name."""
    record = {
        "commit": {"id": commit, "modified": False},
        "tools": {"ntbuild": "0.1.0"},
        "images": [
            {"toolchain": toolchain, "arch": arch, "name": name, "size": size}
            for (toolchain, arch, name), size in sizes.items()
        ],
    }
    path = Path(folder) / "release" / "build.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(record), encoding="utf-8")
    return path


def sample(folder):
    """Two drivers in three cells: proved, not run, outdated, with findings, hostile names."""
    proved(build(folder, "zig/x64/debug", "quiet"))
    small = build(folder, "zig/x64/release", "quiet")
    build(folder, "clang/arm64/release", "quiet")
    loud = build(
        folder,
        "zig/x64/release",
        "loud",
        sections=["<b>rwx"],
        flags=0x80000000,  # writable
        symbols=[HOSTILE],
        allow=(Allow("it is <i>meant</i>", rule="DRV305"),),
    )
    proved(loud, printed=[HOSTILE, "\x1b[2J\u202e"], verdicts=("proved", "refused"), why=HOSTILE)
    release(folder, {("zig", "x64", "quiet"): small.stat().st_size - 512})
    package = folder / "package/zig/x64/release/loud"
    package.mkdir(parents=True)
    for name in ("loud.sys", "loud.inf", "loud.cat"):
        (package / name).write_bytes(bytes(100))
    (folder / "package/zig/x64/debug/quiet").mkdir(parents=True)
    return loud
