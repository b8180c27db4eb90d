"""``python -m ntbuild.pelink``: the same as the ``pelink`` command."""

import sys

from .cli import main

sys.exit(main())
