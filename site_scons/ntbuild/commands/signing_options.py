"""Options of the subcommands that sign: whose key, and where its password is."""

import argparse
import datetime as dt
import os
import shlex
from typing import Final

from ntbuild.packaging.project_authority import data_folder, find_or_make
from ntbuild.packaging.signed_data import Signer
from ntbuild.packaging.signers import (
    INPUT_FORMS,
    Password,
    command_signer,
    pem_signer,
    pkcs12_signer,
)

from .common import UsageError

WAYS: Final = "one of --test, --key, --pkcs12 and --command"


def add_signer(parser: argparse.ArgumentParser) -> None:
    """Add the options that say who signs."""
    group = parser.add_argument_group("who signs", WAYS)
    add = group.add_argument
    add("--test", metavar="PROJECT", help="the test CA of a project, made when there is none")
    add("--key", metavar="FILE", help="a private key, PEM or DER, with --cert")
    add("--pkcs12", metavar="FILE", help="a key with its certificates (.pfx, .p12)")
    add("--command", metavar="WORDS", help="a program that signs what it reads, with --cert")
    add("--cert", metavar="FILE", action="append", default=[], help="certificates, the key's first")
    add("--command-reads", choices=INPUT_FORMS, default="digest", help="what the program reads")
    add("--password-file", metavar="FILE", default="", help="the key's password is its first line")
    add("--password-env", metavar="NAME", default="", help="or an environment variable has it")


def signer_of(options: argparse.Namespace) -> Signer:
    """Who signs, by the options. Raises UsageError; SigningError where a key is no good."""
    way = _way(options)
    password = Password(options.password_file, options.password_env).read(os.environ)
    if way == "test":
        now = dt.datetime.now(dt.UTC)
        return find_or_make(options.test, data_folder(), now).signer()
    if way == "key":
        return pem_signer(options.key, options.cert, password)
    if way == "pkcs12":
        return pkcs12_signer(options.pkcs12, password)
    try:
        words = shlex.split(options.command)
    except ValueError as error:
        raise UsageError(f"--command: {error}") from error
    if not words:
        raise UsageError("--command: no program")
    return command_signer(words, options.cert, options.command_reads)


def _way(options: argparse.Namespace) -> str:
    """Which of the ways to sign is wanted. Raises UsageError for options that do not fit."""
    ways = [way for way in ("test", "key", "pkcs12", "command") if getattr(options, way)]
    if len(ways) != 1:
        raise UsageError(f"who signs: {WAYS}, not {' and '.join(f'--{w}' for w in ways) or 'none'}")
    if options.password_file and options.password_env:
        raise UsageError("--password-file and --password-env: one of them")
    if (options.password_file or options.password_env) and ways[0] in {"test", "command"}:
        raise UsageError(f"--{ways[0]}: its key has no password")
    if ways[0] in {"key", "command"} and not options.cert:
        raise UsageError(f"--{ways[0]}: give its certificate by --cert")
    if ways[0] in {"test", "pkcs12"} and options.cert:
        raise UsageError(f"--cert: --{ways[0]} brings its own certificates")
    return ways[0]
