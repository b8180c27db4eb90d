"""What objects ask of the link in their directives, as options.

The command line wins where both say something; lists have what objects say first, so that the
command line's word about a section is the last one. What is hard is only that these are known no
sooner than every object is read, so the passes after ``read`` take their options from here.
"""

from collections.abc import Mapping
from typing import Any

from ntbuild.values import replace

from .options import LinkOptions


def with_directives(options: LinkOptions, asked: Mapping[str, Any], subsystem: str) -> LinkOptions:
    """The options with the fields that objects asked for, and the subsystem decided."""
    merged: dict[str, Any] = {"subsystem": subsystem}
    for name, value in asked.items():
        given = getattr(options, name)
        if isinstance(given, tuple) and isinstance(value, tuple) and name not in _SCALARS:
            merged[name] = (*value, *given)
        elif given is None:
            merged[name] = value
    if merged == {"subsystem": options.subsystem}:
        return options
    return replace(options, **merged)


_SCALARS = frozenset({"stack", "heap", "subsystem_version", "version"})
"""Fields that are one value made of two numbers."""
