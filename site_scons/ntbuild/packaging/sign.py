"""Whose key signs, as a value: what a SConscript and a command line say about it."""

from collections.abc import Mapping
from typing import Final

from ntbuild.support.values import dataclass, fields

from .errors import SigningError
from .signed_data import Signer
from .signers import INPUT_FORMS, Password, command_signer, pem_signer, pkcs12_signer

WAYS: Final = ("key", "pkcs12", "command")


@dataclass(frozen=True, slots=True)
class Sign:
    """A key and its certificates: one of ``key``, ``pkcs12`` and ``command``.

    ``key``: a PEM or DER file. ``pkcs12``: a file with key and certificates. ``command``: the words
    of a program that signs what it reads, in the form ``command_reads``. ``certificates``: files,
    the key's own first; with ``key`` and ``command``. ``password_file``: its first line is the
    key's password; ``password_env``: an environment variable has it.
    """

    key: str = ""
    pkcs12: str = ""
    command: tuple[str, ...] = ()
    command_reads: str = "digest"
    certificates: tuple[str, ...] = ()
    password_file: str = ""
    password_env: str = ""

    def __post_init__(self) -> None:
        """Raise SigningError for values that do not fit together."""
        lists = {"command", "certificates"}
        for each in fields(Sign):
            value = getattr(self, each.name)
            texts = value if each.name in lists and isinstance(value, (tuple, list)) else (value,)
            if not all(isinstance(text, str) for text in texts):
                raise SigningError(f"{each.name}: {value!r} is not text")
        ways = [way for way in WAYS if getattr(self, way)]
        if len(ways) != 1:
            given = " and ".join(ways) or "none"
            raise SigningError(f"one of {', '.join(WAYS)} says whose key signs, not {given}")
        if self.command_reads not in INPUT_FORMS:
            known = ", ".join(INPUT_FORMS)
            raise SigningError(f"command_reads: {self.command_reads!r} is not one of {known}")
        if self.password_file and self.password_env:
            raise SigningError("password_file and password_env: one of them")
        if self.command and (self.password_file or self.password_env):
            raise SigningError("command: its key has no password here")
        if not self.pkcs12 and not self.certificates:
            raise SigningError(f"{ways[0]}: certificates= has no certificate of the key")
        if self.pkcs12 and self.certificates:
            raise SigningError("certificates: pkcs12 brings its own")

    def signer(self, environment: Mapping[str, str]) -> Signer:
        """Who signs. Raises SigningError."""
        password = Password(self.password_file, self.password_env).read(environment)
        if self.key:
            return pem_signer(self.key, self.certificates, password)
        if self.pkcs12:
            return pkcs12_signer(self.pkcs12, password)
        return command_signer(self.command, self.certificates, self.command_reads)

    @property
    def files(self) -> tuple[str, ...]:
        """The files that it names, but for that of the password."""
        return tuple(name for name in (self.key, self.pkcs12, *self.certificates) if name)
