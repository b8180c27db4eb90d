"""What a release says about itself: checksums, and a record of how every image was made.

The hard part is what must not be in it: no clock, no absolute path, no order that depends on the
run. Two checkouts that build the same images write the same bytes here.
"""

import functools
import hashlib
import json
import platform
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from ntbuild.pelink.spelling.link_exe import options_to_argv
from ntbuild.support.outputs import write_all
from ntbuild.support.values import dataclass
from ntbuild.support.version import __version__

from .driver import LINKING, LinkOrder, fingerprint


@dataclass(frozen=True, slots=True)
class Shipped:
    """One image of a release: where it came from and what went in.

    ``image`` is the file in the release folder; ``inputs`` are the sources, headers and lists it
    depends on; ``compiler`` names the compiler with its version, ``headers`` is a digest of the
    compiler's version and ntbuild's own headers.
    """

    name: str
    toolchain: str
    arch: str
    compiler: str
    headers: str
    image: Path
    order: LinkOrder
    inputs: tuple[Path, ...] = ()

    def __str__(self) -> str:
        """All but the inputs, which a build tool finds by itself: the signature, and short."""
        cell = f"{self.toolchain} {self.arch} {self.name}"
        made = f"{self.compiler}, headers {self.headers}"
        return f"{cell}: {self.image.as_posix()}; {made}; {self.order}"


def write_release(folder: Path, shipped: Iterable[Shipped], root: Path) -> None:
    """Write ``build.json`` and ``SHA256SUMS`` into the release folder.

    ``root`` is the project: a path outside it is given as ``external/<file name>``. Raises
    OutputError, and OSError for an input that went away.
    """
    images = sorted(shipped, key=lambda each: (each.toolchain, each.arch, each.name))
    record = {
        "tools": _tools(images),
        "images": [_describe(each, folder, root) for each in images],
    }
    text = json.dumps(record, indent=2, ensure_ascii=False) + "\n"
    sums = [(_sha256(each.image), each.image.relative_to(folder).as_posix()) for each in images]
    sums.append((hashlib.sha256(text.encode()).hexdigest(), "build.json"))
    lines = "".join(f"{digest}  {name}\n" for digest, name in sums)
    write_all([(folder / "build.json", text.encode()), (folder / "SHA256SUMS", lines.encode())])


def _tools(images: Sequence[Shipped]) -> dict[str, Any]:
    compilers = {
        f"{each.toolchain} {each.arch}": {"version": each.compiler, "headers": each.headers}
        for each in images
    }
    packages = {name: _version(name) for name in ("numpy", "jinja2", "scons", "ziglang")}
    return {
        "ntbuild": __version__,
        "ntbuild_sources": fingerprint(*LINKING),
        "python": platform.python_version(),
        **packages,
        "compilers": compilers,
    }


def _version(package: str) -> str | None:
    from importlib.metadata import PackageNotFoundError, version  # noqa: PLC0415 - slow to import

    try:
        return version(package)
    except PackageNotFoundError:
        return None


def _describe(shipped: Shipped, folder: Path, root: Path) -> dict[str, Any]:
    from ntbuild.pecheck import RULES, CheckSettings, check  # noqa: PLC0415 - only a release needs it
    from ntbuild.pecoff.image.image import Image  # noqa: PLC0415

    name = shipped.image.name
    content = shipped.image.read_bytes()
    options = shipped.order.options
    judgement = shipped.order.judgement
    asked = CheckSettings(
        profiles=judgement.profiles, machine=options.machine, stamp=options.timestamp
    )
    header = Image(content, name).optional_header
    return {
        "name": shipped.name,
        "toolchain": shipped.toolchain,
        "arch": shipped.arch,
        "file": shipped.image.relative_to(folder).as_posix(),
        "size": len(content),
        "sha256": hashlib.sha256(content).hexdigest(),
        "checksum": f"{header.CheckSum:#010x}",
        "options": options_to_argv(options),
        "profiles": list(judgement.profiles),
        "findings": [
            {
                "rule": each.finding.rule,
                "level": each.finding.level.word,
                "message": each.finding.message,
                "place": str(each.finding.location),
                "allowed": each.suppression and each.suppression.justification,
            }
            for each in judgement.review(check(content, name, profile=asked))
            if each.finding.rule in RULES  # whether a suppression is used, only the build knows
        ],
        "inputs": _inputs(shipped.inputs, root),
    }


def _inputs(paths: Iterable[Path], root: Path) -> list[dict[str, str]]:
    named = {(_shown(path, root), _sha256(path)) for path in paths}
    return [{"path": path, "sha256": digest} for path, digest in sorted(named)]


def _shown(path: Path, root: Path) -> str:
    """A path relative to the project; outside it the place says nothing, the name does."""
    absolute = Path(root, path)
    if absolute.is_relative_to(root) and "site-packages" not in absolute.parts:
        return absolute.relative_to(root).as_posix()
    return f"external/{path.name}"


@functools.lru_cache(maxsize=4096)
def _digest(path: Path, _size: int, _changed: int) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _sha256(path: Path) -> str:
    """A file's digest; remembered, because every image of a matrix has the same headers."""
    status = path.stat()
    return _digest(path, status.st_size, status.st_mtime_ns)
