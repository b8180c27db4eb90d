"""Runs generated cases: ``python -m hostile.fuzz FIRST COUNT`` in tests/ prints what went wrong.

A case is in order when the command ends with status 0, 1 or 2, says something when it fails, takes
less than 20 seconds and less than 1 GiB, and leaves inputs as they are and no output of a link that
failed.
"""

import io
import os
import resource
import shutil
import signal
import sys
import tempfile
import time
from collections import Counter
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path
from types import FrameType

from hostile.generate import Case, generated
from ntbuild.pelink.commands.cli import main

SECONDS = 20
BYTES = 1 << 30


class HangError(BaseException):
    """Not an Exception, which the command would report as its own fault."""


def _ring(_number: int, _frame: FrameType | None) -> None:
    raise HangError


def run(case: Case, folder: Path) -> tuple[int, str]:
    """Exit status, and what is wrong ("" for nothing); ``folder`` is emptied and worked in."""
    for old in folder.iterdir():
        shutil.rmtree(old) if old.is_dir() and not old.is_symlink() else old.unlink()
    for name, data in case.files.items():
        (folder / name).write_bytes(data)
    out, err = io.StringIO(), io.StringIO()
    before = signal.signal(signal.SIGALRM, _ring)
    signal.setitimer(signal.ITIMER_REAL, SECONDS)
    status, start, peak = 3, time.process_time(), _peak()
    try:
        os.chdir(folder)
        with redirect_stdout(out), redirect_stderr(err):
            status = main(case.words)
    except HangError:
        return status, f"takes more than {SECONDS} s"
    except BaseException as bug:  # noqa: BLE001 - that is what is looked for
        return status, f"{type(bug).__name__}: {bug}"
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
    if BYTES < _peak() > peak:
        return status, f"takes {_peak() >> 20} MiB"
    return status, _wrong(case, folder, status, err.getvalue(), time.process_time() - start)


def _peak() -> int:
    """The largest memory of this process so far, in bytes."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss << 10


def _wrong(case: Case, folder: Path, status: int, text: str, seconds: float) -> str:
    if status not in (0, 1, 2):
        return f"exit {status}: {text[:300]}"
    if seconds > SECONDS / 4:
        return f"takes {seconds:.1f} s"
    if status and "pelink: error: " not in text:
        return f"exit {status} without a message: {text[:300]!r}"
    if bad := [line for line in text.splitlines() if not line.isprintable()]:
        return f"a message that is not safe to print: {bad[0]!r}"
    changed = [name for name, data in case.files.items() if (folder / name).read_bytes() != data]
    if changed:
        return f"changes {', '.join(changed)}"
    left = sorted({path.name for path in folder.iterdir()} - set(case.files)) if status else []
    return f"fails and leaves {', '.join(left)}" if left else ""


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def _batch(first: int, count: int) -> None:
    """Run cases in this process; a line for each that is wrong, and counts of exit statuses."""
    counts: Counter[int] = Counter()
    with tempfile.TemporaryDirectory() as folder:
        for seed in range(first, first + count):
            case = generated(seed)
            status, wrong = run(case, Path(folder))
            counts[status] += 1
            if wrong:
                _say(f"seed {seed}: {wrong}\n  {case.words}")
        os.chdir("/")
    by_status = dict(sorted(counts.items()))
    _say(f"{count} cases, by exit status {by_status}; {_peak() >> 20} MiB at most")


if __name__ == "__main__":
    _batch(int(sys.argv[1]), int(sys.argv[2]))
