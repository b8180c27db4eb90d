"""``ntbuild sign``: Authenticode signatures in images, catalogs and cabinets.

    ntbuild sign hello.sys hello.cat --test demo        with the test CA of a project
    ntbuild sign hello.sys --pkcs12 own.pfx --password-env PFX_PASSWORD
    ntbuild sign hello.sys --cert own.pem --command "openssl pkeyutl -sign ..."

Files are signed in place, all of them or none; a signature that a file has is replaced.
"""

from collections.abc import Sequence
from typing import Final

from ntbuild.commands.common import UsageError, parser_of, read_file
from ntbuild.packaging.archives.cabinet import sign_cabinet
from ntbuild.packaging.catalog import TRUST_LIST, signed_catalog
from ntbuild.packaging.errors import PackageError, SigningError
from ntbuild.packaging.image_signature import sign_image
from ntbuild.packaging.signed_data import Signer, sign
from ntbuild.pecoff.image.signed_data import signed_data
from ntbuild.support.commands import FOUND, CommandResult
from ntbuild.support.outputs import OutputError, write_all
from ntbuild.support.text import printable

from .signing_options import add_signer, signer_of

_EPILOG: Final = "exit code: 0 signed, 1 the key or its certificate is no good, 2 unusable input"


def run(arguments: Sequence[str]) -> CommandResult:
    """Sign files. Raises UsageError."""
    parser = parser_of("sign", "Sign images, catalogs and cabinets.", _EPILOG)
    add = parser.add_argument
    add("files", nargs="+", metavar="FILE", help="images (.sys .exe .dll ...), .cat and .cab")
    add("--page-hashes", action="store_true", help="sign the hashes of an image's pages too")
    add("--out", metavar="FILE", help="write here, not in place; for one file")
    add_signer(parser)
    options = parser.parse_args(arguments)
    if options.out and len(options.files) != 1:
        raise UsageError(f"--out is for one file, not {len(options.files)}")
    contents = [(name, read_file(name)) for name in options.files]
    try:
        signer = signer_of(options)
        signed = [
            (options.out or name, _signed(name, content, signer, hashes=options.page_hashes))
            for name, content in contents
        ]
    except PackageError as error:
        raise UsageError(printable(str(error))) from error
    except SigningError as error:
        return CommandResult(FOUND, errors=(f"sign: {printable(str(error))}",))
    try:
        write_all(signed, inputs=options.files if options.out else ())
    except OutputError as error:
        raise UsageError(str(error)) from error
    return CommandResult(text="\n".join(f"signed {printable(name)}" for name, _ in signed))


def _signed(name: str, content: bytes, signer: Signer, *, hashes: bool) -> bytes:
    """An image, a cabinet or a catalog, signed. Raises UsageError, PackageError, SigningError."""
    if content[:2] == b"MZ":
        return sign_image(content, name, signer, with_page_hashes=hashes)
    if content[:4] == b"MSCF":
        return sign_cabinet(content, name, signer)
    try:
        signed_catalog(content)
    except ValueError as error:
        raise UsageError(
            f"{name}: neither an image, a catalog nor a cabinet: {printable(str(error))}"
        ) from error
    return sign(TRUST_LIST, signed_data(content).content, signer)
