"""ntld on the host: compiled with its C compiler, and called from Python with images in memory."""

import ctypes as c
import subprocess
from collections.abc import Mapping
from pathlib import Path

import peers

ROOT = Path(__file__).resolve().parents[2]
SOURCE = ROOT / "toolchains" / "ntld" / "ntld.c"
WARNINGS = ("-std=c11", "-Wall", "-Wextra", "-Wconversion", "-Wshadow", "-pedantic", "-Werror")
PAGE = 4096


class Symbol(c.Structure):
    _fields_ = (
        ("module", c.c_char * 64),
        ("name", c.c_char_p),
        ("ordinal", c.c_uint32),
        ("forwarded", c.c_int),
    )


ALLOCATE = c.CFUNCTYPE(c.c_void_p, c.c_void_p, c.c_size_t)
RELEASE = c.CFUNCTYPE(None, c.c_void_p, c.c_void_p, c.c_size_t)
PROTECT = c.CFUNCTYPE(c.c_int, c.c_void_p, c.c_void_p, c.c_size_t, c.c_int)
RESOLVE = c.CFUNCTYPE(c.c_void_p, c.c_void_p, c.POINTER(Symbol))


class Host(c.Structure):
    _fields_ = (
        ("self", c.c_void_p),
        ("options", c.c_uint32),
        ("seed", c.c_uint64),
        ("allocate", ALLOCATE),
        ("release", RELEASE),
        ("protect", PROTECT),
        ("resolve", RESOLVE),
        ("flush", RELEASE),
    )


class Image(c.Structure):
    _fields_ = (
        ("base", c.c_void_p),
        ("size", c.c_uint32),
        ("entry", c.c_void_p),
        *((name, c.c_uint32) for name in ("machine", "relocations", "imports", "timestamp")),
        *((n, c.c_uint32) for n in ("headers", "optional_header", "section_table", "sections")),
        ("wide", c.c_int),
        ("why", c.c_char_p),
        ("place", c.c_uint32),
        ("culprit", c.c_char * 64),
    )


class Loader:
    """One compiled loader with a host in Python that keeps what it was asked for."""

    def __init__(self, folder: Path):
        made = folder / "ntld.so"
        gcc = peers.require("gcc")
        argv = [gcc, *WARNINGS, "-O2", "-shared", "-fPIC", str(SOURCE), "-o", str(made)]
        subprocess.run(argv, check=True)
        self.library = c.CDLL(str(made))
        self.library.ntld_find.restype = c.c_void_p
        self.library.ntld_section_of.restype = c.c_char_p
        self.memory: dict[int, object] = {}
        self.access: dict[int, int] = {}
        self.images: dict[str, Image] = {}
        self.known: Mapping[str, int] = {}
        self.options = 0
        self.host = Host(
            None,
            0,
            0x1122334455667788,
            ALLOCATE(self._allocate),
            RELEASE(lambda _self, at, _bytes: self.memory.pop(at)),
            PROTECT(self._protect),
            RESOLVE(self._resolve),
            RELEASE(lambda _self, _at, _bytes: None),
        )

    def _allocate(self, _self, size):
        space = c.create_string_buffer(size + PAGE)
        at = -(-c.addressof(space) // PAGE) * PAGE
        self.memory[at] = space
        return at

    def _protect(self, _self, at, size, access):
        for page in range(at, at + size, PAGE):
            self.access[page] = access
        return 0

    def _resolve(self, _self, symbol):
        module, name = symbol.contents.module.decode(), symbol.contents.name
        for loaded, image in self.images.items():
            if self.library.ntld_same_module(module.encode(), loaded.encode()):
                found = self.library.ntld_export
                found.restype = c.c_void_p
                return found(c.byref(image), symbol)
        return self.known.get(name.decode() if name else f"#{symbol.contents.ordinal}", 0)

    def load(self, name: str, data: bytes, machine: int) -> Image:
        """Load an image; `why` of the result is None when it was loaded."""
        image = Image()
        self.host.options = self.options
        failed = self.library.ntld_load(
            c.byref(self.host), data, c.c_size_t(len(data)), machine, c.byref(image)
        )
        assert bool(failed) == (image.why is not None)
        if not failed:
            self.images[name] = image
        return image

    def refusal(self, data: bytes, machine: int) -> str:
        """Why an image is not loaded, with what it is about; no memory is kept."""
        before = set(self.memory)
        image = self.load("refused", data, machine)
        assert image.why is not None
        assert set(self.memory) == before
        culprit = image.culprit.decode()
        return image.why.decode() + (f": {culprit}" if culprit else "")

    def find(self, module: str, name: str | int) -> int | None:
        """The address of an export, along forwarders."""
        by_name = isinstance(name, str)
        symbol = Symbol(module.encode(), name.encode() if by_name else None, 0 if by_name else name)
        return self.library.ntld_find(c.byref(self.host), c.byref(symbol))

    def section(self, image: Image, address: int) -> str | None:
        """The name of the section at an address."""
        offset = c.c_uint32()
        ask = self.library.ntld_section_of
        name = ask(c.byref(image), c.c_void_p(address), c.byref(offset))
        return name[:8].decode() if name else None

    def discard(self, image: Image) -> int:
        """What ntld_discard returns."""
        return self.library.ntld_discard(c.byref(self.host), c.byref(image))
