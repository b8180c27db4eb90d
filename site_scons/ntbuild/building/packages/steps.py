"""The build steps of a package: sign images, stamp or make the INF, write the catalog and verify.

They keep the order in which everything stays right: the image is linked and judged before, then
signed, the INF is stamped, the catalog is made of the final bytes and signed, and all of it is
verified as a stranger would. A package that is not good has no catalog and cannot be installed.

A step's signature names where a key is found and not the key; SCons depends on the certificates.
What a key makes never goes into a cache.
"""

import datetime as dt
import os
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar, Final

from ntbuild.building.driver import BuildError
from ntbuild.support.host import command_line
from ntbuild.support.outputs import OutputError, write_all
from ntbuild.support.values import dataclass, field

from .declaration import SYSTEMS, PackageDeclaration, inf_values

if TYPE_CHECKING:
    from ntbuild.packaging.rules import Finding
    from ntbuild.packaging.sign import Sign
    from ntbuild.packaging.signed_data import Signer

PACKAGING: Final = ("packaging", "building/packages")
"""The parts of ntbuild that decide about a package's content."""
TRUSTED: Final = ("test-ca.pem", "test-ca.cer", "test-signer.cer")
"""What a test machine has to trust, in the folder of a package that a test CA's key signs."""
FIRST_DAY: Final = 315532800
"""1980-01-01 as seconds from 1970: the date without SOURCE_DATE_EPOCH."""


@dataclass(frozen=True, slots=True)
class Key:
    """Whose key signs a package: of a project's test CA, or of a `Sign`; with neither, none."""

    project: str = ""
    own: "Sign | None" = field(default=None, repr=False)

    def signer(self) -> "Signer | None":
        """Who signs. Raises BuildError."""
        from ntbuild.packaging.errors import SigningError  # noqa: PLC0415 - only a package needs it
        from ntbuild.packaging.project_authority import data_folder, find_or_make  # noqa: PLC0415

        try:
            if self.project:
                now = dt.datetime.now(dt.UTC)
                return find_or_make(self.project, data_folder(), now).signer()
            return self.own.signer(os.environ) if self.own else None
        except SigningError as error:
            raise BuildError(f"sign: {error}") from error

    def words(self) -> list[str]:
        """The options of ``ntbuild sign`` and ``cat``; where a key is stays out of them."""
        return ["--test", self.project] if self.project else (["--key", "..."] if self.own else [])


@dataclass(frozen=True, slots=True)
class AuthorityStep:
    """A certificate for the machine that tests: of a project's test CA, or of who signs.

    A test machine trusts the CA as a root, and as a publisher exactly the certificate that signs.
    """

    project: str
    of_signer: bool
    is_pem: bool
    label: ClassVar[str] = "CA"

    def command(self, _inputs: Sequence[str], outputs: Sequence[str]) -> str:
        """A comment: the certificate is copied from the user's data folder."""
        whose = "signer" if self.of_signer else "test CA"
        return f"# copy the certificate of the {whose} of {self.project} to {outputs[0]}"

    def run(self, _inputs: Sequence[str], outputs: Sequence[str]) -> tuple[str, ...]:
        """Write it."""
        from ntbuild.packaging.errors import SigningError  # noqa: PLC0415 - only a package needs it
        from ntbuild.packaging.project_authority import data_folder, find_or_make  # noqa: PLC0415
        from ntbuild.packaging.signers import certificates_of  # noqa: PLC0415

        try:
            made = find_or_make(self.project, data_folder(), dt.datetime.now(dt.UTC))
            file = made.certificates if self.of_signer else made.ca
            encoded, *_ = certificates_of([str(file)])  # the signer's own is the first
            write_all([(outputs[0], made.ca.read_bytes() if self.is_pem else encoded)])
        except (SigningError, OutputError, OSError) as error:
            raise BuildError(f"sign: {error}") from error
        return ()


@dataclass(frozen=True, slots=True)
class SignStep:
    """An image of a package: the input, signed unless there is no key."""

    key: Key
    page_hashes: bool
    label: ClassVar[str] = "SIGN"

    def command(self, inputs: Sequence[str], outputs: Sequence[str]) -> str:
        """The ``ntbuild sign`` command."""
        hashes = ["--page-hashes"] if self.page_hashes else []
        words = ["ntbuild", "sign", inputs[0], "--out", outputs[0], *hashes, *self.key.words()]
        return command_line(words if self.key.words() else ["cp", inputs[0], outputs[0]])

    def run(self, inputs: Sequence[str], outputs: Sequence[str]) -> tuple[str, ...]:
        """Write the signed image."""
        from ntbuild.packaging.errors import PackageError, SigningError  # noqa: PLC0415 - as above
        from ntbuild.packaging.image_signature import sign_image  # noqa: PLC0415

        content = read_input(inputs[0])
        signer = self.key.signer()
        try:
            if signer is not None:
                content = sign_image(content, inputs[0], signer, with_page_hashes=self.page_hashes)
            write_all([(outputs[0], content)], inputs=inputs[:1])
        except (PackageError, SigningError, OutputError) as error:
            raise BuildError(str(error)) from error
        return ()


@dataclass(frozen=True, slots=True)
class InfStep:
    """The INF of a package, made or stamped, and judged. Its first input is the user's, if any.

    ``files``: all other files of the package, the driver first. ``epoch``: seconds from 1970.
    ``strict``: warnings are errors.
    """

    package: PackageDeclaration
    files: tuple[str, ...]
    epoch: int | None = None
    strict: bool = False
    label: ClassVar[str] = "INF"

    @property
    def day(self) -> dt.date:
        """The date of DriverVer."""
        seconds = FIRST_DAY if self.epoch is None else max(self.epoch, FIRST_DAY)
        return dt.datetime.fromtimestamp(seconds, dt.UTC).date()

    def command(self, inputs: Sequence[str], outputs: Sequence[str]) -> str:
        """The ``ntbuild inf stamp`` command, or a comment for an INF that is made."""
        if self.package.keywords.inf is None:
            return f"# make {outputs[0]} of the declaration of the package"
        words = ["ntbuild", "inf", "stamp", inputs[0], "--out", outputs[0]]
        words += ["--arch", self.package.machine, "--version", self.package.version]
        words += ["--date", self.day.isoformat(), "--catalog", f"{self.package.name}.cat"]
        return command_line(words + (["--kmdf", self.package.kmdf] if self.package.kmdf else []))

    def run(self, inputs: Sequence[str], outputs: Sequence[str]) -> tuple[str, ...]:
        """Write the INF, unless the rules find an error in it; warnings otherwise."""
        from ntbuild.pecheck.rule import Level  # noqa: PLC0415 - only a package needs it

        found, content = self._judged(inputs, outputs)
        warnings = tuple(str(each) for each in found if each.level is Level.WARNING)
        if any(each.level is Level.ERROR for each in found):
            raise BuildError("\n".join(map(str, found)))
        if self.strict and warnings:
            raise BuildError("\n".join(f"{each} (--strict)" for each in warnings))
        try:
            write_all([(outputs[0], content)], inputs=inputs)
        except OutputError as error:
            raise BuildError(str(error)) from error
        return warnings

    def warnings(self, inputs: Sequence[str], outputs: Sequence[str]) -> tuple[str, ...]:
        """What `run` has said of an INF that is up to date. Raises BuildError."""
        from ntbuild.pecheck.rule import Level  # noqa: PLC0415 - as above

        found, _ = self._judged(inputs, outputs)
        return tuple(str(each) for each in found if each.level is Level.WARNING)

    def _judged(
        self, inputs: Sequence[str], outputs: Sequence[str]
    ) -> "tuple[tuple[Finding, ...], bytes]":
        """What the rules find in the INF, and its bytes. Raises BuildError."""
        from ntbuild.packaging.inf.lint import findings  # noqa: PLC0415 - as above
        from ntbuild.packaging.inf.read import read_inf  # noqa: PLC0415
        from ntbuild.packaging.inf.rules import Subject  # noqa: PLC0415

        name = inputs[0] if self.package.keywords.inf is not None else outputs[0]
        text, content = self._text(inputs)
        subject = Subject(
            read_inf(text, name),
            files=frozenset(each.lower() for each in self.files),
            images=frozenset(each.lower() for each in self.package.images),
            is_filter=self.package.is_filter,
            kmdf=self.package.kmdf,
            machines=frozenset({self.package.machine}),
            version=self.package.version,
            day=self.day,
        )
        return findings(subject), content

    def _text(self, inputs: Sequence[str]) -> tuple[str, bytes]:
        """The text of the INF and its bytes. Raises BuildError."""
        from ntbuild.packaging.errors import PackageError  # noqa: PLC0415 - as above
        from ntbuild.packaging.inf.stamp import Stamp, stamped  # noqa: PLC0415
        from ntbuild.packaging.inf.text import decode, encode  # noqa: PLC0415

        package = self.package
        if package.keywords.inf is None:
            from ntbuild.building.render import RenderError, inf  # noqa: PLC0415 - jinja2 is slow to import

            try:
                text = inf(**inf_values(package, self.files, f"{self.day:%m/%d/%Y}"))
            except RenderError as error:
                raise BuildError(str(error)) from error
            text = text.replace("\n", "\r\n")
            return text, text.encode()
        catalog = f"{package.name}.cat"
        try:
            stamp = Stamp(self.day, package.version, package.machine, catalog, package.kmdf)
            text, encoding, mark = decode(read_input(inputs[0]), inputs[0])
            text = stamped(text, inputs[0], stamp)
        except PackageError as error:
            raise BuildError(str(error)) from error
        return text, encode(text, encoding, mark)


@dataclass(frozen=True, slots=True)
class CatalogStep:
    """The catalog of a package, written when the package with it is good.

    The first ``count`` inputs are the files of the package, its INF first. What the package had
    under an earlier declaration, and does not have now, is removed from its folder. ``oldest``:
    the oldest build that an INF is for which is made, 0 for a user's own; ``is_plain``: it is made,
    and not that of a minifilter.
    """

    key: Key
    machine: str
    count: int
    epoch: int | None = None
    page_hashes: bool = False
    oldest: int = 0
    is_plain: bool = False
    label: ClassVar[str] = "CAT"

    def command(self, inputs: Sequence[str], outputs: Sequence[str]) -> str:
        """The ``ntbuild cat`` command."""
        words = ["ntbuild", "cat", *inputs[: self.count], "--out", outputs[0]]
        words += ["--page-hashes"] if self.page_hashes else []
        words += ["--os", ",".join(SYSTEMS[self.machine])] if SYSTEMS[self.machine] else []
        return command_line([*words, *self.key.words()])

    def run(self, inputs: Sequence[str], outputs: Sequence[str]) -> tuple[str, ...]:
        """Write the catalog. Raises BuildError where the package is not good."""
        from ntbuild.packaging import catalog as catalogs  # noqa: PLC0415 - only a package needs it
        from ntbuild.packaging.errors import SigningError  # noqa: PLC0415
        from ntbuild.packaging.inf.read import read_inf  # noqa: PLC0415
        from ntbuild.packaging.inf.structure import hardware_ids  # noqa: PLC0415
        from ntbuild.packaging.inf.text import decode  # noqa: PLC0415
        from ntbuild.packaging.signed_data import sign, unsigned  # noqa: PLC0415
        from ntbuild.packaging.systems import SYSTEMS as NAMES  # noqa: PLC0415

        files = {Path(name).name: read_input(name) for name in inputs[: self.count]}
        if self.oldest:
            _refuse_what_the_inf_is_not_for(files, self.oldest, is_plain=self.is_plain)
        inf = Path(inputs[0]).name
        ids = hardware_ids(read_inf(decode(files[inf], inf)[0], inf))
        systems = [NAMES[each] for each in SYSTEMS[self.machine]]
        seconds = FIRST_DAY if self.epoch is None else max(self.epoch, FIRST_DAY)
        try:
            members = tuple(
                catalogs.member(name, content, with_page_hashes=self.page_hashes)
                for name, content in files.items()
            )
            catalog = catalogs.Catalog(members, catalogs.hardware_attributes(systems, ids))
            day = dt.datetime.fromtimestamp(seconds, dt.UTC)
            content = catalogs.write_catalog(catalog, day)
            signer = self.key.signer()
            raw = (
                unsigned(catalogs.TRUST_LIST, content)
                if signer is None
                else sign(catalogs.TRUST_LIST, content, signer)
            )
            problems = _problems({**files, Path(outputs[0]).name: raw}, signer, catalog)
            if problems:
                raise BuildError("\n".join(f"verify: error: {each}" for each in problems))
            write_all([(outputs[0], raw)], inputs=inputs)
            gone = _remove_others(Path(outputs[0]), files)
        except (SigningError, OutputError, ValueError, OSError) as error:
            raise BuildError(str(error)) from error
        return tuple(f"{each}: removed, the package no longer has it" for each in gone)


def _refuse_what_the_inf_is_not_for(
    files: Mapping[str, bytes], oldest: int, *, is_plain: bool
) -> None:
    """Raise BuildError for an image that does not work where, or as, a made INF installs it."""
    from ntbuild.pecheck.newer_exports import SINCE  # noqa: PLC0415 - only a package needs it
    from ntbuild.pecoff.image.image import Image  # noqa: PLC0415 - as above

    for name, content in files.items():
        if not name.lower().endswith(".sys"):
            continue
        modules = Image(content, name).imports.modules
        names = [symbol.name or "" for module in modules for symbol in module.symbols]
        if is_plain and "FltRegisterFilter" in names:
            raise BuildError(
                f"{name} registers a minifilter, which has no altitude in this INF: declare it "
                'with model="minifilter" and the package with altitude=, or give inf='
            )
        newest = max(names, key=lambda each: SINCE.get(each, 0), default="")
        if SINCE.get(newest, 0) > oldest:
            raise BuildError(
                f"{name} imports {newest}, which kernels export from build {SINCE[newest]} on, and "
                f'the INF is for {oldest} and newer: give the driver windows="10.0.{SINCE[newest]}"'
            )


def _remove_others(catalog: Path, files: Iterable[str]) -> list[str]:
    """Remove the files of a package's folder that are not of the package; their paths."""
    own = {*files, catalog.name, *TRUSTED}
    others = [each for each in catalog.parent.iterdir() if each.name not in own and each.is_file()]
    for each in others:
        each.unlink()
    return sorted(each.as_posix() for each in others)


def _problems(files: dict[str, bytes], signer: "Signer | None", catalog: object) -> tuple[str, ...]:
    """What is not good about a package of files by name, for one who trusts its signer's CA."""
    from ntbuild.packaging.catalog import Catalog  # noqa: PLC0415 - only a package needs it
    from ntbuild.packaging.verify import Trust, member_problems, verify_package  # noqa: PLC0415

    if signer is None:
        others = {name: raw for name, raw in files.items() if not name.endswith(".cat")}
        return tuple(member_problems(catalog, others)) if isinstance(catalog, Catalog) else ()
    # Whose authority signed is for the user to trust; that all else is right is shown here.
    authority = signer.issuers[-1] if signer.issuers else signer.identity.certificate
    trust = Trust((authority,), dt.datetime.now(dt.UTC).date())
    return verify_package(files, trust).problems


def read_input(name: str) -> bytes:
    """The bytes of an input. Raises BuildError."""
    try:
        return Path(name).read_bytes()
    except OSError as error:
        raise BuildError(f"{name}: {error.strerror or error}") from error
