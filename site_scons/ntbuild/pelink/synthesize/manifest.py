"""Manifests: the XML that tells Windows a program's privileges and the assemblies that it needs.

``/manifest`` writes it to a file next to the image, ``/manifest:embed`` makes it a resource.
``/manifestdependency`` alone implies ``/manifest``; ``/manifestuac:no`` leaves the privileges out.

Sources: Microsoft "/MANIFEST", "/MANIFESTUAC", "/MANIFESTDEPENDENCY"; lld-link 19 for
numbers and defaults.
"""

import re
from typing import Final

from ntbuild.pecoff.resource import Resource, ResourceKey
from ntbuild.pelink.diagnostics import LinkError
from ntbuild.pelink.options import LinkOptions

_TYPE: Final = 24
_US_ENGLISH: Final = 1033

EMBEDDED: Final = re.compile(r"embed(?:,id=([1-9]\d{0,4}))?")
_NAMESPACE: Final = "urn:schemas-microsoft-com:asm.v1"
_PRIVILEGE: Final = re.compile(
    r"(level|uiaccess)=(?:'([\w]+)'|\"([\w]+)\"|(\w+))\s*", re.IGNORECASE | re.ASCII
)
_DEFAULTS: Final = {"level": "asInvoker", "uiaccess": "false"}


def read_privileges(value: str) -> tuple[str, str]:
    """level and uiAccess of ``/manifestuac``'s value. Raises ValueError for anything else in it."""
    given = dict(_DEFAULTS)
    at = 0
    value = value.strip()
    while at < len(value):
        found = _PRIVILEGE.match(value, at)
        if found is None:
            raise ValueError(value)
        given[found[1].lower()] = found[2] or found[3] or found[4]
        at = found.end()
    return given["level"], given["uiaccess"]


def manifest_text(options: LinkOptions) -> str:
    """The XML of the manifest that the options describe."""
    lines = ['<?xml version="1.0" encoding="UTF-8" standalone="yes"?>']
    lines.append(f'<assembly xmlns="{_NAMESPACE}" manifestVersion="1.0">')
    if options.manifestuac != "no":
        level, access = read_privileges(options.manifestuac or "")
        lines += [
            "  <trustInfo><security><requestedPrivileges>",
            f'    <requestedExecutionLevel level="{level}" uiAccess="{access}"/>',
            "  </requestedPrivileges></security></trustInfo>",
        ]
    for identity in options.manifestdependency:
        lines += [
            "  <dependency><dependentAssembly>",
            f"    <assemblyIdentity {identity}/>",
            "  </dependentAssembly></dependency>",
        ]
    return "\n".join([*lines, "</assembly>"]) + "\n"


def manifest_beside(options: LinkOptions) -> str | None:
    """The text of the manifest file next to the image; None when there is none."""
    manifest = options.manifest
    if manifest is None and options.manifestdependency:
        manifest = ""
    return manifest_text(options) if manifest == "" else None


def embedded_manifest(options: LinkOptions) -> list[tuple[str, ResourceKey, Resource]]:
    """(option, key, resource) of the manifest to embed; empty without one.

    Raises LinkError for options that no manifest can hold, also for one next to the image.
    """
    try:
        content = manifest_text(options).encode()
    except UnicodeEncodeError as error:
        raise LinkError.of("/manifestdependency and /manifestuac: expected UTF-8") from error
    found = EMBEDDED.fullmatch(options.manifest or "")
    if found is None:
        return []
    # Windows looks for 1 in programs and for 2 in DLLs.
    number = int(found[1]) if found[1] else 2 if options.dll else 1
    resource = Resource(content)
    return [("/manifest:embed", ResourceKey(_TYPE, number, _US_ENGLISH), resource)]
