"""The release folder's ``build.json`` and ``SHA256SUMS``."""

from collections.abc import Iterable
from pathlib import Path

from ntbuild.building.packages.archives import checksums
from ntbuild.support.outputs import write_all

from .record import Commit, Invocation, MadeImage, record_text


def write_release(
    folder: Path,
    shipped: Iterable[MadeImage],
    root: Path,
    invocation: Invocation,
    commit: Commit | None = None,
) -> None:
    """Write the records of a release into its folder.

    ``root``: the project's folder. Raises OutputError, and OSError for an input that cannot be
    read.
    """
    images = sorted(shipped, key=lambda each: (each.toolchain, each.arch, each.name))
    text = record_text(root, invocation, images, commit=commit).encode()
    files = [each.image for each in images]
    files += [pdb for each in images for pdb in (each.pdb, each.public_pdb) if pdb]
    named = [(path.relative_to(folder).as_posix(), path.read_bytes()) for path in files]
    sums = checksums([*named, ("build.json", text)])
    write_all([(folder / "build.json", text), (folder / "SHA256SUMS", sums)])
