"""The import library of an image's exports, for whoever links against it."""

from ntbuild.pelink.model import Tables


def import_library(tables: Tables) -> bytes | None:
    """The library's bytes; None when the image exports nothing."""
    if not tables.exports:
        return None
    # Most drivers export nothing, and the command need not wait for these.
    from ntbuild.pelink.deffile import ModuleDefinition  # noqa: PLC0415
    from ntbuild.pelink.implib import write_import_library  # noqa: PLC0415

    definition = ModuleDefinition(
        name=tables.module_name, exports=tuple(each.export for each in tables.exports)
    )
    symbols = {
        each.export.name: each.symbol.decode("utf-8", "backslashreplace")
        for each in tables.exports
        if each.symbol
    }
    return write_import_library(definition, tables.target.machine, symbols=symbols)
