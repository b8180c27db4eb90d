"""The numbers of the PE/COFF specification, under the specification's names.

Enumerations print as names and compare as integers. Pitfall: numpy widens an array combined with
an ``IntFlag`` to 64 bits, so columnar code takes ``int(FLAG)`` once.

Source: Microsoft "PE Format" (win32 documentation) and ``winnt.h`` names.
"""

from enum import IntEnum, IntFlag
from typing import Final

IMAGE_DOS_SIGNATURE: Final = 0x5A4D
IMAGE_NT_SIGNATURE: Final = 0x00004550
IMAGE_NUMBEROF_DIRECTORY_ENTRIES: Final = 16
IMAGE_ARCHIVE_START: Final = b"!<arch>\n"
IMAGE_ARCHIVE_THIN_START: Final = b"!<thin>\n"

SECTION_HEADER_LIMIT: Final = 96
"""Sections that the NT loader accepts in an image (PE Format, "COFF File Header")."""


class IMAGE_FILE_MACHINE(IntEnum):
    """Machine types that this project names; the first four are the ones that it links."""

    AMD64 = 0x8664
    I386 = 0x014C
    ARM64 = 0xAA64
    ARMNT = 0x01C4
    UNKNOWN = 0
    ARM = 0x01C0
    THUMB = 0x01C2
    ARM64EC = 0xA641
    ARM64X = 0xA64E
    IA64 = 0x0200
    EBC = 0x0EBC
    RISCV32 = 0x5032
    RISCV64 = 0x5064
    LOONGARCH64 = 0x6264


class IMAGE_FILE(IntFlag):
    """Characteristics of the COFF file header."""

    RELOCS_STRIPPED = 0x0001
    EXECUTABLE_IMAGE = 0x0002
    LINE_NUMS_STRIPPED = 0x0004
    LOCAL_SYMS_STRIPPED = 0x0008
    AGGRESSIVE_WS_TRIM = 0x0010
    LARGE_ADDRESS_AWARE = 0x0020
    RESERVED_0040 = 0x0040
    BYTES_REVERSED_LO = 0x0080
    MACHINE_32BIT = 0x0100
    DEBUG_STRIPPED = 0x0200
    REMOVABLE_RUN_FROM_SWAP = 0x0400
    NET_RUN_FROM_SWAP = 0x0800
    SYSTEM = 0x1000
    DLL = 0x2000
    UP_SYSTEM_ONLY = 0x4000
    BYTES_REVERSED_HI = 0x8000


IMAGE_NT_OPTIONAL_HDR32_MAGIC: Final = 0x10B
IMAGE_NT_OPTIONAL_HDR64_MAGIC: Final = 0x20B


class IMAGE_SUBSYSTEM(IntEnum):
    """Subsystem of the optional header."""

    UNKNOWN = 0
    NATIVE = 1
    WINDOWS_GUI = 2
    WINDOWS_CUI = 3
    OS2_CUI = 5
    POSIX_CUI = 7
    NATIVE_WINDOWS = 8
    WINDOWS_CE_GUI = 9
    EFI_APPLICATION = 10
    EFI_BOOT_SERVICE_DRIVER = 11
    EFI_RUNTIME_DRIVER = 12
    EFI_ROM = 13
    XBOX = 14
    WINDOWS_BOOT_APPLICATION = 16


class IMAGE_DLLCHARACTERISTICS(IntFlag):
    """DllCharacteristics of the optional header."""

    HIGH_ENTROPY_VA = 0x0020
    DYNAMIC_BASE = 0x0040
    FORCE_INTEGRITY = 0x0080
    NX_COMPAT = 0x0100
    NO_ISOLATION = 0x0200
    NO_SEH = 0x0400
    NO_BIND = 0x0800
    APPCONTAINER = 0x1000
    WDM_DRIVER = 0x2000
    GUARD_CF = 0x4000
    TERMINAL_SERVER_AWARE = 0x8000


class IMAGE_DIRECTORY_ENTRY(IntEnum):
    """Indexes of the optional header's data directories."""

    EXPORT = 0
    IMPORT = 1
    RESOURCE = 2
    EXCEPTION = 3
    SECURITY = 4
    BASERELOC = 5
    DEBUG = 6
    ARCHITECTURE = 7
    GLOBALPTR = 8
    TLS = 9
    LOAD_CONFIG = 10
    BOUND_IMPORT = 11
    IAT = 12
    DELAY_IMPORT = 13
    COM_DESCRIPTOR = 14
    RESERVED = 15


class IMAGE_SCN(IntFlag):
    """Characteristics of a section header."""

    TYPE_NO_PAD = 0x00000008
    CNT_CODE = 0x00000020
    CNT_INITIALIZED_DATA = 0x00000040
    CNT_UNINITIALIZED_DATA = 0x00000080
    LNK_OTHER = 0x00000100
    LNK_INFO = 0x00000200
    LNK_REMOVE = 0x00000800
    LNK_COMDAT = 0x00001000
    GPREL = 0x00008000
    MEM_16BIT = 0x00020000
    MEM_LOCKED = 0x00040000
    MEM_PRELOAD = 0x00080000
    LNK_NRELOC_OVFL = 0x01000000
    MEM_DISCARDABLE = 0x02000000
    MEM_NOT_CACHED = 0x04000000
    MEM_NOT_PAGED = 0x08000000
    MEM_SHARED = 0x10000000
    MEM_EXECUTE = 0x20000000
    MEM_READ = 0x40000000
    MEM_WRITE = 0x80000000


IMAGE_SCN_ALIGN_MASK: Final = 0x00F00000
IMAGE_SCN_ALIGN_SHIFT: Final = 20
"""IMAGE_SCN_ALIGN_nBYTES is (log2(n) + 1) << 20, for 1 to 8192 bytes; 0 means 16 in an object."""


class IMAGE_SYM_SECTION(IntEnum):
    """Special section numbers of a symbol."""

    UNDEFINED = 0
    ABSOLUTE = -1
    DEBUG = -2


class IMAGE_SYM_CLASS(IntEnum):
    """Storage classes that linkers meet."""

    END_OF_FUNCTION = 0xFF
    NULL = 0
    EXTERNAL = 2
    STATIC = 3
    LABEL = 6
    BLOCK = 100
    FUNCTION = 101
    FILE = 103
    SECTION = 104
    WEAK_EXTERNAL = 105
    CLR_TOKEN = 107


IMAGE_SYM_DTYPE_FUNCTION: Final = 2
"""The complex part of a symbol's Type (bits 4-7) for a function."""


class IMAGE_COMDAT_SELECT(IntEnum):
    """Selection field of a section definition's auxiliary record."""

    NODUPLICATES = 1
    ANY = 2
    SAME_SIZE = 3
    EXACT_MATCH = 4
    ASSOCIATIVE = 5
    LARGEST = 6
    NEWEST = 7


class IMAGE_WEAK_EXTERN(IntEnum):
    """Characteristics field of a weak external's auxiliary record."""

    SEARCH_NOLIBRARY = 1
    SEARCH_LIBRARY = 2
    SEARCH_ALIAS = 3
    ANTI_DEPENDENCY = 4


class IMAGE_REL_AMD64(IntEnum):
    """Relocation types of x64 objects."""

    ABSOLUTE = 0x00
    ADDR64 = 0x01
    ADDR32 = 0x02
    ADDR32NB = 0x03
    REL32 = 0x04
    REL32_1 = 0x05
    REL32_2 = 0x06
    REL32_3 = 0x07
    REL32_4 = 0x08
    REL32_5 = 0x09
    SECTION = 0x0A
    SECREL = 0x0B
    SECREL7 = 0x0C
    TOKEN = 0x0D
    SREL32 = 0x0E
    PAIR = 0x0F
    SSPAN32 = 0x10


class IMAGE_REL_I386(IntEnum):
    """Relocation types of x86 objects."""

    ABSOLUTE = 0x00
    DIR16 = 0x01
    REL16 = 0x02
    DIR32 = 0x06
    DIR32NB = 0x07
    SEG12 = 0x09
    SECTION = 0x0A
    SECREL = 0x0B
    TOKEN = 0x0C
    SECREL7 = 0x0D
    REL32 = 0x14


class IMAGE_REL_ARM(IntEnum):
    """Relocation types of ARM (Thumb-2) objects."""

    ABSOLUTE = 0x00
    ADDR32 = 0x01
    ADDR32NB = 0x02
    BRANCH24 = 0x03
    BRANCH11 = 0x04
    REL32 = 0x0A
    SECTION = 0x0E
    SECREL = 0x0F
    MOV32A = 0x10
    MOV32T = 0x11
    BRANCH20T = 0x12
    BRANCH24T = 0x14
    BLX23T = 0x15
    PAIR = 0x16


class IMAGE_REL_ARM64(IntEnum):
    """Relocation types of ARM64 objects."""

    ABSOLUTE = 0x00
    ADDR32 = 0x01
    ADDR32NB = 0x02
    BRANCH26 = 0x03
    PAGEBASE_REL21 = 0x04
    REL21 = 0x05
    PAGEOFFSET_12A = 0x06
    PAGEOFFSET_12L = 0x07
    SECREL = 0x08
    SECREL_LOW12A = 0x09
    SECREL_HIGH12A = 0x0A
    SECREL_LOW12L = 0x0B
    TOKEN = 0x0C
    SECTION = 0x0D
    ADDR64 = 0x0E
    BRANCH19 = 0x0F
    BRANCH14 = 0x10
    REL32 = 0x11


class IMAGE_REL_BASED(IntEnum):
    """Base relocation types."""

    ABSOLUTE = 0
    HIGH = 1
    LOW = 2
    HIGHLOW = 3
    HIGHADJ = 4
    ARM_MOV32 = 5
    THUMB_MOV32 = 7
    DIR64 = 10


class IMAGE_GUARD(IntFlag):
    """GuardFlags of the load configuration."""

    CF_INSTRUMENTED = 0x00000100
    CFW_INSTRUMENTED = 0x00000200
    CF_FUNCTION_TABLE_PRESENT = 0x00000400
    SECURITY_COOKIE_UNUSED = 0x00000800
    CF_LONGJUMP_TABLE_PRESENT = 0x00010000
    EH_CONTINUATION_TABLE_PRESENT = 0x00400000


class IMAGE_DLLCHARACTERISTICS_EX(IntFlag):
    """Extended DllCharacteristics, in a debug entry of their own."""

    CET_COMPAT = 0x01
    CET_COMPAT_STRICT_MODE = 0x02
    CET_SET_CONTEXT_IP_VALIDATION_RELAXED_MODE = 0x04
    CET_DYNAMIC_APIS_ALLOW_IN_PROC_ONLY = 0x08
    FORWARD_CFI_COMPAT = 0x40
    HOTPATCH_COMPATIBLE = 0x80


class IMAGE_DEBUG_TYPE(IntEnum):
    """Types of debug directory entries."""

    UNKNOWN = 0
    COFF = 1
    CODEVIEW = 2
    FPO = 3
    MISC = 4
    EXCEPTION = 5
    FIXUP = 6
    POGO = 13
    ILTCG = 14
    REPRO = 16
    EX_DLLCHARACTERISTICS = 20


IMPORT_OBJECT_HDR_SIG1: Final = 0
IMPORT_OBJECT_HDR_SIG2: Final = 0xFFFF


class IMPORT_OBJECT_TYPE(IntEnum):
    """Type field of a short import member."""

    CODE = 0
    DATA = 1
    CONST = 2


class IMPORT_OBJECT_NAME_TYPE(IntEnum):
    """Name type field of a short import member."""

    ORDINAL = 0
    NAME = 1
    NAME_NO_PREFIX = 2
    NAME_UNDECORATE = 3
    NAME_EXPORTAS = 4


BIGOBJ_CLASS_ID: Final = bytes.fromhex("c7a1bad1eebaa94baf20faf66aa4dcb8")
"""ClassID of an ANON_OBJECT_HEADER_BIGOBJ, {D1BAA1C7-BAEE-4ba9-AF20-FAF66AA4DCB8}."""
