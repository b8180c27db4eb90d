"""The one exception of the archive and import object readers.

What is hard: it must name the place in the archive, for a member is no file of its own, so
``offset`` always counts from the archive's first byte.
"""


class ArchiveError(Exception):
    """What an archive gets wrong: file, offset from its start, field, message and a hint."""

    def __init__(self, file: str, offset: int, field: str, message: str, hint: str = "") -> None:
        super().__init__(file, offset, field, message, hint)
        self.file = file
        self.offset = offset
        self.field = field
        self.message = message
        self.hint = hint

    def __str__(self) -> str:
        return f"{self.file}: offset {self.offset:#x}: {self.field}: {self.message}"
