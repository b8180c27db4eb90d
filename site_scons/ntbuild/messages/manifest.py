r"""An event manifest (``.man``) as a header in which events are off.

Microsoft's compiler (``mc -km``) makes functions of a manifest that register a provider and write
its events to ETW. Here the macros of the same names do nothing, and no event is ever enabled:

    EventRegisterFx2()                  ((ULONG)0)
    EventWriteReadStart(&id, device)    ((ULONG)0), and the arguments are not looked at
    EventEnabledReadStart()             0

Limits: event descriptors and provider handles are not declared, so a driver that calls EtwWrite
with them by hand does not compile. Manifests of performance counters are refused.

Source: "Instrumentation Manifest" and "Message Compiler" of the Windows documentation.
"""

import re
import xml.etree.ElementTree as ET
from collections.abc import Iterator

from ntbuild.support.values import dataclass

from .message_file import MessageError


@dataclass(frozen=True, slots=True)
class Manifest:
    """The names that become macros: providers, and for each event its symbol and its number."""

    providers: tuple[str, ...]
    events: tuple[tuple[str, int], ...]


def read_manifest(name: str, content: bytes) -> Manifest:
    """The names in a manifest. Raises MessageError, which names the file."""
    try:
        top = ET.fromstring(content)  # noqa: S314 - a file of the project, as its sources are
    except ET.ParseError as error:
        line = error.position[0]
        raise MessageError(f"{name}:{line}: {error.msg.partition(':')[0]}") from error
    tags = {_tag(each) for each in top.iter()}
    if _tag(top) != "instrumentationManifest":
        raise MessageError(f"{name}: {_tag(top)} is no event manifest")
    if "counterSet" in tags:
        raise MessageError(f"{name}: performance counters (ctrpp) are not there yet")
    providers = [each for each in top.iter() if _tag(each) == "provider" and each.get("guid")]
    if not providers:
        raise MessageError(f"{name}: it has no provider of events")
    names = [re.sub(r"\W", "_", each.get("name", ""), flags=re.ASCII) for each in providers]
    return Manifest(tuple(names), tuple(_events(name, providers)))


def _events(name: str, providers: list[ET.Element]) -> Iterator[tuple[str, int]]:
    for provider in providers:
        for each in provider.iter():
            if _tag(each) == "event" and (symbol := each.get("symbol")):
                try:
                    yield symbol, int(each.get("value", ""), 0)
                except ValueError:
                    raise MessageError(f"{name}: event {symbol}: value= is no number") from None


def _tag(element: ET.Element) -> str:
    return element.tag.rpartition("}")[2]


def manifest_header(manifest: Manifest) -> str:
    """The header: macros that do nothing."""
    lines = [
        "/* Events are off: ntbuild makes macros of a manifest that do nothing. */",
        "#pragma once",
    ]
    for name in manifest.providers:
        lines += ["", f"#define EventRegister{name}() ((ULONG)0)"]
        lines += [f"#define EventUnregister{name}() ((ULONG)0)"]
    for symbol, value in manifest.events:
        lines += ["", f"#define {symbol}_value 0x{value:x}", f"#define EventEnabled{symbol}() 0"]
        for tail in ("", "_AssumeEnabled"):
            lines.append(f"#define EventWrite{symbol}{tail}(...) ((ULONG)0)")
    return "\n".join(lines) + "\n"
