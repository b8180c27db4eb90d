"""Docstrings as Markdown."""

import inspect
import re


def doc(text: str) -> str:
    """A docstring's text: double backquotes become single ones, blocks of examples stay blocks."""
    return re.sub(r"``([^`]+?)``", r"`\1`", inspect.cleandoc(text))
