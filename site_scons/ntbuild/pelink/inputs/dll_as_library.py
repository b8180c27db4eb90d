"""A DLL named as an input: its exports become imports, as GNU ld does it.

The export table is written as an import library in memory, so the read pass only knows that one
form. An export table does not tell what is code, which decides whether a name may be called: an
export is code where the section that it points into is executable, and forwarders are code.

Source: GNU ld manual, "direct linking to a dll".
"""

from pathlib import PureWindowsPath

from ntbuild.pecoff.constants import IMAGE_SCN
from ntbuild.pecoff.image.image import Image, read_image
from ntbuild.pelink.libraries.import_library import write_import_library
from ntbuild.pelink.libraries.module_definition import ModuleDefinition
from ntbuild.pelink.options import Export

_CODE = int(IMAGE_SCN.MEM_EXECUTE | IMAGE_SCN.CNT_CODE)


def library_of_image(data: bytes, path: str) -> bytes:
    """The import library of an image; empty without exports or for an unknown machine.

    Programs will look for the module by the file name of ``path``. Raises FormatError for a
    damaged image.
    """
    image = read_image(data, path)
    machine = image.machine
    table = image.exports
    if machine is None or table is None:
        return b"!<arch>\n"
    exports = tuple(
        Export(
            name,
            ordinal=hint or None,  # of a name, an import library makes it the hint
            data=not _is_code(image, table.functions[index], table.forwarders, index),
        )
        for hint, (name, index) in enumerate(table.names[:0x10000])
        if name and index < len(table.functions)
    )
    definition = ModuleDefinition(name=PureWindowsPath(path).name, exports=exports)
    return write_import_library(definition, machine, mingw=True)


def _is_code(image: Image, rva: int, forwarders: dict[int, str], index: int) -> bool:
    if index in forwarders:
        return True
    section = image.section_at(rva)
    return section is None or bool(section.Characteristics & _CODE)
