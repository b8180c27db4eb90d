"""What a MOF file declares: classes with qualifiers, properties and methods."""

from ntbuild.support.values import dataclass

TO_INSTANCE = 0x01
TO_SUBCLASS = 0x02
DISABLE_OVERRIDE = 0x10
AMENDED = 0x80


class MofError(ValueError):
    """A MOF file cannot be compiled; the text is ``FILE:LINE: what, and what to do``."""


@dataclass(frozen=True, slots=True)
class Qualifier:
    """``name(value)``; a name alone is true. ``flavor``: the sum of its flavors' bits, or 0."""

    name: str
    value: bool | int | str
    flavor: int = 0


@dataclass(frozen=True, slots=True)
class Property:
    """A property or a parameter.

    ``type``: a CIM type in lower case, or a class with `is_object`. ``length``: of an array, 0 for
    one of any length, None for a single value.
    """

    name: str
    type: str
    qualifiers: tuple[Qualifier, ...] = ()
    length: int | None = None
    is_object: bool = False
    line: int = 0


@dataclass(frozen=True, slots=True)
class Method:
    """A method, which gives nothing back but its [out] parameters."""

    name: str
    qualifiers: tuple[Qualifier, ...] = ()
    parameters: tuple[Property, ...] = ()


@dataclass(frozen=True, slots=True)
class MofClass:
    """A class; ``base`` is empty for none, ``namespace`` as the file's pragma gives it."""

    name: str
    base: str = ""
    qualifiers: tuple[Qualifier, ...] = ()
    properties: tuple[Property, ...] = ()
    methods: tuple[Method, ...] = ()
    namespace: str = ""


def qualifier(owner: MofClass | Method | Property, name: str) -> bool | int | str | None:
    """The value of a qualifier by its name in any letter case; None without."""
    found = (each.value for each in owner.qualifiers if each.name.lower() == name.lower())
    return next(found, None)
