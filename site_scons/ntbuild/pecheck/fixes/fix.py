"""Mend an image without linking it again, and judge what came out.

A mend runs when its rule finds something, changes bytes in place, and says what it did or why it
would not. What is left needs a new link. The hard part is honesty about it: the result is judged
by all rules, not only by those that were mended, and nothing is called mended that is still found.
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
    """An image that is not to be mended; the text is one line that begins with the file's name."""


@dataclass(frozen=True, slots=True)
class FixResult:
    """The mended bytes, what was done under which rule, what was refused, and what is still found.

    ``stamp`` is the time stamp that the result was given, None when stamps were left alone.
    """

    data: bytes
    changes: tuple[tuple[str, str], ...]
    refusals: tuple[tuple[str, str], ...]
    left: tuple[Finding, ...]
    stamp: int | None = None


_LAYOUT: Final = frozenset(
    f"DRV{number}" for number in (101, 102, 103, 104, 105, 201, 205, 301, 302, 303, 304, 401)
)
"""Rules whose errors say that the layout is wrong: such an image is left alone."""


def fix(
    data: bytes | bytearray | memoryview,
    name: str = "image",
    *,
    settings: CheckSettings | None = None,
    rules: Collection[str] | None = None,
    drop_signature: bool = False,
) -> FixResult:
    """Mend what the named rules (by default all that have mends) find.

    Raises FixError: an image whose headers cannot be read, one that is signed (unless its
    signature is to be dropped), or a rule that has no mend.
    """
    settings = settings or CheckSettings()
    chosen = FIXABLE if rules is None else frozenset(rules)
    unmendable = sorted(chosen - FIXABLE)
    if unmendable:
        raise FixError(f"{name}: nothing mends {', '.join(unmendable)}")
    edit = _open(data, name)
    _require_layout(edit.image, settings)
    done: list[tuple[str, str]] = []
    refused: list[tuple[str, str]] = []
    if edit.image.directory(IMAGE_DIRECTORY_ENTRY.SECURITY).Size:
        if not drop_signature:
            raise FixError(f"{name}: the image is signed, and any change breaks the signature")
        done += [("signature", change.text) for change in _drop_signature(edit)]
    for rule_id, mend in FIXES.items():
        if rule_id in chosen:
            _run(rule_id, mend, edit, settings, done, refused)
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
    """Raise FixError when headers or sections are so wrong that changes would be guesses."""
    rules = (rule for rule_id, rule in RULES.items() if rule_id in _LAYOUT)
    for finding in check_image(image.data, image.name, settings, list(rules)).findings:
        if finding.level >= Level.ERROR:
            what = f"{finding.rule} {finding.slug}: {finding.message}"
            raise FixError(f"{image.name}: {finding.location}: {what}: link again")


def _finds(rule_id: str, image: Image, settings: CheckSettings) -> bool:
    return bool(check_image(image.data, image.name, settings, [RULES[rule_id]]).findings)


def _run(
    rule_id: str,
    mend: Fix,
    edit: Edit,
    settings: CheckSettings,
    done: list[tuple[str, str]],
    refused: list[tuple[str, str]],
) -> None:
    """Let a mend change the image if its rule finds something."""
    if not _finds(rule_id, edit.image, settings):
        return
    try:
        for outcome in mend(edit, settings):
            if isinstance(outcome, Refusal):
                refused.append((rule_id, outcome.reason))
            else:
                done.append((rule_id, outcome.text))
    except (FormatError, struct.error) as failure:
        refused.append((rule_id, f"cannot be mended: {failure}"))


def _finish(
    edit: Edit,
    settings: CheckSettings,
    chosen: Collection[str],
    done: list[tuple[str, str]],
    refused: list[tuple[str, str]],
) -> int | None:
    """Stamps and checksum; the stamp the image has when it was made one that is no clock's.

    Without a stamp to write, an image that nothing else changed keeps what it has: it may come
    from a linker that does not look at the clock.
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
    mend: Fix,
    edit: Edit,
    settings: CheckSettings,
    done: list[tuple[str, str]],
    refused: list[tuple[str, str]],
) -> None:
    """Let a mend change the image whatever its rule says."""
    try:
        done += [(rule_id, each.text) for each in mend(edit, settings) if isinstance(each, Change)]
    except (FormatError, struct.error) as failure:
        refused.append((rule_id, f"cannot be mended: {failure}"))


def _drop_signature(edit: Edit) -> Iterator[Change]:
    """The certificate table is no longer pointed to, and cut off when it ends the file."""
    directory = edit.image.directory(IMAGE_DIRECTORY_ENTRY.SECURITY)
    start, end = directory.VirtualAddress, directory.VirtualAddress + directory.Size
    last = max(s.PointerToRawData + s.SizeOfRawData for s in edit.image.sections)
    edit.directory(IMAGE_DIRECTORY_ENTRY.SECURITY)
    if last <= start and end >= len(edit.data):
        edit.cut(start)
    yield Change("the signature is dropped")
