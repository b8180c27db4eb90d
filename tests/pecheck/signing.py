"""A small signer: Authenticode signatures with chains, timestamps and page hashes, right or wrong.

Written from the formats' descriptions; the project's readers only split certificates again.
``Plan`` says what a signature is; each of its fields makes one thing wrong or old. Keys are made
once per process, so the bytes of a signature differ between runs, and its lengths do not.
"""

import datetime as dt
import functools
import hashlib
import struct
from dataclasses import dataclass

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.x509.oid import NameOID, ObjectIdentifier

from ntbuild.pecoff.image.certificates import der
from ntbuild.pecoff.image.signed_data import elements
from pecheck.golden_parts import _algorithm, _der, authenticode

CODE, STAMPING = "1.3.6.1.5.5.7.3.3", "1.3.6.1.5.5.7.3.8"
WHQL, ATTESTATION = "1.3.6.1.4.1.311.10.3.5", "1.3.6.1.4.1.311.10.3.5.1"
BEGIN = dt.datetime(2024, 1, 1, tzinfo=dt.UTC)
END = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
TIME = "20250601120000Z"
_CLASS = bytes.fromhex("a6b586d5b4a12466ae05a217da8e60d6")


@dataclass(frozen=True)
class Plan:
    """What a signature is: certificates, what is signed, a timestamp, hashes of pages."""

    root: bool = True
    alone: bool = False
    stranger: bool = False
    uses: tuple[str, ...] = (CODE, WHQL)
    usage: bool = True
    authority: bool = True
    key: str = "leaf"
    signing_key: str = ""
    content: bool = True
    signature: bool = True
    attributes: bool = True
    leaf: bool = True
    end: dt.datetime = END
    timestamp: str = "rfc3161"
    root_key: str = "root"
    imprint: bool = True
    stamp_root_key: str = "stamp root"
    stamped: bool = True
    stamp_uses: tuple[str, ...] = (STAMPING,)
    stamp_time: str = TIME
    attribute_certificate: bool = False
    bare_stamp: bool = False
    certificates_by: str = "sha256"
    begin: dt.datetime = BEGIN
    root_version: int = 3
    digest: str = "sha256"
    nested: "Plan | None" = None
    pages: str = "sha256"
    wrong_page: int | None = None
    fewer_pages: int = 0


@functools.cache
def key(name):
    """A key by name: RSA of 2048 bits, ``short`` of 1024, ``curve`` P-256, ``odd`` another."""
    if name in {"curve", "odd"}:
        return ec.generate_private_key(ec.SECP256R1() if name == "curve" else ec.SECP256K1())
    return rsa.generate_private_key(
        public_exponent=65537, key_size=1024 if name == "short" else 2048
    )


def _named(name):
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])


def rsa_signature(name, content, digest, *, bare=False):
    """A signature by RSA (PKCS #1, version 1.5) made by hand; ``bare``: without DigestInfo.

    Libraries refuse to make those by SHA-1, or without DigestInfo.
    """
    own = key(name).private_numbers()
    modulus = own.public_numbers.n
    size = (modulus.bit_length() + 7) // 8
    value = hashlib.new(digest, content).digest()
    inner = value if bare else _der(0x30, _algorithm(digest), _der(0x04, value))
    padded = b"\0\1" + b"\xff" * (size - 3 - len(inner)) + b"\0" + inner
    return pow(int.from_bytes(padded, "big"), own.d, modulus).to_bytes(size, "big")


@functools.cache
def old_certificate(subject, issuer, own, signing, uses=(), **facts):
    """The certificate, signed by SHA-1 and, with ``version=1``, without extensions; DER bytes."""
    version = facts.pop("version", 3)
    made = certificate(subject, issuer, own, signing, uses, **facts)
    (_, body), *_ = elements(der(memoryview(raw(made))).content)
    parts = [part for part, _ in elements(body.content)]
    parts[2] = _der(0x30, _oid("1.2.840.113549.1.1.5"), _der(0x05))
    if version == 1:
        parts = parts[1:-1]
    signed = _der(0x30, *parts)
    value = rsa_signature(signing, signed, "sha1")
    return _der(0x30, signed, parts[2 if version == 3 else 1], _der(0x03, b"\0", value))


@functools.cache
def certificate(
    subject, issuer, own, signing, uses=(), *, authority=False, usage=True, end=END, begin=BEGIN
):
    """A certificate; its serial number is made of its subject's name."""
    made = (
        x509.CertificateBuilder()
        .subject_name(_named(subject))
        .issuer_name(_named(issuer))
        .public_key(key(own).public_key())
        .serial_number(0x70000000 + sum(subject.encode()))
        .not_valid_before(begin)
        .not_valid_after(end)
        .add_extension(x509.BasicConstraints(ca=authority, path_length=None), critical=True)
    )
    if uses:
        made = made.add_extension(
            x509.ExtendedKeyUsage([ObjectIdentifier(each) for each in uses]),
            critical=STAMPING in uses,
        )
    flags = dict.fromkeys(
        ("content_commitment", "key_encipherment", "data_encipherment", "key_agreement",
         "crl_sign", "encipher_only", "decipher_only"), False,
    )  # fmt: skip
    made = made.add_extension(
        x509.KeyUsage(digital_signature=usage, key_cert_sign=authority, **flags), critical=True
    )
    return made.sign(key(signing), hashes.SHA256())


def raw(made):
    return made.public_bytes(serialization.Encoding.DER)


def _oid(dotted):
    first, second, *rest = map(int, dotted.split("."))
    out = bytes((40 * first + second,))
    for arc in rest:
        part = [arc & 0x7F]
        while arc := arc >> 7:
            part.insert(0, 0x80 | arc & 0x7F)
        out += bytes(part)
    return _der(0x06, out)


def _signer(
    content,
    kind,
    made,
    name,
    *,
    right=True,
    digest=None,
    attributes=True,
    more=(),
    unsigned=b"",
    bare=False,
):
    """SignerInfo over content; ``more`` are further signed attributes, sorted as DER has it."""
    digest = hashlib.sha256(content).digest() if digest is None else digest
    each = [
        _der(0x30, _oid("1.2.840.113549.1.9.3"), _der(0x31, _oid(kind))),
        _der(0x30, _oid("1.2.840.113549.1.9.4"), _der(0x31, _der(0x04, digest))),
        *more,
    ]
    signed = _der(0x31, *sorted(each))
    over = signed if right else signed + b"?"
    own = key(name)
    if bare:
        value = rsa_signature(name, over, "sha256", bare=True)
        how = _der(0x30, _oid("1.2.840.113549.1.1.1"), _der(0x05))
    elif isinstance(own, rsa.RSAPrivateKey):
        value = own.sign(over, padding.PKCS1v15(), hashes.SHA256())
        how = _der(0x30, _oid("1.2.840.113549.1.1.1"), _der(0x05))
    else:
        value = own.sign(over, ec.ECDSA(hashes.SHA256()))
        how = _der(0x30, _oid("1.2.840.10045.4.3.2"))
    serial = _der(0x02, made.serial_number.to_bytes(4, "big"))
    parts = [
        _der(0x02, b"\1"),
        _der(0x30, made.issuer.public_bytes(), serial),
        _algorithm("sha256"),
    ]
    if attributes:
        parts.append(b"\xa0" + signed[1:])
    extra = unsigned(value) if callable(unsigned) else unsigned
    return _der(0x30, *parts, how, _der(0x04, value), *([extra] if extra else []))


def _signed_data(kind, content, certificates, signer, *, version=b"\1"):
    signed = _der(
        0x30, _der(0x02, version), _der(0x31, _algorithm("sha256")),
        _der(0x30, _oid(kind), _der(0xA0, content)),
        *([_der(0xA0, *certificates)] if certificates else []), _der(0x31, signer),
    )  # fmt: skip
    return _der(0x30, _oid("1.2.840.113549.1.7.2"), _der(0xA0, signed))


def _stamp(plan, value):
    """The unsigned attributes with a timestamp of a signature's value, if the plan has one."""
    facts = {"begin": plan.begin}
    made = certificate(
        "Stamper", "Stamp root", "stamp", plan.stamp_root_key, plan.stamp_uses, **facts
    )
    top = certificate(
        "Stamp root", "Stamp root", "stamp root", "stamp root", authority=True, **facts
    )
    over = value if plan.imprint else value + b"?"
    if plan.timestamp == "pkcs9":
        time = _der(
            0x30, _oid("1.2.840.113549.1.9.5"), _der(0x31, _der(0x17, plan.stamp_time[2:].encode()))
        )
        signer = _signer(
            over,
            "1.2.840.113549.1.7.1",
            made,
            "stamp",
            right=plan.stamped,
            more=[time],
            bare=plan.bare_stamp,
        )
        return _der(0xA1, _der(0x30, _oid("1.2.840.113549.1.9.6"), _der(0x31, signer)))
    kind = "1.2.840.113549.1.9.16.1.4"
    imprint = _der(0x30, _algorithm("sha256"), _der(0x04, hashlib.sha256(over).digest()))
    info = _der(
        0x30, _der(0x02, b"\1"), _oid("1.2.3.4"), imprint, _der(0x02, b"\7"),
        _der(0x18, plan.stamp_time.encode()),
    )  # fmt: skip
    signer = _signer(info, kind, made, "stamp", right=plan.stamped)
    signer_certificates = [raw(made), raw(top)]
    if plan.attribute_certificate:  # the v1AttrCert of RFC 5652, in shape
        signer_certificates.append(_der(0xA1, _der(0x30, _der(0x02, b"\1")), _der(0x30)))
    token = _signed_data(kind, _der(0x04, info), signer_certificates, signer, version=b"\3")
    if plan.timestamp == "cut":
        token = _der(0x30, _der(0x05))
    return _der(0xA1, _der(0x30, _oid("1.3.6.1.4.1.311.3.3.1"), _der(0x31, token)))


def _pages(image, plan, directory):
    """Hashes of pages as signers write them: headers, sections, an entry of zeros."""
    nt = struct.unpack_from("<I", image, 60)[0]
    (count,) = struct.unpack_from("<H", image, nt + 6)
    (optional,) = struct.unpack_from("<H", image, nt + 20)
    (page,) = struct.unpack_from("<I", image, nt + 24 + 32)
    (size,) = struct.unpack_from("<I", image, nt + 24 + 60)
    checksum = nt + 24 + 64
    head = image[:checksum] + image[checksum + 4 : directory] + image[directory + 8 : size]
    chunks = [(0, bytes(head) + bytes(page - size))]
    end = 0
    for index in range(count):
        length, first = struct.unpack_from("<2I", image, nt + 24 + optional + 40 * index + 16)
        end = first + length
        chunks += [
            (at, bytes(image[at : min(at + page, end)]).ljust(page, b"\0"))
            for at in range(first, end, page)
        ]
    hashed = [(at, hashlib.new(plan.pages, each).digest()) for at, each in chunks]
    hashed.append((end, bytes(hashlib.new(plan.pages).digest_size)))
    if plan.wrong_page is not None:
        at, value = hashed[plan.wrong_page]
        hashed[plan.wrong_page] = at, bytes(byte ^ 1 for byte in value)
    hashed = hashed[: len(hashed) - plan.fewer_pages]
    table = b"".join(struct.pack("<I", at) + value for at, value in hashed)
    oid = _oid(f"1.3.6.1.4.1.311.2.3.{1 if plan.pages == 'sha1' else 2}")
    data = _der(0x31, _der(0x30, oid, _der(0x31, _der(0x04, table))))
    moniker = _der(0xA1, _der(0x04, _CLASS), _der(0x04, data))
    return _der(0x30, _der(0x03, b"\0"), _der(0xA0, moniker))


def _unsigned(image, directory, plan, value):
    """The set of unsigned attributes: the timestamp and the nested signature of a plan."""
    stamp = _stamp(plan, value) if plan.timestamp else b""
    if plan.nested is None:
        return stamp
    inner = signature(image, directory, plan.nested)
    nested = _der(0x30, _oid("1.3.6.1.4.1.311.2.4.1"), _der(0x31, inner))
    return _der(0xA1, bytes(der(memoryview(stamp)).content) if stamp else b"", nested)


def signature(image, directory, plan, more=()):
    """PKCS #7 signed data about an image without certificate table, by a plan.

    ``more`` are certificates to add.
    """
    digest = authenticode(image, directory, len(image), plan.digest)
    image_data = _der(
        0x30, _oid("1.3.6.1.4.1.311.2.1.15"),
        *([_pages(image, plan, directory)] if plan.pages else []),
    )  # fmt: skip
    indirect = image_data + _der(0x30, _algorithm(plan.digest), _der(0x04, digest))
    issuer, signing = ("Leaf", plan.key) if plan.alone else ("Root", plan.root_key)
    of_leaf = {"usage": plan.usage, "end": plan.end, "begin": plan.begin}
    of_root = {"authority": plan.authority, "begin": plan.begin}
    made = certificate("Leaf", issuer, plan.key, signing, plan.uses, **of_leaf)
    own = raw(made)
    top = raw(certificate("Root", "Root", "root", "root", **of_root))
    if plan.certificates_by == "sha1":
        own = old_certificate("Leaf", issuer, plan.key, signing, plan.uses, **of_leaf)
        top = old_certificate("Root", "Root", "root", "root", version=plan.root_version, **of_root)
    certificates = [own] if plan.leaf else []
    certificates += [top] if plan.root and not plan.alone else []
    certificates += more
    if plan.stranger:
        certificates.append(raw(certificate("Stranger", "Stranger", "stamp", "stamp")))
    if plan.timestamp == "pkcs9":
        certificates.append(
            raw(
                certificate(
                    "Stamper",
                    "Stamp root",
                    "stamp",
                    "stamp root",
                    plan.stamp_uses,
                    begin=plan.begin,
                )
            )
        )
    signer = _signer(
        indirect, "1.3.6.1.4.1.311.2.1.4", made, plan.signing_key or plan.key,
        right=plan.signature, digest=None if plan.content else bytes(32),
        attributes=plan.attributes,
        unsigned=lambda value: _unsigned(image, directory, plan, value),
    )  # fmt: skip
    return _signed_data("1.3.6.1.4.1.311.2.1.4", _der(0x30, indirect), certificates, signer)


def sign_by(image, directory, plan):
    """Append a certificate table by a plan to an image without one (a bytearray)."""
    image += bytes(-len(image) % 8)
    content = signature(image, directory, plan)
    length = 8 + len(content)
    padded = length + -length % 8
    struct.pack_into("<II", image, directory, len(image), padded)
    image += struct.pack("<IHH", padded, 0x200, 2) + content + bytes(padded - length)
