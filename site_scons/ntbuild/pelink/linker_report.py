"""``/linkerreport``: what only the linker knows of an image, as a file for whoever judges it.

A JSON object, ``ntbuild.linker-report/1``; docs/pecheck.md describes its fields. What is hard is
to name the image: a signature, which comes later, changes its bytes and its checksum. So the image
is named by the digest that a signature would hold, which leaves out just these.
"""

import json
from dataclasses import asdict
from typing import Final

from ntbuild.pecoff.image import Image
from ntbuild.pecoff.image_certificates import authenticode_digest

from .facts import LinkFacts

SCHEMA: Final = "ntbuild.linker-report/1"


def write_linker_report(image: bytes | memoryview, facts: LinkFacts) -> str:
    """The text of the file: the same for the same image, one fact to a line."""
    digest = authenticode_digest(Image(image), "sha256").hex()
    report = {"schema": SCHEMA, "image": {"authenticode_sha256": digest}, **asdict(facts)}
    return json.dumps(report, indent=1) + "\n"
