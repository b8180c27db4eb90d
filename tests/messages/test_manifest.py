"""Event manifests: numbers of events, the functions that write them, and what is refused."""

import struct

import pytest

from compilers.compiling import compilation_of, compile_to
from emulator import Emulator
from headers.test_run import imports
from ntbuild import link, options_from_argv
from ntbuild.messages.event_header import event_header
from ntbuild.messages.manifest import read_manifest
from ntbuild.messages.message_file import MessageError

MANIFEST = """\
<?xml version='1.0' encoding='utf-8'?>
<instrumentationManifest xmlns="http://schemas.microsoft.com/win/2004/08/events">
  <instrumentation><events>
    <provider guid="{b5a0bda9-50fe-4d0e-a83d-bae3f58c94d6}" name="Sample Driver" symbol="Guid">
      <channels>
        <importChannel chid="sys" name="System"/>
        <channel chid="own" name="Sample/Diagnostic" type="Analytic" symbol="OwnChannel"/>
      </channels>
      <keywords><keyword name="Slow" mask="0x4" symbol="SlowKeyword"/></keywords>
      <tasks><task name="Read" value="7" symbol="ReadTask"/></tasks>
      <events>
        <event symbol="StartEvent" value="1" template="t" level="win:Error" task="Read"
               opcode="win:Stop" channel="own" keywords="Slow" version="2"/>
        <event symbol="StopEvent" value="0x20"/>
      </events>
      <templates><template tid="t">
        <data name="Count" inType="win:UInt32"/>
        <data name="Name" inType="win:UnicodeString"/>
        <data name="Bytes" inType="win:Binary" length="Count"/>
        <data name="Wide" inType="win:UInt64"/>
      </template></templates>
    </provider>
  </events></instrumentation>
</instrumentationManifest>
"""
PROGRAM = """
#include <ntddk.h>
#include "it.h"

NTSTATUS DriverEntry(PDRIVER_OBJECT Driver, PUNICODE_STRING Path)
{
    ULONG Written = 0;

    UNREFERENCED_PARAMETER(Driver);
    UNREFERENCED_PARAMETER(Path);
    Written += EventWriteStartEvent(NULL, 3, L"none listens", "abc", 5); /* not yet registered */
    if (EventRegisterSample_Driver() != 0 || EventRegisterSample_Driver() != 0)
        return 1;
    Written += EventWriteStartEvent(&Guid, 3, L"ab", "xyz", 0x1122334455667788);
    Written += EventWriteStopEvent(NULL);
    EventUnregisterSample_Driver();
    return (NTSTATUS)Written + (GuidHandle != 0);
}
"""


def the_header():
    return event_header("it.man", read_manifest("it.man", MANIFEST.encode()))


def test_events_have_the_numbers_of_their_manifest():
    (provider,) = read_manifest("it.man", MANIFEST.encode())
    start, stop = provider.events
    numbers = (start.id, start.version, start.channel, start.level, start.opcode, start.task)
    assert numbers == (1, 2, 16, 2, 2, 7)
    assert start.keyword == 1 << 62 | 4
    assert (stop.id, stop.channel, stop.keyword, stop.fields) == (0x20, 0, 0, ())
    assert dict(provider.constants) == {"OwnChannel": 16, "SlowKeyword": 4, "ReadTask": 7}


@pytest.mark.parametrize("machine", ["x64", "x86", "arm64"])
def test_a_driver_writes_events_while_a_session_listens(tmp_path, machine):
    (tmp_path / "it.h").write_text(the_header())
    source = tmp_path / "it.c"
    source.write_text(PROGRAM)
    how = compilation_of(machine, dialect="msvc")
    output = tmp_path / "it.obj"
    compile_to(output, "zig", machine, "release", source, f"-I{tmp_path}", compilation=how)
    words = options_from_argv(["/driver", "/entry:DriverEntry", f"/machine:{machine}"])
    image = link([output, imports(tmp_path, machine, "ntoskrnl")], words).image
    written = []

    def register(cpu, _provider, _callback, context, handle):
        cpu.write(handle, 0x1234, 8)
        cpu.write(context + 8 * 4 + 4, 1, 4)  # IsEnabled, as the callback does
        return 0

    def write(cpu, _handle, event, activity, _related, count, data):
        number = int.from_bytes(cpu.cpu.mem_read(event, 2), "little")
        rows = [bytes(cpu.cpu.mem_read(data + 16 * row, 12)) for row in range(count & 0xFFFF)]
        spans = [struct.unpack("<QL", row) for row in rows]
        written.append((number, activity != 0, [bytes(cpu.cpu.mem_read(*each)) for each in spans]))
        return 100

    def write_x86(cpu, low, _high, event, activity, related, count, data):
        return write(cpu, low, event, activity, related, count, data)

    is_x86 = machine == "x86"
    functions = {
        "EtwRegister": register,
        "EtwUnregister": (lambda _cpu, _low, _high: 0) if is_x86 else (lambda _cpu, _handle: 0),
        "EtwEventEnabled": (lambda _cpu, _low, _high, _event: 1)
        if is_x86
        else (lambda _cpu, _handle, _event: 1),
        "EtwWriteTransfer": write_x86 if is_x86 else write,
    }
    cpu = Emulator(image, machine, functions)
    assert cpu.call(cpu.entry, cpu.allocate(0x200), 0) == 200
    wide = (0x1122334455667788).to_bytes(8, "little")
    fields = [b"\3\0\0\0", b"a\0b\0\0\0", b"xyz", wide]
    assert written == [(1, True, fields), (0x20, False, [])]


@pytest.mark.parametrize("machine", ["x64", "x86", "arm64"])
def test_the_header_is_cxx_as_well_and_may_be_in_two_sources(tmp_path, machine):
    (tmp_path / "it.h").write_text(the_header())
    source = tmp_path / "it.cpp"
    source.write_text(
        '#include <ntddk.h>\n#include "it.h"\nint On() { return EventEnabledStopEvent(); }\n'
    )
    compile_to(
        tmp_path / "it.obj", "zig", machine, "release", source, f"-I{tmp_path}",
        compilation=compilation_of(machine, dialect="msvc"),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("old", "new", "text"),
    [
        ("</events></instr", "</instr", r"it\.man:23: mismatched tag"),
        ("instrumentationManifest", "other", r"it\.man: other is no event manifest"),
        ('<event symbol="StopEvent" ', "<counterSet ", r"performance counters \(ctrpp\) are not"),
        (' guid="{', ' gid="{', "it has no provider of events"),
        ('guid="{b5', 'guid="{x', "provider Sample_Driver: guid= is no GUID"),
        ('value="1"', 'value="x"', "event StartEvent: value= is no number"),
        (' value="0x20"', "", "event StopEvent: value= is missing"),
        ('task="Read"', 'task="Write"', "event StartEvent: task='Write' is not in its provider"),
        ('template="t"', 'template="u"', "event StartEvent: template u is not in its provider"),
        ('inType="win:UInt32"', 'inType="win:Map"', "field Count of win:Map: not yet"),
        ('length="Count"', 'length="Gone"', "event StartEvent: Bytes: no field Gone"),
        ("<data name=", "<struct name=", "structure Count of its template: not yet"),
    ],
)
def test_what_cannot_be_written_is_refused(old, new, text):
    with pytest.raises(MessageError, match=text):
        event_header("it.man", read_manifest("it.man", MANIFEST.replace(old, new).encode()))
