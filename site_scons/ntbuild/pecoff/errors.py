"""FormatError: the one way in which a reader says that bytes are not what they should be."""


class FormatError(ValueError):
    """A malformed input: ``file``, byte ``offset`` in it, ``field``, and what is wrong with it.

    ``offset`` counts from the first byte of the object or image; of an archive's index and member
    headers from the archive's. It is None when the fault has no single place. ``hint`` says how to
    fix it, where that is known.
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
