"""FormatError: the one way in which a reader says that bytes are not what they should be."""


class FormatError(ValueError):
    """A malformed input: ``file``, byte ``offset`` in it, ``field``, and what is wrong with it.

    ``offset`` is None when the fault has no single place; it counts from the file's first byte,
    also for a member of an archive. ``hint`` says what to do about it, if there is something.
    """

    def __init__(
        self, file: str, offset: int | None, field: str, message: str, hint: str = ""
    ) -> None:
        super().__init__(file, offset, field, message, hint)
        self.file = file
        self.offset = offset
        self.field = field
        self.message = message
        self.hint = hint

    def __str__(self) -> str:
        """The fault on one line."""
        place = "" if self.offset is None else f" offset {self.offset:#x}:"
        return f"{self.file}:{place} {self.field}: {self.message}"
