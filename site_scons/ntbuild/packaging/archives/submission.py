r"""What goes into a cabinet for the Hardware Dev Center: a folder for each driver.

    hello\hello.sys  hello\hello.inf  hello\hello.cat  hello\hello.pdb

No file is in the root. Each folder has one package, with an INF and a catalog. Microsoft makes
the catalog anew; the one that is there shows whose package it is. PDBs are for its analysis of
crashes. The certificates of a test CA stay out.

Source: "Attestation sign Windows drivers" (Windows documentation).
"""

import re
from collections.abc import Iterator, Mapping
from typing import Final

from ntbuild.packaging.errors import PackageError
from ntbuild.support.text import printable

_LEFT_OUT: Final = (".cer", ".pem")
_NAME: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")


def submission(packages: Mapping[str, Mapping[str, bytes]]) -> Iterator[tuple[str, bytes]]:
    """Names and contents for the cabinet of packages by folder. Raises PackageError."""
    for folder, files in packages.items():
        kept = {name: raw for name, raw in files.items() if not name.lower().endswith(_LEFT_OUT)}
        for name in (folder, *kept):
            if not _NAME.fullmatch(name):
                text = "letters, digits, '.', '_' and '-' are for names in a submission"
                raise PackageError(f"{printable(name)!r}: {text}")
        for suffix, what in ((".inf", "an INF"), (".cat", "a catalog")):
            if not any(name.lower().endswith(suffix) for name in kept):
                raise PackageError(f"{printable(folder)}: a driver's folder has {what}")
        twice = len({name.lower() for name in kept}) != len(kept)
        if twice:
            raise PackageError(f"{printable(folder)}: two files have one name on Windows")
        for name in sorted(kept):
            yield f"{folder}\\{name}", kept[name]
