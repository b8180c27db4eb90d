"""EFI applications for two machines print their line when firmware runs them in QEMU."""

import subprocess
from dataclasses import dataclass
from pathlib import Path

import pytest

from ntbuild import link, options_from_argv
from peers import require, require_file

SOURCE = Path(__file__).with_name("efi.c")
LINE = "linked by pelink"


@dataclass(frozen=True)
class Board:
    """A machine that QEMU plays, with its firmware and the name that this looks for."""

    qemu: str
    firmware: str
    boots: str
    target: str
    arguments: tuple[str, ...]


BOARDS = {
    "x64": Board(
        "qemu-x64",
        "firmware-x64",
        "BOOTX64.EFI",
        "x86_64-pc-windows-msvc",
        ("-m", "128", "-drive", "if=pflash,format=raw,readonly=on,file={firmware}"),
    ),
    "arm64": Board(
        "qemu-arm64",
        "firmware-arm64",
        "BOOTAA64.EFI",
        "aarch64-pc-windows-msvc",
        ("-M", "virt", "-cpu", "cortex-a57", "-m", "256", "-bios", "{firmware}"),
    ),
}


@pytest.mark.parametrize("machine", BOARDS)
def test_an_efi_application_prints_its_line(tmp_path, machine):
    board = BOARDS[machine]
    qemu, firmware = require(board.qemu), require_file(board.firmware)
    compiled = tmp_path / "efi.obj"
    flags = ["-ffreestanding", "-O1", "-fno-stack-protector", f"--target={board.target}"]
    subprocess.run([require("clang"), *flags, "-c", SOURCE, "-o", compiled], check=True)
    options = ["/subsystem:efi_application", "/entry:efi_main", f"/machine:{machine}"]
    image = link([compiled], options_from_argv(options)).image
    boot = tmp_path / "disk/EFI/BOOT"
    boot.mkdir(parents=True)
    (boot / board.boots).write_bytes(image)
    arguments = [word.format(firmware=firmware) for word in board.arguments]
    arguments += [
        "-nographic",
        "-no-reboot",
        "-net",
        "none",
        "-device",
        "virtio-blk-pci,drive=disk",
    ]
    arguments += ["-drive", f"format=raw,file=fat:rw:{tmp_path}/disk,if=none,id=disk"]
    done = subprocess.run(
        [qemu, *arguments],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        timeout=240,
        check=False,
    )
    assert LINE in done.stdout.decode("utf-8", "replace"), done.stderr.decode()[-500:]
