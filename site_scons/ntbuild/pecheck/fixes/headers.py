"""Fixes of the headers: Characteristics, versions, sizes, DllCharacteristics.

A bit that declares a property is set only when the image has the property.
"""

from collections.abc import Iterator

from ntbuild.pecheck.rule import Fault
from ntbuild.pecheck.rules.declared import SIZES, base_of_code, sizes_of_sections
from ntbuild.pecheck.rules.headers import DEPRECATED
from ntbuild.pecheck.rules.optional_header import USER_FLAGS
from ntbuild.pecheck.rules.relocations import relocations_present
from ntbuild.pecheck.settings import CheckSettings
from ntbuild.pecoff.constants import IMAGE_DLLCHARACTERISTICS as DLL
from ntbuild.pecoff.constants import IMAGE_FILE

from .edit import Change, Edit, Fix, Refusal

Outcome = Iterator[Change | Refusal]
_VERSIONS = ("OperatingSystemVersion", "SubsystemVersion", "ImageVersion")


def characteristics(edit: Edit, settings: CheckSettings) -> Outcome:
    """Deprecated bits and those of another kind of image are cleared."""
    header, machine = edit.image.file_header, edit.image.machine
    drop = IMAGE_FILE(0)
    if not settings.before_win10:
        drop |= IMAGE_FILE(sum(DEPRECATED))
    if machine is not None and machine.is_64bit:
        drop |= IMAGE_FILE.MACHINE_32BIT
    if not settings.has("export"):
        drop |= IMAGE_FILE.DLL
    cleared = IMAGE_FILE(header.Characteristics) & drop
    if cleared:
        edit.put(header.offset + 18, "H", header.Characteristics & ~drop)
        yield Change(f"Characteristics: {_names(cleared)} cleared")


def versions(edit: Edit, settings: CheckSettings) -> Outcome:
    """Operating system, subsystem and image version become those of the target."""
    major, minor = settings.minimum
    for name in _VERSIONS:
        optional = edit.image.optional_header
        old = getattr(optional, f"Major{name}"), getattr(optional, f"Minor{name}")
        if old != (major, minor):
            edit.field(f"Major{name}", major)
            edit.field(f"Minor{name}", minor)
            yield Change(f"{name}: {old[0]}.{old[1]} becomes {major}.{minor}")


def size_fields(edit: Edit, _: CheckSettings) -> Outcome:
    """The sums of section sizes become what the sections are."""
    for name in SIZES:
        value = sizes_of_sections(edit.image)[name]
        if getattr(edit.image.optional_header, name) != value:
            edit.field(name, value)
            yield Change(f"{name}: becomes {value:#x}")
    start = base_of_code(edit.image)
    if edit.image.optional_header.BaseOfCode != start:
        edit.field("BaseOfCode", start)
        yield Change(f"BaseOfCode: becomes {start:#x}")


def reserved(edit: Edit, _: CheckSettings) -> Outcome:
    """Reserved fields become zero."""
    for name, keep in (("Win32VersionValue", 0), ("LoaderFlags", 0), ("DllCharacteristics", ~0x1F)):
        old = getattr(edit.image.optional_header, name)
        if old & ~keep:
            edit.field(name, old & keep)
            yield Change(f"{name}: reserved bits {old & ~keep:#x} cleared")


def _set(edit: Edit, flag: DLL) -> Outcome:
    edit.field("DllCharacteristics", edit.image.optional_header.DllCharacteristics | flag)
    yield Change(f"DllCharacteristics: {flag.name} set")


def dynamic_base(edit: Edit, settings: CheckSettings) -> Outcome:
    """DYNAMIC_BASE is declared when the image can be moved."""
    stripped = edit.image.file_header.Characteristics & IMAGE_FILE.RELOCS_STRIPPED
    missing = any(
        isinstance(each, Fault) for each in relocations_present.function(edit.image, settings)
    )
    if stripped or missing:
        yield Refusal("DYNAMIC_BASE is not set: the image has no relocations")
    else:
        yield from _set(edit, DLL.DYNAMIC_BASE)


def nx_compat(edit: Edit, _: CheckSettings) -> Outcome:
    """NX_COMPAT is declared."""
    yield from _set(edit, DLL.NX_COMPAT)


def user_flags(edit: Edit, _: CheckSettings) -> Outcome:
    """Flags of user programs are cleared."""
    drop = DLL(0) if edit.image.is_64bit else DLL.HIGH_ENTROPY_VA
    for flag in USER_FLAGS:
        drop |= flag
    old = DLL(edit.image.optional_header.DllCharacteristics)
    if old & drop:
        edit.field("DllCharacteristics", old & ~drop)
        yield Change(f"DllCharacteristics: {_names(old & drop)} cleared")


def _names(flags: DLL | IMAGE_FILE) -> str:
    return ", ".join(str(flag.name) for flag in flags)


FIXES: dict[str, Fix] = {
    "DRV106": characteristics,
    "DRV208": versions,
    "DRV209": versions,
    "DRV210": size_fields,
    "DRV211": reserved,
    "DRV212": dynamic_base,
    "DRV213": nx_compat,
    "DRV216": user_flags,
}
