"""The import library of an image's exports, for whoever links against it."""

from ntbuild.pelink.model import ResolvedExport, Tables


def import_library(tables: Tables) -> bytes | None:
    """The library's bytes; None when the image exports nothing."""
    if not tables.exports:
        return None
    # Most drivers export nothing, and the command need not wait for these.
    from ntbuild.pelink.deffile import ModuleDefinition  # noqa: PLC0415
    from ntbuild.pelink.implib import write_import_library  # noqa: PLC0415

    exports = sorted((each.export for each in tables.exports), key=lambda each: each.name.encode())
    definition = ModuleDefinition(name=tables.module_name, exports=tuple(exports))
    prefix = tables.target.machine.symbol_prefix
    symbols = {each.export.name: _imported(each, prefix) for each in tables.exports if each.symbol}
    return write_import_library(definition, tables.target.machine, symbols=symbols)


def _imported(each: ResolvedExport, prefix: str) -> str:
    """The symbol that importers of an export reference: decorated as what it stands for is."""
    export, symbol = each.export, each.symbol.decode("utf-8", "backslashreplace")
    target = export.target
    if target is None or export.exportas or target == export.name:
        return symbol
    if target == symbol or target not in symbol:
        return export.name if export.name.startswith(("?", "@", "_")) else prefix + export.name
    return symbol.replace(target, export.name, 1)
