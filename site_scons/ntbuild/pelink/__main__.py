"""The ``pelink`` command, also ``python -m ntbuild.pelink``: a process that links once and ends.

What is hard: most of a small link's time is the interpreter's, coming and going. So nobody looks
for cycles here, not even during imports, and the process does not take Python and numpy apart
when all is written: that is as much work as the link.
"""

import gc
import os
import sys
from contextlib import suppress
from typing import NoReturn


def run() -> NoReturn:
    """Run the linker on the process's arguments and end with its status."""
    gc.disable()
    from .commands.cli import main  # noqa: PLC0415 - what it imports is most of what there is to look through

    status = main()
    if sys.getprofile() is None and sys.gettrace() is None:  # these report on the usual way out
        with suppress(OSError, ValueError):  # and there it is told what cannot be written
            for stream in filter(None, (sys.stdout, sys.stderr)):
                try:
                    stream.flush()
                except BrokenPipeError:
                    status = 1  # nobody reads it any more, so nobody needs to be told
            os._exit(status)
    sys.exit(status)


if __name__ == "__main__":
    run()
