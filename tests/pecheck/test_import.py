"""Importing the validator is cheap: a null build pays for it."""

import json
import subprocess
import sys
from pathlib import Path

from slowness import allowed

SITE = Path(__file__).parents[2] / "site_scons"
PROGRAM = """
import json, sys, time
start = time.process_time()
import ntbuild.pecheck
spent = time.process_time() - start
names = ("numpy", "pefile", "jinja2", "argparse", "SCons", "cryptography")
heavy = [name for name in names if name in sys.modules]
print(json.dumps([spent, heavy, "ntbuild.pelink" in sys.modules]))
"""


def _import_once():
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM],
        env={"PYTHONPATH": str(SITE)},
        capture_output=True,
        text=True,
        check=True,
    )
    return json.loads(done.stdout)


def test_importing_loads_nothing_heavy_and_no_linker():
    _, heavy, linker = _import_once()
    assert heavy == []
    assert not linker


def test_importing_takes_at_most_50_ms_of_processor_time():
    assert min(_import_once()[0] for _ in range(3)) <= allowed(0.050)
