"""The numbers of CodeView: kinds of symbols, types and subsections, and where records have fields.

A record begins with its length, without the length field itself, and its kind, two bytes each.
Offsets count from the record's first byte, so the first field has offset 4. In a type record every
type number is a 32-bit field; the tables here say which fields these are.

Sources: microsoft-pdb, ``include/cvinfo.h``; LLVM, ``CodeViewSymbols.def`` and
``CodeViewTypes.def``.
"""

from enum import IntEnum
from typing import Final

SIGNATURE: Final = 4
"""The first word of a ``.debug$S`` or ``.debug$T`` section, and of a module's stream (C13)."""

FIRST_TYPE: Final = 0x1000
"""The first number of a type record; smaller ones are built-in types, such as 0x74 for int."""


class S(IntEnum):
    """Kinds of symbol records that a linker reads or writes."""

    END = 0x0006
    FRAMEPROC = 0x1012
    OBJNAME = 0x1101
    THUNK32 = 0x1102
    BLOCK32 = 0x1103
    WITH32 = 0x1104
    LABEL32 = 0x1105
    REGISTER = 0x1106
    CONSTANT = 0x1107
    UDT = 0x1108
    BPREL32 = 0x110B
    LDATA32 = 0x110C
    GDATA32 = 0x110D
    PUB32 = 0x110E
    LPROC32 = 0x110F
    GPROC32 = 0x1110
    REGREL32 = 0x1111
    LTHREAD32 = 0x1112
    GTHREAD32 = 0x1113
    COMPILE2 = 0x1116
    PROCREF = 0x1125
    LPROCREF = 0x1127
    TRAMPOLINE = 0x112C
    SEPCODE = 0x1132
    SECTION = 0x1136
    COFFGROUP = 0x1137
    CALLSITEINFO = 0x1139
    FRAMECOOKIE = 0x113A
    COMPILE3 = 0x113C
    ENVBLOCK = 0x113D
    LOCAL = 0x113E
    LPROC32_ID = 0x1146
    GPROC32_ID = 0x1147
    BUILDINFO = 0x114C
    INLINESITE = 0x114D
    INLINESITE_END = 0x114E
    PROC_ID_END = 0x114F
    FILESTATIC = 0x1153
    LPROC32_DPC = 0x1155
    LPROC32_DPC_ID = 0x1156
    CALLEES = 0x115A
    CALLERS = 0x115B
    INLINESITE2 = 0x115D
    HEAPALLOCSITE = 0x115E
    INLINEES = 0x1168


OPENS: Final = frozenset(
    {
        *(S.GPROC32, S.LPROC32, S.GPROC32_ID, S.LPROC32_ID, S.LPROC32_DPC, S.LPROC32_DPC_ID),
        *(S.BLOCK32, S.WITH32, S.THUNK32, S.SEPCODE, S.INLINESITE, S.INLINESITE2),
    }
)
"""Records that open a scope: they have the offsets of its parent (4) and of its end (8)."""

CLOSES: Final = frozenset({S.END, S.PROC_ID_END, S.INLINESITE_END})

TYPE_OF_SYMBOL: Final = {
    **dict.fromkeys((S.GPROC32, S.LPROC32, S.GPROC32_ID, S.LPROC32_ID), 28),
    **dict.fromkeys((S.LPROC32_DPC, S.LPROC32_DPC_ID), 28),
    **dict.fromkeys((S.UDT, S.GDATA32, S.LDATA32, S.GTHREAD32, S.LTHREAD32, S.BUILDINFO), 4),
    **dict.fromkeys((S.FILESTATIC, S.LOCAL, S.REGISTER, S.CONSTANT), 4),
    **dict.fromkeys((S.BPREL32, S.REGREL32), 8),
    **dict.fromkeys((S.CALLSITEINFO, S.INLINESITE, S.INLINESITE2, S.HEAPALLOCSITE), 12),
}
"""Offset of the type number, or of the number of an id, in a symbol record."""

TYPE_LISTS: Final = (S.CALLEES, S.CALLERS, S.INLINEES)
"""Symbols with a count (4) and as many numbers of ids (8)."""

NAME_OF_SYMBOL: Final = {
    **dict.fromkeys((S.GPROC32, S.LPROC32, S.LPROC32_DPC), 39),
    **dict.fromkeys((S.GDATA32, S.LDATA32, S.GTHREAD32, S.LTHREAD32), 14),
    S.UDT: 8,
}
"""Offset of the name in a symbol of the table of globals; a constant's follows its value."""

WITHOUT_ID: Final = {
    S.GPROC32_ID: S.GPROC32,
    S.LPROC32_ID: S.LPROC32,
    S.LPROC32_DPC_ID: S.LPROC32_DPC,
    S.PROC_ID_END: S.END,
}
"""Records of objects whose type is the id of a function; a PDB has the function's type there."""


class SUBSECTION(IntEnum):
    """Kinds of the subsections of ``.debug$S``; a kind with bit 31 set is to be ignored."""

    SYMBOLS = 0xF1
    LINES = 0xF2
    STRINGTABLE = 0xF3
    FILECHKSMS = 0xF4
    FRAMEDATA = 0xF5
    INLINEELINES = 0xF6


class LF(IntEnum):
    """Kinds of type records, and of the members of a field list."""

    VTSHAPE = 0x000A
    LABEL = 0x000E
    ENDPRECOMP = 0x0014
    MODIFIER = 0x1001
    POINTER = 0x1002
    PROCEDURE = 0x1008
    MFUNCTION = 0x1009
    ARGLIST = 0x1201
    FIELDLIST = 0x1203
    BITFIELD = 0x1205
    METHODLIST = 0x1206
    BCLASS = 0x1400
    VBCLASS = 0x1401
    IVBCLASS = 0x1402
    INDEX = 0x1404
    VFUNCTAB = 0x1409
    ENUMERATE = 0x1502
    ARRAY = 0x1503
    CLASS = 0x1504
    STRUCTURE = 0x1505
    UNION = 0x1506
    ENUM = 0x1507
    PRECOMP = 0x1509
    MEMBER = 0x150D
    STMEMBER = 0x150E
    METHOD = 0x150F
    NESTTYPE = 0x1510
    ONEMETHOD = 0x1511
    TYPESERVER2 = 0x1515
    INTERFACE = 0x1519
    BINTERFACE = 0x151A
    VFTABLE = 0x151D
    FUNC_ID = 0x1601
    MFUNC_ID = 0x1602
    BUILDINFO = 0x1603
    SUBSTR_LIST = 0x1604
    STRING_ID = 0x1605
    UDT_SRC_LINE = 0x1606
    UDT_MOD_SRC_LINE = 0x1607


IDS: Final = frozenset(
    {
        *(LF.FUNC_ID, LF.MFUNC_ID, LF.BUILDINFO, LF.SUBSTR_LIST, LF.STRING_ID),
        *(LF.UDT_SRC_LINE, LF.UDT_MOD_SRC_LINE),
    }
)
"""Records of the second numbering, the ids (IPI); all others are types (TPI)."""

TYPES_OF_TYPE: Final = {
    LF.VTSHAPE: (),
    LF.LABEL: (),
    LF.ENDPRECOMP: (),
    LF.MODIFIER: (4,),
    LF.POINTER: (4,),  # and 12 of a pointer to a member
    LF.PROCEDURE: (4, 12),
    LF.MFUNCTION: (4, 8, 12, 20),
    LF.BITFIELD: (4,),
    LF.ARRAY: (4, 8),
    LF.CLASS: (8, 12, 16),
    LF.STRUCTURE: (8, 12, 16),
    LF.INTERFACE: (8, 12, 16),
    LF.UNION: (8,),
    LF.ENUM: (8, 12),
    LF.VFTABLE: (4, 8),
    LF.FUNC_ID: (4, 8),
    LF.MFUNC_ID: (4, 8),
    LF.STRING_ID: (4,),
    LF.UDT_SRC_LINE: (4, 8),
    LF.UDT_MOD_SRC_LINE: (4,),
}
"""Offsets of the type numbers in a record whose fields have fixed places."""

TYPES_IN_LIST: Final = {
    LF.ARGLIST: (4, 4, 8),
    LF.SUBSTR_LIST: (4, 4, 8),
    LF.BUILDINFO: (4, 2, 6),
}
"""Records that are a list: offset and bytes of the count, offset of the first number."""

NUMERIC_SIZES: Final = {
    0x8000: 1,  # LF_CHAR
    0x8001: 2,  # LF_SHORT
    0x8002: 2,  # LF_USHORT
    0x8003: 4,  # LF_LONG
    0x8004: 4,  # LF_ULONG
    0x8005: 4,  # LF_REAL32
    0x8006: 8,  # LF_REAL64
    0x8007: 10,  # LF_REAL80
    0x8008: 16,  # LF_REAL128
    0x8009: 8,  # LF_QUADWORD
    0x800A: 8,  # LF_UQUADWORD
    0x800B: 6,  # LF_REAL48
    0x8017: 16,  # LF_OCTWORD
    0x8018: 16,  # LF_UOCTWORD
    0x801C: 2,  # LF_REAL16
}
"""Bytes behind the two of a numeric leaf, by its first two; below 0x8000 these are the value."""

CV_CPU: Final = {0x8664: 0xD0, 0x014C: 0x07, 0xAA64: 0xF6, 0x01C4: 0xF4}
"""The processor of S_COMPILE3 (CV_CPU_TYPE_e) by IMAGE_FILE_MACHINE."""
