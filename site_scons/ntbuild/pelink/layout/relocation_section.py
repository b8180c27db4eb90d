"""The .reloc section is inserted: last of what is loaded, before debug data.

Its size is known only when everything else has its address, so `lay_out` leaves it out. Debug data
moves up for it, which changes no byte of it: its fields count from the starts of sections.

Two constraints fix the place. Loaders want sections without gaps, and ``strip`` takes the debug
sections out of an image and leaves everything else where it is, so nothing may follow them.
"""

import numpy as np

from ntbuild.pecoff.constants import IMAGE_DIRECTORY_ENTRY as DIRECTORY
from ntbuild.pelink.default_sections import DEBUG_PREFIX, DRIVER_SECTIONS
from ntbuild.pelink.model import Contents, LaidOutSection, Layout
from ntbuild.pelink.options import LinkOptions
from ntbuild.pelink.synthesize.base_relocations import base_relocation_blocks
from ntbuild.support.text import encoded
from ntbuild.support.values import replace

from .image_header import aligned

_NAME = ".reloc"


def with_relocation_section(
    layout: Layout, contents: Contents, options: LinkOptions
) -> tuple[Layout, Contents]:
    """The final layout, with the section's header and directory, and contents with its bytes.

    An image that cannot be moved (/fixed), and one without fields to fix, has no such section.
    """
    relocations = b""
    if options.fixed is not True or options.is_driver:
        relocations = base_relocation_blocks(contents.based, contents.based_types)
    if not relocations:
        return layout, contents
    # Sections from ``kept`` on are debug data. ``shift`` bytes of memory and ``raw`` bytes of the
    # file are inserted before them.
    kept = _loaded(layout.headers)
    moved = layout.headers[kept:]
    rva = moved[0].VirtualAddress if moved else layout.next_rva
    # Debug sections have ascending file offsets; one without bytes has 0.
    at = min(
        (each.PointerToRawData for each in moved if each.PointerToRawData),
        default=layout.next_file_offset,
    )
    raw = aligned(len(relocations), layout.file_alignment)
    shift = aligned(len(relocations), layout.section_alignment)
    flags = DRIVER_SECTIONS[_NAME].Characteristics or 0
    header = LaidOutSection(_NAME, flags, rva, len(relocations), at, raw)
    after = [
        replace(
            each,
            VirtualAddress=each.VirtualAddress + shift,
            PointerToRawData=each.PointerToRawData + raw if each.PointerToRawData else 0,
        )
        for each in moved
    ]
    is_moved = layout.number > kept
    finished = replace(
        layout,
        headers=(*layout.headers[:kept], header, *after),
        number=layout.number + is_moved.astype(layout.number.dtype),
        rva=np.where(is_moved, layout.rva + shift, layout.rva),
        directories={**layout.directories, int(DIRECTORY.BASERELOC): (rva, len(relocations))},
    )
    return finished, replace(contents, inserted=(at, relocations.ljust(raw, b"\0")))


def _loaded(headers: tuple[LaidOutSection, ...]) -> int:
    """The number of sections before the debug data at the end."""
    count = len(headers)
    while count and encoded(headers[count - 1].name).startswith(DEBUG_PREFIX):
        count -= 1
    return count
