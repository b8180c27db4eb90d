"""Pool memory with every block on pages of its own, so that what is wrong with it shows at once.

A block smaller than a page ends where its last page does, rounded up for alignment; the page behind
it is never mapped. An overrun faults in the instruction that does it, and so does a use after the
block is freed. Bytes between the block's end and the page's hold a pattern that is checked when the
block is freed. Blocks of a page and more begin with a page, as NT's do.
"""

from typing import Final

from ntbuild.support.values import dataclass

from .faults import RefusedError
from .memory import READ, WRITE, Machine
from .registers import PAGE

POOL: Final = 0x20000000
"""Where blocks begin, from the start of the kernel's half."""
LARGEST: Final = 256 << 20
_MOST: Final = 768 << 20
_FRESH: Final = b"\xcd"
_SLACK: Final = b"\xfd"


@dataclass(frozen=True, slots=True)
class Block:
    """One allocation; ``first`` and ``pages`` are what is mapped for it."""

    address: int
    size: int
    tag: int
    first: int
    pages: int
    where: str
    is_paged: bool = False

    @property
    def tag_text(self) -> str:
        """The tag as its four characters."""
        raw = self.tag.to_bytes(4, "little")
        return "".join(chr(each) if 32 <= each < 127 else "." for each in raw)


class Pool:
    """All blocks of one run."""

    def __init__(self, machine: Machine) -> None:
        self._machine = machine
        self._next = machine.facts.high + POOL
        self._end = self._next + _MOST
        self._unit = 2 * machine.width
        self.blocks: Final[dict[int, Block]] = {}
        self._freed: Final[dict[int, Block]] = {}
        self._own: Final[dict[int, Block]] = {}

    def allocate(
        self, size: int, tag: int, where: str, *, zero: bool = False, is_paged: bool = False
    ) -> int:
        """A block's address; 0 when there is not so much."""
        extent = max((size + PAGE - 1) & -PAGE, PAGE)
        if size > LARGEST or self._next + extent + PAGE > self._end:
            return 0
        first, rounded = self._next, (max(size, 1) + self._unit - 1) & -self._unit
        self._next += extent + PAGE
        address = first if size >= PAGE else first + extent - rounded
        self._machine.map(first, extent, READ | WRITE)
        if not zero and size:
            self._machine.put(address, _FRESH * size)
        if slack := first + extent - address - size:
            self._machine.put(address + size, _SLACK * slack)
        block = Block(address, size, tag, first, extent, where, is_paged)
        self.blocks[address] = block
        return address

    def allocate_own(self, size: int, tag: str) -> int:
        """Zeroed memory of the kernel's own with the same guards; no block of the driver's."""
        address = self.allocate(size, int.from_bytes(tag.encode(), "little"), "", zero=True)
        if address:
            self._own[address] = self.blocks.pop(address)
        return address

    def free_own(self, address: int) -> None:
        """Give memory of `allocate_own` back; what uses it afterwards faults."""
        block = self._own.pop(address)
        self._machine.unmap(block.first, block.pages)
        self._freed[address] = block

    def free(self, address: int, routine: str) -> Block:
        """Give a block back. Raises RefusedError for what is none."""
        block = self.blocks.pop(address, None)
        if block is None:
            again = self._freed.get(address)
            what = f"freed before (tag '{again.tag_text}')" if again else "no pool block"
            raise RefusedError(f"{routine}({address:#x}): {what}")
        self.check(block)
        self._machine.unmap(block.first, block.pages)
        self._freed[address] = block
        return block

    def check(self, block: Block) -> None:
        """Raise RefusedError when the bytes behind a block have changed."""
        end = block.address + block.size
        slack = block.first + block.pages - end
        if self._machine.bytes_at(end, slack) != _SLACK * slack:
            raise RefusedError(
                f"wrote behind the end of a pool block of {block.size} bytes, tag "
                f"'{block.tag_text}', allocated at {block.where}"
            )

    def block_near(self, address: int) -> str | None:
        """In words, what block an address is in or right behind; None for none."""
        for table, word in ((self.blocks, ""), (self._own, ""), (self._freed, "freed ")):
            for block in table.values():
                if block.first <= address < block.first + block.pages + PAGE:
                    past = address - block.address - block.size
                    at = f"{past:#x} behind" if past >= 0 else f"{address - block.address:#x} in"
                    return f"{at} a {word}pool block of {block.size} bytes, tag '{block.tag_text}'"
        return None
