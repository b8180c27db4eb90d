"""Docstrings as Markdown."""

import inspect
import re


def doc(text: str) -> str:
    """A docstring's text: double backquotes become single ones, blocks of examples stay blocks."""
    lines = []
    for line in inspect.cleandoc(text).splitlines():
        lines.append(line if line.startswith("    ") else re.sub(r"``(.+?)``", r"`\1`", line))
    return re.sub(r"``([^`]+?)``", r"`\1`", "\n".join(lines))
