"""Workloads on disk: generated, compiled once, and kept in a cache folder outside of the tree.

A workload's folder is named after everything that its objects depend on, so a changed generator
or compiler makes a new one. ``large`` and ``templates`` are 1,501 compilations each.
"""

import hashlib
import os
import subprocess
import sys
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from . import sources, symbols, templates
from .peers import version_of

FLAGS = (
    "--target=x86_64-w64-windows-gnu", "-O0", "-fomit-frame-pointer", "-ffunction-sections",
    "-fdata-sections", "-fasynchronous-unwind-tables", "-fno-exceptions", "-ffreestanding",
    "-mno-red-zone", "-fno-ident", "-w",
)  # fmt: skip
_LANGUAGES = {
    "c++": ("-x", "c++", "-std=c++17", "-fno-rtti", "-fno-threadsafe-statics"),
    "c": ("-x", "c"),
}
_HEADER = "shapes.hpp"
_NICE = () if os.name == "nt" else ("nice", "-n", "10")
MODULES = Path(__file__).parents[1] / "site_scons"


@dataclass(frozen=True, slots=True)
class Workload:
    """The inputs of a link: objects, then the kernel's import library."""

    name: str
    folder: Path
    objects: tuple[Path, ...]
    library: Path
    is_mingw: bool = True

    @property
    def response_file(self) -> Path:
        """A file with the objects' paths, one a line, for linkers' command lines."""
        return self.folder / f"{self.name}.rsp"


def cache_folder() -> Path:
    """The user's cache folder for benchmarks."""
    base = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(base) / "ntbuild-bench"


def prepare(name: str, cache: Path, clang: str, *, jobs: int = 2) -> Workload:
    """The workload, generated and compiled if it is not in the cache.

    ``name`` is one of SHAPES; ``name/2`` is its first half, ``name*2`` and so on are renamed
    copies side by side.
    """
    base, _, divisor = name.partition("/")
    base, _, factor = base.partition("*")
    shape = {**templates.SHAPES, **symbols.SHAPES, **sources.SHAPES}[base]
    folder = cache / f"{base}-{_key(shape, clang)}"
    units = shape.units // int(divisor or 1)
    objects = [folder / f"{sources.unit_name(number)}.o" for number in range(units)]
    _compile_units(shape, folder, clang, jobs)
    copies = int(factor or 1)
    for copy in range(1, copies):
        objects += [_renamed(path, copy) for path in objects[:units]]
    main = _compile_entry(shape, folder, units, copies, clang)
    library = _import_library(folder)
    flat = name.replace("/", "_").replace("*", "x")
    workload = Workload(flat, folder, (main, *objects), library, shape.is_mingw)
    paths = (*workload.objects, workload.library)
    workload.response_file.write_text("".join(f"{path}\n" for path in paths), encoding="utf-8")
    return workload


def _key(shape: sources.Shape, clang: str) -> str:
    """A digest of the shape, of some of its text and of how that is compiled."""
    numbers = sorted({0, shape.units // 2, max(shape.units - 1, 0)})
    texts = [shape.unit(number) for number in numbers if shape.functions]
    parts = (*texts, shape.header(), shape.entry(3), sources.definition(), repr(shape),
             version_of(clang), *FLAGS, *_LANGUAGES[shape.language], *shape.flags)  # fmt: skip
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:12]


def _compile_units(shape: sources.Shape, folder: Path, clang: str, jobs: int) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / _HEADER).write_text(shape.header(), encoding="utf-8")
    missing = []
    for number in range(shape.units):
        path = folder / f"{sources.unit_name(number)}.cpp"
        if not path.with_suffix(".o").exists():
            path.write_text(shape.unit(number), encoding="utf-8")
            missing.append(path)
    if missing and shape.precompiled:
        _compile_header(shape, folder, clang)
    if missing:
        print(f"compiling {len(missing)} objects of {shape.name} ...", file=sys.stderr)
    with ThreadPoolExecutor(jobs) as pool:
        list(pool.map(lambda path: _compile(shape, clang, path), missing))


def _flags(shape: sources.Shape) -> tuple[str, ...]:
    """All flags of a shape; of those that contradict each other clang takes the last."""
    return (*FLAGS, *_LANGUAGES[shape.language], *shape.flags, *shape.include_flags())


def _compile_header(shape: sources.Shape, folder: Path, clang: str) -> None:
    words = _flags(shape)
    language = words.index("-x") + 1
    words = (*words[:language], f"{shape.language}-header", *words[language + 1 :])
    command = (*_NICE, clang, *words, _HEADER, "-o", f"{_HEADER}.pch")
    subprocess.run(command, cwd=folder, check=True)


def _compile(shape: sources.Shape, clang: str, source: Path) -> Path:
    """Compile next to the source; the object appears complete or not at all."""
    target, partial = source.with_suffix(".o"), source.with_suffix(".part")
    flags = _flags(shape)
    if shape.precompiled and '#include "' not in source.read_text(encoding="utf-8"):
        flags += ("-include-pch", f"{_HEADER}.pch")
    command = (*_NICE, clang, *flags, "-c", source.name, "-o", partial.name)
    subprocess.run(command, cwd=source.parent, check=True)
    partial.replace(target)
    source.unlink()
    return target


def _compile_entry(shape: sources.Shape, folder: Path, units: int, copies: int, clang: str) -> Path:
    source = folder / f"entry_{units}_{copies}.cpp"
    if not source.with_suffix(".o").exists():
        source.write_text(shape.entry(units, copies), encoding="utf-8")
        _compile(shape, clang, source)
    return source.with_suffix(".o")


def _renamed(path: Path, copy: int) -> Path:
    """A copy of an object whose own names differ by one letter; what it shares stays shared."""
    before, after = sources.COPIES[0], sources.COPIES[copy]
    target = path.with_name(path.name.replace(before, after))
    if not target.exists():
        target.write_bytes(path.read_bytes().replace(before.encode(), after.encode()))
    return target


def _import_library(folder: Path) -> Path:
    """ntoskrnl.lib, made by pelink itself."""
    library = folder / "ntoskrnl.lib"
    if not library.exists():
        text = folder / "ntoskrnl.def"
        text.write_text(sources.definition(), encoding="utf-8")
        pelink(["/lib", f"/def:{text}", f"/out:{library}", "/machine:x64"])
    return library


def pelink(arguments: Sequence[str]) -> None:
    """Run pelink's command line once."""
    environment = {**os.environ, "PYTHONPATH": str(MODULES)}
    command = [sys.executable, "-m", "ntbuild.pelink", *arguments]
    subprocess.run(command, env=environment, check=True)
