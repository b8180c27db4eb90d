"""``python -m ntbuild.pecheck``."""

import sys

from .cli import main

sys.exit(main())
