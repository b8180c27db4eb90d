"""A report written to its file."""

from pathlib import Path

from ntbuild.support.outputs import OutputError, write_all

from .collect import collect
from .values import ReportError


def write_report(folder: Path, out: Path, record: Path | None = None) -> tuple[str, ...]:
    """Write the page about a build folder; notes on what could not be used.

    ``record``: the ``build.json`` that sizes are compared with, instead of the build folder's own.
    Raises ReportError.
    """
    from .page import page  # noqa: PLC0415 - jinja2 is slow to import

    report = collect(folder, record)
    try:
        write_all([(out, page(report).encode())], inputs=[record] if record else [])
    except OutputError as error:
        raise ReportError(str(error)) from error
    return report.notes
