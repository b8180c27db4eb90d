"""Options of the subcommands that sign: whose key, and where its password is."""

import argparse
import datetime as dt
import os
import shlex
from typing import Final

from ntbuild.commands.common import UsageError
from ntbuild.packaging.errors import SigningError
from ntbuild.packaging.project_authority import data_folder, find_or_make
from ntbuild.packaging.sign import Sign
from ntbuild.packaging.signed_data import Signer
from ntbuild.packaging.signers import INPUT_FORMS
from ntbuild.support.text import printable

WAYS: Final = "one of --test, --key, --pkcs12 and --command"


def add_signer(parser: argparse.ArgumentParser) -> None:
    """Add the options that say who signs."""
    group = parser.add_argument_group("who signs", WAYS)
    add = group.add_argument
    add("--test", metavar="PROJECT", help="the test CA of a project, made when there is none")
    add("--key", metavar="FILE", default="", help="a private key, PEM or DER, with --cert")
    add("--pkcs12", metavar="FILE", default="", help="a key with its certificates (.pfx, .p12)")
    add("--command", metavar="WORDS", default="", help="a program that signs, with --cert")
    add("--cert", metavar="FILE", action="append", default=[], help="certificates, the key's first")
    add("--command-reads", choices=INPUT_FORMS, default="digest", help="what the program reads")
    add("--password-file", metavar="FILE", default="", help="the key's password is its first line")
    add("--password-env", metavar="NAME", default="", help="or an environment variable has it")


def signs(options: argparse.Namespace) -> bool:
    """Whether an option says who signs."""
    return bool(options.test or options.key or options.pkcs12 or options.command)


def signer_of(options: argparse.Namespace) -> Signer:
    """Who signs, by the options. Raises UsageError; SigningError where a key is no good."""
    ways = [way for way in ("test", "key", "pkcs12", "command") if getattr(options, way)]
    if len(ways) != 1:
        given = " and ".join(f"--{way}" for way in ways) or "none"
        raise UsageError(f"who signs: {WAYS}, not {given}")
    if ways[0] in {"key", "command"} and not options.cert:
        raise UsageError(f"--{ways[0]}: give its certificate by --cert")
    if options.test:
        if options.cert or options.password_file or options.password_env:
            raise UsageError("--test: it brings its own certificates, and its key has no password")
        now = dt.datetime.now(dt.UTC)
        return find_or_make(options.test, data_folder(), now).signer()
    try:
        words = tuple(shlex.split(options.command))
    except ValueError as error:
        raise UsageError(f"--command: {error}") from error
    try:
        how = Sign(
            key=options.key,
            pkcs12=options.pkcs12,
            command=words,
            command_reads=options.command_reads,
            certificates=tuple(options.cert),
            password_file=options.password_file,
            password_env=options.password_env,
        )
    except SigningError as error:
        raise UsageError(f"who signs: {printable(str(error))}") from error
    return how.signer(os.environ)
