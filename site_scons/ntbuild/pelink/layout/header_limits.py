"""What an image's headers cannot hold, and what no loader accepts in them.

Options come from a command line, from directives of objects, from a .def file or from Python, and
only here is the machine known for certain. So every value that goes into a header field is checked
against the width of its field, before anything is laid out.

Sources: PE Format, "Optional Header Windows-Specific Fields" for widths and rules of alignment.
"""

from collections.abc import Iterator
from typing import Final

from ntbuild.pelink.diagnostics import Diagnostics
from ntbuild.pelink.machines.target import Target
from ntbuild.pelink.options import LinkOptions

PAGE: Final = 0x1000
_LEAST_FILE_ALIGNMENT: Final = 0x200
_MOST_FILE_ALIGNMENT: Final = 0x10000
_POINTER: Final = 0
"""Stands for the width of a pointer among the widths of fields."""

_FIELDS: Final = (
    ("base", "/base", ("ImageBase",), _POINTER),
    ("stack", "/stack (STACKSIZE)", ("SizeOfStackReserve", "SizeOfStackCommit"), _POINTER),
    ("heap", "/heap (HEAPSIZE)", ("SizeOfHeapReserve", "SizeOfHeapCommit"), _POINTER),
    ("timestamp", "/timestamp", ("TimeDateStamp",), 32),
    ("align", "/align", ("SectionAlignment",), 32),
    ("filealign", "/filealign", ("FileAlignment",), 32),
    ("version", "/version", ("MajorImageVersion", "MinorImageVersion"), 16),
    (
        "os_version",
        "/osversion",
        ("MajorOperatingSystemVersion", "MinorOperatingSystemVersion"),
        16,
    ),
    (
        "subsystem_version",
        "/subsystem",
        ("MajorSubsystemVersion", "MinorSubsystemVersion"),
        16,
    ),
    ("dependentloadflag", "/dependentloadflag", ("DependentLoadFlags",), 16),
)
"""(field of LinkOptions, its option, fields of the header that it fills, their bits)."""


def check_header_fields(target: Target, options: LinkOptions, log: Diagnostics) -> None:
    """An error in ``log`` for each option whose value its header field cannot hold."""
    for message in _overflows(target, options):
        log.error(message)


def _overflows(target: Target, options: LinkOptions) -> Iterator[str]:
    machine = target.machine
    for name, option, fields, bits in _FIELDS:
        value = getattr(options, name)
        if value is None:
            continue
        # Python code may give any number; command lines only refuse what 64 bits cannot hold.
        width = bits or 8 * machine.pointer_size
        values = value if isinstance(value, tuple) else (value,)
        for field, number in zip(fields, values, strict=True):
            if not 0 <= number < 1 << width:
                of_machine = f" on {machine.name}" if bits == _POINTER else ""
                yield f"{option}: {number:#x} does not fit {field}, {width} bits{of_machine}"


def alignments(options: LinkOptions, log: Diagnostics) -> tuple[int, int]:
    """SectionAlignment and FileAlignment, in bytes; what no loader accepts is an error in ``log``.

    Below a page the two are equal, and a section is at the same place in the file and in memory.
    Firmware loads such images. The kernel cannot protect their sections, so as native drivers they
    are refused, and as programs they are a warning.
    """
    # Zero is a number that was given, and wrong: only None stands for the default.
    section = PAGE if options.align is None else options.align
    file = options.filealign
    if file is None:
        file = section if section < PAGE else _LEAST_FILE_ALIGNMENT
    for name, value in (("align", section), ("filealign", file)):
        if value <= 0 or value & (value - 1):
            log.error(f"/{name}:{value:#x}: not a power of two")
    if file > _MOST_FILE_ALIGNMENT or (file < _LEAST_FILE_ALIGNMENT and section >= PAGE):
        log.error(f"/filealign:{file:#x}: not between 512 and 64 KiB")
    if section < PAGE and options.is_driver and not options.is_efi:
        log.error(
            f"/align:{section:#x}: sections smaller than a page cannot be protected",
            hint="memory integrity refuses such drivers; leave /align out",
        )
    elif section < PAGE and not options.is_driver:
        log.warn("/align specified without /driver; image may not run")  # lld-link's words
    if section < file:
        log.error(f"/align:{section:#x} is less than /filealign:{file:#x}")
    elif file < section < PAGE:
        log.error(f"/filealign:{file:#x} is not /align:{section:#x}, as below a page it must be")
    return section, file
