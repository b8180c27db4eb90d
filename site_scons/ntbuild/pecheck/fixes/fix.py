"""Fix an image without linking it again, and check the result.

A fix runs when its rule finds something, changes bytes in place, and says what it did or why it
did not. The result is checked by all rules, not only by those that were fixed; what they still
find needs a new link.
"""

import struct
from collections.abc import Collection, Iterator
from typing import Final

from ntbuild.pecheck.check import check_image
from ntbuild.pecheck.rule import Finding, Level
from ntbuild.pecheck.rules import RULES
from ntbuild.pecheck.settings import CheckSettings
from ntbuild.pecoff.constants import IMAGE_DIRECTORY_ENTRY
from ntbuild.pecoff.image.image import FormatError, Image, read_image
from ntbuild.support.values import dataclass, replace

from . import FIXABLE, FIXES, tables
from .edit import Change, Edit, Fix, Refusal


class FixError(ValueError):
    """An image that cannot be fixed; the text is one line that begins with the file's name."""


@dataclass(frozen=True, slots=True)
class FixResult:
    """The result of ``fix``."""

    data: bytes
    """The fixed image."""
    changes: tuple[tuple[str, str], ...]
    """Rule id (or ``signature``) and text of each change."""
    refusals: tuple[tuple[str, str], ...]
    """Rule id and reason of each fix that was not made."""
    left: tuple[Finding, ...]
    """What all rules still find."""
    stamp: int | None = None
    """The time stamp that was written; None when stamps were left as they are."""


_LAYOUT: Final = frozenset(
    f"DRV{number}" for number in (101, 102, 103, 104, 105, 201, 205, 301, 302, 303, 304, 401)
)
"""Rules whose errors mean that the layout is wrong: such an image is not fixed."""


def fix(
    data: bytes | bytearray | memoryview,
    name: str = "image",
    *,
    settings: CheckSettings | None = None,
    rules: Collection[str] | None = None,
    drop_signature: bool = False,
) -> FixResult:
    """Fix what the named rules (by default all that have fixes) find.

    Raises FixError for an image whose headers or layout are wrong, for one that is signed unless
    ``drop_signature`` is set, and for a rule that has no fix.
    """
    settings = settings or CheckSettings()
    chosen = FIXABLE if rules is None else frozenset(rules)
    unfixable = sorted(chosen - FIXABLE)
    if unfixable:
        raise FixError(f"{name}: no fix for {', '.join(unfixable)}")
    edit = _open(data, name)
    _require_layout(edit.image, settings)
    done: list[tuple[str, str]] = []
    refused: list[tuple[str, str]] = []
    if edit.image.directory(IMAGE_DIRECTORY_ENTRY.SECURITY).Size:
        if not drop_signature:
            raise FixError(f"{name}: the image is signed, and any change breaks the signature")
        done += [("signature", change.text) for change in _drop_signature(edit)]
    for rule_id, apply in FIXES.items():
        if rule_id in chosen:
            _run(rule_id, apply, edit, settings, done, refused)
    stamp = _finish(edit, settings, chosen, done, refused)
    known = settings if stamp is None else replace(settings, stamp=stamp)
    left = check_image(edit.data, name, known, RULES.values()).findings
    return FixResult(bytes(edit.data), tuple(done), tuple(refused), left, stamp)


def _open(data: bytes | bytearray | memoryview, name: str) -> Edit:
    try:
        image = read_image(data, name)
        if image.nt_offset % 4 or not image.sections:
            raise image.fault(60, "e_lfanew", "the headers are not those of a linked image")
        if image.file_header.SizeOfOptionalHeader < 128:
            raise image.fault(None, "SizeOfOptionalHeader", "too short for directories")
        _ = image.directories[IMAGE_DIRECTORY_ENTRY.SECURITY]
    except FormatError as failure:
        raise FixError(str(failure)) from failure
    except IndexError:
        raise FixError(f"{name}: the headers have too few directories") from None
    return Edit(data, name)


def _require_layout(image: Image, settings: CheckSettings) -> None:
    """Raise FixError when headers or sections are too wrong to be changed safely."""
    rules = (rule for rule_id, rule in RULES.items() if rule_id in _LAYOUT)
    for finding in check_image(image.data, image.name, settings, list(rules)).findings:
        if finding.level >= Level.ERROR:
            what = f"{finding.rule} {finding.slug}: {finding.message}"
            raise FixError(f"{image.name}: {finding.location}: {what}: link again")


def _finds(rule_id: str, image: Image, settings: CheckSettings) -> bool:
    return bool(check_image(image.data, image.name, settings, [RULES[rule_id]]).findings)


def _run(
    rule_id: str,
    apply: Fix,
    edit: Edit,
    settings: CheckSettings,
    done: list[tuple[str, str]],
    refused: list[tuple[str, str]],
) -> None:
    """Run a fix if its rule finds something."""
    if not _finds(rule_id, edit.image, settings):
        return
    try:
        for outcome in apply(edit, settings):
            if isinstance(outcome, Refusal):
                refused.append((rule_id, outcome.reason))
            else:
                done.append((rule_id, outcome.text))
    except (FormatError, struct.error) as failure:
        refused.append((rule_id, f"cannot be fixed: {failure}"))


def _finish(
    edit: Edit,
    settings: CheckSettings,
    chosen: Collection[str],
    done: list[tuple[str, str]],
    refused: list[tuple[str, str]],
) -> int | None:
    """Write stamps and checksum; the stamp that the image has then, None when it was not written.

    Without a stamp in the settings an image that nothing else changed keeps its own: it may come
    from a linker that does not read the clock.
    """
    stamp = None
    differ = _finds(tables.STAMPS, edit.image, settings)
    if tables.STAMPS in chosen and (differ or (done and settings.stamp is None)):
        _force(tables.STAMPS, tables.stamps, edit, settings, done, refused)
        stamp = edit.image.file_header.TimeDateStamp
    if tables.CHECKSUM in chosen or done:
        _force(tables.CHECKSUM, tables.checksum, edit, settings, done, refused)
    return stamp


def _force(
    rule_id: str,
    apply: Fix,
    edit: Edit,
    settings: CheckSettings,
    done: list[tuple[str, str]],
    refused: list[tuple[str, str]],
) -> None:
    """Run a fix whether or not its rule finds something."""
    try:
        done += [(rule_id, each.text) for each in apply(edit, settings) if isinstance(each, Change)]
    except (FormatError, struct.error) as failure:
        refused.append((rule_id, f"cannot be fixed: {failure}"))


def _drop_signature(edit: Edit) -> Iterator[Change]:
    """Clear the directory of the certificate table, and cut the table off when it ends the file."""
    directory = edit.image.directory(IMAGE_DIRECTORY_ENTRY.SECURITY)
    start, end = directory.VirtualAddress, directory.VirtualAddress + directory.Size
    last = max(s.PointerToRawData + s.SizeOfRawData for s in edit.image.sections)
    edit.directory(IMAGE_DIRECTORY_ENTRY.SECURITY)
    if last <= start and end >= len(edit.data):
        edit.cut(start)
    yield Change("the signature is removed")
