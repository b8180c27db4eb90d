"""Texts with formats: DbgPrint and its kin, the printf family of the kernel.

Source: Microsoft "Format specification syntax: printf and wprintf functions". Floating point is
not served: kernels print none.
"""

import re
from typing import Final

from ntbuild.running.emulated.conventions import Arguments, Routines
from ntbuild.running.emulated.faults import UnknownError
from ntbuild.running.emulated.kernel import Kernel

from .rtl import narrow, wide

TABLE: Final = Routines()
HIGH: Final = 31
_SPEC: Final = re.compile(
    r"%(?P<flags>[-+ #0]*)(?P<width>\d+|\*)?(?:\.(?P<precision>\d+|\*)?)?"
    r"(?P<size>I64|I32|I|ll|l|hh|h|w|z|j|t|L)?(?P<kind>[a-zA-Z%])"
)
_WIDEST: Final = 1024
_FORMAT_LIMIT: Final = 4096


def formatted(kernel: Kernel, text: str, arguments: Arguments, *, is_wide: bool = False) -> str:
    """A format with its arguments. ``is_wide``: ``%s`` is a text of UTF-16."""
    parts: list[str] = []
    at = 0
    for found in _SPEC.finditer(text):
        parts.append(text[at : found.start()])
        parts.append(_one(kernel, found, arguments, is_wide=is_wide))
        at = found.end()
    return "".join([*parts, text[at:]])


def _one(kernel: Kernel, spec: re.Match[str], arguments: Arguments, *, is_wide: bool) -> str:
    flags, size, kind = spec["flags"], spec["size"] or "", spec["kind"]
    if kind == "%":
        return "%"
    width = _number(spec["width"], arguments) or 0
    precision = _number(spec["precision"], arguments)
    if width < 0:
        width, flags = -width, flags + "-"
    text = _value(kernel, kind, size, flags, precision, arguments, is_wide=is_wide)
    width = min(width, _WIDEST)
    if "-" in flags:
        return text.ljust(width)
    if "0" in flags and precision is None and kind in "diuxXo":
        sign = text[:1] if text[:1] in "+-" else ""
        return sign + text[len(sign) :].rjust(width - len(sign), "0")
    return text.rjust(width)


def _number(text: str | None, arguments: Arguments) -> int | None:
    if text == "*":
        return arguments.next("i")
    return int(text[:6]) if text else None


def _value(
    kernel: Kernel,
    kind: str,
    size: str,
    flags: str,
    precision: int | None,
    arguments: Arguments,
    *,
    is_wide: bool,
) -> str:
    if kind in "diuxXo":
        return _integer(kernel, kind, size, flags, precision, arguments)
    if kind == "p":
        return f"{arguments.next('p'):0{2 * kernel.machine.width}X}"
    if kind in "cC":
        return chr(arguments.next("h") & (0xFFFF if (kind == "C") != is_wide else 0xFF))
    if kind in "sSZ":
        return _text(kernel, kind, size, precision, arguments, is_wide=is_wide)
    raise UnknownError(f"prints a value of the kind %{size}{kind}, which this kernel does not have")


def _integer(
    kernel: Kernel, kind: str, size: str, flags: str, precision: int | None, arguments: Arguments
) -> str:
    is_long = size in ("I64", "ll", "j") or (size in ("I", "z", "t") and kernel.machine.width == 8)
    value = arguments.next("q" if is_long else "i")
    if kind in "di":
        digits = str(abs(value))
        sign = "-" if value < 0 else "+" if "+" in flags else " " if " " in flags else ""
        return sign + digits.rjust(precision or 0, "0")
    value &= (1 << (64 if is_long else 32)) - 1
    if size in ("h", "hh"):
        value &= 0xFFFF if size == "h" else 0xFF
    digits = format(value, {"u": "d"}.get(kind, kind)).rjust(min(precision or 0, _WIDEST), "0")
    return ("0x" if kind == "x" else "0X") + digits if "#" in flags and kind in "xX" else digits


def _text(
    kernel: Kernel,
    kind: str,
    size: str,
    precision: int | None,
    arguments: Arguments,
    *,
    is_wide: bool,
) -> str:
    address = arguments.next("p")
    if not address:
        return "(null)"
    if kind == "Z":
        count = kernel.get(address, "UNICODE_STRING.Length")
        raw = kernel.machine.bytes_at(kernel.get(address, "UNICODE_STRING.Buffer"), count)
        text = raw.decode("utf-16-le" if size in ("w", "l") else "latin-1", "backslashreplace")
        return text if precision is None else text[:precision]
    most = _FORMAT_LIMIT if precision is None else precision
    is_wide_text = size in ("w", "l") or (size != "h" and (kind == "S") != is_wide)
    if is_wide_text:
        return wide(kernel, address, most)
    return narrow(kernel, address, most).decode("latin-1")


# ---- DbgPrint ------------------------------------------------------------------------------------


def _print(kernel: Kernel, text: int, arguments: Arguments) -> int:
    kernel.printed.add(formatted(kernel, narrow(kernel, text).decode("latin-1"), arguments)[:8192])
    return 0


@TABLE.serves("DbgPrint(p ...) u", irql=HIGH)
def dbg_print(kernel: Kernel, text: int, arguments: Arguments) -> int:
    """Print."""
    return _print(kernel, text, arguments)


@TABLE.serves("DbgPrintEx(u u p ...) u", irql=HIGH)
def dbg_print_ex(kernel: Kernel, _component: int, _level: int, text: int, more: Arguments) -> int:
    """Print; every component and level is shown."""
    return _print(kernel, text, more)


class _List(Arguments):
    """A va_list: pointers to slots that follow one another."""

    def __init__(self, kernel: Kernel, at: int) -> None:
        self._kernel, self._at = kernel, at
        super().__init__(kernel.machine)

    def _next_slot(self) -> int:
        at, self._at = self._at, self._at + self._kernel.machine.width
        return self._kernel.machine.load(at)


@TABLE.serves("vDbgPrintEx(u u p p) u", irql=HIGH)
def v_dbg_print_ex(kernel: Kernel, _component: int, _level: int, text: int, values: int) -> int:
    """Print with a list of arguments."""
    return _print(kernel, text, _List(kernel, values))


@TABLE.serves("vDbgPrintExWithPrefix(p u u p p) u", irql=HIGH)
def v_dbg_print_ex_with_prefix(
    kernel: Kernel, prefix: int, _component: int, _level: int, text: int, values: int
) -> int:
    """Print with a list of arguments, behind a prefix."""
    kernel.printed.add(narrow(kernel, prefix).decode("latin-1"))
    return _print(kernel, text, _List(kernel, values))


# ---- the printf family ---------------------------------------------------------------------------


def _put(kernel: Kernel, target: int, most: int, text: str, *, is_wide: bool) -> int:
    """As _vsnprintf: no NUL when the text fills the buffer, -1 when it does not fit."""
    content = text.encode("utf-16-le" if is_wide else "latin-1", "replace")
    unit = 2 if is_wide else 1
    count = len(content) // unit
    kernel.machine.put(target, (content + bytes(unit))[: min(count + 1, most) * unit])
    return count if count <= most else -1


def _format(kernel: Kernel, text: int, arguments: Arguments, *, is_wide: bool) -> str:
    shown = wide(kernel, text) if is_wide else narrow(kernel, text).decode("latin-1")
    return formatted(kernel, shown, arguments, is_wide=is_wide)


@TABLE.serves("_vsnprintf(p p p p) i")
def vsnprintf(kernel: Kernel, target: int, most: int, text: int, values: int) -> int:
    """Write a text of bytes with a list of arguments."""
    shown = _format(kernel, text, _List(kernel, values), is_wide=False)
    return _put(kernel, target, most, shown, is_wide=False)


@TABLE.serves("_vsnwprintf(p p p p) i")
def vsnwprintf(kernel: Kernel, target: int, most: int, text: int, values: int) -> int:
    """Write a text of UTF-16 with a list of arguments."""
    shown = _format(kernel, text, _List(kernel, values), is_wide=True)
    return _put(kernel, target, most, shown, is_wide=True)


@TABLE.serves("_snprintf(p p p ...) i")
def snprintf(kernel: Kernel, target: int, most: int, text: int, more: Arguments) -> int:
    """Write a text of bytes."""
    return _put(kernel, target, most, _format(kernel, text, more, is_wide=False), is_wide=False)


@TABLE.serves("_snwprintf(p p p ...) i")
def snwprintf(kernel: Kernel, target: int, most: int, text: int, more: Arguments) -> int:
    """Write a text of UTF-16."""
    return _put(kernel, target, most, _format(kernel, text, more, is_wide=True), is_wide=True)


@TABLE.serves("sprintf(p p ...) i")
def sprintf(kernel: Kernel, target: int, text: int, more: Arguments) -> int:
    """Write a text of bytes into a buffer that is large enough."""
    shown = _format(kernel, text, more, is_wide=False)
    return _put(kernel, target, len(shown) + 1, shown, is_wide=False)


@TABLE.serves("swprintf(p p ...) i")
def swprintf(kernel: Kernel, target: int, text: int, more: Arguments) -> int:
    """Write a text of UTF-16 into a buffer that is large enough."""
    shown = _format(kernel, text, more, is_wide=True)
    return _put(kernel, target, 2 * len(shown) + 1, shown, is_wide=True)
