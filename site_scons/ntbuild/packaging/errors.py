"""The two ways in which packaging fails; the text of each is one line."""


class SigningError(Exception):
    """A key, a password, a certificate or a signing command is missing or no good."""


class PackageError(Exception):
    """A file is not what it should be: ``file: what is wrong with it``."""
