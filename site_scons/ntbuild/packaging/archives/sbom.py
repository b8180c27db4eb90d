"""The software bill of materials of a package, CycloneDX 1.6 as JSON, of its build record.

The component is the package; its parts are the files that are delivered, and of each image the
sources it was compiled of. Serial number and time follow from the record, so that the same build
has the same one. The package cyclonedx-python-lib writes it: ``pip install 'ntbuild[sbom]'``.

Source: CycloneDX 1.6.
"""

import json
import uuid
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from ntbuild.packaging.errors import PackageError

MISSING: Final = "an SBOM needs the package cyclonedx-python-lib; pip install 'ntbuild[sbom]'"
_NAMES: Final = uuid.UUID("5bd0d6a1-5b57-5a7b-9d0c-5b7f6d5f2a11")
"""The name space of serial numbers; any number that stays."""


def sbom(record: Mapping[str, Any], subjects: Sequence[tuple[str, str]], time: datetime) -> str:
    """The text of the SBOM. ``subjects``: names and SHA-256 digests of what is delivered.

    Raises PackageError where the library is missing.
    """
    try:
        from cyclonedx.model.bom import Bom  # noqa: PLC0415 - few builds have an SBOM
        from cyclonedx.model.component import Component, ComponentType  # noqa: PLC0415
        from cyclonedx.model.tool import ToolRepository  # noqa: PLC0415
        from cyclonedx.output import make_outputter  # noqa: PLC0415
        from cyclonedx.schema import OutputFormat, SchemaVersion  # noqa: PLC0415
    except ImportError as error:
        raise PackageError(MISSING) from error
    (package,) = record["packages"]
    root = Component(
        type=ComponentType.DEVICE_DRIVER,
        name=package["name"],
        version=package["version"],
        bom_ref=f"package:{package['name']}",
    )
    identity = json.dumps([record, list(subjects)], sort_keys=True)
    bom = Bom(serial_number=uuid.uuid5(_NAMES, identity))
    bom.metadata.timestamp = time
    bom.metadata.component = root
    bom.metadata.tools = ToolRepository(components=_tools(record["tools"]))
    files = {name: _file(name, digest, "file") for name, digest in subjects}
    for each in files.values():
        bom.components.add(each)
    bom.register_dependency(root, files.values())
    made: dict[tuple[str, str], Any] = {}
    for image, sources in _images(record):
        parts = [made.setdefault(each, _file(*each, "source")) for each in sources]
        for each in parts:
            bom.components.add(each)
        if image in files:
            bom.register_dependency(files[image], parts)
    text = make_outputter(bom, OutputFormat.JSON, SchemaVersion.V1_6).output_as_string(indent=2)
    return f"{text}\n"


def _images(record: Mapping[str, Any]) -> Iterator[tuple[str, list[tuple[str, str]]]]:
    """Each image with path and digest of what it is made of."""
    for image in record["images"]:
        yield image["file"], [(each["path"], each["sha256"]) for each in image["inputs"]]


def _file(name: str, digest: str, kind: str) -> Any:
    from cyclonedx.model import HashAlgorithm, HashType  # noqa: PLC0415 - as above
    from cyclonedx.model.component import Component, ComponentType  # noqa: PLC0415

    return Component(
        type=ComponentType.FILE,
        name=name,
        bom_ref=f"{kind}:{name}:{digest[:16]}",
        hashes=[HashType(alg=HashAlgorithm.SHA_256, content=digest)],
    )


def _tools(tools: Mapping[str, Any]) -> Iterator[Any]:
    from cyclonedx.model.component import Component, ComponentType  # noqa: PLC0415 - as above

    named = [(name, each) for name, each in tools.items() if isinstance(each, str)]
    named += [(name, each["version"]) for name, each in tools["compilers"].items()]
    for name, version in named:
        yield Component(
            type=ComponentType.APPLICATION, name=name, version=version, bom_ref=f"tool:{name}"
        )
