"""Images that no linker would write, and what every command makes of them.

    PYTHONPATH=site_scons:tests python -m pecheck.fuzzing 50000 [SEED] [FOLDER OF IMAGES]

A case is made in one of three ways: an image of random tables whose pointers lead anywhere in it;
a good image with fields replaced by numbers from the image itself or from the edges of their range;
or parts of two images joined. Three commands are run on it in this process. A fault is an exit
code other than 0, 1 and 2, output that a terminal acts on, and a command that takes long. The peak
of memory is that of the whole process, so a case that raises it far is to blame.
"""

import contextlib
import io
import random
import resource
import struct
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

from ntbuild.pecheck.cli import main
from pecheck.golden import MACHINES, golden

PROFILES = "base,boot,hvci,whql,sec,repro,signed,export,wdm"
COMMANDS = (
    ("check", "--profile", PROFILES, "--today", "2026-01-01", "case.sys"),
    ("check", "--format", "sarif", "--profile", "base,efi", "case.sys"),
    ("check", "--format", "json", "--target", "winxp", "case.sys"),
    ("dump", "case.sys"),
    ("diff", "case.sys", "good.sys"),
    ("diff", "good.sys", "case.sys", "--format", "json"),
    ("fix", "case.sys", "-o", "out.sys", "--drop-signature", "--write-anyway"),
    ("size", "case.sys", "--html", "out.html"),
)
EDGES = (0, 1, 2, 3, 7, 0x7F, 0x80, 0xFF, 0x100, 0xFFF, 0x1000, 0x7FFF, 0x8000, 0xFFFF)
EDGES += (0x10000, 0x7FFFFFFF, 0x80000000, 0xFFFFF000, 0xFFFFFFFC, 0xFFFFFFFF)
MACHINE_NUMBERS = (0x8664, 0x14C, 0xAA64, 0x1C4, 0x1C2, 0x200, 0)
SLOWEST = 5.0
"""Seconds of CPU that one command may take; the largest cases are a few thousand bytes."""
MOST_MEMORY = 1 << 30


def made(rng):
    """An image of random headers, sections and tables; its pointers lead into it, mostly."""
    machine = rng.choice(MACHINE_NUMBERS)
    wide = machine in (0x8664, 0xAA64) or rng.random() < 0.1
    size = rng.choice((0x400, 0x1000, 0x3000))
    data = bytearray(size)
    span = rng.choice((0x2000, 0x5000, 0x20000))

    def pointer():
        return rng.choice((rng.randrange(span), rng.randrange(span) & ~3, rng.choice(EDGES)))

    for at in range(0, size - 4, 4):
        kind = rng.random()
        if kind < 0.4:
            struct.pack_into("<I", data, at, pointer())
        elif kind < 0.5:
            struct.pack_into("<I", data, at, 0x80000000 | rng.randrange(0x200))
        elif kind < 0.6:
            data[at : at + 4] = rng.choice(
                (b"A.b\0", b"NB10", b"RSDS", b"\x30\x82\1\0", b"\6\3\2\1")
            )
    nt, count = rng.choice((0x40, 0x80, 0xF8)), rng.choice((0, 1, 2, 5, 30))
    optional = 240 if wide else 224
    data[:2] = b"MZ"
    struct.pack_into("<I", data, 60, nt)
    header = struct.pack("<4s2H3I2H", b"PE\0\0", machine, count, 0, 0, 0, optional, 0x22)
    data[nt : nt + len(header)] = header
    start = nt + 24
    struct.pack_into("<H", data, start, 0x20B if wide else 0x10B)
    struct.pack_into("<II", data, start + 32, 0x1000, 0x200)
    struct.pack_into("<II", data, start + 56, span, rng.choice((0x200, 0x400)))
    struct.pack_into("<I", data, start + optional - 132, rng.choice((16, 16, 16, 3, 200)))
    for index in range(16):
        values = (pointer(), rng.choice((0, 8, 40, 64, 0x100, pointer())))
        struct.pack_into("<II", data, start + optional - 128 + 8 * index, *values)
    for index in range(count):
        at, raw = start + optional + 40 * index, rng.randrange(size)
        if at + 40 <= size:
            name = rng.choice((b".text", b"INIT", b"PAGE", b".rsrc", b".reloc", b"/4", b"\x1b[1m"))
            flags = rng.choice(
                (0x60000020, 0xE2000020, 0x40000040, 0xC0000080, rng.getrandbits(32))
            )
            values = (rng.randrange(span), 0x1000 * (index + 1), rng.randrange(size), raw)
            struct.pack_into("<8s4I3I", data, at, name, *values, 0, 0, 0)
            struct.pack_into("<I", data, at + 36, flags)
    return bytes(data)


def replaced(rng, good):
    """A good image with some fields replaced."""
    data = bytearray(good)
    for _ in range(rng.choice((1, 1, 2, 3, 8, 30))):
        width = rng.choice((1, 2, 4, 4, 4, 8))
        headers = min(0x400, len(data))
        at = rng.randrange(headers if rng.random() < 0.4 else len(data)) & ~(width - 1)
        place = rng.randrange(max(len(data) - 4, 1)) & ~3
        own = int.from_bytes(data[place : place + 4], "little")
        value = rng.choice((rng.choice(EDGES), own, own + 1, own - 4, rng.getrandbits(32)))
        data[at : at + width] = (value % (1 << 8 * width)).to_bytes(width, "little")
    return bytes(data)


def joined(rng, good, other):
    """Parts of two images, one after another, or one over another."""
    at, begin = rng.randrange(len(good)), rng.randrange(len(other))
    part = other[begin : begin + rng.choice((4, 40, 512, 5000))]
    if rng.random() < 0.5:
        return good[:at] + part
    return good[:at] + part + good[at + (len(part) if rng.random() < 0.7 else 0) :]


def case(number, seeds):
    """The case of a number: the same for the same seeds."""
    rng = random.Random(number)
    kind = rng.random()
    if kind < 0.25:
        return made(rng)
    good = rng.choice(seeds)
    return replaced(rng, good) if kind < 0.8 else joined(rng, good, rng.choice(seeds))


def seeds_of(folder=None):
    """The images that cases are made of: one of each machine with all tables, and a folder's."""
    options = {"exports": True, "debug": True, "guard": True, "version": True, "signed": "whole"}
    found = [golden(machine, **options) for machine in MACHINES]
    paths = sorted(Path(folder).iterdir()) if folder else ()
    return [*found, *(path.read_bytes() for path in paths if path.stat().st_size < 1 << 18)]


def run(data, commands=COMMANDS):
    """Faults of all commands about one image in the current folder; codes by command."""
    Path("case.sys").write_bytes(data)
    for words in commands:
        out, err = io.StringIO(), io.StringIO()
        begin = time.process_time()
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            code = main(words[1:] if words[0] == "check" else words)
        took = time.process_time() - begin
        yield words[0], code
        name = " ".join(words)
        if code not in (0, 1, 2):
            yield "fault", f"{name}: {code}: {err.getvalue()[:300]}"
        if took > SLOWEST:
            yield "fault", f"{name}: {took:.1f} s"
        lines = [*out.getvalue().split("\n"), *err.getvalue().split("\n")]
        if not all(line.isprintable() for line in lines):
            yield "fault", f"{name}: prints control characters"


def peak():
    """The most memory that this process had, in bytes."""
    scale = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * scale


def campaign(numbers, seeds):
    """Run cases in a folder of their own; faults by case, and how often which command gave what."""
    faults, codes = [], Counter()
    with tempfile.TemporaryDirectory() as folder, contextlib.chdir(folder):
        Path("good.sys").write_bytes(seeds[0])
        for number in numbers:
            before = peak()
            commands = random.Random(f"commands {number}").sample(COMMANDS, 3)
            for what, value in run(case(number, seeds), commands):
                if what == "fault":
                    faults.append((number, value))
                else:
                    codes[what, value] += 1
            if peak() - before > MOST_MEMORY // 2:
                faults.append((number, f"{peak() - before} bytes more"))
    return faults, codes


def command(words):
    """Run a campaign from a command line, print what it found; the exit code."""
    count, first = int(words[0]), int(words[1]) if len(words) > 1 else 0
    seeds = seeds_of(words[2] if len(words) > 2 else None)
    begin = time.monotonic()
    faults, codes = campaign(range(first, first + count), seeds)
    lines = [f"case {number}: {text}" for number, text in faults]
    seconds = time.monotonic() - begin
    lines.append(f"{count} cases, {len(faults)} faults, {seconds:.0f} s, {peak() >> 20} MiB")
    lines.append(", ".join(f"{name} {code}: {n}" for (name, code), n in sorted(codes.items())))
    sys.stdout.write("\n".join(lines) + "\n")
    return bool(faults)


if __name__ == "__main__":
    sys.exit(command(sys.argv[1:]))
