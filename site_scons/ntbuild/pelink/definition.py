"""A .def file's statements as options: what the command line says wins over what the file says.

The hard part is the list of exports, where both count: the file's come first, and an export of the
command line replaces the file's of the same name.
"""

from ntbuild.pecoff.machine import MACHINES
from ntbuild.values import replace

from .diagnostics import Diagnostics
from .options import LinkOptions
from .present import content_of


def with_definition(options: LinkOptions, log: Diagnostics) -> LinkOptions:
    """The options with those of ``def_file`` filled in. Raises LinkError naming file and line."""
    if options.def_file is None:
        return options
    from .deffile import read_def_bytes  # noqa: PLC0415 - few links have one

    try:
        data = content_of(options.def_file)
    except OSError as error:
        log.error(f"could not open '{options.def_file}': {error.strerror}")
        log.raise_if_errors()
        raise
    definition = read_def_bytes(data, options.def_file, MACHINES[options.machine or "x64"])
    named = {export.name for export in options.exports}
    return replace(
        options,
        out=options.out or definition.module_name or None,
        exports=(*(e for e in definition.exports if e.name not in named), *options.exports),
        sections=(*definition.sections, *options.sections),
        base=definition.base if options.base is None else options.base,
        heap=options.heap or definition.heap,
        stack=options.stack or definition.stack,
        version=options.version or definition.version,
    )
