"""The TLS directory: how a thread's copy of the image's thread-local data is aligned.

The structure ``_tls_used`` comes from the C run-time, which cannot know the alignment of a
program's thread-local variables. Its field Characteristics holds it in the bits of IMAGE_SCN_ALIGN,
and Windows allocates the copy for each thread with that alignment.

Source: PE Format, "The TLS Directory"; lld-link writes the same.
"""

import struct

from ntbuild.pecoff.constants import IMAGE_DIRECTORY_ENTRY as DIRECTORY
from ntbuild.pelink.model import Contents, Layout, Tables
from ntbuild.support.values import replace

TLS_STEM = b".tls"
_ALIGN_MASK, _ALIGN_SHIFT = 0x00F00000, 20
_MOST = 8192


def set_tls_alignment(tables: Tables, layout: Layout, contents: Contents) -> Contents:
    """The contents with the largest alignment of thread-local data in the TLS directory."""
    rows = tables.rows_of_stem(TLS_STEM)
    rows = rows[(layout.number[rows] > 0) & (tables.objects.sections.size[rows] > 0)]
    start, size = layout.directories[int(DIRECTORY.TLS)]
    if not len(rows):
        return contents
    # The four bits hold log2 of the alignment plus one, up to 8192, the most of a COFF section.
    alignment = min(int(tables.objects.sections.alignment[rows].max()), _MOST)
    at = layout.file_offset_of(start) + size - 4  # Characteristics is the last field
    image = contents.image.copy()
    (flags,) = struct.unpack_from("<I", image.data, at)
    flags = flags & ~_ALIGN_MASK | alignment.bit_length() << _ALIGN_SHIFT
    struct.pack_into("<I", image.data, at, flags)
    return replace(contents, image=image)
