"""Run cases in this process and judge how each ends.

It may give an image that the reader and every rule of pecheck take without failing, or errors
that name a place; within one second of the processor and 256 MiB. What is hard is to know which
case took the memory: the process's peak never falls, so only what raises it is asked.
"""

import io
import os
import re
import shutil
import signal
import time
import traceback
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout, suppress
from dataclasses import dataclass, field
from pathlib import Path
from resource import RLIMIT_AS, RUSAGE_SELF, getrlimit, getrusage, setrlimit
from types import FrameType

from fuzz.case import Case
from fuzz.cases import case_of
from ntbuild import LinkError, check, link, options_from_argv
from ntbuild.commands.cli import main as ntbuild
from ntbuild.pecheck.cli import main as pecheck
from ntbuild.pecheck.symbols import ImageSymbols, open_symbols
from ntbuild.pecoff.codeview.kinds import CLOSES, OPENS
from ntbuild.pecoff.errors import FormatError
from ntbuild.pecoff.image.image import read_image
from ntbuild.pecoff.pdb.defects import defects
from ntbuild.pecoff.pdb.symbol_file import SymbolFile
from ntbuild.pelink.commands.cli import main
from slowness import allowed

SECONDS = 1.0
MEGABYTES = 256
CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f\x7f\x80-\x9f]")
WHOLE = re.compile(
    r"undefined symbol: |duplicate symbol: |out of range: |entry point|^[/-]"
    r"|^exports? |^section |^the image "
    r"|could not open|unable to find|is missing|no input files|unknown argument|^option "
    r"|(unknown|ambiguous) (option|file)|nested|ordinal|machine|subsystem|referenced by "
)
"""Errors about the whole link, an option, or a file that is not of the case."""


class HangError(BaseException):
    """A case that did not end in time; nothing that catches every Exception may stop it."""


@dataclass
class Tally:
    """How many cases ended how, and the faults found."""

    ends: Counter[str] = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)
    slowest: float = 0.0
    slow_seed: str = ""


@contextmanager
def limits() -> Iterator[None]:
    """An end to every case's time, and to memory that no case may ask for."""

    def ring(_number: int, _frame: FrameType | None) -> None:
        raise HangError

    before = signal.signal(signal.SIGPROF, ring)
    soft, hard = getrlimit(RLIMIT_AS)
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0])
    setrlimit(RLIMIT_AS, (pages * os.sysconf("SC_PAGE_SIZE") + (4 * MEGABYTES << 20), hard))
    try:
        yield
    finally:
        setrlimit(RLIMIT_AS, (soft, hard))
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)


def run_cases(seeds: Iterator[str], folder: Path) -> Tally:
    """Run the cases of the seeds in a folder of their own, which is the working directory."""
    tally = Tally()
    with limits():
        for seed in seeds:
            case = case_of(seed)
            for path in folder.iterdir():
                path.unlink()
            for name, data in case.files.items():
                (folder / name).write_bytes(data)
            peak, start = getrusage(RUSAGE_SELF).ru_maxrss, time.process_time()
            end, fault = _run(case)
            seconds = time.process_time() - start
            grown = (getrusage(RUSAGE_SELF).ru_maxrss - peak) >> 10
            if seconds > tally.slowest:
                tally.slowest, tally.slow_seed = seconds, seed
            if seconds > allowed(SECONDS) and not fault:
                fault = f"took {seconds:.1f} s"
            if grown > MEGABYTES and not fault:
                fault = f"took {grown} MB"
            tally.ends["fault" if fault else end] += 1
            if fault:
                tally.faults.append(f"{seed}: {case.way} {' '.join(case.argv)!r}: {fault}")
    return tally


def _run(case: Case) -> tuple[str, str]:
    """How a case ended, and what is wrong with that."""
    signal.setitimer(signal.ITIMER_PROF, 2 * allowed(SECONDS))
    try:
        return _WAYS.get(case.way, _by_command)(case)
    except BaseException as error:
        if isinstance(error, KeyboardInterrupt):
            raise
        return "", "".join(traceback.format_exception(error, limit=-6))
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)


def _by_function(case: Case) -> tuple[str, str]:
    try:
        result = link(case.inputs, options_from_argv(case.argv))
    except LinkError as error:
        return "refused", _fault_of_errors(case, error)
    read_whole(result.image)
    texts = (result.map, result.definition, result.lldmap, result.reports)
    assert all(isinstance(text, str) for text in texts)
    for text in texts:
        text.encode()
    warnings = "\n".join(map(str, result.warnings))
    return "linked", f"control characters: {warnings!r}" if CONTROL.search(warnings) else ""


def _fault_of_errors(case: Case, error: LinkError) -> str:
    if not error.diagnostics:
        return "an error without text"
    found = (
        _fault_of_text(case, str(each), is_error=each.severity == "error")
        for each in error.diagnostics
    )
    return next(filter(None, found), "")


def _fault_of_text(case: Case, text: str, *, is_error: bool = True) -> str:
    if not text.strip():
        return "an empty error"
    if CONTROL.search(text):
        return f"control characters: {text!r}"
    if (
        is_error
        and not WHOLE.search(text)
        and not any(name in text for name in (*case.files, *case.inputs))
    ):
        return f"names no place: {text}"
    return ""


def _by_command(case: Case) -> tuple[str, str]:
    inputs = case.inputs if case.way != "lib" else case.inputs[:3]
    words = ["-flavor", "gnu"] if case.way == "ld" else []
    out, err = io.StringIO(), io.StringIO()
    with redirect_stdout(out), redirect_stderr(err):
        status = main([*words, *case.argv, *inputs])
    text = err.getvalue()
    out.getvalue().encode()
    if status not in (0, 1, 2):
        return "", f"exit {status}: {text}"
    if "more memory than there is" in text:
        return "", text
    if CONTROL.search(text):
        return "", f"control characters: {text!r}"
    made = Path("it.bin")
    if status == 0:
        if case.way != "lib" and made.exists():
            read_whole(made.read_bytes())
        return f"{case.way} made", ""
    if "error" not in text and "warning" not in text:
        return "", f"exit {status} without a word: {text!r}"
    if made.exists():
        return "", f"exit {status} and an output"
    for each in re.split(r"^pelink: (?=error|warning)", text, flags=re.MULTILINE)[1:]:
        severity, _, message = each.partition(": ")
        if fault := _fault_of_text(case, message, is_error=severity == "error"):
            return "", fault
    return f"{case.way} refused", ""


def _by_debug_link(case: Case) -> tuple[str, str]:
    """A link whose PDB, if there is one, must be whole: whatever the objects say."""
    try:
        result = link(case.inputs, options_from_argv(case.argv))
    except LinkError as error:
        return "debug refused", _fault_of_errors(case, error)
    warnings = "\n".join((*map(str, result.warnings), result.reports))
    if CONTROL.search(warnings):
        return "", f"control characters: {warnings!r}"
    for content in (result.pdb, result.stripped_pdb):
        if content is not None:
            pdb = SymbolFile.of("it.pdb", content)
            found = [*defects(pdb), *_unreadable(pdb)]
            if found:
                return "", f"the PDB is not whole: {found[:3]}"
    return "debug linked", ""


def _unreadable(pdb: SymbolFile) -> Iterator[str]:
    """Asks for everything of a PDB; what the linker wrote is readable."""
    for section, offset, size, _ in pdb.contributions:
        pdb.place(section, offset)
        pdb.place(section, offset + size - 1)
    for info in pdb.modules:
        opened = 0
        for kind, _ in pdb.symbols(info):
            opened += (kind in OPENS) - (kind in CLOSES)
        if opened:
            yield f"a scope of {info.name} is open"


def _by_pdb(case: Case) -> tuple[str, str]:
    """A PDB next to an image, for pecheck and for a symbol store."""
    del case
    out, err = io.StringIO(), io.StringIO()
    with redirect_stdout(out), redirect_stderr(err):
        status = pecheck(["--require-pdb", "it.sys"])
        stored = ntbuild(["symstore", "store", "it.sys"])
    text = out.getvalue() + err.getvalue()
    if Path("store").exists():
        shutil.rmtree("store")
    if status not in (0, 1) or stored not in (0, 2):
        return "", f"exit {status}, {stored}: {text}"
    if CONTROL.search(text):
        return "", f"control characters: {text!r}"
    if status == 1 and "DRV622" not in text:
        return "", f"an error of another rule: {text}"
    pdb = ImageSymbols(None) if status else open_symbols("driver.pdb")
    if pdb.file:
        with suppress(FormatError):
            for section, offset, _, _ in pdb.file.contributions:
                str(pdb.file.place(section, offset))
    return "pdb read" if status == 0 else "pdb refused", ""


_WAYS = {"api": _by_function, "debug": _by_debug_link, "pdb": _by_pdb}


def read_whole(image: bytes) -> None:
    """Every part of an image and every rule on it; parts may be refused, but only as bad format."""
    read = read_image(image, "it.bin")
    for name in dir(type(read)):
        if not name.startswith("_"):  # the parts, each parsed when asked for
            try:
                getattr(read, name)
            except FormatError:
                continue
    check(image)
