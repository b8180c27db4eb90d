"""What differs between machines: `Target`, and the relocation kinds that several machines share.

A relocation type is a row of a table: its name, the width of its field, the function that applies
it to many places at once, and the base relocation that the loader needs for it. For example x64's
ADDR64 is ``(8, pointer64)`` with IMAGE_REL_BASED_DIR64.

COFF keeps the addend in the field itself, and on ARM the field is scattered over the bits of an
instruction. So each function decodes the addend, adds, checks the range and encodes the sum.

Passes ask a `Target` for facts and never for its name.
"""

from collections.abc import Callable, Mapping

import numpy as np
import numpy.typing as npt

from ntbuild.pecoff.columns.arrays import Bytes, Flags, Integers, SectionNumbers, SectionRows
from ntbuild.pecoff.constants import IMAGE_FILE_MACHINE, IMAGE_REL_BASED
from ntbuild.pecoff.machine import Machine
from ntbuild.pecoff.object.tables import ABSOLUTE
from ntbuild.support.values import dataclass, field


@dataclass(frozen=True, slots=True, eq=False)
class Places:
    """The places that relocations of one type patch.

    One entry of ``at``, ``target``, ``thumb``, ``place`` and ``home`` is one relocation.

    - ``image``: the image's bytes, which are patched
    - ``at``: file offset of the field
    - ``target``: RVA of the symbol
    - ``thumb``: 1 where the symbol is Thumb code; None on machines without Thumb
    - ``place``: RVA of the field
    - ``image_base``: as `wrapped` returns it
    - ``home``: section row that the symbol lies in, below 0 for none
    - ``numbers``: one-based output section of each section row, 0 for none
    - ``starts``: RVA of each output section, by that number
    """

    image: Bytes
    at: Integers
    target: Integers
    thumb: Integers | None
    place: Integers
    image_base: int
    home: SectionRows
    numbers: SectionNumbers
    starts: Integers

    @property
    def address(self) -> Integers:
        """RVAs of the targets as code and pointers hold them: bit 0 set for Thumb code."""
        return self.target if self.thumb is None else self.target | self.thumb

    @property
    def section_number(self) -> Integers:
        """One-based numbers of the output sections that the targets lie in, 0 for none."""
        found = self.numbers.take(self.home, mode="clip").astype(np.int64)
        found[self.home < 0] = 0
        return found

    @property
    def section_start(self) -> Integers:
        """RVAs of the output sections that the targets lie in, 0 for none."""
        return self.starts.take(self.section_number)

    def load(self, dtype: str, skip: int = 0) -> Integers:
        """The fields as int64: of ``dtype``, such as ``<u4``, ``skip`` bytes after the place."""
        return self._view(dtype)[self.at + skip if skip else self.at].astype(np.int64)

    def store(self, dtype: str, values: Integers, skip: int = 0) -> None:
        """Write the low bits of ``values`` into the fields."""
        self._view(dtype)[self.at + skip if skip else self.at] = values.astype(dtype)

    def _view(self, dtype: str) -> npt.NDArray[np.integer[npt.NBitBase]]:
        item = np.dtype(dtype).itemsize
        return np.ndarray((max(len(self.image) - item + 1, 0),), dtype, self.image.data, 0, (1,))


RelocationTypes = npt.NDArray[np.uint16]

Apply = Callable[[Places], Flags | None]
"""Patches the image; returns which places overflowed their field, or None when none can."""


@dataclass(frozen=True, slots=True)
class Fixup:
    """One relocation type: ``width`` is the number of bytes that it reads and writes."""

    name: str
    width: int
    apply: Apply
    base_relocation: IMAGE_REL_BASED | None = None


@dataclass(frozen=True, slots=True)
class Thunk:
    """Code that jumps to a symbol, or through a pointer that the symbol names.

    ``relocations`` are (offset in ``code``, type), all against that symbol.
    """

    code: bytes
    alignment: int
    relocations: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class Branch:
    """How far a branch goes: ``reach`` bytes either way, counted from ``bias`` after its place.

    ``addend`` are the bits of the field, as one little-endian number of 32 bits, that are clear
    when the branch is to the symbol itself.
    """

    reach: int
    bias: int
    addend: int


@dataclass(frozen=True, slots=True, eq=False)
class Target:
    """Everything that passes need to know about a machine.

    - ``fixups``: the relocation types that can be applied, by number
    - ``thunk``: the code of an imported function, which jumps through its import address slot
    - ``pointer``, ``image_relative``: relocation types of a pointer and of a 32-bit RVA
    - ``runtime_function_size``: bytes of an entry of .pdata, 0 where there is no such table
    - ``thumb``: whether pointers to code have bit 0 set
    - ``branches``: relocation types whose reach is shorter than an image may be
    - ``far_thunk``: the code that carries such a branch on; None where every branch reaches
    - ``must_be_relocatable``: Windows loads no image without base relocations
    - ``has_safe_seh``: exception handlers are on the stack, and SafeSEH and NO_SEH exist
    - ``legacy_load_config_size``: the Size that Windows XP needs in the data directory; 0: any
    - ``patch_room``: bytes before a function that a hot patch needs; 0 where none is defined
    - ``trap``: the byte between functions, a breakpoint instruction where that is one byte
    - ``other_efi_machine``: IMAGE_FILE_HEADER.Machine of EFI images, where it is another number
    - ``marks_features``: whether compilers write @feat.00, which says what an object supports
    - ``branch_opcodes``: by relocation type that other instructions have as well: the bytes before
      the field that make it a branch's
    - ``call``: the relocation type that only calls and jumps have, -1 where there is no such
    - ``distances``: relocation types of 32-bit distances from the field's end
    - ``plain_fields``: numpy dtypes of the relocation types whose field is one whole number
    """

    machine: Machine
    fixups: dict[int, Fixup]
    thunk: Thunk
    pointer: int
    image_relative: int
    runtime_function_size: int
    thumb: bool = False
    branches: Mapping[int, Branch] = field(default_factory=dict)
    far_thunk: Thunk | None = None
    must_be_relocatable: bool = False
    has_safe_seh: bool = False
    legacy_load_config_size: int = 0
    patch_room: int = 0
    trap: int = 0
    marks_features: bool = True
    branch_opcodes: Mapping[int, bytes] = field(default_factory=dict)
    call: int = -1
    distances: tuple[int, ...] = ()
    plain_fields: Mapping[int, str] = field(default_factory=dict)
    other_efi_machine: IMAGE_FILE_MACHINE | None = None

    @property
    def efi_machine(self) -> IMAGE_FILE_MACHINE:
        """IMAGE_FILE_HEADER.Machine of EFI images."""
        return self.other_efi_machine or self.machine.id

    def is_branch(self, buffer: Bytes, position: Integers, kind: RelocationTypes) -> Flags:
        """Which relocations are those of a call or jump.

        ``position`` is the field's in the buffer, ``kind`` its relocation type.
        """
        found: Flags = np.isin(kind, [self.call, *self.branches])
        for each, opcodes in self.branch_opcodes.items():
            before = buffer.take(np.maximum(position - 1, 0))
            found |= (kind == each) & np.isin(before, np.frombuffer(opcodes, np.uint8))
        return found


def wrapped(address: int) -> int:
    """A 64-bit address as a signed number: the kernel's half of memory is negative.

    numpy's int64 holds no larger ones; sums with it wrap as the machine's do.
    """
    return address - (1 << 64) if address >= 1 << 63 else address


def nothing(_places: Places) -> Flags | None:
    """ABSOLUTE: nothing is patched."""
    return None


def outside_field(values: Integers, bits: int) -> Flags:
    """Which values fit neither an unsigned nor a signed field of ``bits``."""
    return (values >= 1 << bits) | (values < -(1 << (bits - 1)))


def outside_signed(values: Integers, bits: int) -> Flags:
    """Which values do not fit a signed field of ``bits``."""
    return (values >= 1 << (bits - 1)) | (values < -(1 << (bits - 1)))


def pointer64(places: Places) -> Flags | None:
    """A 64-bit virtual address."""
    # int64 wraps as the machine does, so addresses of the kernel's half come out right.
    values = places.load("<i8") + places.address + places.image_base
    places.store("<i8", values)
    return None


def address32(places: Places) -> Flags | None:
    """A 32-bit virtual address on a 64-bit machine: only an image below 4 GiB has those."""
    field = places.load("<u4")
    values = field + places.address + places.image_base
    places.store("<u4", values & 0xFFFFFFFF)
    # The addend may be a negative number: the address must fit in one of the two readings.
    signed = np.where(field >= 1 << 31, values - (1 << 32), values)
    bad: Flags = (values >= 1 << 32) & ((signed < 0) | (signed >= 1 << 32))
    return bad | (values < 0)


def wrapping_address32(places: Places) -> Flags | None:
    """A 32-bit virtual address on a 32-bit machine, where address arithmetic wraps at 4 GiB."""
    values = places.load("<u4") + places.address + places.image_base
    places.store("<u4", values & 0xFFFFFFFF)
    return None


def image_relative32(places: Places) -> Flags | None:
    """A 32-bit RVA."""
    values = places.load("<i4") + places.address
    places.store("<u4", values & 0xFFFFFFFF)
    return outside_field(values, 32)


def relative32(bias: int) -> Apply:
    """A 32-bit distance from ``bias`` bytes after the field's start."""

    def apply(places: Places) -> Flags | None:
        values = places.load("<i4") + places.address - places.place - bias
        places.store("<i4", values)
        return outside_signed(values, 32)

    return apply


def section_number(places: Places) -> Flags | None:
    """The 16-bit number of the target's section."""
    number = places.section_number
    # An absolute symbol has the number after the last section's, as with lld-link.
    number[places.home == ABSOLUTE] = len(places.starts)
    values = places.load("<u2") + number
    places.store("<u2", values)
    bad: Flags = (number == 0) | outside_field(values, 16)
    return bad


def section_relative32(places: Places) -> Flags | None:
    """A 32-bit offset in the target's section."""
    values = places.load("<i4") + places.target - places.section_start
    places.store("<u4", values & 0xFFFFFFFF)
    bad: Flags = (places.section_number == 0) | outside_field(values, 32)
    return bad


def section_relative7(places: Places) -> Flags | None:
    """A 7-bit offset in the target's section; the byte's top bit is not part of the field."""
    # Bit 7 is another field's and stays as it is.
    byte = places.load("u1")
    values = (byte & 0x7F) + places.target - places.section_start
    places.store("u1", (byte & 0x80) | (values & 0x7F))
    bad: Flags = (places.section_number == 0) | (values < 0) | (values > 0x7F)
    return bad


def table(
    names: type, rows: dict[int, tuple[int, Apply]], based: dict[int, IMAGE_REL_BASED]
) -> dict[int, Fixup]:
    """Fixups by type: ``rows`` are {type: (width, apply)}, ``based`` their base relocations.

    Their names come from the enumeration ``names``.
    """
    return {
        int(kind): Fixup(f"{names.__name__}_{names(kind).name}", width, apply, based.get(kind))
        for kind, (width, apply) in rows.items()
    }
