"""The engine ``wine``: a plan in, a report out.

    report = run(Plan("hello.sys", "x64"))
    report.verdict                                                          # "proved"

Wine's loader maps the driver into a process, its services start and stop it, its I/O manager brings
requests of a program (`program`) to it. None of that is ntbuild's, so it judges independently.

Limits: x64. The kernel is a process of the user's and no other: the driver has the user's rights
and is not confined, nothing is paged or discarded, levels and what is left behind are not checked.
DllInitialize of images that are imported from is not called.
"""

import hashlib
import re
import shutil
import subprocess
import time
from contextlib import ExitStack, suppress
from pathlib import Path
from struct import pack
from typing import Final

from ntbuild.pecoff.image.view import ImageView
from ntbuild.running.addresses import place_in
from ntbuild.running.emulated.exports import exports_of
from ntbuild.running.plan import Plan
from ntbuild.running.report import BROKEN, PROVED, REFUSED, UNKNOWN, EngineReport
from ntbuild.running.transcript import Transcript, read_transcript
from ntbuild.running.values import Ioctl, Read
from ntbuild.support.text import printable

from .program import cached_program, source
from .session import end, environment, programs, session, startup, version_of
from .session import prepare as prepared_session

NAME: Final = "wine"
STARTING: Final = 120
"""Seconds that a session may take to start, before the driver's time begins."""
_STARTS: Final = 3
"""How often a session is started that Wine cannot begin to run, or without a service manager."""
LONGEST_LOG: Final = 4 << 20
"""Bytes of Wine's log; a driver that prints more does not end."""
_DRIVERS: Final = "drive_c/windows/system32/drivers"
_POLL: Final = 0.05

_PRINTED: Final = re.compile(r":debugstr:\w+ [0-9a-f]+:[0-9a-f]+: (.*)")
_LOADED: Final = re.compile(r'Loaded L"([^"]+)" at ([0-9A-F]+): native')
_STUB: Final = re.compile(r"unimplemented function ([\w.-]+?)\.(\w+), aborting")
_MISSING: Final = re.compile(r"Library (\S+) \(which is needed by L\"[^\"]*\"\) not found")
_FIXME: Final = re.compile(r":fixme:(?:ntoskrnl|fltmgr):(\w+) .*stub", re.IGNORECASE)
_CRASH: Final = re.compile(r"^wine: (Unhandled .*?) at address (?:0x)?([0-9A-Fa-f]+)")
_NEVER_BEGAN: Final = "failed to map the shared user data"
"""What Wine says when the system has put something where its first page has to be: by chance."""
_NO_MANAGER: Final = "@failed to make the service: 1722"
"""What control.c says where the service manager did not come up (RPC_S_SERVER_UNAVAILABLE)."""
_ERROR: Final = re.compile(r"^@(not-started|not-stopped|failed[^:]*:) (\d+)$", re.MULTILINE)


def version() -> str:
    """Wine's version and the digest of the program that starts drivers. Raises AbsentError."""
    digest = hashlib.sha256(source().read_bytes()).hexdigest()[:12]
    return f"{version_of(programs().wine)}, program {digest}"


def prepare(_machine: str) -> None:
    """Make what sessions are copied from. Raises AbsentError and BuildError."""
    prepared_session()
    cached_program()


def run(plan: Plan) -> EngineReport:
    """Run a driver; what is wrong with it is in the report."""
    template, program = prepared_session(), cached_program()
    with session(template) as folder:
        drive = folder / "prefix/drive_c"
        for each in (*plan.needs, plan.image):
            target = folder / "prefix" / _DRIVERS / Path(each).name
            target.unlink(missing_ok=True)  # a link to a file of Wine's
            shutil.copyfile(each, target)
        shutil.copyfile(program, drive / "control.exe")
        (drive / "plan").write_bytes(_plan_file(plan))
        for _ in range(_STARTS):
            ended = _execute(folder, plan.timeout)
            said = (folder / "said").read_text(encoding="ascii", errors="replace")
            log = (folder / "log").read_bytes()[:LONGEST_LOG].decode("utf-8", "replace")
            if not (_NO_MANAGER in said or (not said and _NEVER_BEGAN in log)):
                break
            end(programs(), folder / "prefix")  # the next one is a new session
    return _report(plan, said, log, ended)


def _plan_file(plan: Plan) -> bytes:
    """The file that control.c reads."""
    path = "C:\\windows\\system32\\drivers\\" + Path(plan.image).name + "\0"
    text = path.encode("utf-16-le")
    content = bytearray(pack("<II", len(plan.calls), len(path)) + text)
    content += bytes(-len(content) % 8)
    for call in plan.calls:
        if isinstance(call, Ioctl):
            kind, code, sent, wanted, offset = 0, call.code, call.input, call.output_size, 0
        elif isinstance(call, Read):
            kind, code, sent, wanted, offset = 1, 0, b"", call.size, call.offset
        else:
            kind, code, sent, wanted, offset = 2, 0, call.data, 0, call.offset
        content += pack("<4IQ", kind, code, len(sent), wanted, offset) + sent
        content += bytes(-len(content) % 8)
    return bytes(content)


def _execute(folder: Path, seconds: int) -> str:
    """Run the program until it ends; why it was ended before, or nothing."""
    said, log = folder / "said", folder / "log"
    with ExitStack() as starting, said.open("wb") as out, log.open("wb") as err:
        starting.enter_context(startup())
        process = subprocess.Popen(
            [programs().wine, "C:\\control.exe"],
            env=environment(folder / "prefix"),
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=err,
        )
        until, is_up = time.monotonic() + STARTING, False
        try:
            while process.poll() is None:
                if not is_up and said.stat().st_size:
                    until, is_up = time.monotonic() + seconds, True
                    starting.close()
                if log.stat().st_size > LONGEST_LOG:
                    return "prints without end"
                if time.monotonic() > until:
                    return f"did not end in {seconds} s" if is_up else "the session did not start"
                with suppress(subprocess.TimeoutExpired):
                    process.wait(_POLL)
        finally:
            process.kill()
            process.wait()
    return ""


def _report(plan: Plan, said: str, log: str, ended: str) -> EngineReport:
    found = read_transcript(said)
    bases = {
        match[1].replace("\\\\", "\\").rpartition("\\")[2].lower(): int(match[2], 16)
        for match in _LOADED.finditer(log)
    }
    base = bases.get(Path(plan.image).name.lower())
    stages = dict(found.stages)
    if base is not None:
        linked = ImageView(Path(plan.image).read_bytes()).optional_header.ImageBase
        stages = {"mapped": {}, "loaded": {"relocated": base != linked}} | stages
    verdict, why = _verdict(plan, said, log, ended, found)
    if why is None and base is not None and not stages["loaded"]["relocated"]:
        verdict, why = UNKNOWN, "Wine loaded it where it was linked: nothing was relocated"
    return EngineReport(
        name=NAME,
        version=version(),
        verdict=verdict,
        stages=stages,
        why=why if why is None else _with_places(why, plan, bases),
        printed=tuple(printable(each) for each in _PRINTED.findall(log)),
    )


def _verdict(
    plan: Plan, said: str, log: str, ended: str, found: Transcript
) -> tuple[str, str | None]:
    """The verdict, and the reason unless it is proved."""
    stub = _STUB.search(log)
    if stub:
        return UNKNOWN, f"calls {stub[1]}!{stub[2]}, which Wine does not have"
    missing = _MISSING.search(log)
    if missing:
        module = printable(missing[1])
        if exports_of(module.lower(), plan.machine) is None:
            return REFUSED, f"imports from {module}, which is not there (--with {module})"
        return UNKNOWN, f"imports from {module}, which Wine does not have"
    crash = next(filter(None, map(_CRASH.search, log.splitlines())), None)
    doing = list(found.stages)[-1] if found.stages else "loaded"
    if crash:
        return REFUSED, f"{crash[1][0].lower()}{crash[1][1:]} at {{{crash[2]}}}; after {doing}"
    if ended:
        return (REFUSED if "@session" in said else BROKEN), f"{ended}; after {doing}"
    error = _ERROR.search(said)
    stubs = _FIXME.findall(log)
    if error and error[1].startswith("failed"):
        return BROKEN, f"{error[1]} Win32 error {error[2]}"
    if error and stubs:
        return UNKNOWN, f"Wine's {stubs[0]} does nothing, and then: Win32 error {error[2]}"
    if error:
        what = "does not start" if error[1] == "not-started" else "does not stop"
        return REFUSED, f"{what}: Win32 error {error[2]}"
    if "unloaded" not in found.stages:
        return BROKEN, f"the session ended after {doing}"
    return PROVED, None


def _with_places(why: str, plan: Plan, bases: dict[str, int]) -> str:
    """The reason with ``{address}`` in words."""

    def place(match: re.Match[str]) -> str:
        address = int(match[1], 16)
        for each in (plan.image, *plan.needs):
            base = bases.get(Path(each).name.lower())
            found = None if base is None else place_in(Path(each), address - base)
            if found:
                return found
        return "an address of no driver"

    return re.sub(r"\{([0-9A-Fa-f]+)\}", place, why)
