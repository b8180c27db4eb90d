"""A case: files and what is done with them."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Case:
    """Files by name, the words of a command line, and what takes them.

    ``way``: api, link, ld or lib; debug (a link whose PDB is read), pdb (a PDB beside an image).
    """

    seed: str
    files: dict[str, bytes]
    argv: tuple[str, ...]
    inputs: tuple[str, ...]
    way: str
