"""Rules DRV702 to DRV705 and DRV710: bytes after the sections, and the signature's structure.

Verifiers do not look at the bytes around a signature, so programs hide there: these rules check
every byte after the sections. Who signed needs public keys and is checked in ``trust.py``.
"""

from ntbuild.pecheck.rule import Fault, Level, Location, NotApplicable, RuleResults, header, rule
from ntbuild.pecheck.settings import CheckSettings
from ntbuild.pecoff.constants import IMAGE_DIRECTORY_ENTRY
from ntbuild.pecoff.image.certificates import (
    WIN_CERT_REVISION_2_0,
    WIN_CERT_TYPE_PKCS_SIGNED_DATA,
    authenticode_digest,
    der,
    signed_digest,
)
from ntbuild.pecoff.image.image import Image

_SECURITY = IMAGE_DIRECTORY_ENTRY.SECURITY
_REVISION_1_0 = 0x0100
"""Supported only for verifying old signatures, as the specification has it."""
_WEAK = {"md5": "MD5", "sha1": "SHA-1"}
_UNSIGNED = NotApplicable("the image carries no signature")


def _at(offset: int) -> Location:
    return Location("file", offset, at=offset)


@rule(
    "DRV702",
    "overlay",
    Level.ERROR,
    breaks="S",
    source="PE Format, The Attribute Certificate Table; MS13-098",
    fix="cut the file off after the last section, then sign",
)
def overlay(image: Image) -> RuleResults:
    """Nothing follows the last section but the certificate table.

    Appended bytes are not loaded, and signing tools either refuse the file or sign a payload that
    is no part of the driver.
    """
    if not image.sections:
        yield NotApplicable("the image has no sections")
        return
    end = max(s.PointerToRawData + s.SizeOfRawData for s in image.sections)
    end = max(end, min(image.optional_header.SizeOfHeaders, len(image.data)))
    table = image.file_header.PointerToSymbolTable
    if table >= end and len(image.string_table) >= 4:
        end = table + 18 * image.file_header.NumberOfSymbols + len(image.string_table)
    security = image.directory(_SECURITY)
    stop = security.VirtualAddress if security.Size else len(image.data)
    rest = bytes(image.data[end:stop])
    if rest.strip(b"\0"):
        yield Fault(f"{len(rest)} bytes after the last section", _at(end))
    elif len(rest) >= (8 if security.Size else max(image.optional_header.FileAlignment, 8)):
        message = f"{len(rest)} zero bytes after the last section"
        yield Fault(message, _at(end), Level.WARNING)


@rule(
    "DRV703",
    "cert-table",
    Level.ERROR,
    breaks="S",
    source="PE Format, The Attribute Certificate Table; measured: 283 of 283 signed drivers",
    fix="remove the signature and sign again",
)
def certificate_table(image: Image, settings: CheckSettings) -> RuleResults:
    """The certificate table is aligned, whole, last in the file, and holds PKCS #7 signatures.

    The kernel finds a signature through this table only; one that does not end the file leaves
    bytes after it that no signature covers. With profile signed an image has one.
    """
    directory = image.directory(_SECURITY)
    if not directory.Size:
        if settings.has("signed") and not settings.has("boot"):  # with both it is DRV710's
            place = header(image.directory_offset(_SECURITY))
            yield Fault("no embedded signature", place, None, "sign the image")
        else:
            yield _UNSIGNED
        return
    place = header(image.directory_offset(_SECURITY))
    start, end = directory.VirtualAddress, directory.VirtualAddress + directory.Size
    if start % 8:
        yield Fault(f"the table at {start:#x} is not 8-aligned", place)
    if end != len(image.data):
        yield Fault(f"the table ends at {end:#x}, the file at {len(image.data):#x}", place)
    last = max((s.PointerToRawData + s.SizeOfRawData for s in image.sections), default=0)
    if start < last:
        yield Fault(f"the table at {start:#x} lies in section data up to {last:#x}", place)
    yield from _entry_faults(image, start)


def _entry_faults(image: Image, start: int) -> RuleResults:
    """Faults of the entries of the certificate table at a file offset."""
    table = image.certificates
    if table.fault is not None:
        where = _at(table.fault.offset or start)
        yield Fault(f"{table.fault.field}: {table.fault.message}", where)
    for entry in table.entries:
        if entry.wRevision != WIN_CERT_REVISION_2_0:
            old = Level.WARNING if entry.wRevision == _REVISION_1_0 else None
            yield Fault(f"revision {entry.wRevision:#06x}, not 0x0200", _at(entry.offset), old)
        if entry.wCertificateType != WIN_CERT_TYPE_PKCS_SIGNED_DATA:
            message = f"type {entry.wCertificateType}, not 2 (PKCS #7 signed data)"
            yield Fault(message, _at(entry.offset))
        if entry.dwLength % 8:
            message = f"dwLength {entry.dwLength:#x} without its padding"
            yield Fault(message, _at(entry.offset), Level.WARNING)


@rule(
    "DRV704",
    "cert-padding",
    Level.ERROR,
    breaks="S",
    source="CVE-2013-3900; PE Format, The Attribute Certificate Table",
    fix="remove the signature and sign again",
)
def certificate_padding(image: Image) -> RuleResults:
    """A certificate entry holds its signature and at most seven zero bytes.

    Verifiers do not look at bytes after the signature: code that is hidden there is in a file with
    a valid signature.
    """
    if not image.certificates.entries:
        yield _UNSIGNED
        return
    for entry in image.certificates.entries:
        content = image.data[entry.offset + 8 : entry.offset + 8 + entry.size]
        try:
            length = der(content).length
        except ValueError as failure:
            yield Fault(f"the content is no signature: {failure}", _at(entry.offset + 8))
            continue
        rest = bytes(content[length:])
        if len(rest) > 7 or rest.strip(b"\0"):
            message = f"{len(rest)} bytes after the signature"
            yield Fault(message, _at(entry.offset + 8 + length))


@rule(
    "DRV705",
    "digest",
    Level.ERROR,
    breaks="S",
    source="Windows Authenticode Portable Executable Signature Format; BinSkim BA2022",
    fix="sign the final file, with SHA-256",
)
def digest(image: Image) -> RuleResults:
    """The digest in the signature is that of the file, by SHA-256 or better.

    A file that changed after it was signed is refused. Of several signatures the strongest counts:
    SHA-1, which only old systems accept, is a finding where no signature has a better digest.
    """
    if not image.certificates.entries:
        yield _UNSIGNED
        return
    from ntbuild.pecoff.image.signed_data import nested_signatures  # noqa: PLC0415 - signed only

    found: dict[str, int] = {}
    for entry in image.certificates.entries:
        content = image.data[entry.offset + 8 : entry.offset + 8 + entry.size]
        for signature in (content, *nested_signatures(content)):
            try:
                algorithm, signed = signed_digest(memoryview(bytes(signature)))
            except ValueError as failure:
                yield NotApplicable(f"no digest can be read: {failure}")
                continue
            found.setdefault(algorithm, entry.offset)
            if signed != authenticode_digest(image, algorithm):
                yield Fault(f"the signed {algorithm} digest is not the file's", _at(entry.offset))
    if found and not found.keys() - _WEAK.keys():
        algorithm, offset = next(iter(found.items()))
        yield Fault(f"the digest is {_WEAK[algorithm]}", _at(offset), Level.WARNING)


@rule(
    "DRV710",
    "boot-embedded",
    Level.ERROR,
    breaks="S",
    source="Kernel-Mode Code Signing Requirements (Windows driver documentation)",
    fix="sign the image itself, not only the catalog",
)
def boot_embedded(image: Image, settings: CheckSettings) -> RuleResults:
    """A boot driver that is to be signed carries its signature.

    The boot loader reads no catalogs.
    """
    if not settings.has("boot") or not settings.has("signed"):
        yield NotApplicable("required by the profiles boot and signed together")
    elif not image.directory(_SECURITY).Size:
        yield Fault("no embedded signature", header(image.directory_offset(_SECURITY)))
