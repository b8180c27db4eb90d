"""How a run ends early: the driver is wrong, or this kernel cannot tell.

Both leave the emulator by way of Python's stack, through any number of nested calls.
"""


class RefusedError(Exception):
    """The image or the driver is wrong; the text is one line."""


class UnknownError(Exception):
    """The driver needs what this kernel does not have; the text names it."""


class MemoryFaultError(Exception):
    """A kernel routine touched memory that is not there, or not so.

    ``address``: the first byte; ``is_write``: it would have been written.
    """

    def __init__(self, address: int, *, is_write: bool) -> None:
        super().__init__(f"{'writes to' if is_write else 'reads'} {address:#x}")
        self.address, self.is_write = address, is_write
