"""The numbers of DWARF 2 to 5 that a reader of functions and lines needs.

Source: DWARF Debugging Information Format 5, 7.5 (entries, forms) and 7.22 (line programs); GNU
Binutils, ``include/dwarf2.def`` (extensions).
"""

from enum import IntEnum
from typing import Final


class TAG(IntEnum):
    """Kinds of entries that are looked into; all others are stepped over."""

    CLASS = 0x02
    ENUMERATION = 0x04
    COMPILE_UNIT = 0x11
    STRUCTURE = 0x13
    UNION = 0x17
    MODULE = 0x1E
    SUBPROGRAM = 0x2E
    INTERFACE = 0x38
    NAMESPACE = 0x39
    PARTIAL_UNIT = 0x3C


class AT(IntEnum):
    """Attributes that are looked at."""

    NAME = 0x03
    STMT_LIST = 0x10
    LOW_PC = 0x11
    HIGH_PC = 0x12
    LANGUAGE = 0x13
    COMP_DIR = 0x1B
    PRODUCER = 0x25
    ABSTRACT_ORIGIN = 0x31
    EXTERNAL = 0x3F
    SPECIFICATION = 0x47
    RANGES = 0x55
    STR_OFFSETS_BASE = 0x72
    ADDR_BASE = 0x73
    RNGLISTS_BASE = 0x74


class FORM(IntEnum):
    """How the value of an attribute is written."""

    ADDR = 0x01
    BLOCK2 = 0x03
    BLOCK4 = 0x04
    DATA2 = 0x05
    DATA4 = 0x06
    DATA8 = 0x07
    STRING = 0x08
    BLOCK = 0x09
    BLOCK1 = 0x0A
    DATA1 = 0x0B
    FLAG = 0x0C
    SDATA = 0x0D
    STRP = 0x0E
    UDATA = 0x0F
    REF_ADDR = 0x10
    REF1 = 0x11
    REF2 = 0x12
    REF4 = 0x13
    REF8 = 0x14
    REF_UDATA = 0x15
    INDIRECT = 0x16
    SEC_OFFSET = 0x17
    EXPRLOC = 0x18
    FLAG_PRESENT = 0x19
    STRX = 0x1A
    ADDRX = 0x1B
    REF_SUP4 = 0x1C
    STRP_SUP = 0x1D
    DATA16 = 0x1E
    LINE_STRP = 0x1F
    REF_SIG8 = 0x20
    IMPLICIT_CONST = 0x21
    LOCLISTX = 0x22
    RNGLISTX = 0x23
    REF_SUP8 = 0x24
    STRX1 = 0x25
    STRX2 = 0x26
    STRX3 = 0x27
    STRX4 = 0x28
    ADDRX1 = 0x29
    ADDRX2 = 0x2A
    ADDRX3 = 0x2B
    ADDRX4 = 0x2C
    GNU_ADDR_INDEX = 0x1F01
    GNU_STR_INDEX = 0x1F02
    GNU_REF_ALT = 0x1F20
    GNU_STRP_ALT = 0x1F21


FIXED: Final = {
    **dict.fromkeys((FORM.FLAG_PRESENT, FORM.IMPLICIT_CONST), 0),
    **dict.fromkeys((FORM.DATA1, FORM.FLAG, FORM.REF1, FORM.STRX1, FORM.ADDRX1), 1),
    **dict.fromkeys((FORM.DATA2, FORM.REF2, FORM.STRX2, FORM.ADDRX2), 2),
    **dict.fromkeys((FORM.STRX3, FORM.ADDRX3), 3),
    **dict.fromkeys((FORM.DATA4, FORM.REF4, FORM.STRX4, FORM.ADDRX4, FORM.REF_SUP4), 4),
    **dict.fromkeys((FORM.DATA8, FORM.REF8, FORM.REF_SIG8, FORM.REF_SUP8), 8),
    FORM.DATA16: 16,
}
"""Bytes of forms of one size."""
OFFSETS: Final = frozenset(
    {
        *(FORM.STRP, FORM.SEC_OFFSET, FORM.LINE_STRP, FORM.STRP_SUP, FORM.REF_ADDR),
        *(FORM.GNU_REF_ALT, FORM.GNU_STRP_ALT),
    }
)
"""Forms that are an offset in a section: four bytes, or eight in a unit of 64-bit DWARF."""
UNSIGNED: Final = frozenset(
    {
        *(FORM.UDATA, FORM.REF_UDATA, FORM.STRX, FORM.ADDRX, FORM.LOCLISTX, FORM.RNGLISTX),
        *(FORM.GNU_ADDR_INDEX, FORM.GNU_STR_INDEX),
    }
)
"""Forms that are a ULEB128 number."""
BLOCKS: Final = {FORM.BLOCK1: 1, FORM.BLOCK2: 2, FORM.BLOCK4: 4, FORM.BLOCK: 0, FORM.EXPRLOC: 0}
"""Forms that begin with their length: bytes of that, 0 for a ULEB128 number."""

STRING_INDEXES: Final = frozenset(
    {FORM.STRX, FORM.STRX1, FORM.STRX2, FORM.STRX3, FORM.STRX4, FORM.GNU_STR_INDEX}
)
ADDRESS_INDEXES: Final = frozenset(
    {FORM.ADDRX, FORM.ADDRX1, FORM.ADDRX2, FORM.ADDRX3, FORM.ADDRX4, FORM.GNU_ADDR_INDEX}
)
IN_UNIT: Final = frozenset({FORM.REF1, FORM.REF2, FORM.REF4, FORM.REF8, FORM.REF_UDATA})
"""References that count from the beginning of their unit."""


class LNS(IntEnum):
    """Standard opcodes of a line program."""

    EXTENDED = 0
    COPY = 1
    ADVANCE_PC = 2
    ADVANCE_LINE = 3
    SET_FILE = 4
    SET_COLUMN = 5
    NEGATE_STMT = 6
    SET_BASIC_BLOCK = 7
    CONST_ADD_PC = 8
    FIXED_ADVANCE_PC = 9


class LNE(IntEnum):
    """Extended opcodes of a line program."""

    END_SEQUENCE = 1
    SET_ADDRESS = 2
    DEFINE_FILE = 3


class LNCT(IntEnum):
    """Parts of an entry of the tables of folders and files of DWARF 5."""

    PATH = 1
    DIRECTORY_INDEX = 2
    MD5 = 5


class RLE(IntEnum):
    """Kinds of entries of a range list of DWARF 5, which a zero ends."""

    BASE_ADDRESSX = 1
    STARTX_ENDX = 2
    STARTX_LENGTH = 3
    OFFSET_PAIR = 4
    BASE_ADDRESS = 5
    START_END = 6
    START_LENGTH = 7
