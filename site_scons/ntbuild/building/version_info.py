"""The version resource of a driver.

Windows shows it in a file's properties and compares versions when a driver is updated. A version
is stored twice, as four 16-bit numbers and as text; both come from `VersionInfo.version`, so they
agree.

Source: Microsoft "VERSIONINFO resource".
"""

from ntbuild.support.values import dataclass


@dataclass(frozen=True, slots=True)
class VersionInfo:
    """A version such as ``1.2`` or ``1.2.3.4``, and one-line texts; empty ones are left out."""

    version: str
    description: str = ""
    company: str = ""
    product: str = ""
    copyright: str = ""

    def __post_init__(self) -> None:
        """Raise ValueError for what the resource cannot hold."""
        parts = self.version.split(".") if isinstance(self.version, str) else []
        if not 1 <= len(parts) <= 4 or not all(
            part.isascii() and part.isdigit() and int(part) <= 0xFFFF for part in parts
        ):
            raise ValueError(f"version {self.version!r} is not up to four numbers, at most 65535")
        for name in ("description", "company", "product", "copyright"):
            text = getattr(self, name)
            if not isinstance(text, str) or not text.isprintable():
                raise ValueError(f"{name} {text!r} is not one line of text")

    @property
    def numbers(self) -> tuple[int, int, int, int]:
        """Major, minor, build and revision, 16 bits each."""
        major, minor, build, revision = [*map(int, self.version.split(".")), 0, 0, 0][:4]
        return major, minor, build, revision

    def strings(self, file: str) -> dict[str, str]:
        """The texts by their names in the resource; ``file``: the image's name."""
        version = ".".join(map(str, self.numbers))
        return {
            "CompanyName": self.company,
            "FileDescription": self.description or file,
            "FileVersion": version,
            "InternalName": file,
            "LegalCopyright": self.copyright,
            "OriginalFilename": file,
            "ProductName": self.product or self.description or file,
            "ProductVersion": version,
        }
