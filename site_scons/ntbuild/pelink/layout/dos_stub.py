"""The MS-DOS stub: a program at the image's start that prints that it needs Windows.

Its field e_lfanew at file offset 0x3C says where the PE header is. A stub of the user's own may
have any length up to 64 KiB, and everything in the headers moves with it.

Source: PE Format, "MS-DOS Stub"; Microsoft "/STUB (MS-DOS Stub File Name)".
"""

import struct
from typing import Final

from ntbuild.pelink.diagnostics import Diagnostics
from ntbuild.support.inputs import read_input

_HEADER_SIZE: Final = 0x40
_LFANEW_AT: Final = 0x3C
_LIMIT: Final = 1 << 16

# push cs; pop ds; mov dx, message; mov ah, 9; int 21h; mov ax, 4c01h; int 21h
_CODE: Final = bytes.fromhex("0e1fba0e00b409cd21b8014ccd21")
_MESSAGE: Final = b"This program cannot be run in DOS mode.$"


def dos_stub(path: str | None, log: Diagnostics) -> bytes:
    """The bytes before the PE header, a multiple of 8: the usual stub, or the file at ``path``.

    A file that cannot be read or is no MS-DOS program is an error in ``log``.
    """
    if path is None:
        program = _CODE + _MESSAGE
        size = _HEADER_SIZE + -(-len(program) // 8) * 8
        fields = struct.pack(
            "<2s13H", b"MZ", size % 512, 1, 0, 4, 0, 0xFFFF, 0, 0xB8, 0, 0, 0, 0x40, 0
        )
        return _with_address(fields.ljust(_HEADER_SIZE, b"\0") + program)
    try:
        data = read_input(path)
    except OSError as error:
        log.error(f"could not open '{path}': {error.strerror}")
        return dos_stub(None, log)
    # Only the header is checked: the program behind it runs under MS-DOS, or nowhere.
    if not data.startswith(b"MZ"):
        log.error("/stub: invalid DOS signature", place=path)
    elif len(data) < _HEADER_SIZE:
        log.error(f"/stub: stub must be greater than or equal to {_HEADER_SIZE} bytes", place=path)
    elif len(data) > _LIMIT:
        log.error(f"/stub: {len(data)} bytes: at most {_LIMIT} are a stub", place=path)
    else:
        return _with_address(data)
    return dos_stub(None, log)


def _with_address(program: bytes) -> bytes:
    """The program, padded to a multiple of 8, with its own end as e_lfanew."""
    padded = program.ljust(-(-len(program) // 8) * 8, b"\0")
    return padded[:_LFANEW_AT] + struct.pack("<I", len(padded)) + padded[_LFANEW_AT + 4 :]
