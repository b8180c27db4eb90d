"""Where llvm-ml is: LLVM's assembler for MASM sources, which pip does not bring."""

from typing import Final

from ntbuild.compilers.search import Candidate, Compiler, locate

_VERSIONS: Final = ("22", "21", "20", "19", "18", "17", "16")
_CANDIDATES: Final = tuple(
    Candidate(name, "", name, ())
    for name in (*(f"llvm-ml-{version}" for version in _VERSIONS), "llvm-ml")
)
MASM_MACHINES: Final = {"x64": ("-m64",), "x86": ("-m32", "/safeseh")}
"""The machines that llvm-ml assembles for, and the words that choose them."""


def llvm_ml_names() -> tuple[str, ...]:
    """The names that llvm-ml goes by, the newest first."""
    return tuple(each.program for each in _CANDIDATES)


def find_llvm_ml() -> Compiler:
    """The newest llvm-ml on PATH. Raises ToolNotFoundError, which says how to install one.

    It prints no version; its name has one.
    """
    return locate("a .asm source needs LLVM's llvm-ml", _CANDIDATES, "", (), "apt install llvm-19")
