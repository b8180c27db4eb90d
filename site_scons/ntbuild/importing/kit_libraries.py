"""What the kit's library names mean on a link line of a project.

A project names libraries of the kit by file name. Some hold nothing that ntbuild's headers and
run-time do not have already, some are import libraries of a kernel module, and some are code that
only a kit has. This table has the first kind and reasons for the last; modules are those with an
export list (`compilers.definitions`).

Source: Microsoft's documentation of the functions, which names the library of each.
"""

from typing import Final

EVERY_DRIVER: Final = frozenset({"ntoskrnl", "hal"})
"""Modules that every driver is offered."""

NOTHING: Final = {
    **dict.fromkeys(
        ("bufferoverflowk", "bufferoverflowfastfailk", "bufferoverflow"),
        "the stack protector's run-time, which ntbuild's own run-time has",
    ),
    **dict.fromkeys(("wdm", "wdmsys"), "symbols of ntoskrnl and hal again"),
    "ntstrsafe": "inline functions of the header",
    "ntdll": "programs have it; a driver that names it means ntoskrnl",
    **dict.fromkeys(("wdfdriverentry", "wdfldr"), "model kmdf brings entry point and loader"),
    "libcntpr": "C run-time functions, which ntoskrnl exports",
    "rtlver": "RtlVerifyVersionInfo, which ntoskrnl exports",
    **dict.fromkeys(("arm64rt", "armrt", "softintrin"), "the compiler's run-time"),
    **dict.fromkeys(
        ("kernel32", "libcmt", "msvcrt"), "a program's run-time, of no use in a driver"
    ),
    **dict.fromkeys(("wpprecorder", "wpprecorder_kernel"), "the recorder of WPP; wpp= decides"),
}
"""Libraries that a driver here needs not, each with the reason."""

IMPLIED: Final = {
    "kmdf": frozenset({"wdfldr"}),
    "minifilter": frozenset({"fltmgr"}),
    "storport": frozenset({"storport"}),
    "ndis": frozenset({"ndis"}),
    "hid": frozenset({"hidclass"}),
}
"""Modules that a model brings."""

ONLY_A_KIT: Final = {
    **dict.fromkeys(
        ("netadaptercxstub", "spbcxstubs", "gpioclx", "gpioclxstub", "ucmcx", "ucxstub", "sdport"),
        "stubs of a class extension, which only a kit has",
    ),
}

MODEL_OF_LIBRARY: Final = {
    "storport": "storport",
    "ndis": "ndis",
    "fltmgr": "minifilter",
    "hidclass": "hid",
}
"""The model of a driver that is not KMDF by a library that it links with, the first that fits."""
