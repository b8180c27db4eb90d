"""The ``pelink`` command, also ``python -m ntbuild.pelink``: a process that links once and ends.

Most of a small link's time is the interpreter starting and ending. Garbage collection is therefore
off from the first import on, and the process ends with ``os._exit`` once all output is flushed:
tearing down Python and numpy takes as long as the link.
"""

import gc
import os
import sys
from contextlib import suppress
from typing import NoReturn


def run() -> NoReturn:
    """Run the linker on the process's arguments and end with its status."""
    gc.disable()
    from .commands.cli import main  # noqa: PLC0415 - its imports make most of the objects that a collection would visit

    status = main()
    if sys.getprofile() is None and sys.gettrace() is None:  # profilers report in sys.exit
        with suppress(OSError, ValueError):  # a failed flush is reported by sys.exit below
            for stream in filter(None, (sys.stdout, sys.stderr)):
                try:
                    stream.flush()
                except BrokenPipeError:
                    status = 1  # the reader has gone: no message could reach it
            os._exit(status)
    sys.exit(status)


if __name__ == "__main__":
    run()
