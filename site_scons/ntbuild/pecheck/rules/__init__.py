"""The rules, one file per part of an image: every ``Rule`` in a module is found, sorted by id."""

from typing import Final

from ntbuild.pecheck.rule import Rule

from . import (
    checksum,
    debug,
    declared,
    directories,
    exports,
    headers,
    imports,
    load_config,
    optional_header,
    padding,
    relocations,
    residence,
    resources,
    section_layout,
    sections,
    signature,
    stamps,
    trust,
    unwind,
    unwind_info,
)

_ROOMS: Final = (
    headers,
    optional_header,
    section_layout,
    sections,
    declared,
    residence,
    directories,
    imports,
    exports,
    relocations,
    debug,
    load_config,
    padding,
    resources,
    signature,
    trust,
    unwind_info,
    unwind,
    checksum,
    stamps,
)

RULES: Final[dict[str, Rule]] = {
    found.id: found
    for found in sorted(
        (value for room in _ROOMS for value in vars(room).values() if isinstance(value, Rule)),
        key=lambda found: found.id,
    )
}
"""Every rule by id, in order."""
