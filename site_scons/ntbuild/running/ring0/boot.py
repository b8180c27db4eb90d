"""One run in the emulator: what is put into its memory, how it is started, what it printed.

The bundle is one file: a header, the images in load order, the calls of the plan, and the names of
all exports that the imported modules have (the kernel refuses others). ``main.c`` has the same
structures.

QEMU gets no devices but a serial line, no network, no disks, no monitor and no firmware of its own;
a reset ends it.
"""

import shutil
import subprocess
import threading
from collections.abc import Iterable, Sequence
from pathlib import Path
from struct import pack
from typing import Final

from ntbuild.running.plan import Plan
from ntbuild.running.values import Ioctl, Read
from ntbuild.support.values import dataclass

from .build import Kernel

PROGRAMS: Final = {
    "x64": ("qemu-system-x86_64", "qemu-system-x86"),
    "x86": ("qemu-system-x86_64", "qemu-system-x86"),
    "arm64": ("qemu-system-aarch64", "qemu-system-arm"),
    "arm": ("qemu-system-arm", "qemu-system-arm"),
}
"""The emulator of each machine, and the package that Debian has it in."""

LONGEST_OUTPUT: Final = 2 << 20
"""Bytes of output that are read; more is a driver that writes to the serial line itself."""

_BUNDLE_AT: Final = {"x64": 0x2000000, "x86": 0x2000000, "arm64": 0x44000000, "arm": 0x44000000}
LARGEST_BUNDLE: Final = 32 << 20
_HEADER: Final = 32
_ENTRY: Final = 64
_CALL: Final = 32
_NAME: Final = 55


@dataclass(frozen=True, slots=True)
class Output:
    """What a machine printed, and why it ended: by itself, too late, or after too much output."""

    text: str
    errors: str
    is_late: bool = False
    is_too_long: bool = False


def bundle(plan: Plan, images: Sequence[tuple[str, bytes]], exports: Iterable[str]) -> bytes:
    """The file for the emulator's memory. ``exports``: ``module!name`` of what may be imported."""
    body = bytearray(_HEADER + _ENTRY * len(images) + _CALL * len(plan.calls))

    def add(content: bytes) -> int:
        body.extend(bytes(-len(body) % 64))
        at = len(body)
        body.extend(content)
        return at

    entries = b"".join(
        pack("<II56s", add(content), len(content), name.encode("ascii", "replace")[:_NAME])
        for name, content in images
    )
    calls = bytearray()
    for call in plan.calls:
        kind, code, sent, wanted, offset = _call(call)
        calls += pack("<4IQII", kind, code, len(sent), wanted, offset, add(sent), 0)
    known = add(b"".join(each.encode("ascii", "replace") + b"\0" for each in exports) + b"\0")
    calls_at = _HEADER + len(entries)
    options = ("hvci" in plan.profiles) | plan.at_once << 1
    header = pack("<8I", len(images), known, calls_at, len(plan.calls), options, 0, 0, 0)
    start = header + entries + bytes(calls)
    body[: len(start)] = start
    return bytes(body)


def _call(call: object) -> tuple[int, int, bytes, int, int]:
    """Kind, code, bytes sent, bytes of the output buffer and offset of a call."""
    if isinstance(call, Ioctl):
        return 0, call.code, call.input, call.output_size, 0
    if isinstance(call, Read):
        return 1, 0, b"", call.size, call.offset
    return 2, 0, call.data, 0, call.offset  # type: ignore[attr-defined]


def program(machine: str) -> str | None:
    """The path of the emulator, None when it is not installed."""
    return shutil.which(PROGRAMS[machine][0])


def command(machine: str, kernel: Kernel, file: Path) -> list[str]:
    """The command that boots a kernel with a bundle."""
    words = [PROGRAMS[machine][0]]
    loader = f"loader,file={_escaped(file)},addr={_BUNDLE_AT[machine]:#x},force-raw=on"
    console = "stdio,id=line,signal=off"
    if machine in ("x64", "x86"):
        words += ["-machine", "pc,accel=tcg", "-cpu", "max", "-kernel", str(kernel.path)]
        words += ["-device", "isa-debugcon,iobase=0xe9,chardev=line"]
        words += ["-device", "isa-debug-exit,iobase=0x501,iosize=1"]
    else:
        cpu = "cortex-a57" if machine == "arm64" else "cortex-a15"
        image = f"loader,file={_escaped(kernel.path)},addr={kernel.base:#x},force-raw=on"
        words += ["-machine", "virt,accel=tcg", "-cpu", cpu, "-serial", "chardev:line"]
        words += ["-device", image, "-device", f"loader,addr={kernel.entry:#x},cpu-num=0"]
    words += ["-chardev", console, "-device", loader, "-m", "256", "-display", "none"]
    return [*words, "-nodefaults", "-no-reboot", "-monitor", "none", "-nic", "none"]


def _escaped(path: Path) -> str:
    """A path in an option of QEMU, where a comma ends a value unless it is doubled."""
    return str(path).replace(",", ",,")


def execute(argv: Sequence[str], seconds: float) -> Output:
    """Run the emulator until it ends, but no longer than this."""
    late = threading.Event()
    with subprocess.Popen(
        argv, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:

        def expire() -> None:
            late.set()
            process.kill()

        watch = threading.Timer(seconds, expire)
        watch.daemon = True
        watch.start()
        assert process.stdout is not None and process.stderr is not None  # noqa: S101, PT018 - pipes
        try:
            text = process.stdout.read(LONGEST_OUTPUT + 1)
            is_too_long = len(text) > LONGEST_OUTPUT
            if is_too_long:
                process.kill()
            errors = process.stderr.read(4096)
        finally:
            watch.cancel()
            process.kill()
    return Output(
        text.decode("ascii", "replace"),
        errors.decode("utf-8", "replace"),
        late.is_set(),
        is_too_long,
    )
