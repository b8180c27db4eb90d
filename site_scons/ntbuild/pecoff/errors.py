"""The one way in which a reader says that bytes are not what they should be."""


class FormatError(ValueError):
    """A malformed input: ``file``, byte ``offset`` in it, ``field``, and what is wrong with it.

    ``offset`` is None when the fault has no single place.
    """

    def __init__(self, file: str, offset: int | None, field: str, message: str) -> None:
        super().__init__(file, offset, field, message)
        self.file = file
        self.offset = offset
        self.field = field
        self.message = message

    @property
    def place(self) -> str:
        """``file: offset 0x1c: field``, as far as known."""
        at = "" if self.offset is None else f": offset {self.offset:#x}"
        return f"{self.file}{at}: {self.field}"

    def __str__(self) -> str:
        """The fault on one line."""
        return f"{self.place}: {self.message}"
