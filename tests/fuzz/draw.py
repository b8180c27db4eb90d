"""Chance with a temper: how odd a case shall be is drawn once, and each choice asks for it.

What is hard is a mix in which many links succeed and every pass is reached, but nothing that a
file can say is left out; so a case is plain, a little odd or wild as a whole.
"""

from collections.abc import Sequence
from random import Random
from typing import TypeVar

from ntbuild.pecoff.machine import MACHINES

T = TypeVar("T")
NAMES = ("Alpha", "Beta", "Gamma", "Delta", "Epsilon", "Zeta", "a_name_that_is_longer_than_eight")
LIBRARY = ("DbgPrint", "DbgPrompt", "KdDebug")
KNOWN = (
    "_load_config_used",
    "_tls_used",
    "_tls_index",
    "__guard_fids_table",
    "__guard_fids_count",
    "__guard_flags",
    "__safe_se_handler_table",
    "__safe_se_handler_count",
    "__security_cookie",
    "__ImageBase",
    "__RUNTIME_PSEUDO_RELOC_LIST__",
    "__CTOR_LIST__",
    "__delayLoadHelper2",
    "___tls_start__",
    "__image_base__",
    "_fltused",
    "_end__",
    "__bss_start__",
)
ODD_NAMES = (
    "",
    "\n",
    "%s%n",
    "\x1b[2J",
    "?bad@@YA",
    "??_C@_0",
    "__imp_",
    "_",
    "@",
    "a@4",
    "é" * 40,
)
NUMBERS = (0, 1, 2, 3, 4, 7, 8, 16, 255, 4095, 4096, 0x7FFF, 0x8000, 0xFFFF, 0x10000, 1 << 20)
NUMBERS += (0x7FFFFFFF, 0x80000000, 0xFFFFFFFE, 0xFFFFFFFF)


class Draw(Random):
    """A seeded source of choices for one machine."""

    def __init__(self, seed: str) -> None:
        super().__init__(seed)
        self.machine = self.choice(list(MACHINES))
        self.prefix = MACHINES[self.machine].symbol_prefix
        self.extra: tuple[str, ...] = ()
        self.oddness = self.choice((0.0, 0.0, 0.0, 0.002, 0.005, 0.02, 0.1, 0.3))

    def odd(self, times: float = 1.0) -> bool:
        """Whether to do here what nobody should."""
        return self.random() < self.oddness * times

    def some(self, items: Sequence[T], most: int, least: int = 0) -> list[T]:
        """Some of the items, the same one perhaps twice."""
        return self.choices(items, k=self.randint(least, most))

    def number(self) -> int:
        """A number that is a limit somewhere, or any of 32 bits."""
        return self.choice(NUMBERS) if self.random() < 0.8 else self.getrandbits(32)

    def name(self) -> str:
        """A symbol's name, undecorated: mostly one that some file of the case defines."""
        if self.odd():
            return self.choice((*ODD_NAMES, *KNOWN, "Missing", "x" * self.choice((9, 300, 70000))))
        pools = (LIBRARY[:2], NAMES, NAMES, NAMES, NAMES, self.extra or NAMES)
        return self.choice(self.choice(pools))

    def blob(self, most: int) -> bytes:
        """Bytes: chance, zeros or text."""
        size = self.randrange(most + 1)
        kind = self.randrange(3)
        return (self.randbytes(size), bytes(size), b"text \0" * (size // 6 + 1))[kind][:size]
