"""``python -m ntbuild``: the command ``ntbuild``."""

import sys

from ntbuild.commands.cli import main

if __name__ == "__main__":
    sys.exit(main())
