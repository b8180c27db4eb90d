"""``pelink /elf``: a PE image of a position-independent ELF executable.

pelink /elf /out:boot.efi /subsystem:efi_application boot.elf
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Final

from ntbuild.pecoff.constants import IMAGE_SUBSYSTEM
from ntbuild.pelink.diagnostics import LinkError
from ntbuild.support.text import printable

SUBSYSTEMS: Final = {
    each.name.lower(): each
    for each in (
        IMAGE_SUBSYSTEM.NATIVE,
        IMAGE_SUBSYSTEM.EFI_APPLICATION,
        IMAGE_SUBSYSTEM.EFI_BOOT_SERVICE_DRIVER,
        IMAGE_SUBSYSTEM.EFI_RUNTIME_DRIVER,
    )
}
_LARGEST: Final = 1 << 30


def run_elf(words: Sequence[str]) -> tuple[Path, bytes, Path]:
    """The output's path and content, and the input's path. Raises LinkError."""
    from ntbuild.pelink.elf.image import image_of_elf  # noqa: PLC0415 - for /elf only

    options: dict[str, str] = {}
    files: list[str] = []
    for word in words:
        name, _, value = word[1:].partition(":")
        if word[:1] not in ("/", "-") or (word[0] == "/" and Path(word).is_file()):
            files.append(word)
        elif name.lower() in ("out", "subsystem", "base"):
            options[name.lower()] = value
        else:
            known = "it takes /out, /subsystem, /base and a file"
            text = f"/elf: unknown option {printable(word)}; {known}"
            raise LinkError.of(text)
    if len(files) != 1:
        raise LinkError.of(f"/elf needs one ELF file, not {len(files)}")
    source = Path(files[0])
    subsystem = SUBSYSTEMS.get(options.get("subsystem", "efi_application").lower())
    if subsystem is None:
        raise LinkError.of(f"/elf: /subsystem is one of {', '.join(SUBSYSTEMS)}")
    out = Path(options.get("out") or source.with_suffix(".efi"))
    data = _content(source)
    base = _base(options.get("base", "0x140000000"))
    return out, image_of_elf(data, printable(str(source)), subsystem, base), source


def _base(text: str) -> int:
    try:
        value = int(text, 0)
    except ValueError:
        value = -1
    if not 0 <= value < 1 << 63 or value % 0x10000:
        raise LinkError.of(f"/elf: /base:{printable(text)} is not a multiple of 0x10000")
    return value


def _content(path: Path) -> bytes:
    try:
        if path.stat().st_size > _LARGEST:
            raise LinkError.of(f"{printable(str(path))} is larger than {_LARGEST >> 20} MiB")
        return path.read_bytes()
    except OSError as error:
        text = f"could not open '{printable(str(path))}': {error.strerror or error}"
        raise LinkError.of(text) from error
