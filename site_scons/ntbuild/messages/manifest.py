"""An event manifest (``.man``): what its providers, channels and events are.

    <provider name="Sample" symbol="SampleGuid" guid="{...}">
      <events><event symbol="ReadStart" value="1" level="win:Informational" template="t"/></events>
      <templates><template tid="t"><data name="Length" inType="win:UInt32"/></template></templates>
    </provider>

Names that an event gives (``channel=``, ``level=``, ``task=``, ``opcode=``, ``keywords=``,
``template=``) are looked up in its provider, then among those of Windows (``win:``). Each channel
has a bit of the keyword, from the highest down, as Microsoft's compiler gives them.

Limits: no structures in templates, no maps, no event without a symbol; manifests of performance
counters are refused.

Source: "Instrumentation Manifest", "EventManifest Schema" and "InputType Complex Type" of the
Windows documentation.
"""

import re
import uuid
import xml.etree.ElementTree as ET
from collections.abc import Mapping
from typing import Final

from ntbuild.support.values import dataclass

from .message_file import MessageError

_LEVELS: Final = {
    "win:LogAlways": 0,
    "win:Critical": 1,
    "win:Error": 2,
    "win:Warning": 3,
    "win:Informational": 4,
    "win:Verbose": 5,
}
_OPCODES: Final = {
    "win:Info": 0,
    "win:Start": 1,
    "win:Stop": 2,
    "win:DC_Start": 3,
    "win:DC_Stop": 4,
    "win:Extension": 5,
    "win:Reply": 6,
    "win:Resume": 7,
    "win:Suspend": 8,
    "win:Send": 9,
    "win:Receive": 240,
}
_TASKS: Final = {"win:None": 0}
_KEYWORDS: Final = {
    "win:ResponseTime": 1 << 48,
    "win:WDIContext": 1 << 49,
    "win:WDIDiag": 1 << 50,
    "win:SQM": 1 << 51,
    "win:AuditFailure": 1 << 52,
    "win:AuditSuccess": 1 << 53,
    "win:CorrelationHint": 1 << 54,
    "win:EventlogClassic": 1 << 55,
}
_FIRST_CHANNEL: Final = 16
_IMPORTED_CHANNELS: Final = {"System": 8, "Application": 9, "Security": 10}
_HIGHEST_KEYWORD: Final = 63


@dataclass(frozen=True, slots=True)
class EventField:
    """A value of an event. ``length``, ``count``: a number, another field's name, or empty."""

    name: str
    type: str
    length: str = ""
    count: str = ""


@dataclass(frozen=True, slots=True)
class Event:
    """An event: its symbol, the numbers of its descriptor, its values."""

    symbol: str
    id: int
    version: int
    channel: int
    level: int
    opcode: int
    task: int
    keyword: int
    fields: tuple[EventField, ...]


@dataclass(frozen=True, slots=True)
class Provider:
    """A provider; ``name`` as it is in macros. ``constants``: symbols of all that has a number."""

    name: str
    symbol: str
    guid: uuid.UUID
    constants: tuple[tuple[str, int], ...]
    events: tuple[Event, ...]


def read_manifest(name: str, content: bytes) -> tuple[Provider, ...]:
    """The providers of a manifest. Raises MessageError, which names the file."""
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
    return tuple(_Reader(name, each).provider() for each in providers)


class _Reader:
    """Reads one provider; `file` is in every message."""

    def __init__(self, file: str, element: ET.Element) -> None:
        self.file = file
        self.element = element
        self.constants: dict[str, int] = {}
        self.channels, self.bits = self._channels()
        self.levels = _LEVELS | self._named("level", "value")
        self.tasks = _TASKS | self._named("task", "value")
        self.opcodes = _OPCODES | self._named("opcode", "value")
        self.keywords = _KEYWORDS | self._named("keyword", "mask")
        self.templates = {
            each.get("tid", ""): each for each in element.iter() if _tag(each) == "template"
        }

    def provider(self) -> Provider:
        """All of it."""
        name = re.sub(r"\W", "_", self.element.get("name", ""), flags=re.ASCII)
        try:
            guid = uuid.UUID(self.element.get("guid", ""))
        except ValueError:
            raise self._error(f"provider {name}: guid= is no GUID") from None
        symbol = self.element.get("symbol") or f"{name}Guid"
        events = tuple(
            self._event(each)
            for each in self.element.iter()
            if _tag(each) == "event" and each.get("symbol")
        )
        return Provider(name, symbol, guid, tuple(self.constants.items()), events)

    def _channels(self) -> tuple[dict[str, int], dict[str, int]]:
        """Numbers and bits of channels by ``chid=`` and ``name=``."""
        numbers: dict[str, int] = {}
        bits: dict[str, int] = {}
        free = _FIRST_CHANNEL
        found = [e for e in self.element.iter() if _tag(e) in ("channel", "importChannel")]
        for place, each in enumerate(found):
            imported = _IMPORTED_CHANNELS.get(each.get("name", ""))
            is_own = _tag(each) == "channel"
            number = free if is_own or imported is None else imported
            number = self._number(each, "value", number)
            free = max(free, number + 1)
            for key in filter(None, (each.get("chid"), each.get("name"))):
                numbers[key], bits[key] = number, 1 << (_HIGHEST_KEYWORD - place)
            if symbol := each.get("symbol"):
                self.constants[symbol] = number
        return numbers, bits

    def _named(self, tag: str, attribute: str) -> dict[str, int]:
        found: dict[str, int] = {}
        for each in self.element.iter():
            if _tag(each) == tag and (name := each.get("name")):
                found[name] = self._number(each, attribute, 0)
                if symbol := each.get("symbol"):
                    self.constants[symbol] = found[name]
        return found

    def _event(self, element: ET.Element) -> Event:
        symbol = element.get("symbol", "")
        channel = element.get("channel", "")
        keyword = self.bits.get(channel, 0)
        for each in element.get("keywords", "").split():
            keyword |= self._look_up(symbol, "keywords", each, self.keywords)
        template = element.get("template")
        if template and template not in self.templates:
            raise self._error(f"event {symbol}: template {template} is not in its provider")
        if "value" not in element.attrib:
            raise self._error(f"event {symbol}: value= is missing")
        return Event(
            symbol,
            self._number(element, "value", 0),
            self._number(element, "version", 0),
            self._look_up(symbol, "channel", channel, self.channels),
            self._look_up(symbol, "level", element.get("level", ""), self.levels),
            self._look_up(symbol, "opcode", element.get("opcode", ""), self.opcodes),
            self._look_up(symbol, "task", element.get("task", ""), self.tasks),
            keyword,
            self._fields(symbol, self.templates[template]) if template else (),
        )

    def _fields(self, symbol: str, template: ET.Element) -> tuple[EventField, ...]:
        found = []
        for each in template:
            name = each.get("name", "")
            if _tag(each) == "struct":
                raise self._error(f"event {symbol}: structure {name} of its template: not yet")
            if _tag(each) == "data":
                length, count = each.get("length", ""), each.get("count", "")
                found.append(EventField(name, each.get("inType", ""), length, count))
        return tuple(found)

    def _look_up(self, symbol: str, attribute: str, name: str, known: Mapping[str, int]) -> int:
        if name and name not in known:
            raise self._error(f"event {symbol}: {attribute}={name!r} is not in its provider")
        return known[name] if name else 0

    def _number(self, element: ET.Element, attribute: str, default: int) -> int:
        text = element.get(attribute)
        try:
            return default if text is None else int(text, 0)
        except ValueError:
            what = f"{_tag(element)} {element.get('symbol') or element.get('name', '')}"
            raise self._error(f"{what}: {attribute}= is no number") from None

    def _error(self, text: str) -> MessageError:
        return MessageError(f"{self.file}: {text}")


def _tag(element: ET.Element) -> str:
    return element.tag.rpartition("}")[2]
