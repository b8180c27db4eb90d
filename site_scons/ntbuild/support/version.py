"""The version of ntbuild: of the wheel, of `--version`, and of every report."""

from typing import Final

__version__: Final = "0.2.0"
