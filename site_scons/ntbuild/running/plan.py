"""What one engine is asked to do: an image, the images it imports from, the calls, the limits.

A plan crosses a process boundary as JSON. It has no engine in it: all engines get the same.
"""

import json
from typing import Any, Final

from ntbuild.support.values import dataclass, fields

from .values import Call, Ioctl, Read, Write

_KINDS: Final = {"Ioctl": Ioctl, "Read": Read, "Write": Write}


@dataclass(frozen=True, slots=True)
class Plan:
    """One run.

    ``image``: the driver's file. ``machine``: its machine, as in ``arch=``. ``needs``: files of the
    images that it imports from, those first that others need. ``calls``: requests to its device.
    ``profiles``: of pecheck; ``hvci`` refuses sections that can be written and executed.
    ``timeout``: seconds. ``at_once``: the driver is removed before any timer is due. ``map``: the
    linker's map, for names in messages; it may be missing.
    """

    image: str
    machine: str
    needs: tuple[str, ...] = ()
    calls: tuple[Call, ...] = ()
    profiles: tuple[str, ...] = ()
    timeout: int = 10
    at_once: bool = False
    map: str = ""

    def to_json(self) -> str:
        """The plan as JSON text."""
        values = {each.name: getattr(self, each.name) for each in fields(Plan)}
        values["calls"] = [call_to_json(call) for call in self.calls]
        return json.dumps(values)


def plan_from_json(text: str) -> Plan:
    """The plan of `Plan.to_json`."""
    values: dict[str, Any] = json.loads(text)
    values["calls"] = tuple(call_from_json(call) for call in values["calls"])
    for name in ("needs", "profiles"):
        values[name] = tuple(values[name])
    return Plan(**values)


def call_to_json(call: Call) -> dict[str, Any]:
    """A call as values of JSON."""
    found: dict[str, Any] = {"kind": type(call).__name__}
    for each in fields(type(call)):
        value = getattr(call, each.name)
        found[each.name] = {"hex": value.hex()} if isinstance(value, bytes) else value
    return found


def call_from_json(values: dict[str, Any]) -> Call:
    """The call of `call_to_json`. Raises KeyError, TypeError and ValueError for other values."""
    kind = _KINDS[values.pop("kind")]
    found = {
        name: bytes.fromhex(value["hex"]) if isinstance(value, dict) else value
        for name, value in values.items()
    }
    call: Call = kind(**found)
    return call
