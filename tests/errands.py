"""Orders for the tests of workers: what no link does, or not at a time that a test could choose."""

import os
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from ntbuild.building.driver import BuildError
from ntbuild.support.outputs import write_all

PATIENCE = 60.0


def wait_for(path: Path) -> None:
    """Return when a file is there."""
    end = time.monotonic() + PATIENCE
    while not path.exists():
        if time.monotonic() > end:
            raise TimeoutError(path)
        time.sleep(0.005)


@dataclass(frozen=True)
class Errand:
    """Does one thing, named by ``what``, with its first input and its outputs."""

    what: str
    label = "ERRAND"

    def command(self, _inputs, _outputs):
        return "# nothing"

    def run(self, inputs, outputs):
        return getattr(self, f"_{self.what}")(inputs, [Path(each) for each in outputs])

    def _tell(self, _inputs, _outputs):
        """Who and where it is."""
        return (str(os.getpid()), str(Path.cwd()), str(os.getsid(0)))

    def _chat(self, _inputs, outputs):
        """Prints, and asks for what nobody will type."""
        sys.stdout.write("to whom it may concern\n")
        os.write(1, b"and once more\n")
        write_all([(outputs[0], os.read(0, 10) + b"done")])
        return ()

    def _meet(self, inputs, outputs):
        """Ends when the other one has begun."""
        outputs[0].write_text("here")
        wait_for(Path(inputs[0]))
        return (str(os.getpid()),)

    def _refuse(self, _inputs, _outputs):
        raise BuildError("pelink: error: refused\n>>> hint: é")

    def _stumble(self, _inputs, _outputs):
        raise ZeroDivisionError("stumbled")

    def _die(self, _inputs, outputs):
        """Dies when the first of its files is new and the second is not."""
        replaced = os.replace

        def replace(source, target):
            if target == str(outputs[1]):
                os.abort()
            replaced(source, target)

        os.replace = replace
        write_all([(each, b"new") for each in outputs])

    def _linger(self, _inputs, outputs):
        """Tells its process and goes on for longer than anybody waits."""
        partial = outputs[0].with_suffix(".partial")
        partial.write_text(str(os.getpid()))
        partial.replace(outputs[0])
        time.sleep(2 * PATIENCE)
        return ()
